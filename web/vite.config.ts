import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// In development the API comes from a running server (`muster demo`); its address is MUSTER_URL.
const server = process.env.MUSTER_URL ?? "http://127.0.0.1:8420";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    target: "es2022",
    // The server sends a strict content policy: nothing may be inlined as a data URL or a script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The server answers only those who call it by its own name, and writes only to its own pages.
  server: { proxy: { "/api/": { target: server, changeOrigin: true, headers: { origin: server } } } },
  preview: { proxy: { "/api/": { target: server, changeOrigin: true, headers: { origin: server } } } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
