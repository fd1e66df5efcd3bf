// Curves, drawn on the server as somebody wants to see them.
import type { Api, Named } from "./api";
import { expect, test, unique } from "./fixtures";

async function measured(api: Api): Promise<Named> {
  const experiment = await api.experiment(unique("curves"));
  const points = Array.from({ length: 100 }, (_, step) => ({ key: "val/loss", step, value: 10 ** (-step / 25) * (step % 2 ? 1 : 0.5) }));
  await api.call("POST", `/experiments/${experiment.id}/metrics`, { points: [...points, { key: "val/loss", step: 100, value: 0 }] });
  return experiment;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("scale, smoothing, axis and part of a curve are chosen and stay in the address", async ({ page, api, signIn }) => {
      const experiment = await measured(api);
      await signIn();
      await page.goto(`/experiments/${experiment.id}/metrics`);
      const line = page.locator("figure.chart polyline").first();
      const linear = await line.getAttribute("points");
      await page.getByLabel("Scale").selectOption("Logarithmic scale");
      await page.getByRole("button", { name: "Draw" }).click();
      await expect(page.getByText("1 point that is not positive, NaN or infinite leaves a gap.")).toBeVisible();
      expect(await line.getAttribute("points")).not.toBe(linear);
      await page.getByLabel("Smoothing").selectOption("Much smoothing");
      await page.getByLabel("From step").fill("10");
      await page.getByLabel("To step").fill("19");
      await page.getByRole("button", { name: "Draw" }).click();
      await expect(page).toHaveURL(/scale=log&smoothing=0\.9&axis=&from=10&to=19$/);
      expect((await line.getAttribute("points"))?.split(" ")).toHaveLength(10);
      await page.getByLabel("Axis").selectOption("Over seconds");
      await page.getByRole("button", { name: "Draw" }).click();
      await expect(page.getByLabel("Axis")).toHaveValue("time");
    });
  });
}

test("every point comes as CSV", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await signIn();
  const csv = await (await page.request.get(`/experiments/${experiment.id}/metrics.csv`)).text();
  const lines = csv.trim().split("\r\n");
  expect(lines).toHaveLength(102);
  expect(lines[0]).toBe("metric,step,time,value");
  expect(lines[1]).toMatch(/^"val\/loss",0,\d{4}-.*Z,0\.5$/);
});

test("a picture is enlarged and closed by keys", async ({ page, api, signIn }) => {
  const experiment = await api.find("experiments", "two-layers-128-64");
  await signIn();
  await page.goto(`/experiments/${experiment.id}/metrics`);
  await page.getByRole("button", { name: "Enlarge confusion_matrix" }).press("Enter");
  const box = page.getByRole("dialog", { name: "confusion_matrix" });
  await expect(box.getByRole("img")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(box).toBeHidden();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a logged table is sorted by its columns", async ({ page, api, signIn }) => {
      const experiment = await api.experiment(unique("table"));
      const rows = [["boots", 0.5], ["helmet", 0.875], ["vest", null], ["gloves", 0.0625]];
      await api.call("PUT", `/experiments/${experiment.id}/tables/per%20class`, { columns: ["class", "recall"], rows });
      await signIn("viewer");
      await page.goto(`/experiments/${experiment.id}/metrics?scale=log`);
      const table = page.getByRole("region", { name: "per class table" });
      const classes = table.locator("tbody td:first-child");
      await expect(classes).toHaveText(["boots", "helmet", "vest", "gloves"]);
      await table.getByRole("link", { name: "recall" }).click();
      await expect(classes).toHaveText(["gloves", "boots", "helmet", "vest"]);
      await expect(table.getByRole("columnheader", { name: "recall" })).toHaveAttribute("aria-sort", "ascending");
      await table.getByRole("link", { name: "recall" }).click();
      await expect(classes).toHaveText(["helmet", "boots", "gloves", "vest"]);
      await expect(page).toHaveURL(/scale=log&sorted=/);
    });
  });
}
