import type { Browser, Page } from "@playwright/test";
import type { Named } from "./api";
import { expect, openAccountMenu, signInByForm, test, unique } from "./fixtures";

const PASSWORD = "three wombats bake bread";

/** The link that the open page shows once. */
async function shownLink(page: Page): Promise<string> {
  return (await page.locator(".notice .copyable code").getAttribute("title")) ?? "";
}

async function invite(page: Page, email: string, role = "Editor"): Promise<string> {
  await page.goto("/settings/people");
  const card = page.locator("#invite");
  await card.getByLabel("E-mail").fill(email);
  await card.getByLabel("Role").selectOption({ label: (await card.getByRole("option", { name: role }).textContent()) ?? "" });
  await card.getByRole("button", { name: "Make the invitation" }).click();
  await expect(page.getByText("It works once")).toBeVisible();
  return shownLink(page);
}

/** Somebody new, who has just joined by a link. */
async function joined(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill("Grace");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Projects");
  return page;
}

async function openMember(page: Page, email: string): Promise<void> {
  await page.goto("/settings/people");
  await page.getByRole("link", { name: email }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(email);
}

test("somebody new joins by a link that works once", async ({ page, browser, signIn }) => {
  await signIn("owner");
  const email = `${unique("new")}@example.org`;
  const link = await invite(page, email);
  await expect(page.locator("#invitations")).toContainText(email);
  const guest = await joined(browser, link);
  await openAccountMenu(guest);
  await expect(guest.locator(".menu-panel")).toContainText("Editor of Demo");
  const again = await guest.goto(link);
  expect(again?.status()).toBe(404);
  await page.goto("/settings/people");
  await expect(page.locator("#members")).toContainText(email);
  await expect(page.getByText(email)).toHaveCount(1);
});

test("a withdrawn invitation is worthless", async ({ page, browser, signIn }) => {
  await signIn("owner");
  const email = `${unique("withdrawn")}@example.org`;
  const link = await invite(page, email);
  await page.getByRole("button", { name: `Withdraw the invitation of ${email}` }).click();
  const guest = await (await browser.newContext()).newPage();
  expect((await guest.goto(link))?.status()).toBe(404);
});

test("who has an account joins a second organization and goes to and fro", async ({ page, server, signIn, browser }) => {
  await signIn("owner");
  const link = await invite(page, server.people.newcomer.email, "Viewer");
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(link);
  await guest.getByRole("link", { name: "Sign in to join" }).click();
  await signInByForm(guest, server.people.newcomer);
  await guest.getByRole("button", { name: "Join" }).click();
  await expect(guest.locator(".site-org")).toHaveText("Demo");
  await guest.goto("/settings");
  await guest.locator("#organizations").getByRole("button", { name: "Enter" }).click();
  await expect(guest.locator(".site-org")).toHaveText("Newcomers");
  await guest.goto("/settings");
  await guest.locator("#organizations").getByRole("button", { name: "Enter" }).click();
  await guest.goto("/settings");
  await guest.getByText("Leave Demo").click();
  await guest.getByLabel("Name to confirm: Demo").fill("Demo");
  await guest.getByRole("button", { name: "Leave" }).click();
  await expect(guest).toHaveURL(/\/sign-in/);
});

test("a changed role and a deactivation count at once", async ({ page, browser, signIn }) => {
  await signIn("owner");
  const email = `${unique("short")}@example.org`;
  const guest = await joined(browser, await invite(page, email));
  await expect(guest.getByRole("link", { name: "New project" })).toBeVisible();
  await openMember(page, email);
  await page.getByRole("combobox", { name: "Role", exact: true }).selectOption("viewer");
  await page.getByRole("button", { name: "Change the role" }).click();
  await expect(page.getByText("The role is changed.")).toBeVisible();
  await guest.reload();
  await expect(guest.getByRole("button", { name: "New project" })).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("button", { name: "Deactivate" }).click();
  await expect(page.getByText("Deactivated:")).toBeVisible();
  await guest.reload();
  await expect(guest).toHaveURL(/\/sign-in/);
  await signInByForm(guest, { email, password: PASSWORD });
  await expect(guest.getByRole("alert")).toContainText("E-mail address or password is wrong.");
  await page.getByRole("button", { name: "Reactivate" }).click();
  await expect(page.getByText("Reactivated.")).toBeVisible();
  await signInByForm(guest, { email, password: PASSWORD });
  await expect(guest.getByRole("heading", { level: 1 })).toHaveText("Projects");
});

test("a project that a member does not see is nowhere for that member", async ({ page, browser, signIn, apiOf }) => {
  await signIn("owner");
  const project = await apiOf("owner").call<Named>("POST", "/projects", { name: unique("secret") });
  const email = `${unique("narrow")}@example.org`;
  const guest = await joined(browser, await invite(page, email));
  await guest.goto("/");
  await expect(guest.getByRole("link", { name: project.name })).toBeVisible();
  await openMember(page, email);
  await page.getByLabel(`Role in ${project.name}`).selectOption("none");
  await page.locator("#projects").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await guest.goto("/");
  await expect(guest.getByRole("link", { name: project.name })).toHaveCount(0);
  expect((await guest.goto(`/projects/${project.id}`))?.status()).toBe(404);
  await guest.goto(`/search?q=${project.name}`);
  await expect(guest.getByRole("link", { name: project.name })).toHaveCount(0);
});

test("a link for a new password works once and ends the sessions", async ({ page, browser, signIn }) => {
  await signIn("owner");
  const email = `${unique("forgetful")}@example.org`;
  const guest = await joined(browser, await invite(page, email));
  await openMember(page, email);
  await page.getByRole("button", { name: "Make a link for a new password" }).click();
  const link = await shownLink(page);
  await guest.goto(link);
  await guest.getByLabel("New password").fill("four badgers sell cheese");
  await guest.getByRole("button", { name: "Set the password" }).click();
  await expect(guest).toHaveURL(/\/sign-in/);
  expect((await guest.goto(link))?.status()).toBe(404);
  await guest.goto("/registry");
  await expect(guest).toHaveURL(/\/sign-in/);
  await signInByForm(guest, { email, password: "four badgers sell cheese" });
  await expect(guest).toHaveURL(/\/registry/);
});

test("an owner cannot change or remove themselves", async ({ page, server, signIn }) => {
  await signIn("owner");
  await openMember(page, server.people.owner.email);
  await expect(page.getByText("This is you.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Change the role" })).toHaveCount(0);
});

test("a service account works with tokens", async ({ page, signIn, server, expected }) => {
  expected.push(422);
  await signIn("owner");
  await page.goto("/settings/people");
  const name = unique("ci");
  await page.locator("#service-accounts").getByLabel("Name").fill("No Capitals");
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByText("small letters, digits and hyphens").first()).toBeVisible();
  await page.locator("#service-accounts").getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByLabel("What it is for").fill("nightly");
  await page.getByRole("button", { name: "Make the token" }).click();
  const token = await shownLink(page);
  const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ email: `${name}@service`, role: "editor" });
});
