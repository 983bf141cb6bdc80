//! Joining: somebody new becomes a member, signs out and in again; what is wrong is said beside its field.

import { PASSWORD, freshEmail, join } from "./support/people";
import { expect, test } from "./support/test";

test("somebody joins, signs out and signs in again", async ({ page }) => {
    const email = await join(page, "Nora Newcomer");
    await expect(page.getByRole("main")).toContainText(/points/i);

    await page.goto("/me");
    await expect(page.getByRole("main")).toContainText(email);
    await page.getByRole("button", { name: /sign out/i }).first().click();
    await page.goto("/home");
    await expect(page).toHaveURL(/\/sign-in/);

    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page, "they are led to where they wanted to go").toHaveURL(/\/home$/);
});

test("an address that is taken is refused, and what was typed is kept", async ({ page }) => {
    const email = await join(page, "First Comer");
    await page.context().clearCookies();
    await page.goto("/join");
    await page.getByLabel("What should we call you?").fill("Second Comer");
    await page.getByLabel("E-mail").fill(email.toUpperCase());
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: /join/i }).click();

    await expect(page).toHaveURL(/\/join$/);
    const field = page.getByLabel("E-mail");
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(/member|sign in|address/i);
    await expect(field).toHaveValue(email.toUpperCase());
    await expect(page.getByLabel("What should we call you?")).toHaveValue("Second Comer");
    await expect(page.getByLabel("Password"), "a password is never sent back").toHaveValue("");
});

test("each wrong field says what to do", async ({ page }) => {
    await page.goto("/join");
    await page.getByLabel("E-mail").fill("not an address");
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: /join/i }).click();
    for (const label of ["What should we call you?", "E-mail", "Password"]) {
        await expect(page.getByLabel(label)).toHaveAttribute("aria-invalid", "true");
    }
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/8/);
});

test("a wrong password and an unknown address get the same answer", async ({ page }) => {
    const known = await join(page, "Known Person");
    await page.context().clearCookies();
    const answers: string[] = [];
    for (const email of [known, freshEmail()]) {
        await page.goto("/sign-in");
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password").fill("not the password");
        await page.getByRole("button", { name: "Sign in" }).click();
        await expect(page).toHaveURL(/\/sign-in/);
        await expect(page.getByRole("alert")).toBeVisible();
        answers.push(await page.getByRole("alert").innerText());
    }
    expect(answers[1]).toBe(answers[0]);
});

test("the form of joining, sent twice, makes one member", async ({ page, context }) => {
    await page.goto("/join");
    const email = freshEmail();
    const form = await page.locator("form[action='/rpc/join_program']").evaluate((node: HTMLFormElement) =>
        Array.from(node.querySelectorAll("input")).map((input) => [input.name, input.value]),
    );
    const typed = { ...Object.fromEntries(form), display_name: "Double Click", email, password: PASSWORD };
    const send = () =>
        context.request.post("/rpc/join_program", {
            form: typed,
            maxRedirects: 0,
            headers: { accept: "text/html", "sec-fetch-site": "same-origin" },
        });
    const answers = await Promise.all([send(), send()]);
    for (const answer of answers) expect(answer.headers()["location"]).toMatch(/\/home$/);
});
