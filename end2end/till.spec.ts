//! The till: a voucher that a member redeemed is looked up, taken, and taken only once.

import { join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("staff take a voucher once, and see what became of it", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const context = await browser.newContext({ baseURL: laurel.url, javaScriptEnabled });
    const till = await context.newPage();
    await signIn(page, laurel, "member");
    await page.goto("/rewards");
    const card = page.locator(".reward").filter({ has: page.locator("summary.btn") }).first();
    const name = await card.getByRole("heading").innerText();
    await card.locator("summary.btn").click();
    await card.getByRole("button", { name: /^Yes/ }).click();
    const ticket = page.locator(".ticket:not(.is-used)").filter({ has: page.getByRole("heading", { name }) });
    const code = await ticket.first().locator(".code").innerText();

    await signIn(till, laurel, "staff");
    const places = till.getByRole("navigation", { name: "Staff" });
    await places.getByText("All places").click();
    await places.getByRole("link", { name: "Vouchers" }).click();
    await till.getByLabel("Code of the voucher").fill(code.toLowerCase().replaceAll("-", ""));
    await till.getByRole("button", { name: "Look it up" }).click();
    await expect(till.getByRole("heading", { name })).toBeVisible();
    await expect(till.getByRole("main")).toContainText("Good until");
    await till.getByRole("button", { name: "Take it" }).click();
    await expect(till.getByRole("status")).toContainText(`Hand over: ${name}`);
    await expect(till.getByRole("main")).toContainText("Used: Today");
    await expect(till.getByRole("button", { name: "Take it" }), "once").toHaveCount(0);
    await wellMade(till, javaScriptEnabled);
    await page.reload();
    await expect(page.locator(".ticket:not(.is-used)").filter({ hasText: code })).toHaveCount(0);
    await context.close();
});

test("a code that was mistyped says so", async ({ page, laurel }) => {
    await signIn(page, laurel, "staff");
    await page.goto("/staff/vouchers?code=NONE-2222");
    await expect(page.getByRole("heading", { name: "No voucher has this code" })).toBeVisible();
});

test("a newcomer is welcomed once, at home", async ({ page }) => {
    await join(page, "Wilma Welcome");
    await expect(page.getByRole("status").first()).toContainText("You are a member now");
    await page.reload();
    await expect(page.getByRole("main")).not.toContainText("You are a member now");
});
