import { expectVersion, openModal, untilAlive } from "./export-form";
import { expect, test, unique } from "./fixtures";

test("a second experiment becomes version 2 of the model that was picked", async ({ page, api, signIn }) => {
  const first = await api.experiment(unique("one"), { parameters: { epochs: 1 } });
  const second = await api.experiment(unique("two"), { parameters: { epochs: 2 } });
  const model = unique("picked");
  const version = await api.exportTo({ new_model: { name: model } }, first);
  await signIn();
  const form = await openModal(page, second);
  await form.newVersionTab.click();
  await expect(form.model).toHaveValue("");
  await form.model.fill(model.slice(0, -1).toUpperCase());
  await expect(form.suggestions).toContainText([model]);
  await form.model.press("ArrowDown");
  await form.model.press("Enter");
  await expect(form.model).toHaveValue(model);
  await expect(form.suggestions).toHaveCount(0);
  await expect(form.versionName).toHaveValue("v2");
  await form.versionDescription.fill("Twice as long.");
  await form.button.click();
  await expectVersion(page, model, "v2");
  await expect(page.getByRole("paragraph").filter({ hasText: "Twice as long." })).toBeVisible();
  await expect(page.getByRole("row", { name: /epochs integer 2/ })).toBeVisible();

  await page.goto(`/registry/${version.model_id}`);
  await expect(page.getByRole("article").getByRole("heading", { level: 3 })).toHaveText(["v2", "v1"]);
  await page.getByRole("link", { name: "v1", exact: true }).click();
  await expect(page.getByRole("row", { name: /epochs integer 1/ })).toBeVisible();
});

test("the picker shows models at a click, filters while typing and follows the arrow keys", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const shared = unique("pick");
  for (const end of ["a", "b", "c"]) await api.exportTo({ new_model: { name: `${shared}-${end}` } }, experiment);
  await signIn();
  const form = await openModal(page, experiment);
  await form.newVersionTab.click();
  await expect(form.model).toHaveAttribute("aria-expanded", "false");
  await form.model.click();
  await expect(form.model).toHaveAttribute("aria-expanded", "true");
  await expect(form.suggestions.first()).toBeVisible();

  await form.model.fill(shared);
  await expect(form.suggestions).toHaveCount(3);
  await expect(form.suggestions.first()).toContainText("1 version");
  const active = async () => {
    const id = await form.model.getAttribute("aria-activedescendant");
    return id ? page.locator(`#${id}`).textContent() : null;
  };
  expect(await active()).toBeNull();
  const names = await form.suggestions.allTextContents();
  await form.model.press("ArrowDown");
  await expect.poll(active).toBe(names[0]);
  await form.model.press("ArrowDown");
  await expect.poll(active).toBe(names[1]);
  await form.model.press("ArrowUp");
  await expect.poll(active).toBe(names[0]);
  await form.model.press("ArrowUp");
  await expect.poll(active).toBe(names[2]);
  await form.model.press("Escape");
  await expect(form.suggestions.first()).toBeHidden();
  await expect(form.root).toBeVisible();

  await form.model.fill(`${shared}-b`);
  await expect(form.suggestions).toHaveCount(1);
  await form.suggestions.first().click();
  await expect(form.model).toHaveValue(`${shared}-b`);
  await expect(form.versionName).toHaveValue("v2");
  await form.button.click();
  await expectVersion(page, `${shared}-b`, "v2");
});

test("a name that somebody typed is not overwritten by a suggestion", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("named");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openModal(page, experiment);
  await form.newVersionTab.click();
  await form.versionName.fill("night shift");
  await form.model.fill(model);
  await form.suggestions.filter({ hasText: model }).click();
  await expect(form.model).toHaveValue(model);
  await expect(form.versionName).toHaveValue("night shift");
});

test("an experiment that starts from a version suggests the next version of that model", async ({ page, api, signIn }) => {
  const first = await api.experiment(unique("base"));
  const model = unique("retrained");
  const version = await api.exportTo({ new_model: { name: model } }, first);
  const second = await api.experiment(unique("again"), { base_model_version_id: version.id });
  await signIn();
  const form = await openModal(page, second);
  await expect(form.newVersionTab).toHaveAttribute("aria-selected", "true");
  await expect(form.model).toHaveValue(model);
  await expect(form.versionName).toHaveValue("v2");
  await expect(form.willBeExported.filter({ hasText: "Base architecture" })).toContainText(`${model} › v1`);
  await form.button.click();
  await expectVersion(page, model, "v2");
  const origin = page.getByRole("list", { name: "Where it comes from" });
  await expect(origin.getByRole("link", { name: `${model} › v1` })).toHaveAttribute("href", `/registry/${version.model_id}/1`);
});

test("the tab that was used last in the project opens first", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("habit");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openModal(page, experiment);
  await expect(form.newModelTab).toHaveAttribute("aria-selected", "true");
  await form.newVersionTab.click();
  await form.model.fill(model);
  await form.suggestions.filter({ hasText: model }).click();
  await form.button.click();
  await expectVersion(page, model, "v2");
  await page.goto(`/experiments/${experiment.id}`);
  await untilAlive(page);
  await page.getByRole("link", { name: "Export as a Model" }).click();
  await expect(form.newVersionTab).toHaveAttribute("aria-selected", "true");
});

test("a model that is not there is named as the mistake", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const experiment = await api.experiment(unique("run"));
  await signIn();
  const form = await openModal(page, experiment);
  await form.newVersionTab.click();
  await form.versionName.fill("v1");
  await form.button.click();
  await expect(form.model).toHaveAccessibleDescription(/Choose the model that gets the new version\./);
  await form.model.fill("no such model");
  await form.button.click();
  await expect(form.model).toHaveAccessibleDescription(/There is no model named no such model/);
  await expect(form.model).toBeFocused();
  await expect(form.versionName).toHaveValue("v1");
});

test("a version name that is taken is said next to it", async ({ page, api, signIn, expected }) => {
  expected.push(409);
  const experiment = await api.experiment(unique("run"));
  const model = unique("twice");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openModal(page, experiment);
  await form.newVersionTab.click();
  await form.model.fill(model);
  await form.versionName.fill("V1");
  await form.button.click();
  await expect(form.versionName).toHaveAccessibleDescription(/This model has a version named V1\. Choose another name\./);
  await expect(form.versionName).toBeFocused();
  await form.versionName.fill("v2");
  await form.button.click();
  await expectVersion(page, model, "v2");
});

test("an empty registry explains itself", async ({ page, apiOf, signIn }) => {
  const experiment = await apiOf("beginner").projectWithExperiment(unique("first steps"));
  await signIn("beginner");
  const form = await openModal(page, experiment);
  await expect(form.newModelTab).toHaveAttribute("aria-selected", "true");
  await form.newVersionTab.click();
  await expect(form.root.getByText("No model in this registry yet – create one in the first tab.")).toBeVisible();
  await expect(form.model).toBeHidden();
});
