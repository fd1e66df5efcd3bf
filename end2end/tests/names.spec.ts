// Every form that asks for a name: what is wrong is said beside the field, what is unusual is kept as it is.
import type { Page } from "@playwright/test";
import { exportButton, openPage } from "./export-form";
import { places } from "./addresses";
import { expect, test, unique } from "./fixtures";

const UNUSUAL = [
  ["right to left", "نموذج الخوذات"],
  ["emoji", "👷🏽‍♀️ helmets 🪖"],
  ["markup", "<b>bold</b> & \"quoted\""],
  ["looks like a path", "../../etc/passwd"],
  ["Latin that looks Cyrillic", "Аpple"],
] as const;

/** Sends the form in which the field of the name stands. */
async function send(page: Page, field: string, name: string): Promise<void> {
  await page.locator(field).fill(name);
  await page.locator("form", { has: page.locator(field) }).locator("button[type=submit].primary").first().click();
}

for (const form of [
  { what: "project", page: "new project", field: "#name" },
  { what: "dataset", page: "new dataset", field: "#name" },
  { what: "dataset version", page: "new dataset version", field: "#name" },
  { what: "experiment", page: "new experiment", field: "#name" },
] as const) {
  test(`a new ${form.what} says what is wrong with a name and keeps unusual ones`, async ({ page, api, signIn, expected }) => {
    expected.push(422, 409);
    const { address } = (await places(api))[form.page];
    await signIn();
    await page.goto(address);
    for (const [wrong, why] of [
      ["", /must not be empty|is required|needs/],
      ["n".repeat(201), /200/],
      ["\u202Eevil", /control|invisible|character/],
    ] as const) {
      await send(page, form.field, wrong);
      await expect(page.locator(`${form.field}-error`)).toContainText(why);
      await expect(page.locator(form.field)).toHaveValue(wrong);
    }
    for (const [, base] of UNUSUAL) {
      const name = `${base} ${unique("n")}`;
      await page.goto(address);
      await send(page, form.field, name);
      await expect(page.locator(`${form.field}-error`)).toHaveCount(0);
      await expect(page.getByRole("main")).toContainText(name);
    }
    const taken = unique("Straße");
    await page.goto(address);
    await send(page, form.field, taken);
    await expect(page.getByRole("main")).toContainText(taken);
    await page.goto(address);
    await send(page, form.field, taken.toUpperCase());
    await expect(page.locator(`${form.field}-error`)).toContainText(/exists|has/);
    await expect(page.locator(form.field)).toHaveValue(taken.toUpperCase());
  });
}

test("unusual names go through the export and stand in the registry as they are", async ({ page, api, signIn }) => {
  await signIn();
  for (const [what, base] of UNUSUAL) {
    const name = `${base} ${unique("m")}`;
    const experiment = await api.experiment(`${what} ${unique("e")}`);
    const form = await openPage(page, experiment);
    await form.modelName.fill(name);
    await form.button.click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${name} › v1`);
    await page.goto(`/registry?search=${encodeURIComponent(name)}`);
    await expect(page.getByRole("link", { name })).toBeVisible();
    await page.goto(`/experiments/${experiment.id}`);
    await expect(exportButton(page)).toBeVisible();
  }
});
