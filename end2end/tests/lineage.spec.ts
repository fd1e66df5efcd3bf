// Where versions come from and what came of them: the drawing, the list beside it, and the way through both.
import type { Api, ModelVersion, Named } from "./api";
import { expect, test, unique } from "./fixtures";

interface Family {
  data: Named;
  first: Named;
  v1: ModelVersion;
  second: Named;
  v2: ModelVersion;
}

/** A dataset version, an experiment on it, its version, an experiment that begins from that, and its version. */
async function family(api: Api): Promise<Family> {
  const dataset = await api.call<Named>("POST", "/datasets", { name: unique("yard") });
  const data = await api.call<Named>("POST", `/datasets/${dataset.id}/versions`, { name: "2026-11", labels: ["helmet"] });
  const first = await api.experiment(unique("first"), { dataset_versions: [{ dataset_version_id: data.id, alias: "train" }] });
  const v1 = await api.exportTo({ new_model: { name: unique("helmets") } }, first);
  const second = await api.experiment(unique("second"), { base_model_version_id: v1.id });
  const v2 = await api.exportTo({ model_id: v1.model_id }, second, "v2");
  return { data, first, v1, second, v2 };
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("the chain is walked from the data to the second version and back", async ({ page, api, signIn }) => {
      const { data, first, v1, second, v2 } = await family(api);
      await signIn("viewer");
      await page.goto(`/dataset-versions/${data.id}`);
      await page.getByRole("link", { name: "Lineage graph" }).click();
      const graph = page.getByRole("region", { name: "Lineage graph" });
      await expect(graph.getByRole("link")).toHaveCount(5);
      await expect(graph.locator("[aria-current]")).toContainText("2026-11");
      await graph.getByRole("link", { name: new RegExp(second.name) }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(second.name);
      await page.getByRole("link", { name: "Lineage graph" }).click();
      await expect(graph.locator("[aria-current]")).toContainText(second.name);
      await graph.getByRole("link", { name: new RegExp(`${v2.model_name}.*v2`) }).click();
      await expect(page.getByRole("heading", { level: 1 })).toContainText("v2");
      await page.getByRole("link", { name: "Lineage graph" }).click();
      const sources = page.getByRole("region", { name: "What it comes from" });
      await expect(sources.getByRole("listitem")).toHaveCount(4);
      await expect(sources.getByRole("link")).toContainText([second.name, `${v1.model_name} › v1`, first.name, "2026-11"]);
      await sources.getByRole("link", { name: first.name }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(first.name);
    });

    test("steps are taken back and what is left out is opened", async ({ page, api, signIn }) => {
      const { v1, first } = await family(api);
      await signIn("viewer");
      await page.goto(`/lineage/model-versions/${v1.id}`);
      const graph = page.getByRole("region", { name: "Lineage graph" });
      await page.getByRole("navigation", { name: "What it comes from" }).getByRole("link", { name: "1 step" }).click();
      await page.getByRole("navigation", { name: "What came of it" }).getByRole("link", { name: "None" }).click();
      await expect(graph.locator(".graph-node")).toHaveCount(2);
      await graph.getByRole("link", { name: "+1 more", exact: true }).first().click();
      await expect(graph.locator(".graph-node")).toHaveCount(3);
      await page.getByRole("navigation", { name: "Opened" }).getByRole("link").click();
      await expect(graph.locator(".graph-node")).toHaveCount(2);
      await expect(graph).toContainText(first.name);
    });
  });
}

test("a long fan-out is folded into a link that opens it", async ({ page, api, signIn }) => {
  const { data } = await family(api);
  for (let number = 0; number < 11; number++) {
    await api.experiment(unique(`run ${number}`), { dataset_versions: [{ dataset_version_id: data.id, alias: "train" }] });
  }
  await signIn("viewer");
  await page.goto(`/lineage/dataset-versions/${data.id}`);
  const graph = page.getByRole("region", { name: "Lineage graph" });
  await graph.getByRole("link", { name: "+4 more" }).click();
  await expect(graph.getByRole("link", { name: /more/ })).toHaveCount(0);
  await expect(graph.locator(".graph-node[data-kind=experiment]")).toHaveCount(13);
});

test("a deleted source is still told by its name", async ({ page, api, apiOf, signIn }) => {
  const { first, v1 } = await family(api);
  await apiOf("owner").request("DELETE", `/experiments/${first.id}`);
  await signIn("viewer");
  await page.goto(`/lineage/model-versions/${v1.id}`);
  const graph = page.getByRole("region", { name: "Lineage graph" });
  await expect(graph.locator("[data-state=deleted]")).toContainText(first.name);
  await expect(graph.getByRole("link", { name: new RegExp(first.name) })).toHaveCount(0);
  await expect(graph.getByRole("link", { name: /2026-11/ })).toBeVisible();
});

test("the drawing scrolls in its own box on a phone", async ({ page, api, signIn }) => {
  const { v1 } = await family(api);
  await page.setViewportSize({ width: 390, height: 800 });
  await signIn("viewer");
  await page.goto(`/model-versions/${v1.id}`);
  await page.getByRole("link", { name: "Lineage graph" }).click();
  const start = page.getByRole("region", { name: "Lineage graph" }).locator("[aria-current]");
  await expect(start).toBeInViewport({ ratio: 1 });
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways).toBe(0);
});

test("the page of the data lists what was made with it, through bases too, page by page", async ({ page, api, signIn }) => {
  const { data, first, v1, second } = await family(api);
  await signIn("viewer");
  await page.goto(`/dataset-versions/${data.id}`);
  const experiments = page.getByRole("region", { name: /^Used by experiments \d/ });
  await expect(experiments.getByRole("row", { name: new RegExp(first.name) })).toContainText("train");
  await expect(experiments.getByRole("row", { name: new RegExp(second.name) })).toContainText("through its base");
  const versions = page.getByRole("region", { name: /^Used by model versions \d/ });
  await expect(versions.getByRole("rowheader")).toHaveText([`${v1.model_name} › v2`, `${v1.model_name} › v1`]);
  for (let number = 0; number < 50; number++) {
    await api.experiment(unique(`run ${number}`), { dataset_versions: [{ dataset_version_id: data.id, alias: "test" }] });
  }
  await page.reload();
  await expect(experiments.getByRole("rowheader")).toHaveCount(50);
  await experiments.getByRole("link", { name: "Next page" }).click();
  await expect(experiments.getByRole("rowheader")).toHaveCount(2);
  await expect(versions.getByRole("rowheader")).toHaveCount(2);
});
