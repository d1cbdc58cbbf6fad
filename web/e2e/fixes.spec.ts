import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

for (const at of LOOKS) {
  test(`fixes look right and are accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await page.goto("/fixes");
    const list = page.getByRole("list", { name: "Changes" });
    await expect(list.getByRole("listitem").first()).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `fixes-${at.name}`, true);
    await list.getByRole("link").first().click();
    await expect(page.getByRole("heading", { name: /^It ends \d+ issue/ })).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `fix-${at.name}`, true);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("a change leads to its issues, and each of them back to it", async ({ page }) => {
  await page.goto("/fixes?q=team:payments");
  await page.getByRole("list", { name: "Changes" }).getByRole("link").first().click();
  const change = await page.getByRole("heading", { level: 1 }).innerText();
  await page.getByRole("region", { name: "What it ends" }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/issues\//);
  await page.getByRole("link", { name: "The change that ends it, and what else it ends" }).click();
  await expect(page.getByRole("heading", { level: 1, name: change })).toBeVisible();
});

test("the filter of fixes is in the address; one that nothing matches says so", async ({ page }) => {
  await page.goto("/fixes");
  await expect(page.getByRole("list", { name: "Changes" })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("team:nobody-at-all");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=team/);
  await expect(page.getByRole("heading", { name: "No change matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear the filter" }).click();
  await expect(page.getByRole("list", { name: "Changes" })).toBeVisible();
});

test("the ten changes of a team are the first of its list of fixes", async ({ page, request }) => {
  const answer = await (await request.get("/api/v1/fixes?q=team:payments&limit=10")).json();
  await page.goto("/teams/payments");
  const list = page.getByRole("list", { name: "Do these ten next" });
  await expect(list.getByRole("listitem")).toHaveCount(answer.items.length);
  for (const [at, fix] of answer.items.slice(0, 3).entries())
    await expect(list.getByRole("listitem").nth(at)).toContainText(fix.change);
});
