import { expectAccessible } from "./accessible";
import { expect, stranger, test } from "./standalone";

const PASSWORD = "three wombats bake bread";

test("the first visitor with the printed link sets the server up, once", async ({ page, browser, serveWith }) => {
  const server = await serveWith();
  const link = /http:\S+\/set-up\?key=\S+/.exec(server.printed())?.[0] ?? "";
  expect(link).toContain(server.url);
  // Nobody has an account before, whatever they try.
  for (const [email, password] of [["admin", "admin"], ["admin@example.org", "password"], ["", ""]] as const) {
    const answer = await page.request.post(`${server.url}/sign-in`, { form: { email, password } });
    expect(answer.status()).toBe(401);
  }
  expect((await page.goto(`${link}x`))?.status()).toBe(404);
  await page.goto(link);
  await expectAccessible(page, "set-up");
  await page.getByLabel("Organization").fill("Acme");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@acme.example");
  await page.getByLabel("Password").fill("password");
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page.getByText("among the first that anybody would try")).toBeVisible();
  await expect(page.getByLabel("Organization")).toHaveValue("Acme");
  await expect(page.getByLabel("E-mail")).toHaveValue("ada@acme.example");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create" }).click();
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(page.locator(".site-org")).toHaveText("Acme");
  const other = await stranger(browser);
  expect((await other.goto(link))?.status()).toBe(404);
});

test("of three who race for the set-up exactly one owns the server", async ({ page, serveWith }) => {
  const server = await serveWith();
  const key = /set-up\?key=(\S+)/.exec(server.printed())?.[1] ?? "";
  const race = ["ada", "bob", "eve"].map((name) =>
    page.request.post(`${server.url}/set-up`, {
      form: { key, organization: `${name}'s`, email: `${name}@acme.example`, password: PASSWORD },
      maxRedirects: 0,
    }),
  );
  const statuses = (await Promise.all(race)).map((answer) => answer.status()).sort();
  expect(statuses).toEqual([303, 404, 404]);
});

test("a server that was set up prints no link", async ({ data, serveWith }) => {
  data.run(["user", "create", "--organization", "Acme", "--email", "ada@acme.example", "--role", "owner"], PASSWORD);
  const server = await serveWith();
  expect(server.printed()).not.toContain("set-up");
});
