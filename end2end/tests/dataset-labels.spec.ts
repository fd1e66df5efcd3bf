// Counts, groups, locks and tags of datasets, and their end; all of it is forms and links.
import { expect, test, unique } from "./fixtures";
import type { Page } from "@playwright/test";

interface Label {
  name: string;
  object_count: number | null;
}

async function saved(page: Page, button: string, words: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: words })).toBeVisible();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("labels are counted and grouped, the version is locked, opened and deleted", async ({ page, api, signIn, expected }) => {
      expected.push(422);
      const name = unique("counted");
      const dataset = await api.call<{ id: string }>("POST", "/datasets", { name });
      const version = await api.call<{ id: string }>("POST", `/datasets/${dataset.id}/versions`, { name: "v1", labels: ["cat", "car"] });
      const address = `/datasets/${dataset.id}/versions/v1`;
      await signIn("owner");

      await page.goto(`${address}/groups`);
      await page.getByRole("form", { name: "Group new group" }).getByRole("textbox", { name: /^Name/ }).fill("Animals");
      await saved(page, "Make group", "The group is made.");
      await page.goto(`${address}/counts`);
      await page.getByRole("textbox", { name: "Objects of cat" }).fill("many");
      await page.getByRole("combobox", { name: "Group of cat" }).fill("animals");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("This must be a whole number, 0 or more.")).toBeVisible();
      await expect(page.getByRole("textbox", { name: "Objects of cat" })).toHaveValue("many");
      await expect(page.getByRole("combobox", { name: "Group of cat" })).toHaveValue("animals");
      await page.getByRole("textbox", { name: "Objects of cat" }).fill("1 437");
      await saved(page, "Save", "Saved.");
      await expect(page.getByRole("row", { name: /cat/ })).toHaveText(/1.437\s*Animals/);
      const labels = await api.call<{ items: Label[] }>("GET", `/dataset-versions/${version.id}/labels`);
      expect(labels.items).toMatchObject([{ name: "cat", object_count: 1437 }, { name: "car", object_count: null }]);

      await page.getByRole("link", { name: "Manage" }).click();
      await saved(page, "Lock", "The version is locked.");
      await expect(page.getByText(/^Locked since/)).toBeVisible();
      await expect(page.getByRole("link", { name: "Edit", exact: true })).toHaveCount(0);
      await page.getByRole("link", { name: "Manage" }).click();
      await expect(page.getByText("It is locked.")).toBeVisible();
      await saved(page, "Unlock", "The version is open again.");
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("textbox", { name: /^Name to confirm/ }).fill("v1");
      await saved(page, "Delete for good", "The version is deleted.");
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("textbox", { name: /^Name to confirm/ }).fill(name);
      await saved(page, "Delete for good", "The dataset is deleted.");
    });

    test("a tag is given, renamed everywhere and deleted", async ({ page, api, signIn, expected }) => {
      expected.push(409);
      const [name, tag, other] = [unique("tagged"), unique("night"), unique("rain")];
      const dataset = await api.call<{ id: string }>("POST", "/datasets", { name });
      await signIn();
      await page.goto(`/datasets/${dataset.id}/edit`);
      await page.getByRole("textbox", { name: /^Tags/ }).fill(`${tag}, ${other}`);
      await saved(page, "Save", "Saved.");
      await expect(page.getByRole("list", { name: "Tags" })).toContainText(tag);
      await page.goto("/tags?target=dataset");
      await page.getByRole("textbox", { name: `New name of ${tag}` }).fill(other.toUpperCase());
      await page.getByRole("button", { name: `Rename ${tag}` }).click();
      await expect(page.getByText(/^A tag named .* exists/)).toBeVisible();
      await expect(page.getByRole("textbox", { name: `New name of ${tag}` })).toHaveValue(other.toUpperCase());
      await page.getByRole("textbox", { name: `New name of ${tag}` }).fill(`dark ${tag}`);
      await saved(page, `Rename ${tag}`, "Renamed everywhere.");
      await saved(page, `Delete ${other}`, "The tag is deleted");
      const { tags } = await api.call<{ tags: string[] }>("GET", `/datasets/${dataset.id}`);
      expect(tags).toEqual([`dark ${tag}`]);
    });
  });
}
