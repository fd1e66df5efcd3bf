import AxeBuilder from "@axe-core/playwright";
import { addresses } from "./addresses";
import { expect, openModal, test, unique } from "./fixtures";
import type { Page } from "@playwright/test";

async function findings(page: Page): Promise<string[]> {
  const result = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
}

async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [390, 1440]) {
    test(`every page is accessible: ${colorScheme}, ${width} px`, async ({ page, api, signIn, expected }) => {
      test.setTimeout(120_000);
      expected.push("404");
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto("/sign-in");
      expect(await findings(page), "sign-in").toEqual([]);
      await signIn();
      for (const [name, address] of Object.entries({ ...(await addresses(api)), nowhere: "/nowhere" })) {
        await page.goto(address);
        expect(await findings(page), name).toEqual([]);
        expect(await sidewaysScroll(page), name).toBeLessThanOrEqual(0);
        await expect(page.getByRole("heading", { level: 1 }), name).toHaveCount(1);
      }
    });

    test(`the modal is accessible: ${colorScheme}, ${width} px`, async ({ page, api, signIn, expected }) => {
      expected.push("422");
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      const experiment = await api.experiment(unique("run"));
      await signIn();
      await openModal(page, experiment.id);
      expect(await findings(page)).toEqual([]);
      const modal = page.getByRole("dialog");
      await modal.getByLabel("Model name").fill("");
      await modal.getByRole("button", { name: "Export", exact: true }).click();
      await expect(modal.getByText("This must not be empty.")).toBeVisible();
      expect(await findings(page)).toEqual([]);
      await modal.getByRole("tab", { name: "Create Model Version" }).click();
      await modal.getByRole("combobox", { name: "Model" }).click();
      await expect(modal.getByRole("option").first()).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });
  }
}

test("an organization in which nothing has happened yet says how to begin", async ({ page, signIn }) => {
  await signIn("newcomer");
  for (const address of ["/", "/datasets", "/registry"]) {
    await page.goto(address);
    await expect(page.locator(".empty-state")).toBeVisible();
    expect(await findings(page), address).toEqual([]);
  }
});
