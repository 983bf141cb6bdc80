//! A reward that opens to all later: members of tiers with early access have it before, others read when.

import type { Page } from "@playwright/test";

import { join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("a reward opens to some tiers before it opens to all", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const context = () => browser.newContext({ baseURL: laurel.url, javaScriptEnabled });
    const [newcomer, maya] = [await (await context()).newPage(), await (await context()).newPage()];
    const name = `Early cake ${info.project.name} ${Date.now()}`;
    // Silver has two days, Gold seven; everybody has waited by tomorrow.
    const tomorrow = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 10);

    await signIn(page, laurel, "staff");
    await page.goto("/staff/rewards/new");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Price").fill("30");
    await page.getByLabel("Open to all from").fill(`${tomorrow}T23:00`);
    await page.getByRole("button", { name: "Make a draft" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByLabel("Open to all from"), "it is kept").toHaveValue(`${tomorrow}T23:00`);
    await wellMade(page, javaScriptEnabled);
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByRole("main")).toContainText("It is live");

    await join(newcomer, "Nell Notyet");
    await newcomer.goto("/rewards");
    await expect(card(newcomer, name)).toContainText(/For Gold members from .*, for Silver members from /);
    await expect(card(newcomer, name)).toContainText(/for all from \d+ \w+ \d{4}, 23:00/);
    await expect(card(newcomer, name)).toContainText("Not open to you yet.");
    await expect(card(newcomer, name).getByRole("button")).toHaveCount(0);
    await wellMade(newcomer, javaScriptEnabled);

    // Maya is Silver.
    await signIn(maya, laurel, "member");
    await maya.goto("/rewards");
    await expect(card(maya, name)).toContainText("for all from");
    await expect(card(maya, name)).not.toContainText("Not open to you yet.");
    for (const other of [newcomer, maya]) await other.context().close();
});

function card(page: Page, name: string) {
    return page.locator("li.reward").filter({ has: page.getByRole("heading", { name }) });
}
