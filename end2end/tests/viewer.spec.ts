import { expect, test, unique } from "./fixtures";

const WHY = "You are a viewer. Ask an owner for the editor role to export.";

test("a viewer sees the button disabled, with the reason, on every tab", async ({ page, api, signIn }) => {
  const experiment = await api.find("experiments", "one-layer-32");
  await signIn("viewer");
  for (const tab of ["", "/metrics", "/artifacts", "/parameters", "/label-map", "/datasets"]) {
    await page.goto(`/experiments/${experiment.id}${tab}`);
    const button = page.getByRole("button", { name: "Export as a Model" });
    await expect(button, tab).toHaveAttribute("aria-disabled", "true");
    await expect(button, tab).toHaveAccessibleDescription(WHY);
    await expect(page.getByText(WHY), tab).toBeVisible();
  }
  await page.getByRole("button", { name: "Export as a Model" }).click({ force: true });
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page).toHaveURL(`/experiments/${experiment.id}/datasets`);
});

test("no other door opens for a viewer", async ({ page, api, apiOf, signIn, expected }) => {
  expected.push(403);
  const experiment = await api.find("experiments", "one-layer-32");
  const model = unique("forbidden");
  await signIn("viewer");
  const answer = await page.goto(`/experiments/${experiment.id}/export`);
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Forbidden");
  await expect(page.getByText("Your role is viewer")).toBeVisible();

  const form = { target: "new_model", model_name: model, version_name: "v1", idempotency_key: model };
  const rest = { model_description: "", version_description: "", existing_model: "", existing_version_name: "", existing_version_description: "" };
  const sent = await page.request.post(`/experiments/${experiment.id}/export`, { form: { ...form, ...rest } });
  expect(sent.status()).toBe(403);
  const body = { new_model: { name: model }, version: { name: "v1" } };
  const called = await apiOf("viewer").request("POST", `/experiments/${experiment.id}/export`, body);
  expect(called.status).toBe(403);
  expect(called.headers.get("content-type")).toBe("application/problem+json");
  await page.goto(`/registry?search=${model}`);
  await expect(page.getByRole("heading", { name: "No model matches" })).toBeVisible();
});
