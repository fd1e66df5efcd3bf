// One server for each worker; every test watches that nothing goes wrong unseen.
import { expect, test as base, type Page } from "@playwright/test";
import { Api } from "./api";
import { startServer, type Person, type Role, type Server } from "./server";

let count = 0;
/** A name that no other test uses. */
export function unique(word: string): string {
  return `${word}-${process.pid}-${Date.now()}-${count++}`;
}

interface Fixtures {
  /** The API in the name of the editor. */
  api: Api;
  /** The API in the name of somebody else. */
  apiOf: (role: Role) => Api;
  /** Gives the browser a session; it stays on its page. */
  signIn: (role?: Role) => Promise<void>;
  /** Statuses that the browser may complain about in its console. */
  expected: number[];
  watched: void;
}

interface WorkerFixtures {
  server: Server;
  /** The cookies of one session for each role. */
  sessions: Map<Role, string>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  sessions: [async ({}, use) => use(new Map()), { scope: "worker" }],
  baseURL: async ({ server }, use) => use(server.url),
  apiOf: async ({ server }, use) => use((role) => new Api(server, server.people[role])),
  api: async ({ apiOf }, use) => use(apiOf("editor")),
  expected: async ({}, use) => use([]),
  signIn: async ({ context, server, sessions }, use) => {
    await use(async (role = "editor") => {
      const session = sessions.get(role) ?? (await sessionOf(server, role));
      sessions.set(role, session);
      const [name = "", value = ""] = session.split("=");
      await context.addCookies([{ name, value, url: server.url }]);
    });
  },
  watched: [
    async ({ context, server, expected }, use) => {
      const troubles: string[] = [];
      // Violations of the content security policy are messages of the console, too.
      context.on("console", (message) => {
        // On a busy machine the browser's code starts late. That it is loaded once has a test of its own.
        if (message.text().includes("was preloaded using link preload but not used within a few seconds")) return;
        if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
      });
      context.on("weberror", (error) => troubles.push(error.error().message));
      context.on("request", (request) => {
        const { origin, protocol, href } = new URL(request.url());
        if (origin !== server.url && protocol !== "data:") troubles.push(`a request left the server: ${href}`);
      });
      await use();
      const isExpected = (trouble: string) => expected.some((status) => trouble.includes(`status of ${status}`));
      expect(troubles.filter((trouble) => !isExpected(trouble))).toEqual([]);
    },
    { auto: true },
  ],
});

async function sessionOf(server: Server, role: Role): Promise<string> {
  const { email, password } = server.people[role];
  const answer = await fetch(`${server.url}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ email, password }),
    redirect: "manual",
  });
  const session = answer.headers.get("set-cookie")?.split(";")[0];
  if (!session) throw new Error(`${role} cannot sign in: ${answer.status}`);
  return session;
}

/** Fills in the form of the page that is open. */
export async function signInByForm(page: Page, { email, password }: Pick<Person, "email" | "password">): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Opens the menu behind the avatar. */
export async function openAccountMenu(page: Page): Promise<void> {
  await page.locator(".site-account summary").click();
}

/** The addresses of the breadcrumb, from the top. */
export function breadcrumb(page: Page) {
  return page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("listitem");
}

export { expect };
