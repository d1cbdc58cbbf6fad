import { expect, test } from "@playwright/test";
import { expectAccessible, expectNoSideScroll, LOOKS, look, openQueue, picture, watch } from "./pages";

const FILE = `version: 1
teams: [{name: drill, email: drill@larkspur.example}]
owners:
  - {team: drill, repository: github.com/larkspur/shop, because: "a drill"}
`;

for (const at of LOOKS) {
  test(`the inventory looks right, and shows what a change would move: ${at.name}`, async ({ page }) => {
    const seen = watch(page);
    await look(page, at);
    await page.goto("/inventory");
    await expect(page.getByRole("list", { name: "What is declared" })).toContainText("services");
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `inventory-${at.name}`, true);
    const change = page.getByRole("region", { name: "Change the inventory" });
    await expect(change.getByRole("button", { name: "Apply…" })).toBeDisabled();
    await change.getByLabel("Path, by which the file is known").fill("drill.yaml");
    await change.getByRole("textbox", { name: "Text" }).fill(FILE);
    await change.getByRole("button", { name: "Show what would move" }).click();
    await expect(page.getByRole("list", { name: "What would move" })).toContainText("issues move");
    await expect(page.getByRole("region", { name: "Issues that move" })).toContainText("drill");
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `inventory-moves-${at.name}`, true);
    // Another text has to be looked at first.
    await change.getByRole("textbox", { name: "Text" }).fill(`${FILE}\n# more`);
    await expect(change.getByRole("button", { name: "Apply…" })).toBeDisabled();
    expect(seen).toEqual({ foreign: [], errors: [] });
  });
}

test("a wrong file is refused with file and line, and applies nothing", async ({ page }) => {
  await page.goto("/inventory");
  const change = page.getByRole("region", { name: "Change the inventory" });
  await change
    .getByRole("textbox", { name: "Text" })
    .fill("version: 1\napplications: [{name: x, owner: nobody-here}]\n");
  await change.getByRole("button", { name: "Show what would move" }).click();
  await expect(change.getByRole("alert")).toContainText("muster.yaml:2");
  await expect(change.getByRole("button", { name: "Apply…" })).toBeDisabled();
});

test("files are applied, and applied without a word they are gone again", async ({ page, request }) => {
  await page.goto("/inventory");
  const change = page.getByRole("region", { name: "Change the inventory" });
  const apply = async (text: string) => {
    await change.getByLabel("Path, by which the file is known").fill("drill.yaml");
    await change.getByRole("textbox", { name: "Text" }).fill(text);
    await change.getByRole("button", { name: "Show what would move" }).click();
    await change.getByRole("button", { name: "Apply…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  };
  const teams = async () => {
    const rows: { team: { name: string } }[] = await (await request.get("/api/v1/teams")).json();
    return rows.map((row) => row.team.name);
  };
  await apply("version: 1\nteams: [{name: drill}]\n");
  expect(await teams()).toContain("drill");
  await apply("version: 1\nteams: []\n");
  expect(await teams()).not.toContain("drill");
});

test("not mine goes to a team with a reason, proposes a rule, and is undone", async ({ page }) => {
  await openQueue(page, "/queue?q=team:payments");
  await page.locator("[role=row][data-id]").first().getByRole("link").first().click();
  const side = page.getByRole("complementary", { name: "Facts and actions" });
  await side.getByRole("button", { name: "Not mine…" }).click();
  const dialog = page.getByRole("dialog");
  await expectAccessible(page);
  await picture(page, "not-mine");
  await dialog.getByRole("button", { name: "Not mine" }).click();
  await expect(dialog.getByRole("alert")).toContainText("A reason is needed");
  await dialog.getByLabel("It belongs to").selectOption("platform");
  await dialog.getByLabel("Reason").fill("the platform team wrote it");
  await dialog.getByRole("button", { name: "Not mine" }).click();
  await expect(side.locator(".side-big").first()).toHaveText("platform");
  const issue = page.url();
  await page.goto("/inventory");
  const proposed = page.getByRole("region", { name: "Proposed rules" });
  await expect(proposed).toContainText("the platform team wrote it");
  await expect(proposed.locator("pre").first()).toContainText("team: platform");
  await page.goto(issue);
  await page.request.post(`/api/v1/issues/${issue.split("/").pop()}/undo`, { data: {} });
  await page.reload();
  await expect(side.locator(".side-big").first()).toHaveText("payments");
});

for (const at of LOOKS) {
  test(`a service and a team of a past day: ${at.name}`, async ({ page, request }) => {
    await look(page, at);
    await request.post("/api/v1/deployments", {
      data: {
        service: "checkout-api",
        env: "drill",
        commit: "0123456789abcdef0123456789abcdef01234567",
        gate: "bypassed",
        gate_reason: "INC-42: hot fix",
      },
    });
    await page.goto("/services/checkout-api");
    await expect(page.getByRole("region", { name: "Shipped versions" })).toContainText(
      "bypassed the gate INC-42: hot fix",
    );
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `service-shipped-${at.name}`, true);
    await page.goto("/services/checkout-api?at=2024-01-01");
    await expect(page.getByRole("note")).toContainText("You see");
    await expect(page.getByRole("list", { name: "How it stands" })).toContainText("of 0 open issues");
    await expectAccessible(page);
    await picture(page, `service-past-${at.name}`, true);
    await page.getByRole("link", { name: "Back to now" }).click();
    await expect(page.getByRole("region", { name: "Runs now" })).toBeVisible();
    await page.goto("/teams/payments");
    await expect(page.getByRole("list", { name: "How it stands" })).toContainText("of services fully scanned");
    await page.getByLabel("On the day").fill("2024-01-01");
    await expect(page).toHaveURL(/at=2024-01-01/);
    await expect(page.getByRole("list", { name: "How it stands" })).toContainText("of 0 open issues");
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await picture(page, `team-past-${at.name}`, true);
    await request.post("/api/v1/deployments", { data: { service: "checkout-api", env: "drill", end: true } });
  });
}
