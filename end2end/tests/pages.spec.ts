import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { addresses } from "./addresses";
import { expect, test } from "./fixtures";

test("every page has a title, a fresh policy and no inline style", async ({ page, api, signIn }) => {
  await signIn("viewer");
  const nonces = new Set<string>();
  const { export: _, ...readable } = await addresses(api);
  for (const [name, address] of Object.entries(readable)) {
    const answer = await page.goto(address);
    expect(answer?.status(), name).toBe(200);
    await expect(page, name).toHaveTitle(/.+ · Heirloom$/);
    const policy = (await answer?.headerValue("content-security-policy")) ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-inline");
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? "");
    await expect(page.locator("[style]"), name).toHaveCount(0);
  }
  expect(nonces.size).toBe(Object.keys(readable).length);
});

test("a downloaded model file has the digest that the page shows", async ({ page, api, signIn }) => {
  await signIn("viewer");
  await page.goto((await addresses(api)).version);
  const row = page.getByRole("row", { name: /model\/digits\.joblib/ });
  const shown = await row.locator("code[title]").getAttribute("title");
  const [download] = await Promise.all([page.waitForEvent("download"), row.getByRole("link", { name: /Download/ }).click()]);
  expect(download.suggestedFilename()).toBe("digits.joblib");
  expect(createHash("sha256").update(readFileSync(await download.path())).digest("hex")).toBe(shown);
});

test("objects that do not exist, and those of others, are not found", async ({ page, api, signIn, expected }) => {
  expected.push("404");
  const known = await addresses(api);
  await signIn("newcomer");
  const foreign = [known.project, known.overview, known.export, known.dataset, known["dataset version"], known.model, known.version];
  for (const address of [...foreign, "/experiments/0", "/registry/x/1", "/nowhere"]) {
    const answer = await page.goto(address);
    expect(answer?.status(), address).toBe(404);
  }
});

test("the theme is remembered", async ({ page, signIn }) => {
  await signIn("viewer");
  await page.locator(".site-account summary").click();
  const dark = page.getByRole("button", { name: "Dark" });
  await expect(async () => {
    await dark.click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark", { timeout: 500 });
  }).toPass();
  await page.goto("/registry");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
