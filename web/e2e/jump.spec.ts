import { expect, test } from "@playwright/test";
import { expectAccessible, picture } from "./pages";

test("Control K leads to a service, a vulnerability and the queue", async ({ page }) => {
  await page.goto("/coverage");
  await expect(page.getByRole("heading", { level: 1, name: "Coverage" })).toBeVisible();
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search or jump to" });
  await expect(field).toBeFocused();
  await field.fill("chap");
  await expect(page.getByRole("option", { name: /checkout-api/ })).toHaveAttribute("aria-selected", "true");
  await expectAccessible(page);
  await picture(page, "jump");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/services\/checkout-api$/);

  await page.keyboard.press("Control+k");
  await field.fill("cve-2023-4863");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/intel\/CVE-2023-4863$/);

  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await expect(field).toHaveCount(0);
});
