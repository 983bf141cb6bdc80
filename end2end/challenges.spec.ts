//! A challenge is made by staff, joined by a member, done by purchases at the till, and paid once.

import type { Page } from "@playwright/test";

import { join, signIn } from "./support/people";
import type { Server } from "./support/server";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("a challenge is made, joined, done and paid once", async ({ page, laurel, browser }, info) => {
    test.setTimeout(90_000);
    const { javaScriptEnabled } = info.project.use;
    const slug = `tried-${info.project.name}-${Date.now()}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
    const desk = await browser.newContext({ baseURL: laurel.url, javaScriptEnabled });
    await makeLive(await desk.newPage(), laurel, slug);
    await desk.close();

    const email = await join(page, "Carla Challenge");
    const key = await keyOf(laurel, slug);
    await buy(page, key, email, `${slug}-before`);
    await page.goto("/challenges");
    await wellMade(page, javaScriptEnabled);
    await page.getByRole("button", { name: new RegExp(`^Join ?: Tried ${slug}$`) }).click();
    await expect(page.getByRole("main")).toContainText(`You are in: Tried ${slug}.`);
    const mine = page.getByRole("region", { name: "Yours" }).getByRole("listitem").filter({ hasText: slug });
    await expect(mine, "what was done today before joining counts").toContainText("1 of 2");
    await wellMade(page, javaScriptEnabled);

    await page.goto("/home");
    await expect(page.getByRole("region", { name: "Challenges" })).toContainText(`Tried ${slug}`);

    await buy(page, key, email, `${slug}-second`);
    await buy(page, key, email, `${slug}-third`);
    await page.goto("/challenges");
    const done = page.getByRole("region", { name: "Completed" });
    await expect(done).toContainText("77 points are yours");
    await expect(page.getByRole("region", { name: "Yours" }).filter({ hasText: slug })).toHaveCount(0);
    await page.goto("/activity");
    await expect(page.getByText(`Challenge Tried ${slug}`), "paid once").toHaveCount(1);
});

/** Types it, sees who would have done it, makes it live, and waits until what was before is counted. */
async function makeLive(page: Page, laurel: Server, slug: string): Promise<void> {
    await signIn(page, laurel, "staff");
    await page.goto("/staff/challenges");
    await page.getByRole("link", { name: "Make a challenge" }).click();
    await page.getByLabel("Name", { exact: true }).fill(`Tried ${slug}`);
    await page.getByLabel("Short name").fill(slug);
    await page.getByLabel("What it is about").fill("For trying.");
    const categories = page.locator("datalist#known-categories option");
    await expect(categories, "what was sold is offered").not.toHaveCount(0);
    await page.getByLabel("Step 1: what is to be done").fill("Two purchases");
    await page.getByLabel("Step 1: how much").fill("many");
    await page.getByLabel("Points", { exact: true }).fill("77");
    await page.getByLabel("What counts").selectOption("enrolment");
    await page.getByRole("button", { name: "See who would have done it" }).click();
    await expect(page.getByRole("main"), "what is wrong stands beside its field").toContainText(
        "Give a whole number",
    );
    await expect(page.getByLabel("Step 1: what is to be done")).toHaveValue("Two purchases");
    await page.getByLabel("Step 1: how much").fill("2");
    await page.getByRole("button", { name: "See who would have done it" }).click();
    await expect(page.getByRole("main")).toContainText(/[1-9][0-9,]* of [0-9,]+ members would have done it/);
    await wellMade(page, test.info().project.use.javaScriptEnabled);

    await page.getByRole("button", { name: "Make it live now" }).click();
    await expect(page.getByRole("main")).toContainText(
        `Tried ${slug}: what was done before is being counted.`,
    );
    const row = page.getByRole("row", { name: new RegExp(slug) });
    await expect(async () => {
        await page.reload();
        await expect(row).toContainText("Live", { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
}

test("staff switch a ready challenge on and end it early", async ({ page, laurel }, info) => {
    await signIn(page, laurel, "staff");
    await page.goto("/staff/challenges");
    await wellMade(page, info.project.use.javaScriptEnabled);
    const ready = page.getByRole("button", { name: /^Switch on from today ?: / });
    const name = (await ready.last().innerText()).replace(/^.*: /s, "");
    await ready.last().click();
    await expect(page.getByRole("main")).toContainText(`${name}: what was done before is being counted.`);
    await page.getByRole("button", { name: new RegExp(`^End early ?: ${name}$`) }).click();
    await expect(page.getByRole("main")).toContainText("What was given stays.");
    const row = page.getByRole("row", { name: new RegExp(`^${name}`) });
    await expect(row).toContainText("Ended");
});

async function buy(page: Page, key: string, email: string, id: string): Promise<void> {
    const data = { id, member: { email }, purchased_at: new Date().toISOString(), amount: "5.00" };
    const headers = { authorization: `Bearer ${key}` };
    const answer = await page.request.post("/api/v1/purchases", { data, headers });
    expect(answer.status()).toBe(201);
}

async function keyOf(laurel: Server, source: string): Promise<string> {
    const made = await laurel.run("api-key", "create", "--source", source, "--scopes", "purchases:write");
    return made.trim();
}
