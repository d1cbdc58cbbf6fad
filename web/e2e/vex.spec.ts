import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, openQueue, picture } from "./pages";

const AT = "2026-10-01T08:00:00Z";

const statement = (verdict: string, author: string, more: object = {}) => ({
  status: "not_affected",
  verdict,
  author,
  at: AT,
  vulnerability: "CVE-2026-1",
  product: "pkg:oci/checkout-api",
  document: `https://example.com/vex/${author}`,
  because: verdict === "counts" ? "Trusted for this product." : "The trust list does not name the author.",
  findings: ["f"],
  ...more,
});

for (const at of LOOKS.filter((each) => each.colors === "light")) {
  test(`VEX statements stand on the issue, with why each counts or does not: ${at.name}`, async ({ page }) => {
    await look(page, at);
    await page.route(/\/api\/v1\/issues\/[^/?]+$/, async (route) => {
      const answer = await route.fetch();
      const view = await answer.json();
      view.issue.vex = [
        statement("counts", "Acme Product Security", { reason: "The function is never called.", until: AT }),
        statement("untrusted", "A stranger"),
      ];
      await route.fulfill({ response: answer, json: view });
    });
    await openQueue(page);
    await page.locator("[role=row][data-id] a").first().click();
    const side = page.getByRole("complementary", { name: "Facts and actions" });
    await expect(side.getByRole("heading", { name: "VEX" })).toBeVisible();
    await expect(side).toContainText("Not affected, says Acme Product Security");
    await expect(side).toContainText("The trust list does not name the author.");
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `vex-${at.name}`, true);
  });
}

test("where each fact of an issue comes from is said on demand, with the rule that chose", async ({
  page,
  request,
}) => {
  const [first] = (await (await request.get("/api/v1/issues?q=service:checkout-api&limit=1")).json()).items;
  await page.goto(`/issues/${first.id}`);
  const side = page.getByRole("complementary", { name: "Facts and actions" });
  await side.getByText("Where each fact comes from").click();
  await expect(side).toContainText("Exposure: internet");
  await expect(side).toContainText("shop/muster.yaml");
  await expectAccessible(page);
  await expectNoSideScroll(page);
  await picture(page, "issue-facts", true);
});
