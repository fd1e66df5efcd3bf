import { expectAccessible, expectNoViolation } from "./accessible";
import { PAGES, places } from "./addresses";
import { ExportForm, openModal, openPage, untilAlive } from "./export-form";
import { expect, test, unique } from "./fixtures";

// Colours are judged where they come to rest.
test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const name of PAGES) {
  test(`everybody can use the page: ${name}`, async ({ page, api, signIn }) => {
    // The page about the API holds thousands of elements.
    if (name === "api") test.setTimeout(240_000);
    const place = (await places(api))[name];
    await signIn(place.role);
    await page.goto(place.address);
    await expectAccessible(page, name);
  });
}

test("everybody can use the page: sign-in", async ({ page, expected }) => {
  expected.push(401);
  await page.goto("/sign-in");
  await expectAccessible(page, "sign-in");
  await page.getByLabel("E-mail").fill("nobody@heirloom.local");
  await page.getByLabel("Password").fill("wrong horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectNoViolation(page, "wrong password");
});

test("everybody can use the pages of people", async ({ page, context, apiOf, signIn }) => {
  test.slow();
  await signIn("owner");
  const invited = { email: `${unique("axe")}@example.org`, role: "viewer" };
  const { link } = await apiOf("owner").call<{ link: string }>("POST", "/invitations", invited);
  await page.goto("/settings/people");
  await expectAccessible(page, "people");
  await page.locator("#service-accounts").getByLabel("Name").fill(unique("axe"));
  await page.getByRole("button", { name: "Make the account" }).click();
  await expectAccessible(page, "tokens of a service account");
  await page.getByLabel("What it is for").fill("nightly");
  await page.getByRole("button", { name: "Make the token" }).click();
  await expectNoViolation(page, "a token that was just made");
  await page.goto(page.url().replace("/tokens", ""));
  await expectAccessible(page, "member");
  await context.clearCookies();
  await page.goto(link);
  await expectAccessible(page, "invitation");
});

test("everybody can use the pages that say no", async ({ page, api, signIn, expected }) => {
  expected.push(403, 404);
  await signIn("viewer");
  await page.goto("/nowhere");
  await expectAccessible(page, "not found");
  await page.goto((await places(api)).export.address);
  await expectNoViolation(page, "forbidden");
  await page.goto((await places(api)).overview.address);
  await expectAccessible(page, "overview of a viewer");
});

test("everybody can use the modal", async ({ page, api, signIn, expected }) => {
  test.slow();
  expected.push(409, 422);
  const experiment = await api.experiment(unique("run"));
  const model = unique("taken");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openModal(page, experiment);
  await expectAccessible(page, "new model");
  await form.modelName.fill("");
  await form.button.click();
  await expect(form.modelName).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page, "empty name");
  await form.modelName.fill(model);
  await form.button.click();
  await expect(form.addVersionInstead).toBeVisible();
  await expectNoViolation(page, "taken name");
  await form.newVersionTab.click();
  await expectAccessible(page, "existing model");
  await form.model.click();
  await form.model.press("ArrowDown");
  await expect(form.suggestions.first()).toBeVisible();
  await expectAccessible(page, "open list");
});

test("everybody can use the export's page with errors and without models", async ({ page, apiOf, signIn, expected }) => {
  expected.push(422);
  const experiment = await apiOf("beginner").projectWithExperiment(unique("first steps"));
  await signIn("beginner");
  const form = await openPage(page, experiment);
  await untilAlive(page);
  await form.modelName.fill("");
  await form.button.click();
  await expect(form.modelName).toHaveAttribute("aria-invalid", "true");
  await expectNoViolation(page, "empty name");
  await new ExportForm(page.getByRole("main")).newVersionTab.click();
  await expectAccessible(page, "empty registry");
});

test("everybody can use the account's menu", async ({ page, signIn }) => {
  await signIn();
  await page.goto("/help/export");
  await page.locator(".site-account summary").click();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expectAccessible(page, "menu");
});

for (const [name, address] of Object.entries({ projects: "/", datasets: "/datasets", registry: "/registry" })) {
  test(`everybody can use the empty page: ${name}`, async ({ page, signIn }) => {
    await signIn("newcomer");
    await page.goto(address);
    await expectAccessible(page, name);
  });
}

for (const tab of ["", "/metrics", "/artifacts", "/parameters", "/label-map", "/datasets"]) {
  test(`everybody can use the experiment that has nothing: ${tab || "overview"}`, async ({ page, apiOf, signIn }) => {
    const experiment = await apiOf("beginner").projectWithExperiment(unique("first steps"));
    await signIn("beginner");
    await page.goto(`/experiments/${experiment.id}${tab}`);
    await expectAccessible(page, tab);
  });
}

test("everybody can use the version that has nothing", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("bare"));
  const version = await api.exportTo({ new_model: { name: unique("bare") } }, experiment);
  await signIn();
  await page.goto(`/registry/${version.model_id}/1?exported`);
  await expectAccessible(page, "empty version");
});

test("everybody can use what opens on a page", async ({ page, api, signIn }) => {
  test.slow();
  const { project, metrics } = await places(api);
  await signIn();
  await page.goto(`${project.address}?where=metric:val/accuracy>0.9`);
  for (const panel of ["Conditions", "Columns"]) {
    await page.getByText(panel, { exact: true }).click();
    await expectAccessible(page, panel);
    await page.getByText(panel, { exact: true }).click();
  }
  await expect(page.locator("#shortcuts")).toHaveAttribute("data-alive");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await expectAccessible(page, "sheet of shortcuts");
  await page.goto(metrics.address);
  await page.getByRole("button", { name: "Enlarge confusion_matrix" }).click();
  await expect(page.getByRole("dialog", { name: "confusion_matrix" })).toBeVisible();
  await expectAccessible(page, "enlarged picture");
});

test("everybody can use a form that was refused", async ({ page, api, signIn, expected }) => {
  test.slow();
  expected.push(422);
  const all = await places(api);
  await signIn("owner");
  for (const name of ["new project", "new dataset version", "new experiment", "new model version", "manage experiment"] as const) {
    await page.goto(all[name].address);
    await page.locator("main form button.primary, main form button.danger").last().click();
    await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
    await expectAccessible(page, `refused: ${name}`);
  }
});
