// What scripts of Picsellia's SDK make is seen in the browser, and what is exported in the browser is read by such scripts.
import type { Named } from "./api";
import { expectVersion, openModal } from "./export-form";
import { expect, test } from "./fixtures";
import type { Server } from "./server";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

interface Made {
  dataset: string;
  experiment: Named;
  second: Named;
  model: Named;
  version: { name: string; number: number };
}

/** Runs a script of end2end/picsellia in the environment that scripts/setup-picsellia.sh has made, as the editor. */
async function run<T>(script: string, server: Server, ...more: string[]): Promise<T> {
  const python = process.env.PICSELLIA_PYTHON ?? "../target/tools/picsellia/bin/python";
  const args = [`picsellia/${script}`, server.url, server.people.editor.token, ...more];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NETRC: "/dev/null" };
  // Not in one go: while this process waits it has to notice connections that end.
  const { stdout } = await promisify(execFile)(python, args, { encoding: "utf8", env });
  return JSON.parse(stdout) as T;
}

test("pages show what the SDK has made, and the SDK reads what the browser has exported", async ({ page, server, signIn }) => {
  const made = await run<Made>("make_for_browser.py", server);
  const at = `/experiments/${made.experiment.id}`;
  await signIn();

  await page.goto(at);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(made.experiment.name);
  await page.goto(`${at}/metrics`);
  for (const name of ["train/loss", "best accuracy", "score by class", "confusion", "summary", "evaluation", "picture"]) {
    await expect(page.getByRole("main").getByText(name, { exact: true }).filter({ visible: true }).first(), name).toBeVisible();
  }
  await expect(page.getByRole("region", { name: "Values" })).toContainText(/best accuracy\s*0\.97/);
  await expect(page.getByRole("region", { name: "not begun" })).toContainText("No value yet.");
  await page.goto(`${at}/parameters`);
  await expect(page.getByRole("row", { name: /learning_rate .*0\.125/ })).toBeVisible();
  await page.goto(`${at}/label-map`);
  await expect(page.getByRole("main")).toContainText("cat");
  await expect(page.getByRole("main")).toContainText("dog");
  await page.goto(`${at}/datasets`);
  await expect(page.getByRole("main")).toContainText(made.dataset);
  await page.goto(`${at}/artifacts`);
  const row = page.getByRole("row", { name: /model-latest/ });
  const [download] = await Promise.all([page.waitForEvent("download"), row.getByRole("link", { name: /Download/ }).first().click()]);
  expect(readFileSync(await download.path(), "utf8")).toBe("bytes of model-latest");

  await page.goto(`/registry/${made.model.id}/${made.version.number}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${made.model.name} › ${made.version.name}`);
  await expect(page.getByRole("main")).toContainText(made.dataset);
  await expect(page.locator("#files")).toContainText("model-latest");

  const form = await openModal(page, made.second);
  await form.newVersionTab.click();
  await form.model.fill(made.model.name);
  await form.suggestions.filter({ hasText: made.model.name }).click();
  await expect(form.versionName).toHaveValue("v2");
  await form.button.click();
  await expectVersion(page, made.model.name, "v2");

  expect(await run("read_after_browser.py", server, made.second.id, made.model.id)).toEqual({
    name: "v2",
    number: 2,
    labels: { "0": "cat", "1": "dog" },
    parameters: { learning_rate: 0.125, epochs: 3 },
    files: { "model-latest": "bytes of model-latest", config: "bytes of config" },
    experiment: made.second.name,
    dataset: made.dataset,
  });
});
