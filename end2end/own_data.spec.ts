//! A member's own data: leaving takes a password, erases what is personal, and is final.

import { readFileSync } from "node:fs";

import { PASSWORD, freshEmail, join, signIn } from "./support/people";
import { expect, test } from "./support/test";

test("a member leaves with their password and can't sign in after", async ({ page }) => {
    const email = await join(page, "Lena Leaver");
    await page.goto("/me");
    await page.getByRole("main").getByRole("link", { name: "Leave…" }).click();
    await expect(page).toHaveURL(/\/me\/leave$/);
    const leave = page.getByRole("button", { name: "Leave, and erase my data" });
    const password = page.getByLabel("Your password");

    await password.fill("not the password");
    await leave.click();
    await expect(page).toHaveURL(/\/me\/leave$/);
    await expect(password).toHaveAttribute("aria-invalid", "true");

    await password.fill(PASSWORD);
    await leave.click();
    await expect(page).toHaveURL(/\/sign-in$/);
    await expect(page.getByRole("main")).toContainText("You have left");

    await page.goto("/home");
    await expect(page, "they are signed out").toHaveURL(/\/sign-in/);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByRole("alert")).toBeVisible();
});

test("a member downloads what is stored about them", async ({ page }) => {
    const email = await join(page, "Dora Download");
    await page.goto("/me");
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download what is stored about you" }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe("my-data.json");
    const data = JSON.parse(readFileSync(await download.path(), "utf8"));
    expect(data.profile.display_name).toBe("Dora Download");
    expect(data.profile.emails[0].email).toBe(email);
    expect(data.ledger.length, "the points of welcome").toBeGreaterThan(0);
});

test("a member says their birthday once", async ({ page }) => {
    await join(page, "Bea Birthday");
    await page.goto("/me");
    const born = page.getByLabel("The day you were born");
    await page.getByRole("button", { name: "Save the birthday" }).click();
    await expect(born).toHaveAttribute("aria-invalid", "true");
    await born.fill("1990-04-23");
    await page.getByRole("button", { name: "Save the birthday" }).click();
    await expect(page.getByRole("main")).toContainText("23 April 1990");
    await expect(born).toHaveCount(0);
});

test("a member changes their address", async ({ page, laurel, browser, javaScriptEnabled }) => {
    const old = await join(page, "Ada Address");
    const fresh = freshEmail();
    await page.goto("/me");
    await page.getByLabel("New e-mail address").fill(fresh);
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.getByRole("button", { name: "Change the address" }).click();
    await expect(page.getByRole("main")).toContainText("Until you open the link");

    const desk = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    await signIn(desk, laurel, "staff");
    await desk.goto("/staff/mails");
    await desk.getByRole("link", { name: /new address/i }).first().click();
    await expect(desk.getByRole("main")).toContainText(fresh);
    await desk.getByRole("button", { name: "Show the links" }).click();
    await expect(desk).toHaveURL(/links=shown/);
    const text = await desk.getByRole("main").innerText();
    const link = text.match(/https?:\/\/\S+\/confirm\/\S+/)?.[0] ?? "";
    expect(link).toContain(laurel.url);
    await desk.context().close();

    await page.goto(link);
    await expect(page.getByRole("main")).toContainText(fresh);
    await page.getByRole("button", { name: "Yes, it is mine" }).click();
    await page.goto("/me");
    await expect(page.getByRole("main")).toContainText(`You sign in as ${fresh}`);
    await expect(page.getByRole("main")).not.toContainText(old);
});

test("staff erase a member, the log names nobody", async ({ page, laurel, browser, javaScriptEnabled }) => {
    const name = `Emil Erased ${javaScriptEnabled ? "with" : "without"}`;
    await join(page, name);

    const desk = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    await signIn(desk, laurel, "staff");
    await desk.goto(`/staff/members?q=${encodeURIComponent(name)}`);
    await desk.getByRole("main").getByRole("link", { name }).click();
    await desk.getByRole("link", { name: "Erase this member…" }).click();
    await expect(desk).toHaveURL(/\/erase$/);
    await expect(desk.getByRole("main")).toContainText(name);
    await desk.getByLabel("Why?").selectOption("asked");
    await desk.getByRole("button", { name: "Yes, erase this member" }).click();
    await expect(desk).toHaveURL(/\/staff\/members\/[^/]+$/);
    await expect(desk.getByRole("heading", { level: 1 })).toHaveText("Former member");
    await expect(desk.getByRole("main")).not.toContainText(name);

    await desk.getByRole("link", { name: "Audit log" }).last().click();
    await expect(desk.getByRole("main")).toContainText("Member erased");
    await expect(desk.getByRole("main")).not.toContainText(name);
    await desk.context().close();

    await page.goto("/home");
    await expect(page, "their session is over").toHaveURL(/\/sign-in/);
});
