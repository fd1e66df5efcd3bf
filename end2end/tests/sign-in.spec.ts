import { expect, openAccountMenu, signInByForm, test } from "./fixtures";
import { dataFolder, serve } from "./server";

test("a signed-out visitor signs in and lands where they wanted to go", async ({ page, server }) => {
  await page.goto("/registry?search=digits");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signInByForm(page, server.people.viewer);
  await expect(page).toHaveURL("/registry?search=digits");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Private registry");
});

test("nobody is sent to another site after signing in", async ({ page, server }) => {
  await page.goto("/sign-in?next=//elsewhere.example/");
  await signInByForm(page, server.people.viewer);
  await expect(page).toHaveURL("/");
});

test("a wrong password keeps the address and where to go, and says so", async ({ page, server, expected }) => {
  expected.push(401);
  const { email, password } = server.people.viewer;
  await page.goto("/sign-in?next=/datasets");
  await signInByForm(page, { email, password: "wrong horse battery" });
  await expect(page.getByRole("alert")).toContainText("E-mail address or password is wrong.");
  await expect(page.getByLabel("E-mail")).toHaveValue(email);
  await expect(page.getByLabel("Password")).toHaveValue("");
  await signInByForm(page, { email, password });
  await expect(page).toHaveURL("/datasets");
});

test("after signing out the old cookie is worthless", async ({ page, context, server }) => {
  await page.goto("/sign-in");
  await signInByForm(page, server.people.viewer);
  await expect(page).toHaveURL("/");
  const cookies = await context.cookies();
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Lax" }]);
  await openAccountMenu(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  expect(await context.cookies()).toEqual([]);
  await context.addCookies(cookies);
  await page.goto("/registry");
  await expect(page).toHaveURL("/sign-in?next=/registry");
});

test("what `serve --demo` prints for an empty folder signs in", async ({ page }) => {
  const data = dataFolder();
  const server = await serve(data.folder, "--demo");
  const [, email = "", password = ""] = /e-mail\s+(\S+)\s+password\s+(\S+)/.exec(server.printed()) ?? [];
  expect(server.printed()).toContain(server.url);
  // Another origin than the fixture's server, which the browser is not to leave.
  const answer = await page.request.post(`${server.url}/sign-in`, { form: { email, password, next: "/registry" } });
  expect(answer.url()).toBe(`${server.url}/registry`);
  expect(await answer.text()).toContain("digits-classifier");
  await server.stop();
  data.remove();
});

test("after signing out the back button shows nothing", async ({ page, server }) => {
  await page.goto("/");
  await signInByForm(page, server.people.viewer);
  await page.goto("/registry");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Private registry");
  await openAccountMenu(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  await page.goBack();
  await expect(page).toHaveURL(/sign-in/);
  await expect(page.getByRole("heading", { name: "Private registry" })).toHaveCount(0);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("signing in and out works", async ({ page, server }) => {
    await page.goto("/datasets");
    await signInByForm(page, server.people.editor);
    await expect(page).toHaveURL("/datasets");
    await openAccountMenu(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page).toHaveURL("/sign-in");
  });
});
