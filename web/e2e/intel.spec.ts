import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

for (const at of LOOKS) {
  test(`intel looks right and is accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await page.goto("/intel");
    await expect(page.getByRole("rowheader", { name: /^KEV/ })).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `intel-${at.name}`, true);

    await page.getByLabel("One vulnerability").fill("cve-2023-4863");
    await page.getByRole("button", { name: "Show" }).click();
    await expect(page).toHaveURL(/\/intel\/CVE-2023-4863$/);
    await expect(page.getByRole("region", { name: "Known exploited" })).toContainText(/In .* since/);
    await expect(page.getByRole("region", { name: "Our open issues" }).getByRole("link").first()).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `cve-${at.name}`, true);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("a vulnerability that nobody knows says where was looked", async ({ page }) => {
  await page.goto("/intel/CVE-1999-0001");
  await expect(page.getByRole("region", { name: "Known exploited" })).toContainText("Not listed. as of");
  await expect(page.getByText("No open issue.")).toBeVisible();
});

test("EPSS over time has a line and a table of the same days", async ({ page }) => {
  await page.route(/\/api\/v1\/intel\/CVE-2023-4863$/, async (route) => {
    const answer = await route.fetch();
    const view = await answer.json();
    const days = [0.02, 0.4, 0.91].map((score, i) => ({ at: `2026-08-0${i + 1}T00:00:00Z`, score, percentile: 0.9 }));
    await route.fulfill({ response: answer, json: { ...view, epss: days } });
  });
  await page.goto("/intel/CVE-2023-4863");
  const epss = page.getByRole("region", { name: "EPSS" });
  await expect(epss).toContainText("91.0 %");
  await expect(epss.locator("svg path")).toHaveCount(1);
  await epss.getByText("Table").click();
  await expect(epss.getByRole("row")).toHaveCount(4);
  await picture(page, "cve-epss");
});

test("feeds are fetched with what became of each, and a file that is none is refused", async ({ page }) => {
  await page.route(/\/api\/v1\/intel\/fetch$/, (route) =>
    route.fulfill({
      json: [
        { name: "kev", url: "https://example.com/kev.json", unchanged: true },
        { name: "epss", url: "https://example.com/epss.csv.gz", unchanged: false, error: "no answer" },
      ],
    }),
  );
  await page.goto("/intel");
  await page.getByRole("button", { name: "Fetch from the publishers" }).click();
  await expect(page.getByText("nothing newer")).toBeVisible();
  await expect(page.getByText("no answer")).toBeVisible();
  await page
    .getByLabel("Load files")
    .setInputFiles({ name: "no.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await expect(page.getByText("Nothing was loaded")).toBeVisible();
  await expect(page.getByText("not a feed that Muster knows")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "intel-fetched");
});

test("the intel page says whose word counts and which feed is old", async ({ page }) => {
  await page.route(/\/api\/v1\/vex\/trust$/, (route) =>
    route.fulfill({
      json: { file: "trust.yaml", max_age_days: 365, trusted: [{ author: "Acme Product Security", line: 3 }] },
    }),
  );
  await page.route(/\/api\/v1\/intel$/, async (route) => {
    const answer = await route.fetch();
    const feeds = (await answer.json()).map((feed: object) => ({ ...feed, age: { days: 40, limit: 7, stale: true } }));
    await route.fulfill({ response: answer, json: feeds });
  });
  await page.goto("/intel");
  await expect(page.getByRole("region", { name: "Whose word counts" })).toContainText(
    "Acme Product Security on everything",
  );
  await expect(page.getByText("old: more than 7 days").first()).toBeVisible();
  await expectAccessible(page);
});
