//! Staff change what a tier gives: they see who would move before anything is changed.

import { signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("tiers are seen before they are changed", async ({ page, laurel }, info) => {
    await signIn(page, laurel, "staff");
    await page.goto("/staff/tiers");
    const gold = page.getByRole("region", { name: "Gold" });
    const before = await gold.getByLabel("From").inputValue();

    await gold.getByLabel("From").fill("many");
    await page.getByRole("button", { name: "See who would move" }).click();
    await expect(gold, "what is wrong stands beside its field").toContainText("Give a whole number");
    await expect(gold.getByLabel("From")).toHaveValue("many");

    await gold.getByLabel("From").fill("90000000");
    await page.getByRole("button", { name: "See who would move" }).click();
    await expect(page.getByRole("heading", { name: /members? moves? down/ })).toBeVisible();
    await wellMade(page, info.project.use.javaScriptEnabled);

    const words = `A cake on every birthday, ${info.project.name} ${Date.now()}.`;
    await gold.getByLabel("From").fill(before);
    await gold.getByLabel("What it gives, in words").fill(words);
    await page.getByRole("button", { name: "See who would move" }).click();
    await expect(page.getByRole("heading", { name: "0 members move up, 0 members move down" })).toBeVisible();
    await page.getByRole("button", { name: "Make it so" }).click();
    await expect(page.getByRole("main")).toContainText("Saved.");
    await expect(gold.getByLabel("What it gives, in words")).toHaveValue(words);
    await expect(gold.getByLabel("From")).toHaveValue(before);
});
