import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

/** The two widths and two themes in which every page is looked at. */
export const LOOKS = [
  { name: "wide-light", width: 1440, height: 900, colors: "light" },
  { name: "wide-dark", width: 1440, height: 900, colors: "dark" },
  { name: "phone-light", width: 390, height: 844, colors: "light" },
  { name: "phone-dark", width: 390, height: 844, colors: "dark" },
] as const;

export type Look = (typeof LOOKS)[number];

export async function look(page: Page, at: Look) {
  await page.setViewportSize({ width: at.width, height: at.height });
  await page.emulateMedia({ colorScheme: at.colors, reducedMotion: "reduce" });
}

/** A picture for people to look at; `whole`: with all that one would scroll to. */
export async function picture(page: Page, name: string, whole = false) {
  const size = page.viewportSize();
  if (whole && size) {
    const height = await page.evaluate(() => document.querySelector("main")?.scrollHeight ?? 0);
    await page.setViewportSize({ width: size.width, height: Math.min(4000, Math.max(size.height, height)) });
  }
  await page.screenshot({ path: `test-results/${name}.png` });
  if (whole && size) await page.setViewportSize(size);
}

/** No fault that axe can find, by WCAG 2.2 AA. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const faults = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map((node) => node.html)
        .slice(0, 3)
        .join(" | ")}`,
  );
  expect(faults).toEqual([]);
}

/** The page asks nobody but its own server, and the console stays silent. */
export function watch(page: Page): { foreign: string[]; errors: string[] } {
  const seen = { foreign: [] as string[], errors: [] as string[] };
  const home = new URL(test.info().project.use.baseURL ?? "http://127.0.0.1");
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.host !== home.host) seen.foreign.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  page.on("pageerror", (error) => seen.errors.push(error.message));
  return seen;
}

/** The list with rows in it. */
export async function openQueue(page: Page, address = "/queue") {
  await page.goto(address);
  await expect(page.locator("[role=row][data-id]").first()).toBeVisible();
}

export const focusedId = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest("[data-id]")?.getAttribute("data-id") ?? null);

/** Nothing sticks out to the side. */
export async function expectNoSideScroll(page: Page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
  const main = await page.evaluate(() => {
    const box = document.querySelector("main");
    return box ? box.scrollWidth - box.clientWidth : 0;
  });
  expect(main).toBeLessThanOrEqual(0);
}
