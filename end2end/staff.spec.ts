//! Staff at work: a reward is made, published, edited and runs out; points are put right, on record.

import type { Page } from "@playwright/test";

import { become, join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("staff make a reward, members see it change, it runs out", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const context = () => browser.newContext({ baseURL: laurel.url, javaScriptEnabled });
    const [first, second] = [await (await context()).newPage(), await (await context()).newPage()];
    const name = `Journey cake ${info.project.name} ${Date.now()}`;

    await signIn(page, laurel, "staff");
    await page.goto("/staff/rewards/new");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Description").fill("A slice that only a journey eats.");
    await page.getByLabel("Price").fill("10");
    await page.getByRole("button", { name: "Make a draft" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await page.getByLabel("Limit it to").fill("1");
    await page.getByRole("button", { name: "Change the stock" }).click();
    await join(first, "Fay First");
    await first.goto("/rewards");
    await expect(first.getByRole("heading", { name }), "a draft is not shown").toHaveCount(0);

    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByRole("main")).toContainText(/published|in the catalogue/i);
    await first.reload();
    await expect(card(first, name)).toContainText("10");
    await page.getByLabel("Price").fill("12");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByLabel("Price")).toHaveValue("12");
    await wellMade(page, javaScriptEnabled);
    await first.reload();
    await expect(card(first, name), "the member sees the new price").toContainText("12");

    await card(first, name).locator("summary.btn").click();
    await card(first, name).getByRole("button", { name: /^Yes/ }).click();
    await expect(first.locator(".ticket").getByRole("heading", { name })).toBeVisible();
    await join(second, "Sam Second");
    await second.goto("/rewards");
    await expect(card(second, name)).toContainText(/sold out/i);
    await expect(card(second, name).getByRole("button")).toHaveCount(0);

    await page.goto("/staff/audit");
    await expect(page.getByRole("main")).toContainText(name);
    for (const other of [first, second]) await other.context().close();
});

test("staff put points right, and the member reads why", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const member = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    const email = await join(member, "Ada Adjusted");
    await signIn(page, laurel, "staff");
    await page.goto(`/staff/members?q=${encodeURIComponent(email)}`);
    await page.getByRole("main").getByRole("link", { name: "Ada Adjusted" }).first().click();

    await page.getByLabel("Points", { exact: true }).fill("120");
    await page.getByRole("button", { name: "Adjust" }).click();
    await expect(page.getByLabel("Why?"), "a reason is asked for").toHaveAttribute("aria-invalid", "true");
    await page.getByLabel("Points", { exact: true }).fill("120");
    await page.getByLabel("Why?").fill("The till was closed on Friday");
    await page.getByRole("button", { name: "Adjust" }).click();
    await expect(page.getByRole("main")).toContainText("The till was closed on Friday");

    await member.goto("/activity");
    await expect(member.getByRole("main")).toContainText("The till was closed on Friday");
    await expect(member.getByRole("main")).toContainText("120");
    await member.context().close();
});

test("staff freeze a wallet; many points wait for another", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const member = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    const name = `Flo Frozen ${Date.now() % 1_000_000}`;
    const email = await join(member, name);
    await signIn(page, laurel, "staff");
    await page.goto(`/staff/members?q=${encodeURIComponent(email)}`);
    await page.getByRole("main").getByRole("link", { name }).first().click();

    await page.getByText("Freeze points…").click();
    await page.getByLabel("Why is it frozen?").fill("The card was stolen");
    await page.getByRole("button", { name: "Freeze" }).click();
    await expect(page.getByRole("main")).toContainText("The card was stolen");
    await wellMade(page, javaScriptEnabled);
    await page.getByRole("button", { name: "Thaw" }).click();
    await expect(page.getByRole("button", { name: "Thaw" })).toHaveCount(0);

    await page.getByLabel("Points", { exact: true }).fill("12000");
    await page.getByLabel("Why?").fill("She won the journey's draw");
    await page.getByRole("button", { name: "Adjust" }).click();
    await expect(page.getByRole("main")).toContainText("second person");
    await page.goto("/staff/adjustments");
    const wanted = page.getByRole("region", { name: `12,000 points for ${name}` });
    await expect(wanted).toContainText("You asked for it");
    await expect(wanted.getByRole("button", { name: "Approve" })).toHaveCount(0);
    await member.context().close();
});

const card = (page: Page, name: string) =>
    page.locator(".reward").filter({ has: page.getByRole("heading", { name, exact: true }) });

test("the places of the desk stand open where there is room, else they fold", async ({ page, laurel }) => {
    await become(page, laurel, "staff");
    await page.goto("/staff");
    const place = page.getByRole("link", { name: "Audit log", exact: true });
    await expect(place, "folded on a phone").toBeHidden();
    await page.getByText("All places").click();
    await expect(place).toBeVisible();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.reload();
    await expect(place).toBeVisible();
    await place.click();
    await expect(page).toHaveURL(/\/staff\/audit$/);
});
