// Projects, datasets and their versions, made by people who never touch the API.
import type { Named } from "./api";
import { expect, test, unique } from "./fixtures";
import type { Page } from "@playwright/test";

interface DatasetVersion {
  name: string;
  labels: string[];
  item_count: number | null;
  kind: string;
}

async function datasetNamed(page: Page, name: string): Promise<void> {
  await page.goto("/datasets");
  await page.getByRole("link", { name: "New dataset" }).click();
  await page.getByRole("textbox", { name: /^Name/ }).fill(name);
  await page.getByRole("button", { name: "Create dataset" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New dataset version");
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a project is created and opened", async ({ page, signIn, expected }) => {
      expected.push(409, 422);
      const name = unique("Größe 🦺 مشروع");
      await signIn();
      await page.goto("/");
      await page.getByRole("link", { name: "New project" }).click();
      await page.getByRole("textbox", { name: /^Description/ }).fill("first line\nsecond line");
      await page.getByRole("button", { name: "Create project" }).click();
      await expect(page.getByRole("textbox", { name: /^Name/ })).toHaveAttribute("aria-invalid", "true");
      await expect(page.getByRole("textbox", { name: /^Description/ })).toHaveValue("first line\nsecond line");
      await page.getByRole("textbox", { name: /^Name/ }).fill(name);
      await page.getByRole("button", { name: "Create project" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
      await expect(page.getByRole("status").filter({ hasText: "The project is created." })).toBeVisible();
      await page.goto("/projects/new");
      await page.getByRole("textbox", { name: /^Name/ }).fill(name.toUpperCase());
      await page.getByRole("button", { name: "Create project" }).click();
      await expect(page.getByText(/^A project named .* exists/).first()).toBeVisible();
      await expect(page.getByRole("textbox", { name: /^Name/ })).toHaveValue(name.toUpperCase());
    });

    test("a dataset gets a version with labels that were typed", async ({ page, api, signIn, expected }) => {
      expected.push(422);
      const name = unique("yard");
      await signIn();
      await datasetNamed(page, name);
      await page.getByRole("textbox", { name: /^Name/ }).fill("2026-11");
      await page.getByLabel("Type").selectOption("Object detection");
      await page.getByRole("textbox", { name: /^Items/ }).fill("many");
      await page.getByRole("textbox", { name: /^Labels/ }).fill("helmet\nvest\nhelmet");
      await page.getByRole("button", { name: "Create version" }).click();
      await expect(page.getByText("labels 0 and 2 are the same")).toBeVisible();
      await expect(page.getByText("This must be a whole number, 0 or more.")).toBeVisible();
      await expect(page.getByRole("textbox", { name: /^Labels/ })).toHaveValue("helmet\nvest\nhelmet");
      await expect(page.getByLabel("Type")).toHaveValue("object_detection");
      await page.getByRole("textbox", { name: /^Items/ }).fill("1 437");
      await page.getByRole("textbox", { name: /^Labels/ }).fill("helmet\nvest\n\n");
      await page.getByRole("button", { name: "Create version" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name} › 2026-11`);
      const dataset = await api.find("datasets", name);
      const { versions } = await api.call<{ versions: DatasetVersion[] }>("GET", `/datasets/${dataset.id}`);
      expect(versions).toMatchObject([{ name: "2026-11", labels: ["helmet", "vest"], item_count: 1437, kind: "object_detection" }]);
    });
  });
}

const FILES = [
  ["labels.txt", "helmet\r\nvest\r\n"],
  ["data.yaml", "train: images\nnc: 2\nnames: [helmet, vest]\n"],
  ["instances.json", '{"categories": [{"id": 9, "name": "vest"}, {"id": 2, "name": "helmet"}], "annotations": []}'],
  ["config.json", '{"id2label": {"0": "helmet", "1": "vest"}}'],
  ["label_map.pbtxt", "item { id: 1 name: 'helmet' }\nitem { id: 2 name: 'vest' }"],
] as const;

test("labels are read from every kind of file and shown before anything is created", async ({ page, signIn }) => {
  await signIn();
  await datasetNamed(page, unique("files"));
  await page.getByRole("textbox", { name: /^Name/ }).fill("kept");
  for (const [name, text] of FILES) {
    await page.getByRole("textbox", { name: /^Labels/ }).fill("");
    await page.getByLabel("Take the labels from a file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "Read the file" }).click();
    await expect(page.getByRole("textbox", { name: /^Labels/ }), name).toHaveValue("helmet\nvest");
    await expect(page.getByRole("textbox", { name: /^Name/ }), name).toHaveValue("kept");
  }
});

test("a file that gives no labels is refused, and what was typed stays", async ({ page, signIn, expected }) => {
  expected.push(422);
  await signIn();
  await datasetNamed(page, unique("refused"));
  const lines = Array.from({ length: 100_000 }, (_, line) => `label ${line}\n`).join("");
  for (const [name, bytes, message] of [
    ["labels.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9]), "is not UTF-8"],
    ["labels.txt", Buffer.from(lines), "at most 10000 labels are kept"],
    ["data.yaml", Buffer.from("names: {0: a, 2: b}"), "label 1: "],
    ["labels.json", Buffer.from("{"), "cannot be read"],
  ] as const) {
    await page.getByRole("textbox", { name: /^Labels/ }).fill("typed");
    await page.getByLabel("Take the labels from a file").setInputFiles({ name, mimeType: "text/plain", buffer: bytes });
    await page.getByRole("button", { name: "Create version" }).click();
    await expect(page.getByText(message)).toBeVisible();
    await expect(page.getByRole("textbox", { name: /^Labels/ })).toHaveValue("typed");
  }
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(`editing ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    test.use({ javaScriptEnabled });

    test("labels are moved and renamed until an experiment uses them", async ({ page, api, signIn }) => {
      const dataset = await api.call<Named>("POST", "/datasets", { name: unique("moves") });
      const version = await api.call<Named>("POST", `/datasets/${dataset.id}/versions`, { name: "v1", labels: ["a", "b", "c"] });
      await signIn();
      await page.goto(`/dataset-versions/${version.id}`);
      await page.getByRole("link", { name: "Edit", exact: true }).click();
      await page.getByRole("button", { name: "Move labels" }).click();
      await page.getByRole("button", { name: "Move up class 2" }).press("Enter");
      await page.getByRole("button", { name: "Remove class 0" }).click();
      await page.getByRole("textbox", { name: "Label of class 1" }).fill("bee");
      await page.getByRole("textbox", { name: /^Name/ }).fill("2026-11");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${dataset.name} › 2026-11`);
      expect(await api.call("GET", `/dataset-versions/${version.id}`)).toMatchObject({ name: "2026-11", labels: ["c", "bee"] });
      await api.experiment(unique("user"), { dataset_versions: [{ dataset_version_id: version.id, alias: "train" }] });
      await page.getByRole("link", { name: "Edit", exact: true }).click();
      await expect(page.getByText("Fixed, because an experiment or a model version uses them.")).toBeVisible();
      await expect(page.getByRole("textbox", { name: /^Labels/ })).toHaveCount(0);
      await page.getByRole("textbox", { name: /^Items/ }).fill("3");
      await page.getByRole("button", { name: "Save" }).click();
      expect(await api.call("GET", `/dataset-versions/${version.id}`)).toMatchObject({ item_count: 3, labels: ["c", "bee"] });
      await page.getByRole("link", { name: "New version from this one" }).click();
      await page.getByRole("textbox", { name: /^Labels/ }).fill("c\nbee\nwasp");
      await page.getByRole("button", { name: "Compare with 2026-11" }).click();
      await expect(page.getByRole("region", { name: "Labels compared", exact: true })).toContainText("superset");
    });

    test("the second of two people who save sees what the first has done", async ({ page, api, signIn, expected }) => {
      expected.push(409);
      const dataset = await api.call<Named>("POST", "/datasets", { name: unique("shared") });
      const project = await api.call<Named>("POST", "/projects", { name: unique("shared") });
      await signIn();
      for (const [address, path] of [[`/datasets/${dataset.id}`, `/datasets/${dataset.id}`], [`/projects/${project.id}`, `/projects/${project.id}`]] as const) {
        await page.goto(`${address}/edit`);
        await api.call("PATCH", path, { description: "theirs" });
        await page.getByRole("textbox", { name: /^Description/ }).fill("mine");
        await page.getByRole("button", { name: "Save" }).click();
        await expect(page.getByRole("region", { name: "What is there now" })).toContainText("theirs");
        await expect(page.getByRole("textbox", { name: /^Description/ })).toHaveValue("mine");
        await page.getByRole("button", { name: "Save" }).click();
        await expect(page.getByText("mine")).toBeVisible();
      }
    });
  });
}

test("a viewer sees why nothing can be created", async ({ page, signIn, expected }) => {
  expected.push(403);
  await signIn("viewer");
  for (const [list, button, form] of [["/", "New project", "/projects/new"], ["/datasets", "New dataset", "/datasets/new"]] as const) {
    await page.goto(list);
    await expect(page.getByRole("button", { name: button })).toHaveAttribute("aria-disabled", "true");
    await expect(page.getByText("Ask an owner for the editor role")).toBeVisible();
    expect((await page.goto(form))?.status()).toBe(403);
    expect((await page.request.post(form, { form: { name: "x" } })).status()).toBe(403);
  }
});
