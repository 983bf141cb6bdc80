//! The streak: leaves of the weeks, a freeze that covered one, what is next, and whose midnight it goes by.

import { join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("a member sees their run, the week that a freeze covered, and what is next", async ({
    page,
    laurel,
}, info) => {
    await signIn(page, laurel, "member");
    const strip = page.getByRole("region", { name: /weeks running/ });
    await expect(strip.getByRole("listitem")).toHaveCount(7);
    await expect(strip, "the strip says what covered the gap").toContainText("covered by a freeze");
    await strip.getByRole("link", { name: "Your streak" }).click();
    await expect(page).toHaveURL(/\/streak$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/(Ten|11) weeks running/);
    const next = page.getByRole("region", { name: "What is next" });
    await expect(next.getByRole("progressbar", { name: "To 12 weeks in a row" })).toBeVisible();
    await expect(next).toContainText("It gives 50 points.");
    const freezes = page.getByRole("region", { name: "Freezes" });
    await expect(freezes.getByRole("listitem").filter({ hasText: "The week of" })).not.toHaveCount(0);
    await expect(page.getByRole("main"), "nobody is threatened").not.toContainText(/lose|lost|miss|hurry/i);
    await wellMade(page, info.project.use.javaScriptEnabled);
});

test("a member says where they live, and a place that is none is refused", async ({ page }, info) => {
    await join(page, "Zara Zone");
    await page.goto("/streak");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Start a run");
    await page.getByRole("link", { name: "Change the zone" }).click();
    await expect(page).toHaveURL(/\/me#days$/);
    await page.getByLabel("Your days begin at midnight in").selectOption("Asia/Tokyo");
    await page.getByRole("button", { name: "Save the zone" }).click();
    await expect(page.getByRole("main")).toContainText("midnight from now on");
    await expect(page.getByLabel("Your days begin at midnight in")).toHaveValue("Asia/Tokyo");
    await wellMade(page, info.project.use.javaScriptEnabled);
    await page.goto("/streak");
    await expect(page.getByRole("main")).toContainText("Asia/Tokyo");
});

test("staff see what a change would mean before it is made", async ({ page, laurel }, info) => {
    await signIn(page, laurel, "staff");
    const places = page.getByRole("navigation", { name: "Staff" });
    await places.getByText("All places").click();
    await places.getByRole("link", { name: "Streak" }).click();
    await expect(page).toHaveURL(/\/staff\/streak$/);
    await page.getByLabel("Held at most").fill("many");
    await page.getByRole("button", { name: "See what it means" }).click();
    await expect(page.getByRole("main")).toContainText("Give a number from 0 to 31");
    await expect(page.getByLabel("Held at most"), "what was typed stays").toHaveValue("many");

    // Only the last milestone changes, so that every run goes on beside the other journeys.
    await page.getByLabel("Held at most").fill("2");
    const points = 250 + (Date.now() % 1000);
    const milestones = page.getByLabel("A line each: how many in a row, and its points");
    await milestones.fill(`4\n12: 50\n26: 100\n52: ${points}`);
    await page.getByRole("button", { name: "See what it means" }).click();
    const seen = page.getByRole("region", { name: "What it means today" });
    await expect(seen).toContainText("Every run of today goes on.");
    await wellMade(page, info.project.use.javaScriptEnabled);
    await seen.getByRole("button", { name: "Make it so" }).click();
    await expect(page.getByRole("main")).toContainText("Saved.");
    await expect(milestones).toHaveValue(`4\n12: 50\n26: 100\n52: ${points}`);
});
