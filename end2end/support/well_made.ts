//! What holds for every page: one heading, a title, nothing too wide, no id twice, accessible to all.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { awake, expect } from "./test";

export async function wellMade(page: Page, javaScript: boolean | undefined): Promise<void> {
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page).toHaveTitle(/\S/);
    await awake(page, javaScript);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, "nothing is wider than the screen").toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    const twice = await page.evaluate(() => {
        const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
        return ids.filter((id, place) => ids.indexOf(id) !== place);
    });
    expect(twice, "every id stands once: a label and a link find what they mean").toEqual([]);
    // axe needs scripts of its own; the page is the same without them.
    if (javaScript === false) return;
    for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await still(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const told = violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html)}`);
        expect(told, `axe on ${page.url()} in the ${colorScheme} theme`).toEqual([]);
    }
}

/** Waits until nothing moves: in the middle of a change of theme no colour is the one that people see. */
async function still(page: Page): Promise<void> {
    await page.evaluate(async () => {
        // Two frames: one that takes the new theme over, one that has it.
        for (let frame = 0; frame < 2; frame += 1) await new Promise((next) => requestAnimationFrame(next));
        const moving = document.getAnimations().filter((animation) => animation.playState === "running");
        await Promise.all(moving.map((animation) => animation.finished.catch(() => undefined)));
    });
}
