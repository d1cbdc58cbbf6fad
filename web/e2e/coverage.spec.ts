import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

for (const at of LOOKS) {
  test(`coverage looks right and is accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await page.goto("/coverage");
    await expect(page.getByRole("row").nth(1)).toBeVisible();
    await expect(page.getByText(/services have every required scan/)).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `coverage-${at.name}`, true);

    await page.getByRole("link", { name: /^Not placed/ }).click();
    await expect(page.getByText(/no service, so/)).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `unplaced-${at.name}`, true);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("a cell of the grid says what was seen and how to close the gap; its address is its state", async ({ page }) => {
  await page.goto("/coverage?view=name");
  const gap = page.getByRole("link", { name: /: never$/ }).first();
  const name = (await gap.getAttribute("aria-label")) ?? "";
  await gap.click();
  await expect(page).toHaveURL(/view=name&cell=/);
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("muster import --service");
  await expectAccessible(page);
  await picture(page, "coverage-cell");
  await page.reload();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/cell=/);
  await expect(page.getByRole("link", { name })).toBeVisible();
});

test("a tool that failed stands beside the green of another", async ({ page }) => {
  await page.goto("/coverage?view=name");
  await page.getByRole("link", { name: "SAST of checkout-api: fresh, 1 failed" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem").first()).toContainText("eslint failed");
  await expect(dialog).toContainText("Cannot find package 'eslint-plugin-security'");
  await expectAccessible(page);
});

test("the numbers of coverage agree with its grid, with the teams' and with the server", async ({ page, request }) => {
  const suite: { services: number; full: number }[] = await (await request.get("/api/v1/coverage/suite")).json();
  const sum = (name: "services" | "full") => suite.reduce((all, row) => all + row[name], 0);
  await page.goto("/coverage");
  await expect(page.getByText(`${sum("full")} of ${sum("services")} services`)).toBeVisible();
  await expect(page.locator("table.cov tbody tr")).toHaveCount(sum("services"));
  await page.getByRole("link", { name: "Teams", exact: true }).last().click();
  await expect(page.getByRole("region", { name: "Teams, least covered first" }).getByRole("row")).toHaveCount(
    suite.length + 1,
  );
  await expectAccessible(page);
  await expectNoSideScroll(page);
  await picture(page, "coverage-teams");
});

test("coverage that cannot be read says so and can be asked again", async ({ page }) => {
  let fail = true;
  await page.route("**/api/v1/coverage", (route) =>
    fail ? route.fulfill({ status: 500, json: {} }) : route.continue(),
  );
  await page.goto("/coverage");
  await expect(page.getByRole("alert")).toContainText("Coverage could not be read");
  fail = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("row").nth(1)).toBeVisible();
});
