//! Imports: staff bring a file, see how it is understood, try it, land it; a second time changes nothing.

import type { Page } from "@playwright/test";

import { PASSWORD, freshEmail, join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

const GOOD = ["customer,date,amount", "A1,2026-03-02,12.50", "A2,2026-03-03,8.00", "A1,2026-03-03,8.00"];
const BAD = ["A3,2026-02-30,5.00", "A3,2026-03-04,five", ",2026-03-04,5.00"];

test("good rows land, bad ones are told, the file again changes nothing", async ({ page, laurel }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const source = `journey ${info.project.name}`;
    const file = [...GOOD, ...BAD].join("\n");
    await signIn(page, laurel, "staff");

    await upload(page, source, "march.csv", file);
    await expect(page.getByRole("table", { name: /first rows/i })).toContainText("12.50");
    await wellMade(page, javaScriptEnabled);
    await page.getByRole("button", { name: /try it/i }).click();
    expect(await result(page, "Purchases that would be new")).toBe("3");
    await page.getByRole("button", { name: "Import", exact: true }).click();
    expect(await result(page, "New purchases")).toBe("3");
    expect(await result(page, "Rejected rows")).toBe("3");
    const rejects = page.getByRole("table", { name: "Rejected rows" });
    for (const line of ["5", "6", "7"]) {
        await expect(rejects.getByRole("rowheader", { name: line, exact: true })).toBeVisible();
    }
    await wellMade(page, javaScriptEnabled);
    const download = await page.context().request.get(
        (await page.getByRole("link", { name: "Download as CSV" }).getAttribute("href")) ?? "",
    );
    expect(await download.text()).toContain("A3,2026-02-30,5.00");

    await upload(page, source, "march-again.csv", file);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    expect(await result(page, "New purchases")).toBe("0");
    expect(await result(page, "Purchases known before")).toBe("3");
});

test("a file that is no CSV is refused beside its field", async ({ page, laurel }) => {
    await signIn(page, laurel, "staff");
    await page.goto("/staff/imports");
    await page.getByLabel("Where do the purchases come from?").fill("a camera");
    const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]);
    await page.getByLabel("File").setInputFiles({ name: "p.png", mimeType: "image/png", buffer: picture });
    await page.getByRole("button", { name: /upload/i }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.getByLabel("Where do the purchases come from?")).toHaveValue("a camera");
});

async function upload(page: Page, source: string, name: string, text: string): Promise<void> {
    await page.goto("/staff/imports");
    await page.getByLabel("Where do the purchases come from?").fill(source);
    await page.getByLabel("File").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: /upload/i }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** A number of what came of it; the page is asked again until the import has ended. */
async function result(page: Page, term: string): Promise<string> {
    const value = page.locator("#result dt", { hasText: term }).locator("+ dd");
    await expect(async () => {
        if ((await value.count()) === 0) await page.reload();
        await expect(value).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
    return value.innerText();
}

test("who joined earns from a file, and sees it and why", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const member = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    const email = await join(member, "Iris Imported");
    await signIn(page, laurel, "staff");
    // Five days ago: no weekend of double points, whatever day it is.
    const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    const file = ["customer,date,amount", `${email},${day},30.00`].join("\n");
    await upload(page, `till ${email}`, "till.csv", file);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    expect(await result(page, "New purchases")).toBe("1");

    await member.goto("/home");
    await expect(member.locator(".hero .sum")).toHaveText("350");
    await member.goto("/activity");
    const why = member.locator(".sumup").filter({ hasText: "30.00" });
    await expect(why, "the arithmetic in words").toContainText("300");

    // Anybody could have joined with this address: its points wait for a link that is mailed there.
    await member.goto("/rewards");
    await redeemFirst(member);
    await expect(member.getByRole("alert")).toContainText(`Confirm ${email}`);
    await wellMade(member, javaScriptEnabled);
    await page.goto("/staff/mails");
    const mail = page.getByRole("row").filter({ hasText: email }).getByRole("link").first();
    await mail.click();
    await page.getByRole("button", { name: "Show the links" }).click();
    await expect(page).toHaveURL(/links=shown/);
    const link = (await page.getByRole("main").innerText()).match(/https?:\/\/\S+\/confirm\/\w+/)?.[0] ?? "";
    await member.goto(link);
    await wellMade(member, javaScriptEnabled);
    await member.getByRole("button", { name: "Yes, it is mine" }).click();
    await expect(member).toHaveURL(/\/home$/);
    await expect(member.getByRole("main")).toContainText(`${email} is confirmed`);
    await member.goto("/rewards");
    await redeemFirst(member);
    await expect(member.getByRole("status").first()).toContainText("is yours");
    await member.context().close();
});

test("who joins later finds what was imported", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const email = freshEmail();
    await signIn(page, laurel, "staff");
    const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    const file = ["customer,date,amount", `${email},${day},30.00`].join("\n");
    await upload(page, `shop ${email}`, "shop.csv", file);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    expect(await result(page, "New purchases")).toBe("1");

    const member = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    await member.goto("/join");
    await member.getByLabel("What should we call you?").fill("Lena Later");
    await member.getByLabel(/e-?mail/i).fill(email);
    await member.getByLabel(/password/i).fill(PASSWORD);
    await member.getByRole("button", { name: /join/i }).click();
    await expect(member.getByRole("main")).toContainText("A mail with a link is on its way");
    await wellMade(member, javaScriptEnabled);

    await page.goto("/staff/mails");
    await page.getByRole("row").filter({ hasText: email }).getByRole("link").first().click();
    await page.getByRole("button", { name: "Show the links" }).click();
    await expect(page).toHaveURL(/links=shown/);
    const link = (await page.getByRole("main").innerText()).match(/https?:\/\/\S+\/reset\/\w+/)?.[0] ?? "";
    await member.goto(link);
    await member.getByLabel("New password").fill(PASSWORD);
    await member.getByRole("button", { name: "Keep this password" }).click();
    await member.getByLabel(/e-?mail/i).fill(email);
    await member.getByLabel(/password/i).fill(PASSWORD);
    await member.getByRole("button", { name: "Sign in" }).click();
    await expect(member).toHaveURL(/\/home$/);
    await expect(member.locator(".hero .sum"), "300 of the purchase, 50 of welcome").toHaveText("350");
    await member.context().close();
});

/** Redeems what can be had first: the button, then the question. */
async function redeemFirst(page: Page): Promise<void> {
    const card = page.locator(".reward").filter({ has: page.locator("summary.btn") }).first();
    await card.locator("summary.btn").click();
    await card.getByRole("button", { name: /^Yes/ }).click();
}
