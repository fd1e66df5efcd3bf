import { places } from "./addresses";
import { exportButton, expectVersion, ExportForm, openPage } from "./export-form";
import { expect, test, unique } from "./fixtures";

test.use({ javaScriptEnabled: false });

test("the button leads to a page that exports a new model", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"), { parameters: { epochs: 3 } });
  const model = unique("plain");
  await signIn();
  await page.goto(`/experiments/${experiment.id}`);
  await exportButton(page).click();
  await expect(page).toHaveURL(`/experiments/${experiment.id}/export`);
  const form = new ExportForm(page.getByRole("main"));
  await expect(form.willBeExported).toHaveCount(8);
  await form.modelName.fill(model);
  await form.modelName.press("Enter");
  await expectVersion(page, model, "v1");
  await expect(page.getByRole("row", { name: /epochs integer 3/ })).toBeVisible();
});

test("a version of an existing model is exported", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("plain");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openPage(page, experiment);
  await form.newVersionTab.click();
  await form.model.fill(model);
  await form.versionName.fill("second");
  await form.button.click();
  await expectVersion(page, model, "second");
  expect(await api.versionCount(model)).toBe(2);
});

test("the tabs are buttons that keep everything typed", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  await signIn();
  const form = await openPage(page, experiment);
  await form.modelName.fill("kept");
  await form.modelDescription.fill("line one\nline two");
  await form.newVersionTab.click();
  await expect(form.newVersionTab).toHaveAttribute("aria-selected", "true");
  await expect(form.modelName).toBeHidden();
  await form.versionName.fill("kept as well");
  await form.newModelTab.click();
  await expect(form.modelName).toHaveValue("kept");
  await expect(form.modelDescription).toHaveValue("line one\nline two");
  await form.newVersionTab.click();
  await expect(form.versionName).toHaveValue("kept as well");
});

test("errors stand next to their fields and lose nothing", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const experiment = await api.experiment(unique("run"));
  await signIn();
  const form = await openPage(page, experiment);
  await form.modelName.fill("");
  await form.modelDescription.fill("typed with care");
  await form.versionName.fill("x".repeat(201));
  await form.button.click();
  await expect(form.modelName).toHaveAccessibleDescription(/This must not be empty\./);
  await expect(form.versionName).toHaveAccessibleDescription(/This must have at most 200 characters\./);
  await expect(form.modelDescription).toHaveValue("typed with care");
  const model = unique("mended");
  await form.modelName.fill(model);
  await form.versionName.fill("v1");
  await form.button.click();
  await expectVersion(page, model, "v1");
});

test("a name that is taken leads to a version of that model", async ({ page, api, signIn, expected }) => {
  expected.push(409);
  const experiment = await api.experiment(unique("run"));
  const model = unique("taken");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openPage(page, experiment);
  await form.modelName.fill(model);
  await form.button.click();
  await expect(form.modelName).toHaveAccessibleDescription(new RegExp(`A model named ${model} exists\\.`));
  await form.addVersionInstead.click();
  await expect(form.model).toHaveValue(model);
  await expect(form.versionName).toHaveValue("v2");
  await form.button.click();
  await expectVersion(page, model, "v2");
});

test("an empty registry explains itself", async ({ page, apiOf, signIn }) => {
  const experiment = await apiOf("beginner").projectWithExperiment(unique("first steps"));
  await signIn("beginner");
  const form = await openPage(page, experiment);
  await form.newVersionTab.click();
  await expect(page.getByText("No model in this registry yet – create one in the first tab.")).toBeVisible();
});

test("the first model of an organization is exported", async ({ page, apiOf, signIn }) => {
  const experiment = await apiOf("pioneer").projectWithExperiment(unique("first steps"));
  const model = unique("first");
  await signIn("pioneer");
  const form = await openPage(page, experiment);
  await form.modelName.fill(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
});

test("every page can be read", async ({ page, api, signIn }) => {
  await signIn("owner");
  for (const [name, { address, heading }] of Object.entries(await places(api))) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 }), name).toHaveText(heading);
  }
});

test("curves are drawn and files come down", async ({ page, api, signIn }) => {
  const { metrics, version } = await places(api);
  await signIn("viewer");
  await page.goto(metrics.address);
  await expect(page.getByRole("img", { name: /accuracy/ }).first()).toBeVisible();
  await page.goto(version.address);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download training.log" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("training.log");
});
