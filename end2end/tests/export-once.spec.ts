import { expect, openModal, test, unique } from "./fixtures";

test("a double click makes one version", async ({ page, api, signIn }) => {
  const experiment = await api.experiment(unique("run"));
  const model = unique("once");
  await signIn();
  await openModal(page, experiment.id);
  const modal = page.getByRole("dialog");
  await modal.getByLabel("Model name").fill(model);
  await modal.getByRole("button", { name: "Export", exact: true }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › v1`);
  expect((await api.find("models", model)).version_count).toBe(1);
});
