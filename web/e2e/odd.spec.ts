import { expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

/* What scanners write is not tidy: nothing but what the API promises, and far too much of it. */

const AT = "2026-11-20T08:00:00Z";
const LONG = "AVeryLongWordWithoutAnyPlaceToBreakIt/".repeat(60);

const bare = {
  id: "bare",
  tier: { id: "next", label: "Fix at the next upgrade" },
  score: -1234,
  severity: "unknown",
  title: "",
  kind: "pentest",
  kinds: ["pentest"],
  identifiers: [],
  cwes: [],
  state: "open",
  owner: { because: [] },
  place: "",
  services: [],
  refs: [],
  first_seen: AT,
  last_seen: AT,
  confidence: 1,
  because: [],
};

const crowded = {
  ...bare,
  id: "crowded",
  title: `${LONG} <b>&amp;`,
  place: LONG,
  tier: { id: "1d", label: LONG, days: 1, range: ["1d", "next"], because: [{ fact: LONG, source: LONG }] },
  due: "2019-01-01T00:00:00Z",
  owner: { team: LONG, because: [{ fact: LONG, source: LONG }] },
  application: LONG,
  services: Array.from({ length: 60 }, (_, i) => `${i}-${LONG}`),
  identifiers: Array.from({ length: 60 }, (_, i) => `CVE-2026-${i}`),
  refs: Array.from({ length: 60 }, (_, i) => `feature/${i}`),
  because: Array.from({ length: 40 }, (_, i) => ({
    signal: `signal_${i % 3}`,
    points: i % 2 ? -50 : 40,
    fact: LONG,
    source: LONG,
  })),
  unknown: ["reachable", LONG],
  facts: { kev: "yes", exploit: "no", reachable: "unknown" },
};

const findings = Array.from({ length: 90 }, (_, i) => ({
  index: i,
  kind: "sast",
  rule: LONG,
  title: LONG,
  severity: "high",
  description: `${LONG}\n`.repeat(20),
  identity: `f${i}`,
  location: { path: LONG, start_line: 1 },
  link: { confidence: i ? 0.5 : 1, by: "matching 1", because: i ? [{ fact: LONG, fields: ["a"], weight: -70 }] : [] },
  present: i % 2 ? {} : { [LONG]: "closed" },
}));

async function serve(page: Page) {
  const view = (issue: object) => ({
    issue,
    history: [],
    redirected_from: null,
    rank: null,
    of: 2,
    previous: null,
    next: null,
    threshold: 0.8,
    model: { name: LONG, version: 1 },
  });
  await page.route(/\/api\/v1\/issues\?/, (route) =>
    route.fulfill({
      json: { items: [bare, crowded], next: null, total: { count: 2, exact: false }, order: "score", as_of: null },
    }),
  );
  await page.route(/\/api\/v1\/issues\/bare$/, (route) => route.fulfill({ json: view({ ...bare, findings: [] }) }));
  await page.route(/\/api\/v1\/issues\/crowded$/, (route) => route.fulfill({ json: view({ ...crowded, findings }) }));
}

for (const at of LOOKS.filter((each) => each.colors === "light")) {
  test(`too little and too much are borne: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await serve(page);
    await page.goto("/queue");
    await expect(page.locator("[role=row][data-id]")).toHaveCount(2);
    await expectNoSideScroll(page);
    await expectAccessible(page);
    const inside = await page
      .locator(".g-issue")
      .evaluateAll((cells) =>
        cells.every((cell) => [...cell.children].every((child) => child.scrollWidth <= cell.clientWidth + 1)),
      );
    expect(inside).toBe(true);
    await picture(page, `odd-queue-${at.name}`);
    for (const id of ["bare", "crowded"]) {
      await page.goto(`/issues/${id}`);
      await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
      await expectNoSideScroll(page);
      await picture(page, `odd-${id}-${at.name}`);
    }
    await expectAccessible(page);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("the page says when the server stops to answer", async ({ page }) => {
  await page.goto("/imports");
  await expect(page.getByRole("heading", { name: "Imports" })).toBeVisible();
  await page.route("**/api/v1/status", (route) => route.abort());
  await page.reload();
  await expect(page.getByText("The server does not answer")).toBeVisible();
});
