import { expect, test, unique } from "./fixtures";

test.use({ javaScriptEnabled: false });

test("both ways of exporting work without JavaScript, and nothing typed is lost", async ({ page, api, signIn, expected }) => {
  expected.push("409", "422");
  const experiment = await api.experiment(unique("run"), { parameters: { epochs: 3 } });
  const model = unique("plain");
  await signIn();
  await page.goto(`/experiments/${experiment.id}`);
  await page.getByRole("link", { name: "Export as a Model" }).click();
  await expect(page).toHaveURL(`/experiments/${experiment.id}/export`);
  await page.getByLabel("Model name").fill("");
  await page.getByLabel("Model description").fill("typed with care");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByText("This must not be empty.")).toBeVisible();
  await expect(page.getByLabel("Model description")).toHaveValue("typed with care");
  await page.getByRole("tab", { name: "Create Model Version" }).click();
  await page.getByRole("textbox", { name: "Version name" }).fill("kept");
  await page.getByRole("tab", { name: "Create Model", exact: true }).click();
  await expect(page.getByLabel("Model description")).toHaveValue("typed with care");
  await page.getByLabel("Model name").fill(model);
  await page.getByLabel("Model name").press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › v1`);

  await page.goto(`/experiments/${experiment.id}/export`);
  await page.getByRole("tab", { name: "Create Model", exact: true }).click();
  await page.getByLabel("Model name").fill(model);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByText(`A model named ${model} exists.`)).toBeVisible();
  await page.getByRole("button", { name: "Add a version to it instead" }).click();
  await expect(page.getByRole("combobox", { name: "Model" })).toHaveValue(model);
  await expect(page.getByRole("textbox", { name: "Version name" })).toHaveValue("v2");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › v2`);
  await expect(page.getByRole("row", { name: /epochs\s+integer\s+3/ })).toBeVisible();
});

test("a form that is sent again makes no second version", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("again");
  await signIn();
  await page.goto(`/experiments/${experiment.id}/export`);
  await page.getByLabel("Model name").fill(model);
  const key = await page.locator("input[name=idempotency_key]").inputValue();
  const form = { target: "new_model", model_name: model, model_description: "", version_name: "v1", version_description: "" };
  const empty = { existing_model: "", existing_version_name: "", existing_version_description: "" };
  const send = () =>
    page.request.post(`/experiments/${experiment.id}/export`, { form: { ...form, ...empty, idempotency_key: key }, maxRedirects: 0 });
  const [first, again] = [await send(), await send()];
  expect([first.status(), again.status()]).toEqual([303, 303]);
  expect(again.headers().location).toBe(first.headers().location);
  expect((await api.find("models", model)).version_count).toBe(1);
});
