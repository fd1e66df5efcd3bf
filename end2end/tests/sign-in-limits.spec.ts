// A server of its own: who fails often is slowed down, and so is everybody at the same address.
import { expect, test } from "./standalone";

test("after too many wrong passwords one waits, and is told how long", async ({ data, serveWith, request }) => {
  data.run(["user", "create", "--organization", "Team", "--email", "owner@example.org", "--role", "owner"], "correct horse battery");
  const server = await serveWith();
  const attempt = () => request.post(`${server.url}/sign-in`, { form: { email: "owner@example.org", password: "wrong horse battery" } });
  const statuses: number[] = [];
  for (let count = 0; count < 12; count++) statuses.push((await attempt()).status());
  expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(10);
  const last = await attempt();
  expect(last.status()).toBe(429);
  expect(Number(last.headers()["retry-after"])).toBeGreaterThan(0);
  expect(await last.text()).toContain("Too many attempts failed.");
});
