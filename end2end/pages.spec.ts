//! Every page opens for whom it is made, is well made, and is closed to everybody else.

import type { Page } from "@playwright/test";

import { become } from "./support/people";
import { ROUTES, type Route, fits } from "./support/routes";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

for (const route of ROUTES.filter((route) => !route.journey)) {
    const status = route.status ?? 200;
    test.describe(route.path, () => {
        test.use({ expected: status === 200 ? [] : [new RegExp(`status of ${status}`)] });

        test(`opens for a ${route.caller}`, async ({ page, laurel, javaScriptEnabled }) => {
            if (route.caller !== "visitor") await become(page, laurel, route.caller);
            const answer = await page.goto(await address(page, route));
            expect(answer?.status()).toBe(status);
            const { pathname } = new URL(page.url());
            expect(fits(route.path, pathname), `${pathname} is not somewhere else`).toBe(true);
            expect(answer?.headers()["content-security-policy"]).toContain("'nonce-");
            await wellMade(page, javaScriptEnabled);
        });
    });
}

const closed = ROUTES.filter(({ path, caller }) => caller !== "visitor" && !path.includes(":"));
test("what is for members or staff is closed to a visitor", async ({ request }) => {
    for (const { path, caller } of closed) {
        const answer = await request.get(path);
        expect.soft(new URL(answer.url()).pathname, `${path} is for a ${caller}`).toBe("/sign-in");
    }
});

test("a member is no staff", async ({ page, laurel }) => {
    await become(page, laurel, "member");
    const answer = await page.request.get("/staff/members", { maxRedirects: 0 });
    expect(answer.status(), "neither shown nor broken").toBeLessThan(500);
    expect(await answer.text()).not.toContain("@juniper-rye.example");
});

test.describe("a page that is not there", () => {
    test.use({ expected: [/404/] });

    test("says so, and leads on", async ({ page, javaScriptEnabled }) => {
        const answer = await page.goto("/no-such-page");
        expect(answer?.status()).toBe(404);
        await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
        await wellMade(page, javaScriptEnabled);
    });
});

/** The address of a page: its path, or what the links of other pages lead to. */
async function address(page: Page, { path, via = [path] }: Route): Promise<string> {
    const [start, ...steps] = via;
    if (!path.includes(":") || fits(path, start)) return start;
    await page.goto(start);
    for (const step of steps) await page.goto(await link(page, step));
    return link(page, path);
}

/** The first link of the page that leads to an instance of a path. */
async function link(page: Page, path: string): Promise<string> {
    const all = page.locator("main a[href]");
    const targets = await all.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    const found = targets.find((target) => fits(path, target));
    expect(found, `a link of ${page.url()} leads to ${path}`).toBeDefined();
    return found ?? "";
}
