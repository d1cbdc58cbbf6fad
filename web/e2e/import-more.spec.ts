import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, picture, watch } from "./pages";

/** A list that no format knows. The words of its severities are no one's. */
const CSV = `Ref,Finding,Grade,Where,At line,Weakness
T-1,SQL in the coupon search,A,src/coupon.py,14,CWE-89
T-2,Weak hash of a session,B,src/session.py,3,CWE-328
T-3,Debug page left open,C,src/debug.py,x,
`;
const LIST = { name: "acme-list.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) };

const sarif = (tool: string, file: string) => ({
  name: `${tool}.sarif`,
  mimeType: "application/json",
  buffer: Buffer.from(
    JSON.stringify({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: tool } },
          results: [
            {
              ruleId: "r1",
              message: { text: `A flaw that ${tool} found` },
              locations: [{ physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 3 } } }],
            },
          ],
        },
      ],
    }),
  ),
});

for (const at of LOOKS) {
  test(`a file is mapped by hand, looked at and imported: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await page.goto("/imports/new");
    await page.getByLabel("Files", { exact: true }).setInputFiles([LIST]);
    await page.getByRole("link", { name: "Map by hand acme-list.csv" }).click();
    await expect(page).toHaveURL(/map=acme-list\.csv/);
    await expect(page.getByRole("heading", { name: "It would import 3 findings, with 1 warning" })).toBeVisible();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `map-${at.name}`, true);

    // Another column for a field, and a field that was not guessed.
    await page.getByLabel("Tool").fill("Acme List");
    await page.getByLabel("Another field").selectOption("rule");
    await page.getByLabel("Column of the other field").fill("Ref");
    await page.getByLabel("Column of the other field").press("Enter");
    await expect(page.getByLabel("Column of rule")).toHaveValue("Ref");
    await page.getByRole("button", { name: "Leave out cwes" }).click();
    await expect(page.getByRole("cell", { name: "T-2" })).toBeVisible();

    await page.getByRole("link", { name: "Text" }).click();
    await expect(page.getByRole("textbox")).toHaveValue(/tool: Acme List/);
    await page.getByRole("link", { name: "Form" }).click();
    await page.getByRole("button", { name: "Use this mapping" }).click();
    await expect(page.getByText("mapped by hand")).toBeVisible();
    await expect(page.getByText("3 findings")).toBeVisible();
    await page.getByLabel("Repository", { exact: true }).fill(`git.example.com/web/mapped-${at.name}`);
    await page.getByRole("button", { name: "Import 1 file" }).click();
    await expect(page.getByText("open now")).toBeVisible();
    await expect(page.getByRole("region", { name: "Warnings" })).toContainText("expected a line number");
    await expectAccessible(page);
    await expectNoSideScroll(page);
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("a mapping that cannot be used is said, and the file stays as it was", async ({ page }) => {
  await page.goto("/imports/new");
  await page.getByLabel("Files", { exact: true }).setInputFiles([LIST]);
  await page.getByRole("link", { name: "Map by hand acme-list.csv" }).click();
  await page.getByRole("link", { name: "Text" }).click();
  await page.getByRole("textbox").fill("version: 1\ntool: x\nkind: nothing\n");
  await expect(page.getByRole("alert")).toContainText("This mapping cannot be used");
  await expect(page.getByRole("button", { name: "Use this mapping" })).toBeDisabled();
  await page.keyboard.press("Tab");
  await page.getByRole("link", { name: "Back to the files" }).click();
  await expect(page.getByRole("link", { name: "Map by hand acme-list.csv" })).toBeVisible();
});

test("what is said of one file counts for that file alone, and a report can be taken back", async ({ page }) => {
  await page.goto("/imports/new");
  await page.getByLabel("Files", { exact: true }).setInputFiles([sarif("tool-one", "a.py"), sarif("tool-two", "b.py")]);
  await page.getByLabel("Repository", { exact: true }).fill("git.example.com/web/all");
  await page.getByRole("button", { name: "Correct tool-two.sarif" }).click();
  await page.getByLabel("Repository of tool-two.sarif").fill("git.example.com/web/one");
  const files = page.getByRole("region", { name: "2 files" });
  await expect(files.locator("li").filter({ hasText: "tool-one.sarif" })).toContainText("git.example.com/web/all");
  await expect(files.locator("li").filter({ hasText: "tool-two.sarif" })).toContainText("git.example.com/web/one");
  await expect(files.locator("li").filter({ hasText: "tool-two.sarif" })).toContainText("corrected");
  await page.getByRole("button", { name: "Import 2 files" }).click();
  await expect(page.getByText("open now")).toBeVisible();
  await page.getByRole("link", { name: "tool-two.sarif" }).click();
  await expect(page.getByText("git.example.com/web/one").first()).toBeVisible();

  await page.getByRole("button", { name: "Take back…" }).click();
  const dialog = page.getByRole("dialog", { name: "Take this report back" });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await picture(page, "import-take-back");
  await dialog.getByRole("button", { name: "Take it back" }).click();
  await expect(dialog.getByRole("alert")).toContainText("say why");
  await dialog.getByLabel("Reason").fill("of another repository");
  await dialog.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("History is as if it had not come.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Take back…" })).toHaveCount(0);
});

test("an import goes on while the reader looks elsewhere", async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/api/v1/imports", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await page.goto("/imports/new");
  await page.getByLabel("Files", { exact: true }).setInputFiles([sarif("tool-three", "c.py")]);
  await page.getByRole("button", { name: "Import 1 file" }).click();
  await expect(page.getByRole("progressbar", { name: "Import" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Coverage" }).click();
  const card = page.getByRole("region", { name: "Import under way" });
  await expect(card.getByRole("progressbar")).toBeVisible();
  await picture(page, "import-card");
  release();
  await expect(card).toContainText("1 report read");
  await card.getByRole("button", { name: "Dismiss" }).click();
  await expect(card).toHaveCount(0);
});

test("failed and silent streams stand on top of the imports, and lead to their newest report", async ({ page }) => {
  await page.goto("/imports");
  const bad = page.getByRole("region", { name: "Streams that failed or fell silent" });
  await expect(bad.getByText("scan failed").first()).toBeVisible();
  await page.getByRole("link", { name: /^Streams/ }).click();
  await expect(page).toHaveURL(/tab=streams/);
  await expect(page.getByRole("region", { name: "Streams", exact: true })).toContainText("regular");
  await expectAccessible(page);
  await expectNoSideScroll(page);
  await picture(page, "streams");
  await page.getByRole("region", { name: "Streams", exact: true }).getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "The scan" })).toBeVisible();
});
