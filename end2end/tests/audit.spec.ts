// Who did what: the trail of changes as owners read it.
import { expect, test, unique } from "./fixtures";
import type { Named } from "./api";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("a change is found, tells what was before and after, and leads to its object", async ({ page, api, signIn }) => {
      const [before, after] = [unique("before"), unique("after")];
      const project = await api.call<Named>("POST", "/projects", { name: before, description: "=1+1" });
      await api.call("PATCH", `/projects/${project.id}`, { name: after });
      await signIn("owner");
      await page.goto("/settings/audit");
      await page.getByText("Filters", { exact: true }).click();
      await page.getByLabel("Id of the object").fill(project.id);
      await page.getByLabel("What was done").selectOption("change");
      await page.getByRole("button", { name: "Filter", exact: true }).click();
      await expect(page).toHaveURL(new RegExp(`action=change.*object=${project.id}`));
      const entry = page.locator(".trail > li");
      await expect(entry).toHaveCount(1);
      await expect(entry).toContainText(`Changed the project ${after}: name`);
      await expect(entry).toContainText("editor@heirloom.local with the token");
      await expect(entry).toContainText("127.0.0.1");
      await entry.getByText("What changed").click();
      await expect(entry.getByRole("row", { name: "name" })).toHaveText(`name${before}${after}`);
      await entry.getByRole("link", { name: after }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(after);
    });

    test("the filtered list is saved as CSV without formulas and as JSON", async ({ page, api, signIn }) => {
      const project = await api.call<Named>("POST", "/projects", { name: unique("saved"), description: "=1+1" });
      await api.call("PATCH", `/projects/${project.id}`, { description: "" });
      await signIn("owner");
      await page.goto(`/settings/audit?object=${project.id}`);
      const address = async (name: string): Promise<string> => (await page.getByRole("link", { name }).getAttribute("href")) ?? "";
      const csv = await page.request.get(await address("CSV"));
      expect(csv.headers()["content-disposition"]).toBe('attachment; filename="audit.csv"');
      const lines = (await csv.text()).trim().split("\n");
      expect(lines).toHaveLength(3);
      expect(lines[0]).toMatch(/^seq,id,at,by,/);
      expect(lines.filter((line) => /(^|,)"?[=+@]/.test(line))).toEqual([]);
      const json = await page.request.get(await address("JSON"));
      expect(json.headers()["content-disposition"]).toBe('attachment; filename="audit.json"');
      const entries = (await json.json()) as { action: string; object_id: string; before: unknown; after: unknown }[];
      expect(entries.map((entry) => [entry.action, entry.object_id])).toEqual([["change", project.id], ["create", project.id]]);
      expect(entries[0]).toMatchObject({ before: { description: "=1+1" }, after: { description: "" } });
    });
  });
}

test("long lists go on over pages, and days that are none are refused", async ({ page, signIn, expected }) => {
  expected.push(422);
  await signIn("owner");
  await page.goto("/settings/audit?kind=artifact");
  await expect(page.locator(".trail > li").first()).toContainText("Uploaded the artifact");
  await page.goto("/settings/audit");
  const newest = await page.locator(".trail > li").first().getAttribute("id");
  await expect(page.locator(".trail > li")).toHaveCount(50);
  await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.locator(`#${newest}`)).toHaveCount(0);
  await expect(page.locator(".trail > li").first()).toBeVisible();
  await page.goto("/settings/audit?from=yesterday&object=kept");
  await expect(page.getByRole("alert")).toContainText("write a day");
  await expect(page.getByLabel("Id of the object")).toHaveValue("kept");
});

test("only owners read the trail", async ({ page, signIn }) => {
  for (const role of ["editor", "viewer"] as const) {
    await signIn(role);
    for (const address of ["/settings/audit", "/settings/audit.csv", "/settings/audit.json"]) {
      expect((await page.request.get(address)).status(), `${role} ${address}`).toBe(403);
    }
    await page.goto("/");
    await page.locator(".site-account summary").click();
    await expect(page.getByRole("link", { name: "Audit trail" })).toHaveCount(0);
  }
  await signIn("newcomer");
  await page.goto("/settings/audit");
  await expect(page.locator(".trail")).not.toContainText("demo@heirloom.local");
  await expect(page.locator(".trail > li").last()).toContainText("Created the person owner@newcomers.example");
});
