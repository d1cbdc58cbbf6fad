import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/*
  The pages are tested against a running server: MUSTER_URL is its address (`muster demo` prints it). The browser is the
  system's Chromium, or the one that CHROMIUM names.
*/
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const chromium = process.env.CHROMIUM ?? places.find((place) => existsSync(place));

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/run",
  fullyParallel: false,
  workers: 1,
  retries: 0,
  // Far more than is ever needed: a busy machine must not fail a test.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.MUSTER_URL ?? "http://127.0.0.1:8420",
    viewport: { width: 1440, height: 900 },
    timezoneId: "UTC",
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: ["--no-sandbox"],
    },
  },
});
