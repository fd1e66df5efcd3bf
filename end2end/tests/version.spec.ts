// A version after the export: its text, its files, its history, and what ends its life.
import type { Api, ModelVersion, Named } from "./api";
import { expect, test, unique } from "./fixtures";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";

async function exported(api: Api, parts: object = {}): Promise<ModelVersion> {
  const experiment = await api.experiment(unique("source"), parts);
  await api.artifact(experiment, "best.pt", "weights");
  return api.exportTo({ new_model: { name: unique("protection") } }, experiment);
}

const at = (version: ModelVersion): string => `/registry/${version.model_id}/${version.number}`;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("text, type, framework, tags and notes are edited, and the history tells", async ({ page, api, signIn, expected }) => {
      expected.push(422);
      const version = await exported(api);
      await signIn();
      await page.goto(at(version));
      await page.getByRole("link", { name: "Edit", exact: true }).click();
      await page.locator("#tags").fill("night, " + "x".repeat(61));
      await page.locator("#notes").fill("# Beware\n\n*fog* <script>alert(1)</script>");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("must have at most 60 characters")).toBeVisible();
      await expect(page.locator("#notes")).toHaveValue("# Beware\n\n*fog* <script>alert(1)</script>");
      await page.locator("#tags").fill("night, yard");
      await page.locator("#framework").fill("ONNX");
      await page.getByRole("button", { name: "Save" }).click();
      const notes = page.getByRole("region", { name: "Notes" });
      await expect(notes.getByRole("heading", { name: "Beware" })).toBeVisible();
      await expect(notes.locator("script")).toHaveCount(0);
      await expect(page.getByRole("list", { name: "Tags" })).toContainText("yard");
      await expect(page.locator("#history")).toContainText("framework: nothing → “ONNX”");
    });

    test("files are added and removed until the version is sealed", async ({ page, api, signIn }) => {
      const version = await exported(api);
      await signIn();
      await page.goto(at(version));
      const files = page.locator("#files");
      await files.getByText("Add or remove files").click();
      await page.getByLabel("Add files").setInputFiles([
        { name: "model.onnx", mimeType: "application/octet-stream", buffer: Buffer.from("onnx") },
        { name: "card.md", mimeType: "text/markdown", buffer: Buffer.from("# card") },
      ]);
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await expect(page.getByRole("status").filter({ hasText: "2 files added." })).toBeVisible();
      await expect(files.getByRole("row", { name: /model\.onnx/ })).toContainText("added by");
      await files.getByText("Add or remove files").click();
      await page.getByLabel("Remove a file").selectOption("card.md");
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      await expect(files.getByRole("row", { name: /card\.md/ })).toHaveCount(0);
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("button", { name: "Seal" }).click();
      await expect(page.getByRole("list", { name: "Ready for deployment" })).toContainText("Sealed");
      await expect(files).toContainText("This version is sealed");
      await expect(files.getByText("Add or remove files")).toHaveCount(0);
      await expect(page.locator("#history")).toContainText("Removed the file card.md");
    });

    test("a version is archived, restored, and deleted when nothing needs it", async ({ page, api, signIn, expected }) => {
      expected.push(422);
      const version = await exported(api);
      const project = await api.find("projects", "digit-recognition");
      await api.call("POST", "/experiments", { project_id: project.id, name: unique("child"), base_model_version_id: version.id });
      await signIn("owner");
      await page.goto(`${at(version)}/manage`);
      await expect(page.getByRole("region", { name: "Delete" })).toContainText("1 experiment began with it as base architecture.");
      await expect(page.getByRole("button", { name: "Delete for good" })).toHaveCount(0);
      await page.getByRole("button", { name: "Archive" }).click();
      await expect(page.getByText("Archived since")).toBeVisible();
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("button", { name: "Restore" }).click();
      await expect(page.getByText("Archived since")).toHaveCount(0);
      const free = await exported(api);
      await page.goto(`${at(free)}/manage`);
      await page.locator("#confirmation").fill("v2");
      await page.getByRole("button", { name: "Delete for good" }).click();
      await expect(page.getByText("Nothing was deleted")).toBeVisible();
      await expect(page.locator("#confirmation")).toHaveValue("v2");
      await page.locator("#confirmation").fill(free.name);
      await page.getByRole("button", { name: "Delete for good" }).click();
      await expect(page).toHaveURL(new RegExp(`/registry/${free.model_id}$`));
      await expect(page.getByText("The version is deleted.")).toBeVisible();
    });

    test("a version without an experiment is made by hand", async ({ page, api, signIn, expected }) => {
      expected.push(422, 409);
      const name = unique("bought");
      await signIn();
      await page.goto("/registry");
      await page.getByRole("link", { name: "New model version" }).click();
      await page.locator("#model").fill(name);
      await page.locator("#name").fill("2.1");
      await page.locator("#labels").fill("helmet\nhelmet");
      await page.locator("#parameters").fill('{"size": 640');
      await page.getByRole("button", { name: "Create version" }).click();
      await expect(page.getByText("labels 0 and 1 are the same")).toBeVisible();
      await expect(page.getByText("The parameters cannot be kept")).toBeVisible();
      await expect(page.locator("#parameters")).toHaveValue('{"size": 640');
      await page.locator("#labels").fill("helmet\nvest");
      await page.locator("#parameters").fill('{"size": 640}');
      await page.getByRole("button", { name: "Create version" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name} › 2.1`);
      await expect(page.getByText("Created as 2.1, without an experiment")).toBeVisible();
      const model = await api.find("models", name);
      const { items } = await api.call<{ items: Named[] }>("GET", `/models/${model.id}/versions`);
      expect(items).toMatchObject([{ name: "2.1", number: 1, source_experiment_id: null }]);
    });
  });
}

test("everything is downloaded as one archive whose digests are right", async ({ page, api, signIn }) => {
  const version = await exported(api);
  await signIn();
  await page.goto(at(version));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download all" }).click()]);
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  await download.saveAs(join(folder, "bundle.tar"));
  execFileSync("tar", ["-xf", "bundle.tar"], { cwd: folder });
  execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: folder });
  expect(readFileSync(join(folder, "files/best.pt"), "utf8")).toBe("weights");
  expect(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))).toMatchObject({ id: version.id, number: 1 });
});

test("when the experiment goes on, the version offers to export it again", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("goes on"), {});
  await api.artifact(experiment, "best.pt", "weights");
  const version = await api.exportTo({ new_model: { name: unique("protection") } }, experiment);
  await signIn();
  await page.goto(at(version));
  await expect(page.getByRole("link", { name: "Export again" })).toHaveCount(0);
  await api.artifact(experiment, "best.pt", "better weights");
  await page.reload();
  await expect(page.getByText("The source experiment has 1 artifact that this version does not have")).toBeVisible();
  await page.getByRole("link", { name: "Export again" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Export as a Model");
});

test("a viewer reads everything and is offered nothing that changes", async ({ page, api, signIn, expected }) => {
  expected.push(403);
  const version = await exported(api);
  await signIn("viewer");
  await page.goto(at(version));
  for (const name of ["Edit", "Manage", "Use as base architecture"]) {
    await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
  }
  for (const path of ["/edit", "/manage"]) expect((await page.goto(at(version) + path))?.status()).toBe(403);
  expect((await page.request.post(`${at(version)}/manage`, { form: { action: "delete" } })).status()).toBe(403);
  expect((await page.request.post(`${at(version)}/remove-file`, { form: { name: "best.pt" } })).status()).toBe(403);
});
