//! What a first visit weighs on the wire, told and held to its budget.

import { type Page } from "@playwright/test";

import { join } from "./support/people";
import { awake, expect, test } from "./support/test";

const BUDGET_KB: Record<string, number> = { page: 20, script: 180, style: 15, font: 35 };

test("a member's first visit is within its budget", async ({ page, browser, laurel }) => {
    await join(page, "Wendy Weigh");
    const state = await page.context().storageState();
    // The same member with an empty cache.
    const context = await browser.newContext({ storageState: state, baseURL: laurel.url });
    const visitor = await context.newPage();
    const weights = await weigh(visitor, "/home");
    await context.close();

    const told = Object.entries(BUDGET_KB).map(([kind, limit]) => `${kind} ${kb(weights[kind])} of ${limit}`);
    console.log(`    first visit of a member's home, kB: ${told.join(", ")}; together ${kb(total(weights))}`);
    for (const [kind, limit] of Object.entries(BUDGET_KB)) {
        expect(weights[kind] / 1000, `${kind}, in kB on the wire`).toBeLessThanOrEqual(limit);
        expect(weights[kind], `${kind} was fetched`).toBeGreaterThan(0);
    }
});

async function weigh(page: Page, path: string): Promise<Record<string, number>> {
    const weights: Record<string, number> = { page: 0, script: 0, style: 0, font: 0, other: 0 };
    const kinds = new Map<string, string>();
    const client = await page.context().newCDPSession(page);
    await client.send("Network.enable");
    client.on("Network.responseReceived", ({ requestId, type, response }) => {
        kinds.set(requestId, response.url.endsWith(".wasm") ? "script" : kindOf(type));
    });
    client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
        weights[kinds.get(requestId) ?? "other"] += encodedDataLength;
    });
    await page.goto(path, { waitUntil: "networkidle" });
    await awake(page, true);
    return weights;
}

function kindOf(type: string): string {
    return { Document: "page", Script: "script", Stylesheet: "style", Font: "font" }[type] ?? "other";
}

const kb = (bytes: number) => (bytes / 1000).toFixed(1);
const total = (weights: Record<string, number>) => Object.values(weights).reduce((sum, one) => sum + one, 0);
