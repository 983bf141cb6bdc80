//! A lost password: a mailed link makes a new one, once. Staff see the mail while no mail server is set.

import { PASSWORD, join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test.use({ expected: [/status of 410/] });

test("a mailed link chooses a new password, once", async ({ page, laurel, browser, javaScriptEnabled }) => {
    const email = await join(page, "Frank Forgetful");
    await page.context().clearCookies();
    await page.goto("/forgot");
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Mail me a link" }).click();
    await expect(page.getByRole("main")).toContainText(/mail/i);

    const desk = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    await signIn(desk, laurel, "staff");
    await desk.goto("/staff/mails");
    await desk.getByRole("link", { name: /password/i }).first().click();
    await expect(desk.getByRole("main")).toContainText(email);
    await wellMade(desk, javaScriptEnabled);
    await desk.getByRole("button", { name: "Show the links" }).click();
    await expect(desk).toHaveURL(/links=shown/);
    await wellMade(desk, javaScriptEnabled);
    const link = (await desk.getByRole("main").innerText()).match(/https?:\/\/\S+\/reset\/\w+/)?.[0] ?? "";
    expect(link).toContain(laurel.url);
    await desk.context().close();

    const changed = "another long password";
    await page.goto(link);
    await page.getByLabel("New password").fill(changed);
    await page.getByRole("button", { name: "Keep this password" }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    for (const [password, lands] of [[PASSWORD, /\/sign-in/], [changed, /\/home$/]] as const) {
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password").fill(password);
        await page.getByRole("button", { name: "Sign in" }).click();
        await expect(page).toHaveURL(lands);
    }

    await page.context().clearCookies();
    await page.goto(link);
    const keep = page.getByRole("button", { name: "Keep this password" });
    await expect(keep, "a link works once").toHaveCount(0);
});
