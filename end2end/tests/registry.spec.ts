// Finding a model, reading how it grew, and naming the version that counts.
import type { Api, Named } from "./api";
import { expect, test, unique } from "./fixtures";

async function grown(api: Api): Promise<{ id: string; name: string; label: string }> {
  const name = unique("protection");
  const label = unique("helmet");
  const dataset = await api.call<Named>("POST", "/datasets", { name: unique("yard") });
  const data = await api.call<Named>("POST", `/datasets/${dataset.id}/versions`, { name: "v1", labels: [label, "vest"] });
  const first = await api.experiment(unique("first"), { parameters: { lr: 0.1 }, dataset_versions: [{ dataset_version_id: data.id, alias: "train" }] });
  await api.artifact(first, "best.pt", "one");
  const version = await api.exportTo({ new_model: { name } }, first);
  const second = await api.experiment(unique("second"), { parameters: { lr: 0.2 } });
  await api.artifact(second, "best.pt", "two");
  await api.exportTo({ model_id: version.model_id }, second, "v2");
  return { id: version.model_id, name, label };
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a model is found by a label that it knows", async ({ page, api, signIn }) => {
      const model = await grown(api);
      await signIn();
      await page.goto("/registry");
      await page.getByText("Filters", { exact: true }).click();
      await page.getByLabel("Knows the label").fill(model.label);
      await page.getByRole("button", { name: "Filter", exact: true }).click();
      await expect(page.locator(".link-card h2")).toHaveText([model.name]);
      await page.getByRole("link", { name: "Table", exact: true }).click();
      await expect(page.getByRole("rowheader")).toHaveText([model.name]);
      await expect(page).toHaveURL(new RegExp(`label=${model.label}.*view=table`));
      const csv = await (await page.request.get(page.url().replace("/registry?", "/registry.csv?"))).text();
      expect(csv.trim().split("\n")).toHaveLength(2);
      expect(csv).toContain(model.name);
    });

    test("the timeline tells what changed, and two versions are compared", async ({ page, api, signIn }) => {
      const model = await grown(api);
      await signIn();
      await page.goto(`/registry/${model.id}`);
      const second = page.getByRole("article").filter({ hasText: "number 2" });
      await expect(second).toContainText("best.pt changed");
      await expect(second).toContainText("lr changed");
      await expect(second).toContainText("label map: subset");
      await second.getByRole("link", { name: /^Compare/ }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Compare versions");
      await expect(page.locator("#parameters").getByRole("row", { name: /lr/ })).toContainText("0.1");
      await page.getByLabel("From number").fill("2");
      await page.getByLabel("to number", { exact: true }).fill("1");
      await page.getByRole("button", { name: "Compare" }).click();
      await expect(page.locator("#labels")).toContainText("superset");
    });

    test("an alias names the version that counts, and moves", async ({ page, api, signIn, expected }) => {
      expected.push(422, 404);
      const model = await grown(api);
      await signIn();
      await page.goto(`/registry/${model.id}/manage`);
      await page.getByLabel("Alias", { exact: true }).fill("latest");
      await page.getByLabel("for number").fill("1");
      await page.getByRole("button", { name: "Set", exact: true }).click();
      await expect(page.getByText("An alias has at most 60 characters")).toBeVisible();
      await expect(page.getByLabel("Alias", { exact: true })).toHaveValue("latest");
      await page.getByLabel("Alias", { exact: true }).fill("production");
      await page.getByRole("button", { name: "Set", exact: true }).click();
      await expect(page.getByText("points to number 1", { exact: true })).toBeVisible();
      await page.goto(`/registry/${model.id}/production`);
      await expect(page).toHaveURL(new RegExp(`/registry/${model.id}/1$`));
      await expect(page.getByRole("list", { name: "Aliases" })).toContainText("production");
      await page.goto(`/registry/${model.id}/manage`);
      await page.getByLabel("Alias", { exact: true }).fill("production");
      await page.getByLabel("for number").fill("2");
      await page.getByRole("button", { name: "Set", exact: true }).click();
      await page.goto(`/registry/${model.id}/production`);
      await expect(page).toHaveURL(new RegExp(`/registry/${model.id}/2$`));
    });

    test("a model is described, archived and restored", async ({ page, api, signIn }) => {
      const model = await grown(api);
      await signIn();
      await page.goto(`/registry/${model.id}`);
      await page.getByRole("link", { name: "Edit", exact: true }).click();
      await page.locator("#tags").fill("site, safety");
      await page.locator("#notes").fill("Never at *night*.");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByRole("list", { name: "Tags" })).toContainText("safety");
      await expect(page.locator("#notes em")).toHaveText("night");
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("button", { name: "Archive" }).click();
      await expect(page.getByText("Archived since")).toBeVisible();
      await page.goto(`/registry?search=${model.name}`);
      await expect(page.getByText("No model matches")).toBeVisible();
      await page.goto(`/registry?search=${model.name}&archived=yes`);
      await expect(page.locator(".link-card h2")).toHaveText([model.name]);
    });
  });
}
