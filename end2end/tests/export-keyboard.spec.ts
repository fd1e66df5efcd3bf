import { exportButton, ExportForm, expectVersion, openModal, untilAlive } from "./export-form";
import { expect, test, unique } from "./fixtures";
import type { Locator, Page } from "@playwright/test";

const MAX_STOPS = 40;

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < MAX_STOPS; stops++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

async function replaceText(page: Page, text: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

test("a new model is exported with the keyboard alone", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("keys");
  await signIn();
  await page.goto(`/experiments/${experiment.id}`);
  await untilAlive(page);
  const button = exportButton(page);
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  const modal = page.getByRole("dialog", { name: "Export as a Model" });
  await expect(modal).toBeVisible();
  expect(await modal.evaluate((element) => element.contains(document.activeElement))).toBe(true);

  const form = new ExportForm(modal);
  await tabTo(page, form.newModelTab);
  await page.keyboard.press("ArrowRight");
  await expect(form.newVersionTab).toBeFocused();
  await expect(form.newVersionTab).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Home");
  await expect(form.newModelTab).toBeFocused();
  await expect(form.newModelTab).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("End");
  await expect(form.newVersionTab).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowRight");
  await expect(form.newModelTab).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(form.newModelTab).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(form.modelName).toBeFocused();
  await replaceText(page, model);

  await page.keyboard.press("Escape");
  await expect(modal).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(form.modelName).toHaveValue(model);
  await tabTo(page, form.modelName);
  await page.keyboard.press("Enter");
  await expectVersion(page, model, "v1");
});

test("a version of an existing model is exported with the keyboard alone", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("keys");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  await page.goto(`/experiments/${experiment.id}`);
  await untilAlive(page);
  await tabTo(page, exportButton(page));
  await page.keyboard.press("Enter");
  const form = new ExportForm(page.getByRole("dialog"));
  await tabTo(page, form.newModelTab);
  await page.keyboard.press("End");
  await page.keyboard.press("Tab");
  await expect(form.model).toBeFocused();
  await page.keyboard.type(model);
  await expect(form.suggestions).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(form.versionName).toHaveValue("v2");
  await tabTo(page, form.button);
  await page.keyboard.press("Enter");
  await expectVersion(page, model, "v2");
});

test("the focus stays inside the open modal", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  await signIn();
  const form = await openModal(page, experiment);
  const outside: string[] = [];
  for (let stops = 0; stops < MAX_STOPS; stops++) {
    await page.keyboard.press("Tab");
    const stray = await form.root.evaluate((modal) => {
      const element = document.activeElement;
      // Between the last and the first stop the browser's own controls may have the focus; then it is on the body.
      return !element || element === document.body || modal.contains(element) ? null : element.outerHTML;
    });
    if (stray) outside.push(stray);
  }
  expect(outside).toEqual([]);
});

test("every stop of the keyboard shows where it is", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  await signIn();
  const form = await openModal(page, experiment);
  const unmarked: string[] = [];
  for (let stops = 0; stops < 15; stops++) {
    await page.keyboard.press("Tab");
    const mark = await form.root.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const isMarked = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
      return isMarked ? null : element.outerHTML;
    });
    if (mark) unmarked.push(mark);
  }
  expect(unmarked).toEqual([]);
});

test("the first stop of every page skips to its content", async ({ page, signIn }) => {
  await signIn();
  await page.goto("/registry");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});
