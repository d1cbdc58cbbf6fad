import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

/** A small report of our own in a format that every server reads. */
const REPORT = JSON.stringify({
  version: "2.1.0",
  $schema: "https://json.schemastore.org/sarif-2.1.0.json",
  runs: [
    {
      tool: { driver: { name: "Lint of the web test", rules: [{ id: "no-eval" }] } },
      results: [
        {
          ruleId: "no-eval",
          level: "error",
          message: { text: "eval of a value that a request gives" },
          locations: [{ physicalLocation: { artifactLocation: { uri: "src/run.js" }, region: { startLine: 7 } } }],
        },
      ],
    },
  ],
});
const FILE = { name: "web-test.sarif", mimeType: "application/json", buffer: Buffer.from(REPORT) };
const NOTE = { name: "note.json", mimeType: "application/json", buffer: Buffer.from('{"meeting": "2026-11-20"}') };

for (const at of LOOKS) {
  test(`imports look right and are accessible: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await page.goto("/imports");
    await expect(page.getByRole("row").nth(1)).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `imports-${at.name}`);

    await page.locator("tbody a").first().click();
    await expect(page.getByRole("heading", { name: "The scan" })).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `import-${at.name}`);

    await page.goto("/imports/new");
    await page.getByLabel("Files", { exact: true }).setInputFiles([FILE, NOTE]);
    await expect(
      page
        .getByText("1 finding")
        .or(page.getByText(/\d+ findings/))
        .first(),
    ).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `import-new-${at.name}`);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("files are recognised before they are stored, then stored, and lead to the queue", async ({ page }) => {
  await page.goto("/imports/new");
  await page.getByLabel("Files", { exact: true }).setInputFiles([FILE, NOTE]);
  const files = page.getByRole("region", { name: "2 files" });
  await expect(files.locator("li").filter({ hasText: "web-test.sarif" })).toContainText(/finding/);
  await expect(files.locator("li").filter({ hasText: "note.json" }).locator(".stop-t")).toBeVisible();
  await page.getByLabel("Repository").fill("git.example.com/web/test");
  await page.getByRole("button", { name: "Import 2 files" }).click();
  await expect(page.getByText("open now")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "note.json" })).toContainText("not read");
  await picture(page, "import-answer");
  await page.getByRole("link", { name: "Open the queue" }).click();
  await expect(page.getByRole("grid")).toBeVisible();
});

test("a file can be left out again", async ({ page }) => {
  await page.goto("/imports/new");
  await page.getByLabel("Files", { exact: true }).setInputFiles([FILE, NOTE]);
  await page.getByRole("button", { name: "Leave out note.json" }).click();
  await expect(page.getByRole("button", { name: "Import 1 file" })).toBeVisible();
});

test("with nothing stored the queue is the first run", async ({ page }) => {
  let stored = false;
  await page.route("**/api/v1/status", async (route) => {
    const answer = await route.fetch();
    const status = await answer.json();
    await route.fulfill({
      response: answer,
      json: stored ? status : { ...status, issues: 0, findings: 0, imports: 0 },
    });
  });
  await page.goto("/queue");
  await expect(page.getByRole("heading", { level: 1, name: /ranked list/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Choose files" })).toBeVisible();
  await expectAccessible(page);
  await picture(page, "first-run");

  await page.getByLabel("Files", { exact: true }).setInputFiles([FILE]);
  stored = true;
  await page.getByRole("button", { name: "Import 1 file" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Your first issue is ranked" })).toBeVisible();
  await expectAccessible(page);
  await picture(page, "first-issue");
  await page.getByRole("link", { name: "Open the queue" }).click();
  await expect(page.getByRole("grid")).toBeVisible();
});
