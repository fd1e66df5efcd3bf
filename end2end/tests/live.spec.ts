// A page that is open while a training runs.
import { expect, test, unique } from "./fixtures";
import type { Api, Named } from "./api";

async function log(api: Api, experiment: Named, step: number, value: number | string): Promise<void> {
  await api.call("POST", `/experiments/${experiment.id}/metrics`, { points: [{ key: "val/loss", step, value }] });
}

async function running(api: Api): Promise<Named> {
  const experiment = await api.experiment(unique("live"));
  await api.call("PATCH", `/experiments/${experiment.id}`, { status: "running" });
  return experiment;
}

test("status, newest metrics and charts follow the training without a reload", async ({ page, api, signIn }) => {
  const experiment = await running(api);
  await signIn();
  await page.goto(`/experiments/${experiment.id}/metrics`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "No metric yet" })).toBeVisible();
  await page.evaluate(() => document.body.setAttribute("data-same-document", ""));
  await log(api, experiment, 0, 0.75);
  await log(api, experiment, 1, 0.5);
  const row = page.getByRole("region", { name: "All metrics table" }).getByRole("row", { name: /val\/loss/ });
  await expect(row).toContainText("0.5");
  await expect(page.locator("figure.chart polyline")).toHaveCount(1);
  await page.getByRole("link", { name: /^Parameters/ }).focus();
  await api.call("PATCH", `/experiments/${experiment.id}`, { status: "succeeded" });
  await expect(page.locator(".page-title .status")).toHaveText("Succeeded");
  await expect(page.getByRole("link", { name: /^Parameters/ })).toBeFocused();
  await expect(page.locator("body")).toHaveAttribute("data-same-document", "");
});

test("a lost connection is admitted, and what happened meanwhile is shown when it is back", async ({ page, context, api, signIn, expected }) => {
  const experiment = await running(api);
  await signIn();
  await page.goto(`/experiments/${experiment.id}`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  let isCut = true;
  expected.push(503);
  await context.route("**/events?*", (route) => (isCut ? route.abort() : route.continue()));
  await page.goto(`/experiments/${experiment.id}`);
  await expect(page.getByText("Reconnecting…").or(page.getByText("Not live: reload for news"))).toBeVisible();
  isCut = false;
  await log(api, experiment, 0, 0.25);
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.locator(".stats")).toContainText("0.25");
});

test("a file that the training uploads appears, and its digest can be copied", async ({ page, context, api, signIn }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const experiment = await running(api);
  await api.call("PUT", `/experiments/${experiment.id}/artifacts/first.txt`, "one");
  await signIn();
  await page.goto(`/experiments/${experiment.id}/artifacts`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await api.call("PUT", `/experiments/${experiment.id}/artifacts/second.txt`, "two");
  const digest = page.getByRole("button", { name: "Copy digest of second.txt" });
  await digest.click();
  await expect(digest.getByRole("status")).toHaveText("Copied");
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toBe("3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3");
});

test("the stream goes on after the event that was seen last", async ({ page, api, signIn }) => {
  const experiment = await running(api);
  await signIn();
  await page.goto("/help/export");
  const firstEvent = (lastEventId?: string): Promise<string> =>
    page.evaluate(
      async ([address, lastEventId]) => {
        const headers: HeadersInit = lastEventId ? { "Last-Event-ID": lastEventId } : {};
        const reader = (await fetch(address, { headers })).body!.pipeThrough(new TextDecoderStream()).getReader();
        for (let text = ""; ; ) {
          const { done, value } = await reader.read();
          if (done) return `ended after ${text}`;
          text += value;
          const id = /^id: ?(.+)\n/m.exec(text)?.[1];
          if (id) return id;
        }
      },
      [`/experiments/${experiment.id}/events?seen=nothing`, lastEventId] as const,
    );
  const seen = await firstEvent();
  expect(seen).toMatch(/^\d+-0$/);
  const next = firstEvent(seen);
  await log(api, experiment, 0, 0.5);
  expect(await next).toMatch(/^\d+-0$/);
  expect(await next).not.toBe(seen);
  expect(await firstEvent("unknown")).toBe(await next);
});

test("the console follows, and is searched", async ({ page, api, signIn }) => {
  const experiment = await running(api);
  await signIn();
  await page.goto(`/experiments/${experiment.id}/console`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const lines = [{ text: "epoch 1 of 2" }, { text: "no GPU", stream: "stderr" }, { text: "epoch 2 of 2" }];
  await api.call("POST", `/experiments/${experiment.id}/console`, { lines });
  await expect(page.getByRole("region", { name: "Console", exact: true }).getByRole("listitem")).toHaveText(["epoch 1 of 2", "no GPU", "epoch 2 of 2"]);
  await page.getByRole("searchbox", { name: "Search the console" }).fill("gpu");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Console", exact: true }).getByRole("listitem")).toHaveText(["no GPU"]);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("everything is readable, and the page says that it stands still", async ({ page, api, signIn }) => {
    const experiment = await running(api);
    await log(api, experiment, 0, 0.75);
    await signIn();
    await page.goto(`/experiments/${experiment.id}/metrics`);
    await expect(page.getByText("Not live: reload for news")).toBeVisible();
    await expect(page.getByRole("region", { name: "All metrics table" })).toContainText("0.75");
  });

  test("name, tags and notes are edited, and the second writer loses nothing", async ({ page, api, signIn, expected }) => {
    expected.push(409);
    const experiment = await running(api);
    await signIn();
    await page.goto(`/experiments/${experiment.id}`);
    await page.getByRole("link", { name: "Edit" }).click();
    await page.locator("#tags").fill("night, fisheye");
    await page.locator("#notes").fill("# Learned\n\n<script>alert(1)</script>\n\na *lower* rate");
    await api.call("PATCH", `/experiments/${experiment.id}`, { notes: "theirs" });
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("region", { name: "What is there now" })).toContainText("theirs");
    await expect(page.locator("#tags")).toHaveValue("night, fisheye");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("region", { name: "Notes" }).locator("em")).toHaveText("lower");
    await expect(page.getByRole("region", { name: "Notes" }).locator("script")).toHaveCount(0);
    await expect(page.getByRole("list", { name: "Tags" })).toContainText("fisheye");
  });
});
