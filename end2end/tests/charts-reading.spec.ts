// Reading a chart by pointing at it and by keys, and zooming to a part of it.
import type { Api, Named } from "./api";
import { expect, test, unique } from "./fixtures";
import type { Locator, Page } from "@playwright/test";

/** Steps 0 to 100; `train/loss` at every step, `val/loss` at every tenth. */
async function measured(api: Api): Promise<Named> {
  const experiment = await api.experiment(unique("read"));
  const points = Array.from({ length: 101 }, (_, step) => ({ key: "train/loss", step, value: 100 - step }));
  const validated = points.filter(({ step }) => step % 10 === 0).map((point) => ({ ...point, key: "val/loss", value: point.value + 0.5 }));
  await api.call("POST", `/experiments/${experiment.id}/metrics`, { points: [...points, ...validated] });
  return experiment;
}

async function open(page: Page, experiment: Named, query = ""): Promise<{ chart: Locator; drawing: Locator; slider: Locator; readout: Locator }> {
  await page.goto(`/experiments/${experiment.id}/metrics${query}`);
  await expect(page.locator("#shortcuts")).toHaveAttribute("data-alive");
  const chart = page.locator("figure.chart");
  return { chart, drawing: chart.getByRole("img"), slider: chart.getByRole("slider"), readout: chart.locator(".readout") };
}

/** Where a step from 0 to 100 stands on the screen. */
async function place(drawing: Locator, step: number): Promise<{ x: number; y: number }> {
  const box = await drawing.boundingBox();
  const left = Number(await drawing.getAttribute("data-left"));
  if (!box) throw new Error("the drawing cannot be seen");
  return { x: box.x + ((left + (step / 100) * (470 - left)) / 480) * box.width, y: box.y + box.height / 2 };
}

test("a pointer over a chart shows the values of all lines at the nearest step", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await signIn();
  const { drawing, readout } = await open(page, experiment);
  await expect(readout).toBeHidden();
  const { x, y } = await place(drawing, 42);
  await page.mouse.move(x, y);
  await expect(readout.locator("strong")).toHaveText("Step 42");
  await expect(readout.getByRole("listitem")).toHaveText([/train\/loss\s*58$/, /val\/loss\s*60\.5 at 40$/]);
  await page.mouse.move(1, 1);
  await expect(readout).toBeHidden();
});

test("dragging zooms to the part, the address has it, and all steps come back", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await signIn();
  const { chart, drawing } = await open(page, experiment, "?scale=log");
  await chart.scrollIntoViewIfNeeded();
  const [from, to] = [await place(drawing, 20), await place(drawing, 60)];
  await page.mouse.move(to.x, to.y);
  await page.mouse.down();
  await page.mouse.move(from.x, from.y, { steps: 3 });
  await expect(chart.locator(".marked")).toBeVisible();
  await page.mouse.up();
  await expect(page).toHaveURL(/\?scale=log&from=20&to=60#chart-1$/);
  await expect(page.getByLabel("From step")).toHaveValue("20");
  await expect(drawing).toHaveAccessibleName(/over the steps 20 to 60/);
  await page.getByRole("link", { name: "All steps" }).click();
  await expect(page).toHaveURL(/metrics\?scale=log$/);
});

test("a click is no zoom", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await signIn();
  const { drawing, readout } = await open(page, experiment);
  const { x, y } = await place(drawing, 30);
  await page.mouse.click(x, y);
  await expect(readout.locator("strong")).toHaveText("Step 30");
  await expect(page).toHaveURL(/metrics$/);
});

test("keys read, mark and zoom, and a screen reader hears the values", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await signIn();
  const { slider, readout, chart } = await open(page, experiment);
  await expect(slider).toHaveAccessibleDescription(/arrow keys read/);
  await slider.focus();
  await expect(readout.locator("strong")).toHaveText("Step 100");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", "Step 1: train/loss 99, val/loss 100.5 at 0");
  await page.keyboard.press("Shift+PageUp");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(chart.locator(".marked")).not.toHaveAttribute("width", "0.0");
  await page.keyboard.press("Escape");
  await expect(chart.locator(".marked")).toHaveAttribute("width", "0.0");
  await page.keyboard.press("Escape");
  await expect(readout).toBeHidden();
  await slider.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+PageDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=89&to=100#chart-1$/);
});

test("seconds are read as seconds, and zoom to the steps of that time", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("read"));
  const time = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
  const points = [0, 5, 10, 20].map((second, index) => ({ key: "loss", step: 100 * index, value: second, time: time(second) }));
  await api.call("POST", `/experiments/${experiment.id}/metrics`, { points });
  await signIn();
  const { slider } = await open(page, experiment, "?axis=time");
  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(slider).toHaveAttribute("aria-valuetext", "Second 10: loss 10");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?axis=time&from=100&to=200#chart-1$/);
});

test("reading goes on where it was when the training logs", async ({ page, api, signIn }) => {
  const experiment = await measured(api);
  await api.call("PATCH", `/experiments/${experiment.id}`, { status: "running" });
  await signIn();
  const { slider, readout, drawing } = await open(page, experiment);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await slider.focus();
  await page.keyboard.press("Home");
  await api.call("POST", `/experiments/${experiment.id}/metrics`, { points: [{ key: "train/loss", step: 101, value: 7 }] });
  await expect(drawing).toHaveAccessibleName(/over the steps 0 to 101/);
  await expect(slider).toBeFocused();
  await expect(readout.locator("strong")).toHaveText("Step 0");
});

test("the charts of a comparison are read and zoomed as well", async ({ page, api, signIn }) => {
  const [one, other] = [await measured(api), await measured(api)];
  const { project_id } = await api.call<{ project_id: string }>("GET", `/experiments/${one.id}`);
  await signIn();
  await page.goto(`/projects/${project_id}/compare?experiment=${one.id}&experiment=${other.id}`);
  await expect(page.locator("#shortcuts")).toHaveAttribute("data-alive");
  const slider = page.getByRole("slider", { name: "Read train/loss" });
  await slider.focus();
  await page.keyboard.press("Shift+PageDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/&from=89&to=100#chart-/);
  await expect(page.getByRole("img", { name: /^train\/loss over the steps 89 to 100/ })).toBeVisible();
  await page.getByRole("link", { name: "All steps" }).click();
  await expect(page).not.toHaveURL(/from=/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a chart offers nothing that needs it", async ({ page, api, signIn }) => {
    const experiment = await measured(api);
    await signIn();
    await page.goto(`/experiments/${experiment.id}/metrics`);
    await expect(page.locator("figure.chart").getByRole("img")).toBeVisible();
    await expect(page.getByRole("slider")).toHaveCount(0);
    await expect(page.getByText("Point at a chart")).toBeHidden();
  });
});
