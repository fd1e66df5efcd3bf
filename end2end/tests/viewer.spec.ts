import { expect, test } from "./fixtures";

test("a viewer sees why exporting is not possible, and no door opens", async ({ page, api, server, signIn, expected }) => {
  expected.push("403");
  const experiment = await api.find("experiments", "one-layer-32");
  await signIn("viewer");
  await page.goto(`/experiments/${experiment.id}`);
  const button = page.getByRole("button", { name: "Export as a Model" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).toHaveAccessibleDescription("You are a viewer. Ask an owner for the editor role to export.");
  const answer = await page.goto(`/experiments/${experiment.id}/export`);
  expect(answer?.status()).toBe(403);
  await expect(page.getByText("Your role is viewer")).toBeVisible();
  const refused = await fetch(`${server.url}/api/v1/experiments/${experiment.id}/export`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.viewerToken}`, "content-type": "application/json" },
    body: JSON.stringify({ new_model: { name: "x" }, version: { name: "v1" } }),
  });
  expect(refused.status).toBe(403);
});
