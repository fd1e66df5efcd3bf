import { expect, signInByForm, test, unique } from "./fixtures";
import { places } from "./addresses";
import type { Page } from "@playwright/test";

/** Until the page listens to keys. */
async function untilAlive(page: Page): Promise<void> {
  await expect(page.locator("#shortcuts")).toHaveAttribute("data-alive");
}

test("a slash goes to the search, which finds what anything is called", async ({ page, api, signIn }) => {
  await signIn("viewer");
  await page.goto((await places(api)).datasets.address);
  await untilAlive(page);
  await page.keyboard.press("/");
  const field = page.getByRole("searchbox", { name: "Search everything" });
  await expect(field).toBeFocused();
  await page.keyboard.type("digit?");
  await expect(field).toHaveValue("digit?");
  await field.fill("digits-c");
  await field.press("Enter");
  await page.getByRole("main").getByRole("link", { name: "digits-classifier" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("digits-classifier");
});

test("keys lead to the parts of the product, and a sheet lists them", async ({ page, signIn }) => {
  await signIn("viewer");
  await page.goto("/help/export");
  await untilAlive(page);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await page.keyboard.press("Control+g");
  for (const [key, path] of [["r", "/registry"], ["d", "/datasets"], ["p", "/"], ["s", "/search"]] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page).toHaveURL(path);
    await untilAlive(page);
  }
});

test("what was opened last is a click away, under the name that it has now", async ({ page, api, signIn }) => {
  const name = unique("before");
  const experiment = await api.experiment(name);
  await signIn();
  await page.goto(`/experiments/${experiment.id}/parameters`);
  await page.goto((await places(api)).version.address);
  await api.call("PATCH", `/experiments/${experiment.id}`, { name: `${name}-renamed` });
  await page.goto("/search");
  const recent = page.getByRole("region", { name: "Recently opened" }).getByRole("link");
  await expect(recent).toHaveText(["digits-classifier › v1", `digit-recognition › ${name}-renamed`]);
  await recent.last().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name}-renamed`);
});

test("times are told exactly in the reader's language", async ({ page, api, signIn }) => {
  await signIn("viewer");
  await page.goto((await places(api)).model.address);
  await untilAlive(page);
  const time = page.locator("time").first();
  const moment = await time.getAttribute("datetime");
  const local = await page.evaluate((moment) => new Date(moment ?? "").toLocaleString(), moment);
  await expect(time).toHaveAttribute("title", local);
});

test("what was typed is still there when the session had ended meanwhile", async ({ page, context, api, server, signIn, expected }) => {
  expected.push(401);
  const experiment = await api.experiment(unique("run"));
  const model = unique("kept & <b>safe</b>");
  await signIn();
  await page.goto(`/experiments/${experiment.id}/export`);
  await page.getByRole("textbox", { name: "Model name" }).fill(model);
  await context.clearCookies();
  // As without JavaScript, where the browser sends the form itself.
  await page.locator("main form").evaluate((form: HTMLFormElement) => HTMLFormElement.prototype.submit.call(form));
  await expect(page.getByRole("alert")).toContainText("what you typed is still there");
  await signInByForm(page, { ...server.people.editor, password: "wrong horse battery" });
  await expect(page.getByRole("alert")).toContainText("wrong");
  await signInByForm(page, server.people.editor);
  await expect(page.getByText(model)).toBeVisible();
  await page.getByRole("button", { name: "Send it now" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(model);
  expect(await api.versionCount(model)).toBe(1);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the search and the sheet of shortcuts work", async ({ page, signIn }) => {
    await signIn("viewer");
    await page.goto("/");
    await page.getByRole("searchbox", { name: "Search everything" }).fill("nothing has this name");
    await page.getByRole("searchbox", { name: "Search everything" }).press("Enter");
    await expect(page.getByRole("heading", { level: 2, name: "Nothing found" })).toBeVisible();
    await page.goto("/help/shortcuts");
    await expect(page.getByRole("main").getByText("Search everything")).toBeVisible();
  });
});
