//! Journeys through the release as people use it: on a phone-sized screen, with JavaScript and without.

import { defineConfig } from "@playwright/test";

const launchOptions = {
    executablePath: process.env.CHROMIUM_PATH,
    args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    ],
};

export default defineConfig({
    testDir: ".",
    outputDir: "results",
    globalSetup: "./support/setup.ts",
    workers: 2,
    // On a busy machine a journey may run out of time; one that passes at the second try is told as flaky.
    retries: 1,
    forbidOnly: true,
    timeout: 45_000,
    expect: { timeout: 10_000 },
    reporter: [["list"]],
    use: {
        viewport: { width: 390, height: 844 },
        locale: "en-GB",
        screenshot: "only-on-failure",
        launchOptions,
    },
    projects: [
        { name: "with JavaScript", use: { javaScriptEnabled: true } },
        { name: "without JavaScript", testIgnore: /\.hydrate\.spec\.ts$/, use: { javaScriptEnabled: false } },
    ],
});
