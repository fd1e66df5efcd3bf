// The export form: the same fields in the modal and on the page of its own.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Named } from "./api";

export class ExportForm {
  readonly newModelTab: Locator;
  readonly newVersionTab: Locator;
  readonly modelName: Locator;
  readonly modelDescription: Locator;
  readonly versionName: Locator;
  readonly versionDescription: Locator;
  /** Where an existing model is chosen. */
  readonly model: Locator;
  readonly suggestions: Locator;
  readonly willBeExported: Locator;
  readonly addVersionInstead: Locator;
  readonly button: Locator;

  constructor(readonly root: Locator) {
    const field = (name: string) => root.getByRole("textbox", { name });
    this.newModelTab = root.getByRole("tab", { name: "Create Model", exact: true });
    this.newVersionTab = root.getByRole("tab", { name: "Create Model Version" });
    this.modelName = field("Model name");
    this.modelDescription = field("Model description");
    this.versionName = field("Version name");
    this.versionDescription = field("Version description");
    this.model = root.getByRole("combobox", { name: "Model" });
    this.suggestions = root.getByRole("listbox", { name: "Model" }).getByRole("option");
    this.willBeExported = root.getByRole("region", { name: "Will be exported" }).getByRole("listitem");
    this.addVersionInstead = root.getByRole("button", { name: "Add a version to it instead" });
    this.button = root.getByRole("button", { name: "Export", exact: true });
  }
}

/** The button on the experiment's page; where the modal is there to open, it is a link to the page of its own. */
export function exportButton(page: Page): Locator {
  return page.getByRole("link", { name: "Export as a Model" });
}

/** Waits until the browser's code runs: only then do tabs follow the arrow keys. */
export async function untilAlive(page: Page): Promise<void> {
  await expect(page.getByRole("tab", { selected: false, includeHidden: true })).toHaveAttribute("tabindex", "-1");
}

/** Presses the button on the page of an experiment. */
export async function openModal(page: Page, experiment: Named): Promise<ExportForm> {
  await page.goto(`/experiments/${experiment.id}`);
  await untilAlive(page);
  await exportButton(page).click();
  const modal = page.getByRole("dialog", { name: "Export as a Model" });
  await expect(modal).toBeVisible();
  return new ExportForm(modal);
}

/** Opens the form as a page. */
export async function openPage(page: Page, experiment: Named): Promise<ExportForm> {
  await page.goto(`/experiments/${experiment.id}/export`);
  return new ExportForm(page.getByRole("main"));
}

/** The page of a version was reached. */
export async function expectVersion(page: Page, model: string, version: string): Promise<void> {
  await expect(page).toHaveURL(/\/registry\/[0-9a-f-]+\/\d+\?exported$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${model} › ${version}`);
}
