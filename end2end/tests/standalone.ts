// For tests that start servers of their own, with settings of their own: the browser may go to any of them.
import { expect, test as base, type Browser, type Page } from "@playwright/test";
import { dataFolder, freePort, serveAt } from "./server";

type Served = Awaited<ReturnType<typeof serveAt>>;
type Data = ReturnType<typeof dataFolder>;

interface Fixtures {
  data: Data;
  /** Where the server will be, for those who have to know before. */
  port: number;
  /** Serves the folder until the test has ended. */
  serveWith: (...settings: string[]) => Promise<Served>;
}

export const test = base.extend<Fixtures>({
  data: async ({}, use) => {
    const data = dataFolder();
    await use(data);
    data.remove();
  },
  port: async ({}, use) => use(await freePort()),
  serveWith: async ({ data, port }, use) => {
    const running: Served[] = [];
    await use(async (...settings) => {
      const served = await serveAt(port, data.folder, ...settings);
      running.push(served);
      return served;
    });
    for (const served of running) await served.stop();
  },
});

/** A browser without any cookie. */
export async function stranger(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

export { expect };
