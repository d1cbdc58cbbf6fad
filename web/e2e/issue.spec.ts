import { expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, openQueue, picture, watch } from "./pages";

interface View {
  issue: {
    id: string;
    score: number;
    because: { points: number }[];
    findings?: { tool?: string; link: { because: { weight: number }[] } }[];
    suggestions?: unknown[];
  };
}

/** An issue of several findings where there is one, else the first. */
async function richest(page: Page): Promise<View> {
  const list = await (await page.request.get("/api/v1/issues?limit=50")).json();
  let best: View | undefined;
  for (const { id } of list.items as { id: string }[]) {
    const view: View = await (await page.request.get(`/api/v1/issues/${encodeURIComponent(id)}`)).json();
    const size = (one?: View) => (one?.issue.findings?.length ?? 0) + (one?.issue.suggestions?.length ?? 0);
    if (size(view) > size(best)) best = view;
  }
  if (!best) throw new Error("the server has no issue");
  return best;
}

for (const at of LOOKS) {
  test(`issue looks right and is accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    const { issue } = await richest(page);
    await page.goto(`/issues/${issue.id}`);
    await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `issue-${at.name}`);
    // The page scrolls inside its frame; for a picture of all of it the frame grows.
    const height = await page.evaluate(() => document.querySelector("main")?.scrollHeight ?? 900);
    await page.setViewportSize({ width: at.width, height: Math.min(height + 60, 6000) });
    await picture(page, `issue-whole-${at.name}`);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("the terms shown add up to the score", async ({ page }) => {
  const { issue } = await richest(page);
  await page.goto(`/issues/${issue.id}#rank`);
  const number = (text: string) => Math.round(Number.parseFloat(text.replace("\u2212", "-").replace(",", "")) * 10);
  const rows = page.locator("#rank tbody tr:not(.wf-unknown) td:last-child");
  await expect(rows).toHaveCount(issue.because.length);
  const points = (await rows.allTextContents()).map(number);
  const sum = number((await page.locator("#rank tfoot td:last-child").textContent()) ?? "");
  expect(points.reduce((total, each) => total + each, 0)).toBe(sum);
  expect(sum).toBe(issue.score);
});

test("every finding shows its evidence, and its sum can be redone by hand", async ({ page }) => {
  const { issue } = await richest(page);
  await page.goto(`/issues/${issue.id}#links`);
  const blocks = page.locator("#links .fnd:not(.is-suggested)");
  await expect(blocks).toHaveCount(Math.min(issue.findings?.length ?? 0, 40));
  const linked = (issue.findings ?? []).filter((finding) => finding.link.because.length > 0);
  const sums = page.locator("#links .fnd:not(.is-suggested) .evidence-sum b");
  await expect(sums).toHaveCount(linked.length);
  for (const [at, finding] of linked.entries()) {
    const total = finding.link.because.reduce((sum, each) => sum + each.weight, 0);
    const text = `${total > 0 ? "+" : ""}${(total / 10).toFixed(1)}`.replace("-", "\u2212");
    await expect(sums.nth(at)).toHaveText(text);
  }
});

test("state is changed from the page and undone with Control Z; the history keeps both", async ({ page }) => {
  const { issue } = await richest(page);
  await page.goto(`/issues/${issue.id}`);
  await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("radio", { name: /False positive/ }).check();
  await dialog.getByLabel("Reason").fill("the parameter is bound in the driver");
  await dialog.getByRole("button", { name: "Change state" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator(".iss-summary").getByText("False positive")).toBeVisible();
  await expect(page.getByText("the parameter is bound in the driver").first()).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.locator(".iss-summary").getByText("False positive")).toHaveCount(0);
});

test("a split shows both issues that it leaves before it is done, and is undone", async ({ page }) => {
  const { issue } = await richest(page);
  const before = issue.findings?.length ?? 0;
  expect(before, "an issue of several findings").toBeGreaterThan(1);
  await page.goto(`/issues/${issue.id}`);
  await page
    .getByRole("button", { name: /Split off/ })
    .first()
    .click();
  const parts = page.getByRole("list", { name: "What the split leaves" }).getByRole("listitem");
  await expect(parts).toHaveCount(2);
  await expect(parts.first()).toContainText("Stays");
  await expect(parts.last()).toContainText("A new issue");
  await expectAccessible(page);
  await picture(page, "issue-split");
  const list = await (await page.request.get(`/api/v1/issues/${issue.id}`)).json();
  expect(list.issue.findings.length, "nothing is done yet").toBe(before);
  await page.getByRole("button", { name: "Split off 1 finding" }).click();
  await expect(page.locator("#links .fnd:not(.is-suggested)")).toHaveCount(before - 1);
  await page.keyboard.press("Control+z");
  await expect(page.locator("#links .fnd:not(.is-suggested)")).toHaveCount(before);
});

test("what the server cannot do yet is said in its words", async ({ page }) => {
  const { issue } = await richest(page);
  await page.route("**/api/v1/issues/*/split", (route) =>
    route.fulfill({
      status: 501,
      contentType: "application/problem+json",
      body: JSON.stringify({ title: "Not built", detail: "Splitting is not built yet." }),
    }),
  );
  await page.goto(`/issues/${issue.id}`);
  const split = page.getByRole("button", { name: /Split off/ }).first();
  test.skip((await split.count()) === 0 && (issue.findings?.length ?? 0) < 2, "no issue of several findings here");
  await split.click();
  await page.getByRole("button", { name: "Split off 1 finding" }).click();
  await expect(page.getByText("Splitting is not built yet.").first()).toBeVisible();
});

test("scanner text is shown as text", async ({ page }) => {
  await openQueue(page);
  await page.route("**/api/v1/issues/*", async (route) => {
    const answer = await route.fetch();
    const view = await answer.json();
    view.issue.title = "<img src=x onerror=window.owned=1>";
    for (const finding of view.issue.findings ?? []) finding.description = "<script>window.owned=1</script><b>bold</b>";
    await route.fulfill({ response: answer, json: view });
  });
  const { issue } = await richest(page);
  await page.goto(`/issues/${issue.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("<img src=x onerror=window.owned=1>");
  expect(await page.evaluate(() => "owned" in window)).toBe(false);
  await expect(page.getByText("<b>bold</b>").first()).toBeVisible();
});

test("an id that does not exist says so", async ({ page }) => {
  await page.goto("/issues/no-such-issue");
  await expect(page.getByRole("heading", { name: "There is no issue no-such-issue" })).toBeVisible();
});
