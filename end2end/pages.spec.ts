//! Every page: it opens, has one heading, prints no error, breaks no rule of accessibility in either theme.

import AxeBuilder from "@axe-core/playwright";

import { signIn } from "./support/people";
import { ROUTES } from "./support/routes";
import { awake, expect, test } from "./support/test";

for (const { path, caller } of ROUTES) {
    test(`${path} opens for a ${caller}`, async ({ page, laurel, javaScriptEnabled }) => {
        if (caller !== "visitor") await signIn(page, laurel, caller);
        const answer = await page.goto(path);
        expect(answer?.status()).toBe(200);
        expect(new URL(page.url()).pathname, "the page is not somewhere else").toBe(path);
        await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
        await expect(page).toHaveTitle(/\S/);
        expect(answer?.headers()["content-security-policy"]).toContain("'nonce-");
        await awake(page, javaScriptEnabled);

        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, "nothing is wider than a phone").toBeLessThanOrEqual(390);
        if (javaScriptEnabled === false) return;
        for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            const { violations } = await new AxeBuilder({ page }).analyze();
            const told = violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html)}`);
            expect(told, `axe in the ${colorScheme} theme`).toEqual([]);
        }
    });
}

for (const { path, caller } of ROUTES.filter((route) => route.caller !== "visitor")) {
    test(`${path} is closed to a visitor`, async ({ page }) => {
        await page.goto(path);
        expect(new URL(page.url()).pathname, `${path} is for a ${caller}`).toBe("/sign-in");
    });
}

test.describe("a page that is not there", () => {
    test.use({ expected: [/404/] });

    test("says so, and leads on", async ({ page }) => {
        const answer = await page.goto("/no-such-page");
        expect(answer?.status()).toBe(404);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
    });
});
