import { expect, test } from "@playwright/test";
import { VIEWS } from "../src/pages/queue/views";
import { expectAccessible, expectNoSideScroll, focusedId, LOOKS, look, openQueue, picture, watch } from "./pages";

for (const at of LOOKS) {
  test(`queue looks right and is accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await openQueue(page);
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `queue-${at.name}`);
    if (at.width > 700) {
      await page.keyboard.press("j");
      await page.keyboard.press("Space");
      await expect(
        page.getByRole("complementary", { name: "Preview" }).getByRole("heading", { level: 2 }),
      ).toBeVisible();
      await expect(page.getByText("because", { exact: false }).first()).toBeVisible();
      await expectAccessible(page);
      await picture(page, `queue-preview-${at.name}`);
    }
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("each view counts what its list holds", async ({ request }) => {
  const facets = async (q: string) =>
    (await request.get(`/api/v1/facets?q=${encodeURIComponent(q)}&state=open,in_progress`)).json();
  const { views } = await facets("");
  for (const { id, q } of VIEWS) expect(`${id} ${(await facets(q)).total}`).toBe(`${id} ${views[id]}`);
});

test("triage by keyboard alone: move, preview, open, come back to the same row", async ({ page }) => {
  await openQueue(page);
  await page.keyboard.press("j");
  const first = await focusedId(page);
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  const third = await focusedId(page);
  expect(third).not.toBe(first);
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  expect(await focusedId(page)).toBe(first);

  await page.keyboard.press("Space");
  await expect(page).toHaveURL(new RegExp(`peek=${first}`));
  await page.keyboard.press("j");
  const second = await focusedId(page);
  await expect(page).toHaveURL(new RegExp(`peek=${second}`));
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/peek=/);

  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/issues/${second}$`));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page).toHaveURL(new RegExp(`/issues/${third}$`));
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/queue/);
  await expect.poll(() => focusedId(page)).toBe(third);
});

test("the grid has one tab stop and keeps its focus through thousands of rows", async ({ page }) => {
  await openQueue(page);
  const stops = await page.locator("[role=grid] [tabindex='0']").count();
  expect(stops).toBe(1);
  await page.keyboard.press("j");
  const start = await focusedId(page);
  const grid = page.getByRole("grid");
  await grid.evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.waitForTimeout(300);
  expect(await focusedId(page)).toBe(start);
  await page.keyboard.press("j");
  expect(await focusedId(page)).not.toBe(start);
  const drawn = await page.locator("[role=row][data-id]").count();
  expect(drawn).toBeLessThan(60);
});

test("cells are reached by arrow keys, and B gives the reasons of each", async ({ page }) => {
  const seen = watch(page);
  await openQueue(page);
  await page.keyboard.press("j");
  await page.keyboard.press("b");
  await expect(page.getByRole("dialog", { name: /Score .* because/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  for (let i = 0; i < 7; i++) await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-column"))).toBe("owner");
  await page.keyboard.press("b");
  await expect(page.getByRole("dialog", { name: /owner/i })).toBeVisible();
  await expectAccessible(page);
  await picture(page, "because-owner");
  await page.keyboard.press("Escape");
  expect(seen).toEqual({ foreign: [], errors: [] });
});

test("the six facts are read out", async ({ page }) => {
  await openQueue(page);
  await page.keyboard.press("j");
  await page.keyboard.press("i");
  await expect(page.getByTestId("live")).toContainText("Known exploited:");
});

test("the filter is typed, completed, kept in the address, and undone by Back", async ({ page }) => {
  await openQueue(page);
  await page.keyboard.press("/");
  await page.keyboard.type("kin");
  await expect(page.getByRole("option").first()).toContainText("kind:");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const option = page.getByRole("option").first();
  await expect(option).toBeVisible();
  const kind = (await option.locator("code").textContent()) ?? "";
  const counted = (await option.locator(".hint").textContent()) ?? "";
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`q=kind:${kind}`));
  await expect(page.getByTestId("live")).toContainText(`${counted} issue`);
  await page.keyboard.press("Escape");
  await page.goBack();
  await expect(page).not.toHaveURL(/q=/);
});

test("a wrong term is named and the rest still filters", async ({ page }) => {
  await openQueue(page);
  await page.getByRole("combobox", { name: "Filter issues" }).fill("sevrity:high");
  await expect(page.getByText('unknown field "sevrity"; did you mean severity?')).toBeVisible();
});

test("nothing matches: the term that removes most is offered", async ({ page }) => {
  await page.goto("/queue?q=state:any+zzzz-no-such-word");
  await expect(page.getByRole("heading", { name: "No issue matches" })).toBeVisible();
  await page.getByRole("link", { name: "Remove zzzz-no-such-word" }).click();
  await expect(page).toHaveURL(/q=state:any$/);
});

test("views are links whose counts are the list's", async ({ page }) => {
  await openQueue(page);
  const urgent = page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^Urgent/ });
  const counted = (await urgent.locator(".c").textContent()) ?? "";
  await urgent.click();
  await expect(urgent).toHaveAttribute("aria-current", "page");
  await expect(page.getByTestId("live")).toContainText(`${counted} issue`);
});

test("state of a row is changed with a reason, and undone", async ({ page }) => {
  await openQueue(page, "/queue?q=-is:late");
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: /Defer/ }).check();
  await dialog.getByRole("button", { name: "Change state" }).click();
  await expect(dialog.getByRole("alert")).toContainText("reason");
  await dialog.getByLabel("Reason").fill("waits for the upgrade of the base image");
  await dialog.getByRole("button", { name: "Change state" }).click();
  await expect(dialog.getByRole("alert")).toContainText("date");
  await dialog.getByLabel(/Until/).fill("2099-01-31");
  await picture(page, "state-dialog");
  await dialog.getByRole("button", { name: "Change state" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator("[role=row][data-id]").getByText("Deferred").first()).toBeVisible();
  await expect(page.getByText("The list has changed: 1 issue fewer.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator("[role=row][data-id]").getByText("Deferred")).toHaveCount(0);
});

test("rows are selected with X and the bar says how many", async ({ page }) => {
  await openQueue(page);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByRole("region", { name: "Selection" })).toContainText("2 issues selected");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Selection" })).toHaveCount(0);
});

test("keys: help, go to imports and back; letters can be switched off", async ({ page }) => {
  await openQueue(page);
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL(/\/queue/);
  await page.getByRole("button", { name: /Keys/ }).click();
  await dialog.getByRole("checkbox").check();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL(/\/imports$/);
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await expect(page).toHaveURL(/\/queue/);
});

test("a failing server fails the list, not the page", async ({ page }) => {
  await page.route("**/api/v1/issues?*", (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      headers: { "x-request-id": "7f3a" },
      body: JSON.stringify({ title: "Busy", detail: "the database did not answer in 5 s." }),
    }),
  );
  await page.goto("/queue");
  await expect(page.getByRole("alert")).toContainText(
    "The queue could not be read: the database did not answer in 5 s.",
  );
  await expect(page.getByRole("alert")).toContainText("7f3a");
  await expect(page.getByRole("heading", { name: "Queue" })).toBeVisible();
  await picture(page, "queue-error");
  await page.unroute("**/api/v1/issues?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("[role=row][data-id]").first()).toBeVisible();
});

test("merges to confirm are worked by their evidence with N and Y", async ({ page }) => {
  await openQueue(page, "/queue?q=has:suggestion");
  const pair = page.getByRole("region", { name: "Merge to confirm" });
  await expect(pair.getByText("Is this the same issue?")).toBeVisible();
  await expect(pair.locator(".evidence-sum")).toBeVisible();
  await expectAccessible(page);
  await picture(page, "queue-merges");
  for (const button of await pair.getByRole("button").all()) {
    const [box, frame] = [await button.boundingBox(), await pair.boundingBox()];
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((frame?.x ?? 0) + (frame?.width ?? 0));
  }
  const waiting = async () => (await (await page.request.get("/api/v1/facets")).json()).views.suggested as number;
  const before = await waiting();
  await page.keyboard.press("n");
  await expect(page.getByText("Suggestion rejected", { exact: true })).toBeVisible();
  await expect.poll(waiting).toBeLessThan(before);
  await page.keyboard.press("Control+z");
  await expect.poll(waiting).toBe(before);
  await openQueue(page, "/queue?q=has:suggestion");
  await expect(pair).toBeVisible();
  await page.keyboard.press("y");
  await expect(page.getByText("Suggestion accepted", { exact: true })).toBeVisible();
  await expect.poll(waiting).toBeLessThan(before);
  await page.keyboard.press("Control+z");
  await expect.poll(waiting).toBe(before);
});
