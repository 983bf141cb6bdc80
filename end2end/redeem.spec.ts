//! Redeeming: points become a voucher, once, and what cannot be had says what is missing.

import type { Locator, Page } from "@playwright/test";

import { join, signIn } from "./support/people";
import { expect, test } from "./support/test";

test("a member redeems, holds a voucher, and sees where the points went", async ({ page, laurel }) => {
    await signIn(page, laurel, "member");
    await page.goto("/rewards");
    const before = await balance(page);
    const vouchers = await page.locator(".ticket:not(.is-used)").count();
    const { name, price } = await redeem(page, redeemable(page).first());

    await expect(page).toHaveURL(/\/rewards/);
    expect(await balance(page), "the price has left the balance").toBe(before - price);
    const tickets = page.locator(".ticket:not(.is-used)");
    await expect(tickets).toHaveCount(vouchers + 1);
    const ticket = tickets.filter({ has: page.getByRole("heading", { name }) }).first();
    await expect(ticket.locator(".code")).toHaveText(/[A-Z0-9]{4}/);

    await page.goto("/activity");
    await expect(page.getByRole("main")).toContainText(name);
    await page.goto("/home");
    await expect(page.getByRole("main")).toContainText((before - price).toLocaleString("en"));
});

test("a redemption that is sent twice acts once", async ({ page, laurel, context }) => {
    await signIn(page, laurel, "member");
    await page.goto("/rewards");
    const before = await balance(page);
    const card = redeemable(page).first();
    const price = await priceOf(card);
    const fields = card.locator("form[action='/rpc/redeem_reward'] input[type=hidden]");
    const form = Object.fromEntries(
        await fields.evaluateAll((all) => all.map((input: HTMLInputElement) => [input.name, input.value])),
    );
    const headers = { accept: "text/html", "sec-fetch-site": "same-origin" };
    const send = () => context.request.post("/rpc/redeem_reward", { form, headers, maxRedirects: 0 });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map((answer) => answer.status())).toEqual([302, 302, 302]);

    await page.goto("/rewards");
    expect(await balance(page), "it was paid once").toBe(before - price);
});

test("a newcomer reads how many points are missing, and cannot take more", async ({ page, context }) => {
    await join(page, "Nadia Newcomer");
    await page.goto("/rewards");
    const before = await balance(page);
    const dear = page.locator(".reward").filter({ hasText: /you need [\d,]+ more/ }).first();
    await expect(dear).toBeVisible();
    await expect(dear.getByRole("button")).toHaveCount(0);
    expect(await missing(dear)).toBe((await priceOf(dear)) - before);

    const headers = { accept: "text/html", "sec-fetch-site": "same-origin" };
    const form = { reward_id: await rewardId(dear), request_id: crypto.randomUUID() };
    await context.request.post("/rpc/redeem_reward", { form, headers });
    await page.goto("/rewards");
    expect(await balance(page), "nothing was taken").toBe(before);
    await expect(page.locator(".ticket")).toHaveCount(0);
});

const redeemable = (page: Page) => page.locator(".reward").filter({ has: page.locator("summary.btn") });

/** Redeems through the page: the button, then the question. */
async function redeem(page: Page, card: Locator): Promise<{ name: string; price: number }> {
    const name = await card.getByRole("heading").innerText();
    const price = await priceOf(card);
    await card.locator("summary.btn").click();
    await card.getByRole("button", { name: /^Yes/ }).click();
    await expect(page.getByRole("main").locator(".notice").first()).toBeVisible();
    return { name, price };
}

async function balance(page: Page): Promise<number> {
    return figure(await page.locator(".page-head").getByText(/[\d,]+ (points?|beans?)/).first().innerText());
}

async function priceOf(card: Locator): Promise<number> {
    return figure(await card.locator(".price").first().innerText());
}

async function missing(card: Locator): Promise<number> {
    return figure((await card.innerText()).match(/you need ([\d,]+) more/)?.[1] ?? "");
}

/** The id of a reward, as the label of its bar has it. */
async function rewardId(card: Locator): Promise<string> {
    const id = await card.locator("progress").getAttribute("id");
    return id?.replace("need-", "") ?? "";
}

function figure(text: string): number {
    return Number(text.match(/[\d,]+/)?.[0].replaceAll(",", ""));
}
