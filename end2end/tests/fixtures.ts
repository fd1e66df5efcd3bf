// One server for each worker, with demo data and people of every role; every test watches that nothing goes wrong unseen.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base, type Page } from "@playwright/test";

export type Role = "owner" | "editor" | "viewer" | "newcomer";

export interface Server {
  url: string;
  token: string;
  viewerToken: string;
}

const PASSWORD = "correct horse battery";
const EMAILS: Record<Role, string> = {
  owner: "demo@heirloom.local",
  editor: "editor@heirloom.local",
  viewer: "viewer@heirloom.local",
  // In an organization of its own, where nothing has happened yet.
  newcomer: "owner@newcomer.example",
};

function binary(): string {
  const places = [process.env.HEIRLOOM_BIN, "../target/release/heirloom", "../target/debug/heirloom"];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error("build the server first: scripts/build.sh");
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

async function untilReady(url: string, process: ChildProcess): Promise<void> {
  for (;;) {
    if (process.exitCode !== null) throw new Error(`the server ended with ${process.exitCode}`);
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startServer(): Promise<Server & { stop(): Promise<void> }> {
  const program = binary();
  const data = mkdtempSync(join(tmpdir(), "heirloom-end2end-"));
  const run = (...args: string[]) => execFileSync(program, [...args, "--data", data], { input: PASSWORD, encoding: "utf8" }).trim();
  const create = (organization: string, role: Role, as: string) =>
    run("user", "create", "--organization", organization, "--email", EMAILS[role], "--role", as);
  create("Demo", "owner", "owner");
  create("Demo", "editor", "editor");
  create("Demo", "viewer", "viewer");
  create("Newcomers", "newcomer", "owner");
  run("demo");
  const token = run("token", "create", "--email", EMAILS.editor);
  const viewerToken = run("token", "create", "--email", EMAILS.viewer);
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(program, ["serve", "--data", data, "--listen", url.slice("http://".length)], { stdio: "ignore" });
  await untilReady(url, server);
  const stop = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true });
  };
  return { url, token, viewerToken, stop };
}

export class Api {
  constructor(private readonly server: Server) {}

  async call(method: string, path: string, body?: unknown): Promise<any> {
    const isBytes = typeof body === "string";
    const answer = await fetch(`${this.server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.server.token}`,
        ...(body === undefined || isBytes ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : isBytes ? body : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  async find(list: string, name: string): Promise<any> {
    const found = await this.call("GET", `/${list}?search=${encodeURIComponent(name)}`);
    return found.items.find((item: any) => item.name === name);
  }

  /** An experiment of the demo's project; `parts` as the API takes them. */
  async experiment(name: string, parts: object = {}): Promise<any> {
    const project = await this.find("projects", "digit-recognition");
    return this.call("POST", "/experiments", { project_id: project.id, name, ...parts });
  }
}

let count = 0;
/** A name that no other test uses. */
export function unique(word: string): string {
  return `${word}-${process.pid}-${Date.now()}-${count++}`;
}

interface Fixtures {
  api: Api;
  signIn: (role?: Role) => Promise<void>;
  /** Messages of the console that a test expects, as parts of their text. */
  expected: string[];
  watched: void;
}

export const test = base.extend<Fixtures, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  api: async ({ server }, use) => use(new Api(server)),
  expected: async ({}, use) => use([]),
  signIn: async ({ page }, use) => {
    await use(async (role: Role = "editor") => {
      await page.goto("/sign-in");
      await page.getByLabel("E-mail").fill(EMAILS[role]);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page).toHaveURL("/");
    });
  },
  watched: [
    async ({ page, server, expected }, use) => {
      const troubles: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
      });
      page.on("pageerror", (error) => troubles.push(error.message));
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(server.url) && !url.startsWith("data:")) troubles.push(`a request left the server: ${url}`);
      });
      await use();
      expect(troubles.filter((trouble) => !expected.some((part) => trouble.includes(part)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect, PASSWORD, EMAILS };

/** Waits until the islands of the page are alive: only then do tabs follow the arrow keys. */
export async function untilAlive(page: Page): Promise<void> {
  await expect(page.locator("[role=tab][aria-selected=false]").first()).toHaveAttribute("tabindex", "-1");
}

/** Opens the modal of an experiment. */
export async function openModal(page: Page, id: string): Promise<void> {
  await page.goto(`/experiments/${id}`);
  await untilAlive(page);
  await page.getByRole("link", { name: "Export as a Model" }).click();
  await expect(page.getByRole("dialog", { name: "Export as a Model" })).toBeVisible();
}
