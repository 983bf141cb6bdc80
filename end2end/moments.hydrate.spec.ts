//! Moments: a purchase at the till is celebrated on the page that its member has open, and on nobody else's.

import type { Page } from "@playwright/test";
import { join } from "./support/people";
import type { Server } from "./support/server";
import { expect, test } from "./support/test";

test("a purchase celebrates on its member's open page alone", async ({ page, laurel, browser }) => {
    const key = await keyOf(laurel, `till-${Date.now()}`);
    const email = await join(page, "Olga Online");
    const context = await browser.newContext({ baseURL: laurel.url });
    const other = await context.newPage();
    await join(other, "Otto Other");
    await page.goto("/badges");
    await other.goto("/home");

    const purchase = {
        id: `moment-${Date.now()}`,
        member: { email },
        purchased_at: new Date().toISOString(),
        amount: "12.00",
    };
    const headers = { authorization: `Bearer ${key}` };
    const sent = Date.now();
    const answer = await page.request.post("/api/v1/purchases", { data: purchase, headers });
    expect(answer.status()).toBe(201);
    const sheet = page.locator(".unlock");
    await expect(sheet).toContainText("First leaf", { timeout: 10_000 });
    console.log(`celebrated ${Date.now() - sent} ms after it was sent`);
    await expect(page.getByRole("status").filter({ hasText: "New: First leaf" })).toHaveCount(1);
    await expect(page, "the page stays where it was").toHaveURL(/\/badges$/);
    await expect(other.locator(".unlock")).toHaveCount(0);

    await page.goto("/home");
    await expect(page.locator(".unlock"), "it is told once").toHaveCount(0);
    await page.getByRole("link", { name: "Inbox, 1 new" }).click();
    await expect(page.getByRole("main")).toContainText("First leaf, bronze");
    await page.goto("/home");
    await expect(page.getByRole("link", { name: "Inbox", exact: true })).toBeVisible();
    await context.close();
});

test("the balance follows on an open home", async ({ page, laurel }) => {
    const key = await keyOf(laurel, `shop-${Date.now()}`);
    const email = await join(page, "Bela Balance");
    const before = await page.locator("[data-balance]").innerText();
    const purchased_at = new Date().toISOString();
    const data = { id: `b-${Date.now()}`, member: { email }, purchased_at, amount: "30.00" };
    await page.request.post("/api/v1/purchases", { data, headers: { authorization: `Bearer ${key}` } });
    await expect(page.locator("[data-balance]")).not.toHaveText(before, { timeout: 10_000 });
    const parts = () => page.locator("[data-now] .panel:not(#board), .hero").allInnerTexts();
    await expect(page.locator("#activity")).not.toContainText("Nothing yet");
    await expect(page.locator(".unlock"), "what was reached is celebrated as ever").toBeVisible();
    const live = await parts();
    await page.reload();
    expect(await parts(), "the page says what it would say anew").toEqual(live);
});

test("of two open pages the one that is seen celebrates", async ({ page, laurel, context }) => {
    const key = await keyOf(laurel, `tabs-${Date.now()}`);
    const email = await join(page, "Tilda Tabs");
    const behind = await context.newPage();
    await behind.goto("/home");
    await expect(behind.locator("[data-balance]")).toBeVisible();
    await turn(behind, "hidden");
    const before = await behind.locator("[data-balance]").innerText();
    const purchased_at = new Date().toISOString();
    const data = { id: `t-${Date.now()}`, member: { email }, purchased_at, amount: "30.00" };
    await page.request.post("/api/v1/purchases", { data, headers: { authorization: `Bearer ${key}` } });
    await expect(page.locator(".unlock")).toContainText("First leaf", { timeout: 10_000 });
    await expect(behind.locator("[data-balance]"), "who is not seen does not listen").toHaveText(before);
    await turn(behind, "visible");
    await expect(behind.locator("[data-balance]")).not.toHaveText(before, { timeout: 10_000 });
    await expect(behind.locator("#activity")).not.toContainText("Nothing yet");
    await expect(behind.locator(".unlock"), "it was told already").toHaveCount(0);
});

/// As when another tab is brought to the front, which a browser without a screen never does.
async function turn(page: Page, state: "hidden" | "visible"): Promise<void> {
    await page.evaluate((state) => {
        Object.defineProperty(document, "hidden", { configurable: true, value: state === "hidden" });
        document.dispatchEvent(new Event("visibilitychange"));
    }, state);
}

async function keyOf(laurel: Server, source: string): Promise<string> {
    const made = await laurel.run("api-key", "create", "--source", source, "--scopes", "purchases:write");
    return made.trim();
}
