import { expect, test, unique, untilAlive } from "./fixtures";

test("the whole export works with the keyboard alone", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("keys");
  await signIn();
  await page.goto(`/experiments/${experiment.id}`);
  await untilAlive(page);
  const button = page.getByRole("link", { name: "Export as a Model" });
  for (let presses = 0; presses < 30 && !(await button.evaluate((element) => element === document.activeElement)); presses++) {
    await page.keyboard.press("Tab");
  }
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  const modal = page.getByRole("dialog");
  await expect(modal).toBeVisible();
  expect(await modal.evaluate((element) => element.contains(document.activeElement))).toBe(true);

  const [newModel, newVersion] = [modal.getByRole("tab", { name: "Create Model", exact: true }), modal.getByRole("tab", { name: "Create Model Version" })];
  await newModel.focus();
  await page.keyboard.press("ArrowRight");
  await expect(newVersion).toBeFocused();
  await expect(newVersion).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Home");
  await expect(newModel).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Tab");
  await expect(modal.getByLabel("Model name")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(model);

  await page.keyboard.press("Escape");
  await expect(modal).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(modal.getByLabel("Model name")).toHaveValue(model);
  await modal.getByLabel("Model name").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › v1`);
});
