//! The first page that anybody sees: it says what this is, and leads to joining and signing in.

import { expect, test } from "./support/test";

test("a visitor is led to joining and to signing in", async ({ page }) => {
    await page.goto("/");
    await expect(page).toHaveTitle(/Juniper & Rye/);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

    await page.getByRole("link", { name: /join/i }).first().click();
    await expect(page).toHaveURL(/\/join$/);
    await page.goBack();
    await page.getByRole("link", { name: /sign in/i }).first().click();
    await expect(page).toHaveURL(/\/sign-in$/);
});

test("the theme is chosen, kept, and given back to the system", async ({ page }) => {
    await page.goto("/");
    const root = page.locator("html");
    await expect(root).not.toHaveAttribute("data-theme");
    await page.getByRole("button", { name: /dark/i }).click();
    await expect(root).toHaveAttribute("data-theme", "dark");
    await page.goto("/join");
    await expect(root).toHaveAttribute("data-theme", "dark");
});
