// Editing the label map of a version: knowingly, and without losing anything.
import { type Page } from "@playwright/test";
import type { Api, ModelVersion } from "./api";
import { expect, test, unique } from "./fixtures";

const LABELS = ["helmet", "vest", "person"];

async function labelledVersion(api: Api): Promise<ModelVersion> {
  const dataset = await api.call<{ id: string }>("POST", "/datasets", { name: unique("yard") });
  const data = await api.call<{ id: string }>("POST", `/datasets/${dataset.id}/versions`, { name: "v1", labels: LABELS });
  const experiment = await api.experiment(unique("run"), { dataset_versions: [{ dataset_version_id: data.id, alias: "train" }] });
  return api.exportTo({ new_model: { name: unique("protection") } }, experiment);
}

function labels(page: Page) {
  return page.getByRole("textbox", { name: /^Label of class/ });
}

async function names(page: Page): Promise<string[]> {
  return labels(page).evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
}

async function current(api: Api, version: ModelVersion): Promise<{ labels: string[]; label_map_revision: number }> {
  return api.call("GET", `/model-versions/${version.id}`);
}

async function openEditor(page: Page, version: ModelVersion): Promise<void> {
  await page.goto(`/registry/${version.model_id}/1`);
  await page.getByRole("link", { name: "Edit or export" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Label map");
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("labels are added, renamed, moved and removed, and saved after a review", async ({ page, api, signIn, expected }) => {
      expected.push(422);
      const version = await labelledVersion(api);
      await signIn();
      await openEditor(page, version);
      await page.getByLabel("Label of class 2").fill("worker");
      await page.getByRole("button", { name: "Move up class 2" }).click();
      expect(await names(page)).toEqual(["helmet", "worker", "vest"]);
      await page.getByRole("textbox", { name: /^Add labels/ }).fill("glove\nboot\n");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByRole("button", { name: "Remove class 0" }).click();
      expect(await names(page)).toEqual(["worker", "vest", "glove", "boot"]);
      await page.getByRole("button", { name: "Review…" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review the label map");
      await expect(page.getByText("mixed", { exact: true })).toBeVisible();
      expect((await current(api, version)).labels).toEqual(LABELS);
      await page.getByRole("button", { name: "Save anyway" }).click();
      await expect(page.getByRole("textbox", { name: /^Why/ })).toHaveAttribute("aria-invalid", "true");
      await page.getByRole("textbox", { name: /^Why/ }).fill("The camera sees other things.\nSecond line.");
      await page.getByRole("button", { name: "Save anyway" }).click();
      await expect(page.getByRole("status").filter({ hasText: "The label map is saved." })).toBeVisible();
      expect(await current(api, version)).toMatchObject({ labels: ["worker", "vest", "glove", "boot"], label_map_revision: 1 });
      await expect(page.getByRole("article").filter({ hasText: "Revision 1" })).toContainText("The camera sees other things.");
      await page.goto(`/registry/${version.model_id}/1`);
      await expect(page.getByText("Label map edited after export")).toBeVisible();
      await page.getByRole("link", { name: "What changed" }).click();
      await page.getByRole("button", { name: "Return to the inherited map" }).click();
      expect(await current(api, version)).toMatchObject({ labels: LABELS, label_map_revision: 2 });
      await page.goto(`/registry/${version.model_id}/1`);
      await expect(page.getByText("Label map edited after export")).toBeHidden();
    });
  });
}

test("indices that no class has stay unused, in rows and as text", async ({ page, api, signIn }) => {
  const model = await api.call<{ id: string }>("POST", "/models", { name: unique("coco") });
  const gaps = { name: "v1", labels: ["", "cat", "", "dog"] };
  const version = await api.call<ModelVersion>("POST", `/models/${model.id}/versions`, gaps);
  await signIn();
  await openEditor(page, { ...version, model_id: model.id });
  await expect(page.locator("#editor")).toContainText("2 labels");
  expect(await names(page)).toEqual(gaps.labels);
  await page.getByRole("button", { name: "Edit as text" }).click();
  await expect(page.getByRole("textbox", { name: /^Labels/ })).toHaveValue("\ncat\n\ndog");
  await page.getByRole("button", { name: "Review…" }).click();
  await expect(page.getByText("there is nothing to save")).toBeVisible();
  await page.getByRole("button", { name: "Back to the editor" }).click();
  await page.getByRole("button", { name: "Edit as rows" }).click();
  await page.getByLabel("Label of class 2").fill("bird");
  await page.getByRole("button", { name: "Review…" }).click();
  await expect(page.getByText("superset", { exact: true })).toBeVisible();
  await page.getByRole("textbox", { name: /^Why/ }).fill("It was forgotten.");
  await page.getByRole("button", { name: "Save anyway" }).click();
  expect((await current(api, version)).labels).toEqual(["", "cat", "bird", "dog"]);
  await page.goto(`/registry/${model.id}/1`);
  await expect(page.locator("#labels").getByRole("listitem")).toHaveText([/1\s*cat/, /2\s*bird/, /3\s*dog/]);
});

test("of two people who edit at once, the second sees both and loses nothing", async ({ page, api, signIn, expected }) => {
  expected.push(409);
  const version = await labelledVersion(api);
  await signIn();
  await openEditor(page, version);
  await page.getByLabel("Label of class 0").fill("hard hat");
  await page.getByRole("button", { name: "Review…" }).click();
  await page.getByRole("textbox", { name: /^Why/ }).fill("my reason");
  await api.call("PUT", `/model-versions/${version.id}/label-map`, { labels: ["helmet", "vest", "worker"], reason: "theirs", expected_revision: 0 });
  await page.getByRole("button", { name: "Save anyway" }).click();
  await expect(page.getByRole("alert")).toContainText("while you were editing it");
  await expect(page.getByRole("region", { name: "What they changed" })).toContainText("worker");
  await expect(page.getByRole("region", { name: "What you changed" })).toContainText("hard hat");
  expect((await current(api, version)).label_map_revision).toBe(1);
  await page.getByRole("button", { name: "Go on from mine" }).click();
  expect(await names(page)).toEqual(["hard hat", "vest", "person"]);
  await page.getByLabel("Label of class 2").fill("worker");
  await page.getByRole("button", { name: "Review…" }).click();
  await expect(page.getByRole("textbox", { name: /^Why/ })).toHaveValue("");
  await page.getByRole("textbox", { name: /^Why/ }).fill("both");
  await page.getByRole("button", { name: "Save anyway" }).click();
  await expect(page.getByRole("article").filter({ hasText: "Revision 2" })).toBeVisible();
  expect((await current(api, version)).labels).toEqual(["hard hat", "vest", "worker"]);
});

test("labels come from a file and go to the formats of other tools", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const version = await labelledVersion(api);
  await signIn();
  await openEditor(page, version);
  const file = page.getByLabel("Take the labels from a file");
  const read = page.getByRole("button", { name: "Read the file" });
  await file.setInputFiles({ name: "labels.txt", mimeType: "text/plain", buffer: Buffer.from([0x63, 0x61, 0x66, 0xe9]) });
  await read.click();
  await expect(page.getByText("is not UTF-8")).toBeVisible();
  expect(await names(page)).toEqual(LABELS);
  await file.setInputFiles({ name: "data.yaml", mimeType: "text/yaml", buffer: Buffer.from("nc: 2\nnames:\n  0: 寿司\n  1: 'a: b'\n") });
  await read.click();
  expect(await names(page)).toEqual(["寿司", "a: b"]);
  expect((await current(api, version)).labels).toEqual(LABELS);
  for (const [name, content] of [["Plain list", "helmet\nvest\nperson\n"], ["TensorFlow pbtxt", 'item {\n  id: 1\n  name: "helmet"\n}']] as const) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    const stream = await download.createReadStream();
    const text = await new Response(stream as unknown as ReadableStream).text();
    expect(text).toContain(content);
  }
});

test("a thousand labels are edited as text, and mistakes are named", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const version = await labelledVersion(api);
  const many = Array.from({ length: 1_000 }, (_, index) => `class ${index}`);
  await api.call("PUT", `/model-versions/${version.id}/label-map`, { labels: many, reason: "many", expected_revision: 0 });
  await signIn();
  await openEditor(page, version);
  const text = page.getByRole("textbox", { name: /^Labels/ });
  await expect(text).toHaveValue(many.join("\n"));
  await text.fill([...many, "class 7"].join("\n"));
  await page.getByRole("button", { name: "Review…" }).click();
  await expect(page.getByText("labels 7 and 1000 are the same")).toBeVisible();
  await text.fill(many.slice(0, 999).join("\n"));
  await page.getByRole("button", { name: "Review…" }).click();
  await page.getByRole("textbox", { name: /^Why/ }).fill("fewer");
  await page.getByRole("button", { name: "Save anyway" }).click();
  await expect(page.getByRole("status").filter({ hasText: "saved" })).toBeVisible();
  expect((await current(api, version)).labels).toHaveLength(999);
});

test("a viewer sees the label map and cannot edit it", async ({ page, api, signIn }) => {
  const version = await labelledVersion(api);
  await signIn("viewer");
  await openEditor(page, version);
  await expect(page.getByText("Ask an owner for the editor role")).toBeVisible();
  await expect(page.getByRole("button", { name: "Review…" })).toHaveCount(0);
  const answer = await page.request.post(`/registry/${version.model_id}/1/label-map`, { form: { action: "restore" } });
  expect(answer.status()).toBe(403);
});
