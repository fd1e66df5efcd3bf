// What people type is text, whatever it looks like: nothing in it runs, on any page that shows it.
import type { Page } from "@playwright/test";
import type { Api, Named } from "./api";
import { expect, test } from "./fixtures";
import { PAYLOADS } from "./payloads";

declare global {
  interface Window {
    __ran?: unknown;
    __violations?: string[];
  }
}

/** Tags are as long as this at most; a comma would end one. */
const TAGS = PAYLOADS.filter((payload) => payload.length <= 60 && !payload.includes(","));

/** Reports what runs and what the policy had to stop: a payload must not even get so far. */
async function watch(page: Page): Promise<string[]> {
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    window.__violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) =>
      window.__violations?.push(`${violatedDirective} ${sample}`),
    );
  });
  return dialogs;
}

async function nothingRan(page: Page, dialogs: string[], where: string): Promise<void> {
  const [ran, violations] = await page.evaluate(() => [window.__ran, window.__violations]);
  expect({ ran, violations, dialogs }, where).toEqual({ ran: undefined, violations: [], dialogs: [] });
}

async function open(page: Page, dialogs: string[], address: string): Promise<void> {
  const answer = await page.goto(address);
  expect(answer?.status(), address).toBe(200);
  await nothingRan(page, dialogs, address);
}

/** An experiment in which every text is a payload, and all payloads are where there can be many. */
async function hostileExperiment(api: Api): Promise<{ experiment: Named; addresses: string[] }> {
  const all = PAYLOADS.join("\n\n");
  const first = PAYLOADS[0] ?? "";
  const project = await api.call<Named>("POST", "/projects", { name: `${first}!`, description: all });
  const dataset = await api.call<Named>("POST", "/datasets", { name: `${first}!`, description: all });
  const data = await api.call<Named>("POST", `/datasets/${dataset.id}/versions`, {
    name: first,
    description: all,
    kind: "classification",
    labels: PAYLOADS,
  });
  const parameters = Object.fromEntries(PAYLOADS.map((payload) => [payload, { [payload]: payload }]));
  const experiment = await api.call<Named>("POST", "/experiments", {
    project_id: project.id,
    name: first,
    description: all,
    framework: first,
    parameters,
    docker_image: { reference: "team/trainer:1", run_flags: PAYLOADS.slice(0, 40).map((payload) => `-${payload}`) },
    dataset_versions: [{ dataset_version_id: data.id, alias: first }],
  });
  const other = await api.call<Named>("POST", "/experiments", { project_id: project.id, name: `${first}!`, parameters });
  const here = `/experiments/${experiment.id}`;
  await api.call("PATCH", here, { tags: TAGS, notes: all, status: "running" });
  await api.call("POST", `${here}/metrics`, { points: PAYLOADS.map((key) => ({ key, step: 1, value: 0.5 })) });
  await api.call("POST", `${here}/console`, { lines: PAYLOADS.map((text) => ({ text })) });
  await api.call("PUT", `${here}/tables/${encodeURIComponent("<b>t")}`, { columns: PAYLOADS, rows: [PAYLOADS] });
  for (const payload of PAYLOADS) {
    // What is a path in a name is tried by the tests of the API.
    await api.artifact(experiment, encodeURIComponent(payload.replaceAll(/[/\\:]/g, "_")), payload);
  }
  const version = await api.exportTo({ new_model: { name: `${first}!`, description: all } }, experiment, first);
  const versionHere = `/model-versions/${version.id}`;
  await api.call("PATCH", versionHere, { tags: TAGS });
  await api.call("PATCH", `/models/${version.model_id}`, { tags: TAGS });
  const registry = `/registry/${version.model_id}`;
  return {
    experiment,
    addresses: [
      "/",
      `/projects/${project.id}`,
      `/projects/${project.id}/edit`,
      `/projects/${project.id}/compare?experiment=${experiment.id}&experiment=${other.id}`,
      `/projects/${project.id}/experiments/new?base=${version.id}`,
      ...["", "/metrics", "/artifacts", "/parameters", "/label-map", "/datasets", "/console", "/edit", "/manage", "/export"].map(
        (part) => `${here}${part}`,
      ),
      "/datasets",
      `/datasets/${dataset.id}`,
      `/datasets/${dataset.id}/edit`,
      "/registry",
      registry,
      `${registry}/edit`,
      `${registry}/manage`,
      ...["", "/label-map", "/edit", "/manage", "/history"].map((part) => `${registry}/1${part}`),
      `/lineage/experiments/${experiment.id}`,
    ],
  };
}

test("forty texts that look like scripts run nowhere when they are in every field", async ({ page, api, signIn }) => {
  test.setTimeout(180_000);
  expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(40);
  const dialogs = await watch(page);
  const { experiment, addresses } = await hostileExperiment(api);
  await signIn();
  for (const address of addresses) await open(page, dialogs, address);
  await test.step("parts that are exchanged while the page is open", async () => {
    await open(page, dialogs, `/experiments/${experiment.id}/metrics`);
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    await api.call("POST", `/experiments/${experiment.id}/metrics`, {
      points: PAYLOADS.map((payload) => ({ key: `new ${payload}`, step: 2, value: 0.25 })),
    });
    await expect(page.getByText(`new ${PAYLOADS[0]}`).first()).toBeAttached();
    await nothingRan(page, dialogs, "after new metrics");
  });
  await signIn("owner");
  await open(page, dialogs, "/settings/audit");
});

test("a search and a form that is refused give a script back as text", async ({ page, signIn, expected }) => {
  test.setTimeout(180_000);
  expected.push(422);
  const dialogs = await watch(page);
  await signIn();
  for (const payload of PAYLOADS) {
    await open(page, dialogs, `/search?q=${encodeURIComponent(payload)}`);
    await open(page, dialogs, `/registry?search=${encodeURIComponent(payload)}`);
    await page.goto("/projects/new");
    await page.getByLabel("Name").fill(payload.padEnd(201, "x"));
    await page.getByLabel("Description").fill(payload);
    await page.getByRole("button", { name: "Create project" }).click();
    await expect(page.getByLabel("Name")).toHaveValue(payload.padEnd(201, "x"));
    await nothingRan(page, dialogs, payload);
  }
});
