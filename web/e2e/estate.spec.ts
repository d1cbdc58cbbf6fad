import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

for (const at of LOOKS) {
  test(`applications, services and teams look right and are accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    const check = async (name: string) => {
      await expectAccessible(page);
      await expectNoSideScroll(page);
      await picture(page, `${name}-${at.name}`, true);
    };
    await page.goto("/applications");
    await page.getByRole("rowheader", { name: "shop", exact: true }).getByRole("link").waitFor();
    await check("applications");
    await page.getByRole("rowheader", { name: "shop", exact: true }).getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1, name: "shop" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Ranked first" }).getByRole("link").nth(1)).toBeVisible();
    await check("application");
    await page.getByRole("rowheader", { name: "checkout-api" }).getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1, name: "checkout-api" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Where each fact comes from" })).toContainText("shop/muster.yaml");
    await check("service");
    await page.goto("/teams");
    await page.getByRole("rowheader", { name: "payments" }).getByRole("link").click();
    await expect(page.getByRole("heading", { name: "Do these ten next" })).toBeVisible();
    await check("team");
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("the numbers of a team, an application and the queue are the same", async ({ page, request }) => {
  for (const [address, filter] of [
    ["/teams/payments", "team:payments"],
    ["/applications/shop", "app:shop"],
    ["/services/checkout-api", "service:checkout-api"],
  ]) {
    const total = async (more: string): Promise<number> => {
      const answer = await request.get(`/api/v1/facets?q=${encodeURIComponent(`${filter} ${more}`)}`);
      return (await answer.json()).total;
    };
    await page.goto(address ?? "");
    const numbers = page.getByRole("list", { name: "How it stands" });
    await expect(numbers).toContainText(`${await total("tier:3d,14d")}urgent`);
    await expect(numbers).toContainText(`of ${await total("")} open issue`);
    await expect(numbers).toContainText(`${await total("is:late")}late`);
    await numbers.getByRole("link", { name: /urgent/ }).click();
    await expect(page).toHaveURL(/\/queue\?q=/);
  }
});

test("the weeks of a service end with its number, and have a table that the keyboard opens", async ({ page }) => {
  await page.goto("/services/checkout-api");
  const weeks = page.getByRole("region", { name: "Last 13 weeks" });
  await expect(weeks.getByText(/fixed/)).toBeVisible();
  const open = await page.getByRole("list", { name: "How it stands" }).getByText(/of \d+ open/).innerText();
  await weeks.getByText("Table").focus();
  await page.keyboard.press("Enter");
  const last = weeks.getByRole("row").last();
  await expect(last.getByRole("cell").nth(1)).toHaveText(open.replace(/\D/g, ""));
  await expect(page.getByRole("list", { name: "How it stands" })).toContainText("mean time to fix");
  await expectAccessible(page);
  await weeks.getByRole("link").first().click();
  await expect(page).toHaveURL(/at=\d{4}-\d\d-\d\d/);
  await expect(page.getByRole("heading", { level: 1, name: "checkout-api" })).toBeVisible();
});

test("the packages of a service lead to all of them and to each", async ({ page }) => {
  await page.goto("/services/checkout-api");
  const packages = page.getByRole("region", { name: "Packages", exact: true });
  const all = packages.getByRole("link", { name: /^All \d+/ });
  const counted = (await all.innerText()).replace(/\D/g, "");
  await all.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/components\?service=checkout-api/);
  await expect(page.getByRole("heading", { level: 2, name: `${counted} packages` })).toBeVisible();
  await expect(page.getByRole("link", { name: "checkout-api" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("/");
  await page.keyboard.type("pillow");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=pillow.*service=checkout-api/);
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await page.getByRole("link", { name: "All services" }).click();
  await expect(page).not.toHaveURL(/service=/);
});

test("a name that is not there says so", async ({ page }) => {
  for (const address of ["/teams/nobody", "/applications/nothing", "/services/no%20such"]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { name: "There is no such thing here" })).toBeVisible();
  }
});

test("pages are reached by keys, and a page of one thing leads back", async ({ page }) => {
  await page.goto("/applications");
  await expect(page.getByRole("heading", { level: 1, name: "Applications" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { level: 1, name: "Teams" })).toBeVisible();
  await page.getByRole("rowheader").getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "Do these ten next" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/teams$/);
});

test("a phone reaches every page", async ({ page }) => {
  await look(page, LOOKS[2]);
  await page.goto("/teams");
  await page.getByRole("button", { name: "More" }).click();
  const all = page.getByRole("dialog", { name: "All pages" });
  await expect(all.getByRole("link", { name: "Coverage" })).toBeVisible();
  await expectAccessible(page);
  await picture(page, "phone-more");
  await all.getByRole("link", { name: "Coverage" }).click();
  await expect(page).toHaveURL(/\/coverage$/);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
