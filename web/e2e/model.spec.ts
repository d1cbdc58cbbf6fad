import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

for (const at of LOOKS) {
  test(`overview and model look right and are accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    const check = async (name: string) => {
      await expectAccessible(page);
      await expectNoSideScroll(page);
      await picture(page, `${name}-${at.name}`, true);
    };
    await page.goto("/?since=30d");
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Since 30 days ago" }).getByRole("button").first()).toBeVisible();
    await check("overview");
    await page.goto("/settings/model");
    await expect(page.getByRole("region", { name: "EPSS" })).toBeVisible();
    await check("model");
    await page.getByRole("link", { name: "Decision tables" }).click();
    await expect(page.getByRole("region", { name: "bod-26-04" })).toBeVisible();
    await check("model-tables");
    await page.getByRole("link", { name: "Versions" }).click();
    await expect(page.getByRole("region", { name: "Versions, the newest first" })).toBeVisible();
    await check("model-versions");
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("since yesterday: a group opens to its issues, and its address is its state", async ({ page }) => {
  await page.goto("/?since=30d");
  const since = page.getByRole("region", { name: "Since 30 days ago" });
  await since.getByRole("button", { name: /new/ }).click();
  await expect(page).toHaveURL(/open=new/);
  await page.reload();
  const first = since.getByRole("list").last().getByRole("link").first();
  await first.click();
  await expect(page).toHaveURL(/\/issues\//);
});

test("the numbers of the overview lead to lists of that length", async ({ page, request }) => {
  await page.goto("/");
  const facets = await (await request.get("/api/v1/facets")).json();
  await page
    .getByRole("region", { name: "From findings to what is urgent" })
    .getByRole("link", { name: `${facets.views.urgent} urgent` })
    .click();
  await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", String(facets.views.urgent + 1));
});

test("an edited model shows what would move before it is put in force, and a wrong one why not", async ({
  page,
  request,
}) => {
  await page.goto("/settings/model?tab=change");
  const text = page.getByRole("textbox", { name: "risk.yaml" });
  await expect(text).toHaveValue(/kev:/);
  const file = await text.inputValue();
  await expect(page.getByRole("button", { name: "Show what would move" })).toBeDisabled();

  await text.fill(file.replace(/internet: \d+/, "internet: -5"));
  await page.getByRole("button", { name: "Show what would move" }).click();
  await expect(page.getByRole("alert")).toContainText("This is no model");
  await expect(page.getByRole("button", { name: "Put in force…" })).toBeDisabled();

  await text.fill(file.replace(/^name: .*/m, "name: e2e-model").replace(/^compliance: \d+/m, "compliance: 90"));
  await page.getByRole("button", { name: "Show what would move" }).click();
  await expect(page.getByRole("list", { name: "What would move" })).toBeVisible();
  await expect(page.getByRole("region", { name: "By tier" })).toBeVisible();
  await expectAccessible(page);
  await expectNoSideScroll(page);
  await picture(page, "model-diff", true);

  await page.getByRole("button", { name: "Put in force…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Put in force" }).click();
  await expect(page.getByRole("region", { name: "Notices" })).toContainText(/Version \d+ is in force/);
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page.getByRole("cell", { name: "e2e-model" }).first()).toBeVisible();
  // Other tests count on the model that was there.
  expect((await request.post("/api/v1/risk/apply", { data: { model: file } })).ok()).toBe(true);
});
