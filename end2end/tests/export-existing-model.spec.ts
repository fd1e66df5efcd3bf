import { expect, openModal, test, unique } from "./fixtures";

test("a second experiment becomes version 2 of the model that was picked", async ({ page, api, signIn }) => {
  const [first, second] = [await api.experiment(unique("one")), await api.experiment(unique("two"))];
  const model = unique("picked");
  const version = await api.call("POST", `/experiments/${first.id}/export`, { new_model: { name: model }, version: { name: "v1" } });
  await signIn();
  await openModal(page, second.id);
  const modal = page.getByRole("dialog");
  await modal.getByRole("tab", { name: "Create Model Version" }).click();
  const picker = modal.getByRole("combobox", { name: "Model" });
  await picker.fill(model.slice(0, -1).toUpperCase());
  await expect(modal.getByRole("option", { name: new RegExp(model) })).toBeVisible();
  await picker.press("ArrowDown");
  await picker.press("Enter");
  await expect(picker).toHaveValue(model);
  await expect(modal.getByRole("textbox", { name: "Version name" })).toHaveValue("v2");
  await modal.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › v2`);
  await page.goto(`/registry/${version.model_id}`);
  await expect(page.getByRole("link", { name: /v1/ }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: /v2/ }).first()).toBeVisible();
});

test("a model that is not there is named as the mistake", async ({ page, api, signIn, expected }) => {
  expected.push("422");
  const experiment = await api.experiment(unique("run"));
  await signIn();
  await openModal(page, experiment.id);
  const modal = page.getByRole("dialog");
  await modal.getByRole("tab", { name: "Create Model Version" }).click();
  const picker = modal.getByRole("combobox", { name: "Model" });
  await picker.fill("no such model");
  await modal.getByRole("textbox", { name: "Version name" }).fill("v1");
  await modal.getByRole("button", { name: "Export", exact: true }).click();
  await expect(picker).toHaveAccessibleDescription(/There is no model named no such model/);
  await expect(picker).toBeFocused();
});
