//! Staff make a weekend of double points with three fields, look at it as a draft, and make it live; a member
//! reads why a purchase earned double, by the name of the campaign.

import { join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("a weekend of double points takes three fields", async ({ page, laurel }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const name = `Weekend ${info.project.name} ${Date.now()}`;
    // So far ahead that no other journey earns by it; a year for each try: its campaign stays live.
    const year = (javaScriptEnabled ? 2080 : 2090) + info.retry;

    await signIn(page, laurel, "staff");
    await page.goto("/staff/campaigns");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("First day").fill(`${year}-11-25`);
    await page.getByLabel("Last day").fill(`${year}-11-24`);
    await page.getByRole("button", { name: "Keep as a draft" }).click();
    const wrong = page.getByRole("main");
    await expect(wrong, "it stands beside its field").toContainText("ends before it begins");
    await expect(page.getByLabel("Name"), "what was typed is kept").toHaveValue(name);
    await page.getByLabel("Last day").fill(`${year}-11-26`);
    await page.getByRole("button", { name: "Keep as a draft" }).click();

    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    const runs = `from 25 November ${year}, 0:00 until 27 November ${year}, 0:00`;
    await expect(page.getByRole("main")).toContainText(runs);
    await page.getByLabel("Bought at").fill(`${year}-11-25T12:00`);
    await page.getByLabel("Line 1: amount").fill("10.00");
    await page.getByRole("button", { name: "See what it earns" }).click();
    await expect(page.getByRole("heading", { name: "By the rules as they are: 100 points" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "With this draft: 200 points" })).toBeVisible();

    await page.getByRole("button", { name: "Run it over the history" }).click();
    if (!javaScriptEnabled) {
        await expect(async () => {
            await page.reload();
            await expect(page.getByRole("main")).toContainText("By tier", { timeout: 500 });
        }).toPass({ timeout: 30_000 });
    }
    await expect(page.getByRole("main")).toContainText("By tier", { timeout: 30_000 });
    await wellMade(page, javaScriptEnabled);

    await page.getByRole("button", { name: "Make it live now" }).click();
    await expect(page.getByRole("main")).toContainText("The draft is live");
    await page.goto("/staff/campaigns");
    await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Scheduled");
});

test("a member reads which campaign doubled a purchase", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const member = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    const email = await join(member, "Dora Double");
    const tag = `journey-${Date.now()}`;
    const name = `Press evening ${info.project.name} ${Date.now()}`;

    // For a segment of one, so that no other journey earns by it.
    await signIn(page, laurel, "staff");
    await page.goto(`/staff/members?q=${encodeURIComponent(email)}`);
    await page.getByRole("main").getByRole("link", { name: "Dora Double" }).first().click();
    await page.getByLabel("Put into a segment").fill(tag);
    await page.getByRole("button", { name: "Put on" }).click();
    await expect(page.getByRole("region", { name: "Segments" })).toContainText(tag);
    await page.goto("/staff/campaigns/edit");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Points are multiplied to").fill("200");
    await page.getByLabel("Segments").fill(tag);
    await page.getByRole("button", { name: "Make it live now" }).click();
    await expect(page.getByRole("main")).toContainText(/live/i);

    const scopes = ["--scopes", "purchases:write"];
    const key = (await laurel.run("api-key", "create", "--source", `press-${tag}`, ...scopes)).trim();
    const purchased_at = new Date().toISOString();
    const data = { id: tag, member: { email }, purchased_at, amount: "10.00" };
    const headers = { authorization: `Bearer ${key}` };
    expect((await page.request.post("/api/v1/purchases", { data, headers })).status()).toBe(201);

    await member.goto("/activity");
    const why = member.locator("details").filter({ hasText: "You spent" }).first();
    await why.locator("summary").click();
    await expect(why.getByText(`${name}: twice the points`)).toBeVisible();
    await expect(why).toContainText("+100");
    await member.context().close();
});
