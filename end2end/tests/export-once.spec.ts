import { expectVersion, openModal, openPage } from "./export-form";
import { expect, test, unique } from "./fixtures";

test("a double click makes one version", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("once");
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill(model);
  await form.button.dblclick();
  await expectVersion(page, model, "v1");
  expect(await api.versionCount(model)).toBe(1);
});

test("a form that is submitted twice at once makes one version of an existing model", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("once");
  await api.exportTo({ new_model: { name: model } }, experiment);
  await signIn();
  const form = await openModal(page, experiment);
  await form.newVersionTab.click();
  await form.model.fill(model);
  await form.versionName.fill("v2");
  await form.button.evaluate((button: HTMLButtonElement) => {
    button.form?.requestSubmit();
    button.form?.requestSubmit();
  });
  await expectVersion(page, model, "v2");
  expect(await api.versionCount(model)).toBe(2);
});

test("while the export runs, the button says so and does nothing", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("once");
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill(model);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let sent = 0;
  await page.route("**/fn/export*", async (route) => {
    sent += 1;
    await released;
    await route.continue();
  });
  await form.button.click();
  const busy = form.root.getByRole("button", { name: "Exporting…" });
  await expect(busy).toHaveAttribute("aria-disabled", "true");
  await busy.click({ force: true });
  await form.modelName.press("Enter");
  release();
  await expectVersion(page, model, "v1");
  expect(sent).toBe(1);
});

test("going back and exporting again makes no second model", async ({ page, api, signIn, expected }) => {
  expected.push(409);
  const experiment = await api.experiment(unique("run"));
  const model = unique("back");
  await signIn();
  const form = await openModal(page, experiment);
  await form.modelName.fill(model);
  await form.button.click();
  await expectVersion(page, model, "v1");
  await page.goBack();
  await expect(page.getByRole("link", { name: `Exported as ${model} › v1` })).toBeVisible();
  const again = await openModal(page, experiment);
  await expect(again.root.getByText(`Exported before as ${model} › v1.`)).toBeVisible();
  await again.modelName.fill(model);
  await again.button.click();
  await expect(again.addVersionInstead).toBeVisible();
  expect(await api.versionCount(model)).toBe(1);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a form that is sent again leads to the same version", async ({ page, api, signIn }) => {
    const experiment = await api.experiment(unique("run"));
    const model = unique("again");
    await signIn();
    const form = await openPage(page, experiment);
    await form.modelName.fill(model);
    const [request] = await Promise.all([page.waitForRequest((request) => request.method() === "POST"), form.button.click()]);
    await expectVersion(page, model, "v1");
    const answer = await page.request.post(request.url(), {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      data: request.postData() ?? "",
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
    expect(page.url()).toContain(answer.headers().location);
    expect(await api.versionCount(model)).toBe(1);
  });

  test("going back to the form and sending it again makes no second version", async ({ page, api, signIn, expected }) => {
    expected.push(409);
    const experiment = await api.experiment(unique("run"));
    const model = unique("back");
    await signIn();
    const form = await openPage(page, experiment);
    await form.modelName.fill(model);
    await form.button.click();
    await expectVersion(page, model, "v1");
    await page.goBack();
    await form.modelName.fill(model);
    await form.button.click();
    await expect(form.addVersionInstead).toBeVisible();
    expect(await api.versionCount(model)).toBe(1);
  });
});
