import { expect, openModal, test, unique } from "./fixtures";

test("an experiment becomes the first version of a new model, with everything inherited", async ({ page, api, signIn }) => {
  const experiment = await api.find("experiments", "two-layers-128-64");
  const model = unique("digits");
  await signIn();
  await openModal(page, experiment.id);
  const modal = page.getByRole("dialog");
  await expect(modal.getByText("5 files")).toBeVisible();
  await modal.getByLabel("Model name").fill(model);
  await modal.getByLabel("Model description").fill("Reads digits.");
  await modal.getByRole("textbox", { name: "Version name" }).fill("first");
  await modal.getByRole("button", { name: "Export", exact: true }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › first`);
  await expect(page.getByText("It is in the private registry now.")).toBeVisible();
  await expect(page.getByRole("link", { name: "two-layers-128-64" }).first()).toHaveAttribute("href", `/experiments/${experiment.id}`);
  await expect(page.getByRole("link", { name: /handwritten-digits › train-1437/ }).first()).toBeVisible();
  await expect(page.getByRole("row", { name: /model\/digits\.joblib/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /learning_rate\s+decimal\s+0\.2/ })).toBeVisible();
  await expect(page.getByText("10 labels").first()).toBeVisible();
  await expect(page.getByText("docker run --rm").first()).toContainText("python:3.11-slim");
  await expect(page.getByText("val/accuracy").first()).toBeVisible();

  await page.goto("/registry");
  await expect(page.getByRole("link", { name: model })).toBeVisible();
  await page.goto(`/experiments/${experiment.id}`);
  await expect(page.getByRole("link", { name: new RegExp(`Exported as ${model}`) })).toBeVisible();
});

test("what the experiment lacks is announced and stays empty", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("bare"));
  await signIn();
  await openModal(page, experiment.id);
  const modal = page.getByRole("dialog");
  await expect(modal.getByText("none – will be empty")).toHaveCount(7);
  await expect(modal.getByText("The experiment's status is pending, not succeeded.")).toBeVisible();
  await modal.getByLabel("Model name").fill(unique("bare"));
  await modal.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByText("It is in the private registry now.")).toBeVisible();
});

test("errors stand next to their fields, take the focus and lose nothing", async ({ page, api, signIn, expected }) => {
  expected.push("422");
  const experiment = await api.experiment(unique("run"));
  await signIn();
  await openModal(page, experiment.id);
  const modal = page.getByRole("dialog");
  await modal.getByLabel("Model name").fill("  ");
  await modal.getByRole("textbox", { name: "Version name" }).fill("x".repeat(201));
  await modal.getByLabel("Model description").fill("typed with care");
  await modal.getByRole("button", { name: "Export", exact: true }).click();
  await expect(modal.getByLabel("Model name")).toHaveAccessibleDescription(/This must not be empty\./);
  await expect(modal.getByRole("textbox", { name: "Version name" })).toHaveAccessibleDescription(/This must have at most 200 characters\./);
  await expect(modal.getByLabel("Model name")).toBeFocused();
  await expect(modal.getByLabel("Model description")).toHaveValue("typed with care");
});

test("switching tabs keeps what was typed", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  await signIn();
  await openModal(page, experiment.id);
  const modal = page.getByRole("dialog");
  await modal.getByLabel("Model name").fill("kept");
  await modal.getByRole("tab", { name: "Create Model Version" }).click();
  await modal.getByRole("textbox", { name: "Version name" }).fill("kept as well");
  await modal.getByRole("tab", { name: "Create Model", exact: true }).click();
  await expect(modal.getByLabel("Model name")).toHaveValue("kept");
  await modal.getByRole("tab", { name: "Create Model Version" }).click();
  await expect(modal.getByRole("textbox", { name: "Version name" })).toHaveValue("kept as well");
});

test("a name that is taken leads to a version of that model", async ({ page, api, signIn, expected }) => {
  expected.push("409");
  const experiment = await api.experiment(unique("run"));
  const model = unique("taken");
  await api.call("POST", `/experiments/${experiment.id}/export`, { new_model: { name: model }, version: { name: "v1" } });
  await signIn();
  await openModal(page, experiment.id);
  const modal = page.getByRole("dialog");
  await modal.getByRole("tab", { name: "Create Model", exact: true }).click();
  await modal.getByLabel("Model name").fill(model.toUpperCase());
  await modal.getByRole("button", { name: "Export", exact: true }).click();
  await expect(modal.getByText(`A model named ${model.toUpperCase()} exists.`)).toBeVisible();
  await modal.getByRole("button", { name: "Add a version to it instead" }).click();
  await expect(modal.getByRole("combobox", { name: "Model" })).toHaveValue(model.toUpperCase());
  await expect(modal.getByRole("textbox", { name: "Version name" })).toHaveValue("v2");
  await modal.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › v2`);
});
