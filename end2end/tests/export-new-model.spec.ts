import { exportButton, expectVersion, openModal, openPage, untilAlive } from "./export-form";
import { breadcrumb, expect, test, unique } from "./fixtures";

const EXPERIMENT = "two-layers-128-64";

test("an experiment becomes the first version of a new model, with everything inherited", async ({ page, api, signIn }) => {
  const experiment = await api.find("experiments", EXPERIMENT);
  const model = unique("digits");
  await signIn();
  const form = await openModal(page, experiment);
  await expect(form.willBeExported).toContainText([
    /Model files\s*5 files, 214 kB/,
    /Label map\s*10 labels/,
    /Parameters\s*11 parameters/,
    /Docker image\s*python:3\.11-slim/,
    /Dataset versions\s*train: handwritten-digits › train-1437, test: handwritten-digits › test-360/,
    /Base architecture\s*none – will be empty/,
    /Summary metrics\s*7 metrics/,
    new RegExp(`Source experiment\\s*digit-recognition › ${EXPERIMENT}`),
  ]);
  await form.modelName.fill(model);
  await form.modelDescription.fill("Reads digits.");
  await form.versionName.fill("first");
  await form.versionDescription.fill("The best of five.");
  await form.button.click();

  await expectVersion(page, model, "first");
  await expect(page.getByText("It is in the private registry now.")).toBeVisible();
  await expect(page.getByRole("paragraph").filter({ hasText: "The best of five." })).toBeVisible();
  await expect(breadcrumb(page)).toHaveText(["Private registry", model, "first"]);
  const section = (name: string | RegExp) => page.getByRole("region", { name, exact: true });

  const origin = page.getByRole("list", { name: "Where it comes from" });
  await expect(origin.getByRole("link", { name: EXPERIMENT })).toHaveAttribute("href", `/experiments/${experiment.id}`);
  const datasets = origin.getByRole("link", { name: /^handwritten-digits › / });
  await expect(datasets).toHaveText(["handwritten-digits › train-1437", "handwritten-digits › test-360"]);
  for (const dataset of await datasets.all()) {
    await expect(dataset).toHaveAttribute("href", /^\/datasets\/[0-9a-f-]+\/versions\/(train-1437|test-360)$/);
    await expect(dataset).toBeInViewport();
  }

  const files = section(/^Files \d/).getByRole("row").filter({ has: page.getByRole("link") });
  await expect(files.getByRole("rowheader").locator(".file-name")).toHaveText([
    "model/digits.joblib",
    "model/requirements.txt",
    "plots/confusion_matrix.png",
    "reports/per_class.csv",
    "training.log",
  ]);
  await expect(section("Label map 10 labels").getByRole("listitem")).toHaveCount(10);
  const parameters = section("Parameters 11").getByRole("row");
  await expect(parameters).toHaveCount(12);
  await expect(parameters.filter({ hasText: "learning_rate" }).getByRole("cell")).toHaveText(["decimal", "0.2"]);
  await expect(section("Docker image")).toContainText("docker run --rm --cpus 2 -e HEIRLOOM_URL -e HEIRLOOM_TOKEN python:3.11-slim");
  await expect(section("Summary metrics")).toContainText(/val\/accuracy\s*0\.982639/);
  await expect(section(`Inherited from ${EXPERIMENT}`)).toContainText("none – trained from scratch");
});

test("what changes on the experiment later changes nothing on the version", async ({ page, api, signIn }) => {
  const image = (tag: string) => ({ reference: `python:${tag}` });
  const experiment = await api.experiment(unique("later"), { parameters: { lr: 0.5 }, docker_image: image("3.11") });
  const name = unique("kept");
  const version = await api.exportTo({ new_model: { name } }, experiment);
  await api.call("PUT", `/experiments/${experiment.id}/parameters`, { lr: 0.25, warmup: true });
  await api.call("PATCH", `/experiments/${experiment.id}`, { docker_image: image("3.13") });
  await signIn("viewer");
  await page.goto(`/experiments/${experiment.id}/parameters`);
  await expect(page.getByRole("main").getByRole("row")).toHaveText([/Parameter/, /lr\s*decimal\s*0\.25/, /warmup/]);
  await page.goto(`/experiments/${experiment.id}`);
  await expect(page.getByRole("main")).toContainText("python:3.13");
  await page.goto(`/registry/${version.model_id}/1`);
  await expect(page.locator("#parameters").getByRole("row")).toHaveText([/Parameter/, /lr\s*decimal\s*0\.5/]);
  await expect(page.locator("#docker")).toContainText("python:3.11");
  await expect(page.locator("#docker")).not.toContainText("python:3.13");
});

test("a running training is exported as the snapshot that it is", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("running"));
  await api.call("PATCH", `/experiments/${experiment.id}`, { status: "running" });
  await signIn();
  const form = await openModal(page, experiment);
  await expect(form.root).toContainText("The training is still running: the version will be a snapshot of this moment.");
  const model = unique("snapshot");
  await form.modelName.fill(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
  await expect(page.getByRole("main")).toContainText("running – a snapshot of a running training");
});

test("the new model stands in the registry, and the experiment links to the version", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("listed");
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
  const address = new URL(page.url()).pathname;

  await page.goto("/registry");
  await page.getByRole("link", { name: model }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(model);
  await expect(page.getByRole("link", { name: "v1", exact: true })).toHaveAttribute("href", address);
  await page.getByRole("link", { name: experiment.name }).click();
  await page.getByRole("link", { name: `Exported as ${model} › v1` }).click();
  await expect(page).toHaveURL(address);
});

test("closing the modal makes nothing", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("abandoned");
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill(model);
  await form.root.getByRole("button", { name: "Cancel" }).click();
  await expect(form.root).toBeHidden();
  await exportButton(page).click();
  await form.root.getByRole("button", { name: "Close" }).click();
  await expect(form.root).toBeHidden();
  await page.goto(`/registry?search=${model}`);
  await expect(page.getByRole("heading", { name: "No model matches" })).toBeVisible();
});

test("the button opens the modal on every tab of the experiment", async ({ page, api, signIn }) => {
  const experiment = await api.find("experiments", "one-layer-32");
  await signIn();
  for (const tab of ["metrics", "artifacts", "parameters", "label-map", "datasets"]) {
    await page.goto(`/experiments/${experiment.id}/${tab}`);
    await untilAlive(page);
    await exportButton(page).click();
    await expect(page.getByRole("dialog", { name: "Export as a Model" }), tab).toBeVisible();
  }
});

test("what the experiment lacks is announced and stays empty", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("bare"));
  const model = unique("bare");
  await signIn();
  const form = await openModal(page, experiment);
  await expect(form.willBeExported.filter({ hasText: "none – will be empty" })).toHaveCount(7);
  await expect(form.root.getByText("The experiment's status is pending, not succeeded.")).toBeVisible();
  await form.modelName.fill(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
  const inherited = page.getByRole("region", { name: `Inherited from ${experiment.name}` });
  await expect(inherited.getByRole("listitem").filter({ hasText: "none – " })).toHaveCount(7);
});

test("parameters and files that look like secrets are warned of before", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"), { parameters: { epochs: 3, api_key: "sk-live-0123456789abcdef" } });
  await api.artifact(experiment, ".env", "KEY=1");
  await signIn();
  const form = await openModal(page, experiment);
  await expect(form.root.getByText(/These parameters look like secrets.*: api_key\./)).toBeVisible();
  await expect(form.root.getByText(/These files look like they hold secrets: \.env\./)).toBeVisible();
});

test("errors stand next to their fields, take the focus and lose nothing", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const experiment = await api.experiment(unique("run"));
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill("  ");
  await form.versionName.fill("x".repeat(201));
  await form.modelDescription.fill("typed with care");
  await form.button.click();
  await expect(form.modelName).toHaveAccessibleDescription(/This must not be empty\./);
  await expect(form.modelName).toHaveAttribute("aria-invalid", "true");
  await expect(form.versionName).toHaveAccessibleDescription(/This must have at most 200 characters\./);
  await expect(form.modelDescription).not.toHaveAttribute("aria-invalid");
  await expect(form.modelName).toBeFocused();
  await expect(form.modelDescription).toHaveValue("typed with care");
  await expect(form.versionName).toHaveValue("x".repeat(201));

  const model = unique("mended");
  await form.modelName.fill(model);
  await form.button.click();
  await expect(form.versionName).toBeFocused();
  await expect(form.modelName).not.toHaveAttribute("aria-invalid");
  await form.versionName.fill("v1");
  await form.button.click();
  await expectVersion(page, model, "v1");
});

test("switching tabs keeps what was typed", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill("kept");
  await form.modelDescription.fill("of the first tab");
  await form.newVersionTab.click();
  await expect(form.modelName).toBeHidden();
  await form.versionName.fill("kept as well");
  await form.versionDescription.fill("of the second tab");
  await form.newModelTab.click();
  await expect(form.modelName).toHaveValue("kept");
  await expect(form.modelDescription).toHaveValue("of the first tab");
  await expect(form.versionName).toHaveValue("v1");
  await form.newVersionTab.click();
  await expect(form.versionName).toHaveValue("kept as well");
  await expect(form.versionDescription).toHaveValue("of the second tab");
});

test("what was typed before the browser's code ran is kept", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("early");
  await signIn();
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  const form = await openPage(page, experiment);
  await form.modelName.fill(model);
  release();
  await untilAlive(page);
  await expect(form.modelName).toHaveValue(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
});

test("a name that is taken leads to a version of that model", async ({ page, api, signIn, expected }) => {
  expected.push(409);
  const experiment = await api.experiment(unique("run"));
  const model = unique("taken");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill(model.toUpperCase());
  await form.versionDescription.fill("typed with care");
  await form.button.click();
  await expect(form.modelName).toHaveAccessibleDescription(new RegExp(`A model named ${model} exists\\.`, "i"));
  await expect(form.modelName).toBeFocused();
  await expect(form.modelName).toHaveValue(model.toUpperCase());
  await form.addVersionInstead.click();
  await expect(form.newVersionTab).toHaveAttribute("aria-selected", "true");
  await expect(form.model).toHaveValue(new RegExp(`^${model}$`, "i"));
  await expect(form.versionName).toHaveValue("v2");
  await form.button.click();
  await expectVersion(page, model, "v2");
  expect(await api.versionCount(model)).toBe(2);
});

test("a connection that breaks is said, and the second attempt works", async ({ page, api, signIn, context }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("offline");
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill(model);
  await page.route("**/fn/**", (route) => route.abort(), { times: 1 });
  context.removeAllListeners("console");
  await form.button.click();
  await expect(form.root.getByRole("alert")).toBeVisible();
  await expect(form.modelName).toHaveValue(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
});

test("the page of its own exports as the modal does", async ({ page, api, signIn }) => {
  const experiment = await api.find("experiments", "softmax-regression");
  const model = unique("paged");
  await signIn();
  const form = await openPage(page, experiment);
  await untilAlive(page);
  await expect(form.willBeExported).toHaveCount(8);
  await form.modelName.fill(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
});
