//! Staff make a leaderboard of a challenge with plain fields; whoever is in the challenge finds it.

import { join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("staff make a board of a challenge, and members see who is furthest", async (
    { page, laurel, browser },
    info,
) => {
    test.setTimeout(90_000);
    const { javaScriptEnabled } = info.project.use;
    const slug = `shelf-${info.project.name.length}-${Date.now()}`;
    const desk = await browser.newContext({ baseURL: laurel.url, javaScriptEnabled });
    const staff = await desk.newPage();
    await signIn(staff, laurel, "staff");
    await staff.goto("/staff/leaderboards");
    const form = staff.getByRole("region", { name: "Another board" });
    await form.getByRole("textbox", { name: "Address" }).fill(slug);
    await form.getByLabel("Name", { exact: true }).fill(`Furthest ${slug}`);
    await form.getByLabel("What counts").selectOption("challenge");
    await expect(form.getByRole("group", { name: "Prize 1" })).toBeVisible();
    await expect(form.getByText("Prize 5"), "what is rarely needed is folded").toBeHidden();
    await form.getByLabel("From rank").first().fill("1");
    await form.getByRole("button", { name: "Make the board" }).click();
    await expect(form, "what is missing stands beside its field").toContainText("Choose the challenge");
    await wellMade(staff, javaScriptEnabled);
    await form.getByLabel("Which challenge").selectOption({ label: "The winter shelf" });
    await form.getByLabel("Name", { exact: true }).fill(`Furthest ${slug}`);
    await expect(form.getByLabel("From rank").first(), "what was typed is kept").toHaveValue("1");
    await form.getByLabel("Each wins").first().selectOption({ index: 1 });
    const prize = await form.getByLabel("Each wins").first().locator("option").nth(1).innerText();
    await form.getByRole("button", { name: "Make the board" }).click();
    await expect(staff.getByRole("main")).toContainText("Saved.");
    const row = staff.getByRole("row", { name: new RegExp(`^Furthest ${slug}`) });
    await expect(row).toContainText("The progress of a challenge: The winter shelf");
    await row.getByRole("link").click();
    const made = staff.getByRole("region", { name: `Furthest ${slug}` });
    await expect(made).toContainText("The winter shelf");
    const kept = made.getByLabel("Each wins").first().locator("option:checked");
    await expect(kept, "the prize is kept").toHaveText(prize);
    await wellMade(staff, javaScriptEnabled);
    await desk.close();

    await join(page, "Frida Furthest");
    await page.goto("/leaderboard");
    await page.getByRole("link", { name: `Furthest ${slug}` }).click();
    const main = page.getByRole("main");
    await expect(main).toContainText("How far members are in the challenge “The winter shelf”");
    await expect(main).toContainText("those who joined the challenge are");
    await wellMade(page, javaScriptEnabled);
});
