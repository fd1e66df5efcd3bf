import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { PAGES, places } from "./addresses";
import { breadcrumb, expect, openAccountMenu, test, unique } from "./fixtures";

const UNKNOWN = "00000000-0000-7000-8000-000000000000";

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("every page says what it is and where it stands", async ({ page, api, signIn }) => {
  const all = await places(api);
  for (const name of PAGES) {
    const place = all[name];
    await signIn(place.role);
    const answer = await page.goto(place.address);
    expect(answer?.status(), name).toBe(200);
    await expect(page, name).toHaveTitle(`${place.title} · Heirloom`);
    await expect(page.getByRole("heading", { level: 1 }), name).toHaveText([place.heading]);
    await expect(breadcrumb(page), name).toHaveText(place.breadcrumb);
    await expect(page.locator("html"), name).toHaveAttribute("lang", "en");
  }
});

test("every page has a fresh policy and no inline style", async ({ page, api, signIn }) => {
  const all = await places(api);
  const nonces = new Set<string>();
  for (const name of PAGES) {
    await signIn(all[name].role);
    const answer = await page.goto(all[name].address);
    const policy = (await answer?.headerValue("content-security-policy")) ?? "";
    expect(policy, name).toContain("default-src 'self'");
    expect(policy, name).toContain("frame-ancestors 'none'");
    expect(policy, name).not.toContain("unsafe-inline");
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1] ?? "");
    await expect(page.locator("[style], style"), name).toHaveCount(0);
  }
  expect(nonces.size).toBe(PAGES.length);
});

test("the policy stops scripts that are not ours", async ({ page, context, signIn }) => {
  await signIn("viewer");
  await page.goto("/help/export");
  // It is meant to complain here.
  context.removeAllListeners("console");
  const complaint = context.waitForEvent("console", (message) => message.text().includes("Content Security Policy"));
  await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='document.title = `broken`'>"));
  await complaint;
  await expect(page).toHaveTitle("What is exported · Heirloom");
});

test("the tour of the README leads from the projects to the files of a version", async ({ page, signIn }) => {
  await signIn("viewer");
  await page.goto("/");
  await page.getByRole("link", { name: "digit-recognition" }).click();
  await page.getByRole("searchbox", { name: "Search experiments" }).fill("two-layers");
  await page.getByRole("combobox", { name: "Status" }).selectOption("Succeeded");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("rowheader").getByRole("link", { name: "two-layers-128-64" }).click();
  const overview = page.url();
  const tabs = page.getByRole("navigation", { name: "Experiment" });
  for (const [name, path] of [["Metrics", "metrics"], ["Artifacts", "artifacts"], ["Parameters", "parameters"], ["Label map", "label-map"], ["Dataset versions", "datasets"]]) {
    await tabs.getByRole("link", { name }).click();
    await expect(page).toHaveURL(`${overview}/${path}`);
    await expect(tabs.getByRole("link", { name })).toHaveAttribute("aria-current", "page");
  }
  await page.getByRole("rowheader").getByRole("link", { name: "handwritten-digits › train-1437" }).click();
  await expect(page.getByRole("region", { name: /^Labels/ }).getByRole("listitem")).toHaveCount(10);
  await page.getByRole("region", { name: /^Used by model versions/ }).getByRole("link", { name: "digits-classifier › v1" }).click();
  await page.getByRole("link", { name: /^5 files, / }).click();
  await expect(page.getByRole("link", { name: "Download model/digits.joblib" })).toBeInViewport();
});

test("a training's curves, pictures and tables are shown", async ({ page, api, signIn }) => {
  await signIn("viewer");
  await page.goto((await places(api)).metrics.address);
  await expect(page.getByRole("img", { name: /loss/ }).first()).toBeVisible();
  const pictures = page.getByRole("region", { name: "Images" }).getByRole("img");
  await expect(pictures).toHaveCount(2);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  }
  await expect(page.getByRole("region", { name: /^per_class \d+ rows/ }).getByRole("row")).toHaveCount(11);
});

test("downloaded files have the digests that the page shows", async ({ page, api, signIn }) => {
  const all = await places(api);
  await signIn("viewer");
  for (const name of ["version", "artifacts"] as const) {
    await page.goto(all[name].address);
    const rows = page.getByRole("region", { name: "Files table" }).getByRole("row").filter({ has: page.getByRole("link") });
    await expect(rows).toHaveCount(5);
    for (const row of await rows.all()) {
      const shown = await row.getByRole("code").getAttribute("title");
      const address = (await row.getByRole("link").getAttribute("href")) ?? "";
      const answer = await page.request.get(address);
      expect(sha256(await answer.body()), address).toBe(shown);
      expect(answer.headers()["content-disposition"], address).toMatch(/^attachment;/);
      expect(answer.headers()["x-content-type-options"], address).toBe("nosniff");
    }
  }
});

test("a click on Download saves the file under its name", async ({ page, api, signIn }) => {
  await signIn("viewer");
  await page.goto((await places(api)).version.address);
  const row = page.getByRole("row", { name: /model\/digits\.joblib/ });
  const shown = await row.getByRole("code").getAttribute("title");
  const [download] = await Promise.all([page.waitForEvent("download"), row.getByRole("link", { name: /Download/ }).click()]);
  expect(download.suggestedFilename()).toBe("digits.joblib");
  expect(sha256(readFileSync(await download.path()))).toBe(shown);
});

test("a button copies the whole text and says so", async ({ page, context, api, signIn }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn("viewer");
  await page.goto((await places(api)).version.address);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const digest = page.getByRole("button", { name: "Copy digest of model/digits.joblib" });
  await expect(page.getByRole("row", { name: /digits\.joblib/ })).toContainText("Loading it can run code.");
  // Until the browser's code runs a click does nothing.
  await expect(async () => {
    await digest.click();
    await expect(digest.getByRole("status")).toHaveText("Copied", { timeout: 500 });
  }).toPass();
  expect(await copied()).toMatch(/^[0-9a-f]{64}$/);
  await page.getByRole("button", { name: "Copy command that runs the image" }).click();
  await expect.poll(copied).toBe("docker run --rm --cpus 2 -e HEIRLOOM_URL -e HEIRLOOM_TOKEN python:3.11-slim");
});

test("the browser's code is loaded once", async ({ page, signIn }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await signIn("viewer");
  await page.goto("/");
  await openAccountMenu(page);
  const dark = page.getByRole("button", { name: "Dark" });
  await expect(async () => {
    await dark.click();
    await expect(dark).toHaveAttribute("aria-pressed", "true", { timeout: 500 });
  }).toPass();
  for (const ending of [".wasm", ".js"]) {
    expect(requests.filter((path) => path.startsWith("/pkg/") && path.endsWith(ending)), ending).toHaveLength(1);
  }
});

test("the theme is chosen at once and remembered", async ({ page, signIn }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signIn("viewer");
  await page.goto("/");
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await openAccountMenu(page);
  const dark = page.getByRole("button", { name: "Dark" });
  await expect(async () => {
    await dark.click();
    await expect(dark).toHaveAttribute("aria-pressed", "true", { timeout: 500 });
  }).toPass();
  expect(await background()).not.toBe(light);
  const chosen = await background();
  await page.goto("/registry");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await background()).toBe(chosen);
  await openAccountMenu(page);
  const system = page.getByRole("button", { name: "System" });
  await expect(async () => {
    await system.click();
    await expect(system).toHaveAttribute("aria-pressed", "true", { timeout: 500 });
  }).toPass();
  await page.reload();
  expect(await background()).toBe(light);
});

test("what does not exist is not found", async ({ page, signIn, expected }) => {
  expected.push(404);
  await signIn();
  const unknown = ["projects", "experiments", "datasets", "registry"].map((list) => `/${list}/${UNKNOWN}`);
  for (const address of [...unknown, "/experiments/0", "/registry/x/1", `/registry/${UNKNOWN}/1`, "/nowhere"]) {
    const answer = await page.goto(address);
    expect(answer?.status(), address).toBe(404);
    await expect(page.getByRole("heading", { level: 1 }), address).toHaveText("Not Found");
  }
  await page.getByRole("link", { name: "Open the registry" }).click();
  await expect(page).toHaveURL("/registry");
});

test("what belongs to another organization is not found", async ({ page, api, signIn }) => {
  const all = await places(api);
  await signIn("newcomer");
  const shared = ["projects", "new project", "new dataset", "datasets", "registry", "new model version", "audit trail", "search", "tags", "shortcuts", "settings", "api tokens", "help", "api"];
  const foreign = PAGES.filter((name) => !shared.includes(name)).map((name) => all[name].address);
  const bytes = [`${all.version.address}/files/training.log`, `${all.artifacts.address}/training.log`, `${all.overview.address}/images/confusion_matrix`];
  for (const address of [...foreign, ...bytes]) {
    expect((await page.request.get(address)).status(), address).toBe(404);
  }
  for (const address of bytes) {
    await signIn("viewer");
    expect((await page.request.get(address)).status(), address).toBe(200);
  }
});

test("signed-out visitors see nothing but the way in", async ({ page, api }) => {
  for (const [name, { address }] of Object.entries(await places(api))) {
    const answer = await page.request.get(address, { maxRedirects: 0 });
    expect(answer.status(), name).toBe(303);
    expect(answer.headers().location, name).toMatch(/^\/sign-in\?next=/);
  }
});

test("an organization in which nothing has happened yet says how to begin", async ({ page, signIn }) => {
  await signIn("newcomer");
  for (const [address, title] of [["/", "No project yet"], ["/datasets", "No dataset yet"], ["/registry", "No model yet"]] as const) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 2, name: title })).toBeVisible();
  }
});

test("each empty tab of an experiment says why it is empty", async ({ page, apiOf, signIn }) => {
  const experiment = await apiOf("beginner").projectWithExperiment(unique("first steps"));
  await signIn("beginner");
  for (const [tab, title] of [["metrics", "No metric yet"], ["artifacts", "No artifact yet"], ["parameters", "No parameter"], ["label-map", "No label map"], ["datasets", "No dataset version"]] as const) {
    await page.goto(`/experiments/${experiment.id}/${tab}`);
    await expect(page.getByRole("heading", { level: 2, name: title })).toBeVisible();
  }
});

test("names that look like markup are shown as they are", async ({ page, api, signIn }) => {
  const name = `<b onclick="x">${unique("tricky")}</b> &amp; Größe`;
  const experiment = await api.experiment(name, { description: "<script>document.title = 'broken'</script>" });
  await api.artifact(experiment, encodeURIComponent("a b#?&.txt"), "text");
  await signIn();
  await page.goto(`/experiments/${experiment.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await page.goto(`/experiments/${experiment.id}/artifacts`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /^Download a b/ }).click()]);
  expect(readFileSync(await download.path(), "utf8")).toBe("text");
});
