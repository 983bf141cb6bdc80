//! What every journey has: a server of its own, and a page that may not print an error.

import { type Page, expect, test as base } from "@playwright/test";

import { Server } from "./server";

type PerTest = {
    /** Problems that a journey brings about on purpose, such as asking for a page that is not there. */
    expected: RegExp[];
};
type PerWorker = { laurel: Server };

export const test = base.extend<PerTest, PerWorker>({
    expected: [[], { option: true }],
    laurel: [async ({}, use, info) => use(Server.of(info.parallelIndex)), { scope: "worker" }],
    baseURL: async ({ laurel }, use) => use(laurel.url),

    page: async ({ page, expected, laurel }, use, info) => {
        const problems: string[] = [];
        const note = (problem: string) => {
            if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
        };
        page.on("console", (message) => {
            if (!["error", "warning"].includes(message.type())) return;
            // Without scripts nobody uses what was preloaded for them, and a slow machine uses it late.
            // Whether the islands wake is asked below.
            if (message.text().includes("was preloaded using link preload but not used")) return;
            note(`console: ${message.text()} (${page.url()})`);
        });
        page.on("pageerror", (error) => note(`script: ${error.message} (${page.url()})`));
        page.on("response", (response) => {
            if (response.status() >= 500) note(`${response.status()} from ${response.url()}`);
        });
        await use(page);
        if (page.url().startsWith(laurel.url)) await awake(page, info.project.use.javaScriptEnabled);
        expect(problems, "a page printed an error, broke the content policy or got no answer").toEqual([]);
    },
});

export { expect };

/** Waits until the islands of the page are awake; without JavaScript they sleep on. */
export async function awake(page: Page, javaScript: boolean | undefined): Promise<void> {
    if (javaScript !== false) {
        await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
    }
}
