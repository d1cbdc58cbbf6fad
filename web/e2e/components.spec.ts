import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

for (const at of LOOKS) {
  test(`components and APIs look right and are accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    const check = async (name: string) => {
      await expectAccessible(page);
      await expectNoSideScroll(page);
      await picture(page, `${name}-${at.name}`, true);
    };
    await page.goto("/components");
    await expect(page.getByRole("rowheader").first()).toBeVisible();
    await check("components");
    await page.getByRole("rowheader").getByRole("link").first().click();
    await expect(page.getByRole("region", { name: "Where it is" })).toBeVisible();
    await check("component");
    await page.goto("/components?q=CVE-2023-4863");
    await expect(page.getByRole("list", { name: "Who has it" })).toBeVisible();
    await check("affected");
    await page.goto("/components/licences?all=1");
    await expect(page.getByText("No policy says what is allowed")).toBeVisible();
    await expect(page.getByRole("rowheader").first()).toBeVisible();
    await check("licences");
    await page.goto("/components/notices");
    const told = page.getByRole("region", { name: "Notifications, the newest first" });
    const row = told.getByRole("listitem").filter({ hasText: "CVE-2024-45590" }).filter({ hasText: "storefront" });
    await expect(row).toContainText("fixed in 1.20.3");
    await check("notices");
    await page.goto("/apis");
    await expect(page.getByRole("rowheader").first()).toBeVisible();
    await check("apis");
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("a search is in the address, as is the day", async ({ page }) => {
  await page.goto("/components");
  await expect(page.getByRole("heading", { level: 1, name: "Components" })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("no-such-package-anywhere");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=no-such-package-anywhere/);
  await expect(page.getByRole("heading", { name: "Nothing here has a package of that name" })).toBeVisible();
  await page.goto("/components?q=CVE-2023-4863&at=2026-01-01");
  await expect(page.getByText("You see 1 Jan")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nothing here has it" })).toBeVisible();
  await page.getByRole("link", { name: "Back to now" }).click();
  await expect(page).not.toHaveURL(/at=/);
  await expect(page.getByRole("region", { name: /Who is affected/ })).toBeVisible();
});

test("gaps of APIs narrow the list, and their counts are those of the list", async ({ page }) => {
  await page.goto("/apis");
  const chips = page.getByRole("navigation", { name: "Gaps" });
  const chip = chips.getByRole("link", { name: /^Never tested/ });
  const counted = Number((await chip.innerText()).replace(/\D/g, ""));
  await chip.click();
  await expect(page).toHaveURL(/gap=untested/);
  await expect(page.locator("table.apis tbody tr")).toHaveCount(counted);
});

test("who is affected can be saved for a spreadsheet", async ({ page }) => {
  await page.goto("/components?q=CVE-2023-4863");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  expect((await saved).suggestedFilename()).toBe("affected.csv");
});
