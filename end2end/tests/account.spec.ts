import { expect, signInByForm, test, unique } from "./fixtures";

async function statusWith(url: string, token: string): Promise<number> {
  return (await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
}

test("a token is shown once, works, and is worthless after it was revoked", async ({ page, signIn, server }) => {
  await signIn("viewer");
  await page.goto("/settings/tokens");
  const name = unique("laptop");
  await page.getByLabel("What it is for").fill(name);
  await page.getByLabel("How long it works").selectOption("30");
  await page.getByRole("button", { name: "Make the token" }).click();
  await expect(page.getByText("it cannot be shown again")).toBeVisible();
  const token = (await page.locator(".notice .copyable code").getAttribute("title")) ?? "";
  expect(token).toMatch(/^hlm_[0-9A-Za-z]{43}$/);
  expect(await statusWith(server.url, token)).toBe(200);
  await page.goto("/settings/tokens");
  await expect(page.getByRole("row", { name })).toContainText("read, write, export");
  expect(await page.content()).not.toContain(token);
  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await expect(page.getByText("Revoked.")).toBeVisible();
  expect(await statusWith(server.url, token)).toBe(401);
});

test("a token without a name is refused and keeps what was chosen", async ({ page, signIn, expected }) => {
  expected.push(422);
  await signIn("viewer");
  await page.goto("/settings/tokens");
  await page.getByLabel("Admin").check();
  await page.getByLabel("How long it works").selectOption("365");
  await page.getByRole("button", { name: "Make the token" }).click();
  await expect(page.getByLabel("What it is for")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Admin")).toBeChecked();
  await expect(page.getByLabel("How long it works")).toHaveValue("365");
});

test("one sees where one is signed in, and ends it from elsewhere", async ({ page, browser, server, signIn }) => {
  await signIn("viewer");
  const other = await (await browser.newContext()).newPage();
  await other.goto("/registry");
  await signInByForm(other, server.people.viewer);
  await expect(other).toHaveURL(/\/registry/);
  await page.goto("/settings");
  await expect(page.locator("#sessions")).toContainText("Chrome on ");
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByText("Signed out there.")).toBeVisible();
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in/);
});

test("name and password are changed", async ({ page, server, expected }) => {
  expected.push(422);
  const person = server.people.pioneer;
  await page.goto("/settings");
  await signInByForm(page, person);
  await page.getByLabel("Your name").fill("Grace Hopper");
  await page.locator("#profile").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByLabel("Your name")).toHaveValue("Grace Hopper");
  const card = page.locator("#change-password");
  await card.getByLabel("Your password").fill("not this one");
  await card.getByLabel("New password").fill("five otters read maps");
  await card.getByRole("button").click();
  await expect(card.getByText("This is not your password.").first()).toBeVisible();
  await card.getByLabel("Your password").fill(person.password);
  await card.getByLabel("New password").fill("five otters read maps");
  await card.getByRole("button").click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await card.getByLabel("Your password").fill("five otters read maps");
  await card.getByLabel("New password").fill(person.password);
  await card.getByRole("button").click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
});
