// Browser tests against the release build. A fixture starts the server: its program is the environment's HEIRLOOM_BIN.
import { defineConfig, devices } from "@playwright/test";

export default defineConfig({
  testDir: "./tests",
  outputDir: "./test-results",
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  // A test that passes at the second try is a test that fails.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    screenshot: "only-on-failure",
    // Recording costs a quarter of the time, and where nobody keeps the files it is for nothing.
    trace: process.env.CI ? "off" : "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        // The sandbox refuses to run as root, and only our own pages are opened.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        // Everything below keeps the browser from asking hosts on its own: the tests need no network.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
      ],
    },
  },
});
