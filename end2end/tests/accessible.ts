// Whether everybody can use a page (WCAG 2.2, level AA), as far as axe can tell.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

export async function expectNoViolation(page: Page, state: string, rules?: string[]): Promise<void> {
  // No page has frames, so nothing must be put together from several of them: that takes most of the time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(WCAG)).analyze();
  const findings = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ").slice(0, 300)}`);
  expect(findings, state).toEqual([]);
}

/** On a wide screen and on a phone, where nothing may stick out sideways; in both themes, which differ in nothing but colours, and are judged where these come to rest. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await expectNoViolation(page, `${state}, light, ${size.width} px`);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await expectNoViolation(page, `${state}, dark, ${size.width} px`, ["color-contrast"]);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(sideways, `${state}, ${size.width} px`).toBeLessThanOrEqual(0);
  }
}
