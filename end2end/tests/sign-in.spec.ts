import { EMAILS, expect, PASSWORD, test } from "./fixtures";

test("a signed-out visitor signs in and lands where they wanted to go", async ({ page }) => {
  await page.goto("/registry?search=digits");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel("E-mail").fill(EMAILS.viewer);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/registry?search=digits");
});

test("a wrong password keeps the address and says so", async ({ page, expected }) => {
  expected.push("401");
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(EMAILS.viewer);
  await page.getByLabel("Password").fill("wrong horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("E-mail address or password is wrong.");
  await expect(page.getByLabel("E-mail")).toHaveValue(EMAILS.viewer);
});

test("after signing out the old cookie is worthless", async ({ page, context, signIn }) => {
  await signIn("viewer");
  const cookies = await context.cookies();
  await page.locator(".site-account summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  await context.addCookies(cookies);
  await page.goto("/");
  await expect(page).toHaveURL(/\/sign-in/);
});
