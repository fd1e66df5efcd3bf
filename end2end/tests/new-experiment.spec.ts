// A new experiment made by somebody who never touches the API, from nothing or from a version.
import type { Api, ModelVersion, Named } from "./api";
import { expect, test, unique } from "./fixtures";
import type { Page } from "@playwright/test";

interface Experiment extends Named {
  labels: string[];
  labels_from: string;
  parameters: Record<string, unknown>;
  docker_image: { reference: string } | null;
  artifact_count: number;
  base_model_version: { id: string } | null;
  dataset_versions: { alias: string }[];
}

async function labelled(api: Api, labels: string[]): Promise<{ id: string; whole: string }> {
  const dataset = await api.call<Named>("POST", "/datasets", { name: unique("yard") });
  const version = await api.call<Named>("POST", `/datasets/${dataset.id}/versions`, { name: "v1", labels });
  return { id: version.id, whole: `${dataset.name} › v1` };
}

async function base(api: Api): Promise<ModelVersion> {
  const data = await labelled(api, ["helmet", "vest"]);
  const parts = {
    parameters: { lr: 0.001, epochs: 30, name: "adam", nested: { steps: [1, 2] } },
    docker_image: { reference: "ghcr.io/team/trainer:1.4", run_flags: ["--gpus all"] },
    dataset_versions: [{ dataset_version_id: data.id, alias: "train" }],
  };
  const experiment = await api.experiment(unique("first"), parts);
  await api.artifact(experiment, "best.pt", "weights");
  return api.exportTo({ new_model: { name: unique("protection") } }, experiment);
}

async function opened(page: Page, api: Api): Promise<Experiment> {
  await expect(page.getByRole("status").filter({ hasText: "The experiment is created." })).toBeVisible();
  return api.call("GET", new URL(page.url()).pathname);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a name is enough, and the page says how to run the training", async ({ page, api, signIn, expected }) => {
      expected.push(422);
      const project = await api.find("projects", "digit-recognition");
      await signIn();
      await page.goto(`/projects/${project.id}`);
      await page.getByRole("link", { name: "New experiment" }).click();
      await page.getByRole("button", { name: "Create experiment" }).click();
      await expect(page.locator("#name")).toHaveAttribute("aria-invalid", "true");
      await page.locator("#name").fill(unique("by hand"));
      await page.getByRole("button", { name: "Create experiment" }).click();
      const experiment = await opened(page, api);
      expect(experiment).toMatchObject({ labels: [], parameters: {}, docker_image: null, base_model_version: null });
      await expect(page.getByRole("region", { name: "Run the training" })).toContainText(`HEIRLOOM_EXPERIMENT_ID=${experiment.id}`);
    });

    test("a version is the base: parameters, image, files and labels are there and can be changed", async ({ page, api, signIn }) => {
      const version = await base(api);
      const project = await api.find("projects", "digit-recognition");
      await signIn();
      await page.goto(`/registry/${version.model_id}/1`);
      await expect(page.getByRole("link", { name: "Use as base architecture" })).toHaveAttribute("href", `/experiments/new?base=${version.id}`);
      await page.goto(`/projects/${project.id}/experiments/new?base=${version.id}`);
      await page.locator("#name").fill(unique("second"));
      await expect(page.getByRole("textbox", { name: "Value of parameter 1" })).toHaveValue("0.001");
      await page.getByRole("textbox", { name: "Value of parameter 1" }).fill("0.01");
      await page.getByRole("button", { name: "Remove parameter 3" }).click();
      await expect(page.getByText("the base has 0.001 (decimal)")).toBeVisible();
      await page.getByRole("button", { name: "Add a parameter" }).click();
      await page.getByRole("textbox", { name: "Name of parameter 4" }).fill("warm up");
      await page.getByRole("combobox", { name: "Type of parameter 4" }).selectOption("True or false");
      await page.getByRole("textbox", { name: "Value of parameter 4" }).fill("true");
      await page.getByRole("button", { name: "Create experiment" }).click();
      const experiment = await opened(page, api);
      expect(experiment).toMatchObject({
        labels: ["helmet", "vest"],
        labels_from: "base",
        parameters: { lr: 0.01, epochs: 30, nested: { steps: [1, 2] }, "warm up": true },
        docker_image: { reference: "ghcr.io/team/trainer:1.4" },
        artifact_count: 1,
        base_model_version: { id: version.id },
      });
      expect((await api.call<{ parameters: object }>("GET", `/model-versions/${version.id}`)).parameters).toMatchObject({ lr: 0.001, name: "adam" });
      await expect(page.getByRole("region", { name: "Run the training" })).toContainText("ghcr.io/team/trainer:1.4");
    });
  });
}

test("everything of the base can be declined", async ({ page, api, signIn }) => {
  const version = await base(api);
  const project = await api.find("projects", "digit-recognition");
  await signIn();
  await page.goto(`/projects/${project.id}/experiments/new?base=${version.id}`);
  await page.locator("#name").fill(unique("bare"));
  await page.getByRole("checkbox", { name: /^Take its files along/ }).uncheck();
  await page.getByRole("button", { name: "Remove all" }).click();
  await page.locator("#image").fill("");
  await page.getByRole("button", { name: "Create experiment" }).click();
  expect(await opened(page, api)).toMatchObject({ parameters: {}, docker_image: null, artifact_count: 0, base_model_version: { id: version.id } });
});

test("different labels are shown with what they mean, and somebody must choose", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const [one, other] = [await labelled(api, ["helmet", "vest"]), await labelled(api, ["vest", "person"])];
  const version = await base(api);
  const project = await api.find("projects", "digit-recognition");
  await signIn();
  await page.goto(`/projects/${project.id}/experiments/new?base=${version.id}`);
  await page.locator("#name").fill(unique("choice"));
  await page.getByRole("combobox", { name: "Dataset version 1", exact: true }).fill(one.whole);
  await page.getByRole("textbox", { name: "Alias of dataset version 1" }).fill("train");
  await page.getByRole("button", { name: "Add a dataset version" }).click();
  await page.getByRole("combobox", { name: "Dataset version 2", exact: true }).fill(other.whole);
  await page.getByRole("textbox", { name: "Alias of dataset version 2" }).fill("test");
  await page.getByRole("button", { name: "Create experiment" }).click();
  await expect(page.getByText("The dataset versions have different labels.").first()).toBeVisible();
  await expect(page.getByText("superset", { exact: true })).toBeVisible();
  await page.getByLabel("Which labels shall the experiment have?").selectOption("union");
  await page.getByRole("button", { name: "Create experiment" }).click();
  expect(await opened(page, api)).toMatchObject({ labels: ["helmet", "vest", "person"], labels_from: "union" });
});

test("what is wrong is said beside the fields and nothing typed is lost", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const project = await api.find("projects", "digit-recognition");
  await signIn();
  await page.goto(`/projects/${project.id}/experiments/new`);
  const deep = "[".repeat(64) + "1" + "]".repeat(64);
  await page.locator("#name").fill("x".repeat(201));
  await page.locator("#base").fill("nothing › v9");
  await page.getByRole("button", { name: "Add a parameter" }).click();
  await page.getByRole("textbox", { name: "Name of parameter 1" }).fill("deep");
  await page.getByRole("combobox", { name: "Type of parameter 1" }).selectOption("List or nested");
  await page.getByRole("textbox", { name: "Value of parameter 1" }).fill(deep);
  await page.locator("#image").fill("not an image");
  await page.getByRole("button", { name: "Create experiment" }).click();
  for (const message of ["at most 200 characters", "There is no such model version", "nested more than 32 deep", "is not an image reference"]) {
    await expect(page.getByText(message).first(), message).toBeVisible();
  }
  await expect(page.getByRole("textbox", { name: "Value of parameter 1" })).toHaveValue(deep);
  await expect(page.locator("#name")).toHaveValue("x".repeat(201));
});

test("a viewer cannot create an experiment", async ({ page, api, signIn, expected }) => {
  expected.push(403);
  const project = await api.find("projects", "digit-recognition");
  await signIn("viewer");
  await page.goto(`/projects/${project.id}`);
  await expect(page.getByRole("button", { name: "New experiment" })).toHaveAttribute("aria-disabled", "true");
  expect((await page.goto(`/projects/${project.id}/experiments/new`))?.status()).toBe(403);
  expect((await page.request.post(`/projects/${project.id}/experiments/new`, { form: { name: "x" } })).status()).toBe(403);
});
