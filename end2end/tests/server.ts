// A server of its own, with demo data and people of every role.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Owner, editor and viewer are members of Demo; the others have organizations of their own. */
export type Role = "owner" | "editor" | "viewer" | "beginner" | "pioneer" | "newcomer";

export interface Person {
  email: string;
  password: string;
  /** An API token. */
  token: string;
}

export interface Server {
  url: string;
  people: Record<Role, Person>;
  stop(): Promise<void>;
}

const PASSWORD = "correct horse battery";
const MEMBERS: Record<Exclude<Role, "owner">, { organization: string; email: string; role: string }> = {
  editor: { organization: "Demo", email: "editor@heirloom.local", role: "editor" },
  viewer: { organization: "Demo", email: "viewer@heirloom.local", role: "viewer" },
  // Has experiments, and no model yet.
  beginner: { organization: "Beginners", email: "owner@beginners.example", role: "owner" },
  // Exports the first model of its organization, in one test only.
  pioneer: { organization: "Pioneers", email: "owner@pioneers.example", role: "owner" },
  // Nothing has happened there yet.
  newcomer: { organization: "Newcomers", email: "owner@newcomers.example", role: "owner" },
};

/** A folder for data, with the command line that works on it. */
export function dataFolder() {
  const folder = mkdtempSync(join(tmpdir(), "heirloom-end2end-"));
  const run = (args: string[], input = "") =>
    execFileSync(binary(), [...args, "--data", folder], { input, encoding: "utf8" }).trim();
  return { folder, run, remove: () => rmSync(folder, { recursive: true }) };
}

/** Fills a folder, and serves it. */
export async function startServer(): Promise<Server> {
  const data = dataFolder();
  const ownerPassword = /the owner (\S+) with the password (\S+)/.exec(data.run(["demo"]));
  const token = (email: string) => data.run(["token", "create", "--email", email]);
  const owner = { email: ownerPassword?.[1] ?? "", password: ownerPassword?.[2] ?? "" };
  const create = ({ organization, email, role }: (typeof MEMBERS)["editor"]) => {
    data.run(["user", "create", "--organization", organization, "--email", email, "--role", role], PASSWORD);
    return { email, password: PASSWORD, token: token(email) };
  };
  const people = {
    owner: { ...owner, token: token(owner.email) },
    editor: create(MEMBERS.editor),
    viewer: create(MEMBERS.viewer),
    beginner: create(MEMBERS.beginner),
    pioneer: create(MEMBERS.pioneer),
    newcomer: create(MEMBERS.newcomer),
  };
  const served = await serve(data.folder);
  const stop = async () => {
    await served.stop();
    data.remove();
  };
  return { url: served.url, people, stop };
}

/** Serves a folder on a free port, until stopped. */
export async function serve(folder: string, ...more: string[]) {
  return serveAt(await freePort(), folder, ...more);
}

/** Serves a folder on a port that somebody has to know before. */
export async function serveAt(port: number, folder: string, ...more: string[]) {
  const url = `http://127.0.0.1:${port}`;
  const args = ["serve", "--data", folder, "--listen", url.slice("http://".length), ...more];
  const server = spawn(binary(), args, { stdio: ["ignore", "pipe", "ignore"] });
  let printed = "";
  server.stdout.on("data", (text) => (printed += text));
  await untilReady(url, server);
  const stop = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  };
  return { url, printed: () => printed, stop };
}

function binary(): string {
  const places = [process.env.HEIRLOOM_BIN, "../target/release/heirloom", "../target/debug/heirloom"];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error("build the server first: scripts/build.sh");
  return found;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
