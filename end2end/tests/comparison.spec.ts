// From many experiments to the one that is exported.
import type { Api, Named } from "./api";
import { expect, test, unique } from "./fixtures";

async function project(api: Api): Promise<Named> {
  const made = await api.call<Named>("POST", "/projects", { name: unique("search") });
  for (const [name, accuracy, lr, optimizer] of [
    ["first", 0.81, 0.1, "sgd"],
    ["second", 0.97, 0.01, "adam"],
    ["third", 0.9, 0.001, "adam"],
  ] as const) {
    const experiment = await api.call<Named>("POST", "/experiments", {
      project_id: made.id,
      name,
      parameters: { lr, optimizer, epochs: 30 },
    });
    const points = [1, 2].flatMap((step) => [
      { key: "val/accuracy", step, value: accuracy - 0.1 / step },
      { key: "latency", step, value: 10 * lr },
    ]);
    await api.call("POST", `/experiments/${experiment.id}/metrics`, { points });
  }
  return made;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("columns are chosen, the list is sorted, three are compared, and the best is exported", async ({ page, api, signIn }) => {
      const { id } = await project(api);
      await signIn();
      await page.goto(`/projects/${id}`);
      await page.getByText("Columns", { exact: true }).click();
      await page.getByLabel("lr", { exact: true }).check();
      await page.getByRole("button", { name: "Show these columns" }).click();
      const table = page.getByRole("table");
      await expect(table.getByRole("columnheader", { name: "lr" })).toBeVisible();
      await table.getByRole("link", { name: "val/accuracy" }).click();
      await expect(table.getByRole("columnheader", { name: "val/accuracy" })).toHaveAttribute("aria-sort", "descending");
      await expect(table.getByRole("rowheader")).toHaveText(["second", "third", "first"]);
      await table.getByRole("link", { name: "lr", exact: true }).click();
      await table.getByRole("link", { name: "lr", exact: true }).click();
      await expect(table.getByRole("rowheader")).toHaveText(["third", "second", "first"]);
      const address = page.url();
      await page.goto("/");
      await page.goto(address);
      await expect(table.getByRole("rowheader")).toHaveText(["third", "second", "first"]);
      for (const name of ["first", "second", "third"]) await page.getByLabel(`Compare ${name}`).check();
      await page.getByRole("button", { name: "Compare the chosen ones" }).click();

      const row = (name: string) => table.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
      await expect(row("optimizer")).toBeVisible();
      await expect(row("epochs")).toHaveCount(0);
      await page.getByRole("link", { name: "Show everything" }).click();
      await expect(row("epochs")).toBeVisible();
      await expect(row("val/accuracy").locator(".best")).toHaveText(/^0\.92/);
      await row("latency").getByRole("link", { name: "which end is good?" }).click();
      await row("latency").getByRole("link", { name: "higher is better" }).click();
      await expect(row("latency").locator(".best")).toHaveText(/^0\.01/);
      await page.getByRole("columnheader", { name: /second/ }).getByRole("link", { name: "Make it the base" }).click();
      await expect(page.getByRole("columnheader").nth(1)).toContainText("second");
      await page.getByRole("columnheader", { name: /second/ }).getByRole("link", { name: /Export as a Model/ }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Export as a Model");
      await expect(page.getByText("second").first()).toBeVisible();
    });
  });
}

test("one is not enough, and the way back is there", async ({ page, api, signIn, expected }) => {
  expected.push(422);
  const { id } = await project(api);
  await signIn();
  await page.goto(`/projects/${id}`);
  await page.getByLabel("Compare first").check();
  await page.getByRole("button", { name: "Compare the chosen ones" }).click();
  await expect(page.getByText("1 experiment chosen. Choose 2 to 20 in the list.")).toBeVisible();
  await page.getByRole("link", { name: "Back to the list" }).click();
  await expect(page.getByLabel("Compare first")).toBeVisible();
});

test("list and comparison are saved as CSV", async ({ page, api, signIn }) => {
  const { id } = await project(api);
  const odd = await api.call<Named>("POST", "/experiments", { project_id: id, name: '=1+1, "quoted"', parameters: { lr: -1 } });
  await signIn();
  const list = await page.request.get(`/projects/${id}/experiments.csv?column=parameter:lr&sort=parameter:lr&order=asc`);
  expect(list.headers()["content-type"]).toBe("text/csv; charset=utf-8");
  const lines = (await list.text()).trim().split("\n");
  expect(lines[0]).toBe("id,name,status,created_at,created_by,parameter:lr");
  expect(lines[1]).toContain(`${odd.id},"'=1+1, ""quoted""",pending,`);
  expect(lines.map((line) => line.split(",").at(-1))).toEqual(["parameter:lr", "-1", "0.001", "0.01", "0.1"]);
  const { items } = await api.call<{ items: Named[] }>("GET", `/experiments?project_id=${id}&sort=name&order=asc`);
  const ids = items.map((item) => `experiment=${item.id}`).join("&");
  const comparison = await (await page.request.get(`/projects/${id}/compare.csv?${ids}`)).text();
  expect(comparison).toContain("parameter,lr,-1,0.1,0.01,0.001");
});

test("search, status and tags narrow the list and stay in the address", async ({ page, api, signIn }) => {
  const { id } = await project(api);
  await signIn();
  await page.goto(`/projects/${id}`);
  await page.getByRole("searchbox", { name: "Search experiments" }).fill("ir");
  await page.getByLabel("Status").selectOption("Pending");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page).toHaveURL(/search=ir&status=pending/);
  await expect(page.getByRole("rowheader")).toHaveText(["third", "first"]);
  await page.getByRole("textbox", { name: "Tags" }).fill("night");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page.getByText("No experiment matches")).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("conditions on metrics and parameters narrow the list, and each can be taken away", async ({ page, api, signIn }) => {
      const { id } = await project(api);
      await signIn("viewer");
      await page.goto(`/projects/${id}`);
      const add = async (what: string, relation: string, value: string) => {
        await page.getByText("Conditions", { exact: true }).click();
        await page.getByLabel("Metric or parameter").selectOption(what);
        await page.getByLabel("Relation").selectOption(relation);
        await page.getByRole("textbox", { name: "Value" }).fill(value);
        await page.getByRole("button", { name: "Show these experiments" }).click();
      };
      await add("parameter:lr", "<=", "0.01");
      await expect(page.getByRole("rowheader")).toHaveText(["third", "second"]);
      await add("parameter:lr", "!=", "0.001");
      await expect(page.getByRole("rowheader")).toHaveText(["second"]);
      await page.getByRole("link", { name: "Without the condition lr <= 0.01" }).click();
      await expect(page.getByRole("rowheader")).toHaveText(["second", "first"]);
    });

    test("an experiment is archived, restored and deleted", async ({ page, api, signIn, expected }) => {
      expected.push(422);
      const { id } = await project(api);
      await signIn("owner");
      await page.goto(`/projects/${id}`);
      await page.getByRole("link", { name: "first" }).click();
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("button", { name: "Archive" }).click();
      await expect(page.getByText("Archived since")).toBeVisible();
      await page.goto(`/projects/${id}`);
      await expect(page.getByRole("rowheader")).toHaveText(["third", "second"]);
      await page.goto(`/projects/${id}?archived=yes`);
      await page.getByRole("link", { name: "first" }).click();
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("button", { name: "Restore" }).click();
      await expect(page.getByText("Archived since")).toHaveCount(0);
      await page.getByRole("link", { name: "Manage" }).click();
      await page.getByRole("button", { name: "Delete for good" }).click();
      await expect(page.getByText("Nothing was deleted")).toBeVisible();
      await page.locator("#confirmation").fill("first");
      await page.getByRole("button", { name: "Delete for good" }).click();
      await expect(page).toHaveURL(new RegExp(`/projects/${id}$`));
      await expect(page.getByRole("rowheader")).toHaveText(["third", "second"]);
    });
  });
}
