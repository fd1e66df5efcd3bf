// Charts as files.
import { readFileSync } from "node:fs";
import type { Api, Named } from "./api";
import { expect, test, unique } from "./fixtures";
import type { Page } from "@playwright/test";

async function measured(api: Api): Promise<Named> {
  const experiment = await api.experiment(unique("save"));
  const points = Array.from({ length: 50 }, (_, step) => ({ key: "train/loss", step, value: step === 7 ? "NaN" : 1 / (step + 3) }));
  const others = [{ key: "val/loss", step: 9, value: 0.1 + 0.2 }, { key: "lr", step: 9, value: 1 }];
  await api.call("POST", `/experiments/${experiment.id}/metrics`, { points: [...points, ...others] });
  return experiment;
}

/** What a click on an entry of the menu of the chart saves. */
async function saved(page: Page, entry: string): Promise<{ name: string; bytes: Buffer }> {
  const menu = page.locator("figure.chart", { has: page.getByText("loss", { exact: true }) }).locator("details.menu");
  if (!(await menu.evaluate((details) => details.hasAttribute("open")))) await menu.locator("summary").click();
  const [download] = await Promise.all([page.waitForEvent("download"), menu.getByRole("link", { name: entry, exact: true }).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** What the browser says of text as XML: how many lines and titles, or its complaint. */
function parsed(page: Page, svg: string) {
  return page.evaluate((text) => {
    const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    return { root: root.localName, lines: root.querySelectorAll("polyline").length, texts: [...root.querySelectorAll("text")].map((text) => text.textContent) };
  }, svg);
}

test("a chart is saved as SVG in both themes, as it is drawn", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await signIn();
  await page.goto(`/experiments/${experiment.id}/metrics?scale=log&from=5`);
  const light = await saved(page, "SVG");
  expect(light.name).toBe("loss.svg");
  const { root, lines, texts } = await parsed(page, light.bytes.toString());
  expect([root, lines]).toEqual(["svg", 3]);
  expect(texts).toEqual(expect.arrayContaining(["loss", expect.stringMatching(/^train\/loss /), "val/loss 0.3"]));
  const dark = await saved(page, "SVG, dark");
  const withoutColours = (svg: Buffer) => svg.toString().replaceAll(/#[0-9a-f]{6}/g, "");
  expect(withoutColours(dark.bytes)).toBe(withoutColours(light.bytes));
  expect(dark.bytes.equals(light.bytes)).toBe(false);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a chart is saved as SVG, and its exact points as CSV", async ({ page, api, signIn }) => {
    const experiment = await measured(api);
    await signIn();
    await page.goto(`/experiments/${experiment.id}/metrics?from=5`);
    expect((await saved(page, "SVG")).bytes.toString()).toMatch(/^<svg xmlns[^]*<\/svg>\s*$/);
    const csv = (await saved(page, "CSV")).bytes.toString().trim().split("\r\n");
    expect(csv).toHaveLength(1 + 45 + 1);
    expect(csv.at(-1)).toMatch(/^"val\/loss",9,.*,0\.30000000000000004$/);
    await expect(page.getByRole("link", { name: "PNG", exact: true })).toHaveCount(0);
  });
});

test("a chart is saved as PNG, drawn by the browser", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await signIn();
  await page.goto(`/experiments/${experiment.id}/metrics`);
  await expect(page.locator("#shortcuts")).toHaveAttribute("data-alive");
  for (const entry of ["PNG", "PNG, dark"]) {
    const { name, bytes } = await saved(page, entry);
    expect(name).toBe("loss.png");
    expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
    expect([bytes.readUInt32BE(16) / 3, bytes.readUInt32BE(20) / 3]).toEqual([480, 318]);
    // The ground is drawn, so the picture is not empty and not transparent.
    const corner = await page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      return [...context.getImageData(1, 1, 1, 1).data];
    }, `data:image/png;base64,${bytes.toString("base64")}`);
    expect(corner).toEqual(entry === "PNG" ? [0xff, 0xfe, 0xfc, 0xff] : [0x1d, 0x19, 0x16, 0xff]);
  }
});

test("a chart of a comparison is saved as SVG", async ({ page, api, signIn }) => {
  const [one, other] = [await measured(api), await measured(api)];
  const { project_id } = await api.call<{ project_id: string }>("GET", `/experiments/${one.id}`);
  await signIn();
  await page.goto(`/projects/${project_id}/compare?experiment=${one.id}&experiment=${other.id}`);
  const chart = page.locator("figure.chart", { has: page.getByText("train/loss", { exact: true }) });
  await chart.locator("summary", { hasText: "Save" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), chart.getByRole("link", { name: "SVG", exact: true }).click()]);
  expect(download.suggestedFilename()).toBe("train-loss.svg");
  const { lines, texts } = await parsed(page, readFileSync(await download.path(), "utf8"));
  expect(lines).toBe(4);
  expect(texts.join()).toContain(one.name);
});

test("there is no file of a chart that is not there", async ({ page, api, signIn, expected }) => {
  const experiment = await measured(api);
  await signIn("newcomer");
  expected.push(404);
  for (const query of ["?key=train%2Floss", "?key=other", ""]) {
    expect((await page.request.get(`/experiments/${experiment.id}/metrics/chart.svg${query}`)).status()).toBe(404);
  }
});
