//! Staff switch a badge of the library on, and see who would have one of their own before it goes live.

import { signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("a badge is seen before it goes live, and retired", async ({ page, laurel }, info) => {
    await signIn(page, laurel, "staff");
    await page.goto("/staff/badges");
    await page.getByRole("link", { name: "Make a badge" }).click();

    const slug = `tried-${info.project.name}-${Date.now()}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
    await page.getByLabel("Name", { exact: true }).fill(`Tried ${slug}`);
    await page.getByLabel("Short name").fill(slug);
    await page.getByLabel("What it is for").fill("For trying.");
    await page.getByLabel("The rule").fill('{"metric": {"on": ["purchase"], "measure": "sums"}}');
    await page.getByRole("button", { name: "See who would have it" }).click();
    await expect(page.getByRole("main"), "the error says its place").toContainText("/rule/metric/measure");

    const rule = {
        metric: { on: ["purchase"], measure: "count" },
        levels: [
            { level: "bronze", threshold: 1 },
            { level: "gold", threshold: 1_000_000 },
        ],
    };
    await page.getByLabel("The rule").fill(JSON.stringify(rule));
    await page.getByRole("button", { name: "See who would have it" }).click();
    const seen = page.getByRole("region", { name: "By what is stored today" });
    await expect(seen).toContainText(/[1-9][0-9,]* of [0-9,]+ members would have it/);
    await expect(seen.getByRole("listitem").last()).toContainText(/gold.*0 of [0-9,]+ members would have it/);
    await wellMade(page, info.project.use.javaScriptEnabled);

    await page.getByRole("button", { name: "Make it live" }).click();
    await expect(page.getByRole("main")).toContainText("Saved.");
    const row = page.getByRole("row", { name: new RegExp(slug) });
    await expect(async () => {
        await page.reload();
        await expect(row).toContainText("Live", { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });

    await row.getByRole("link", { name: "Change" }).click();
    await page.getByRole("button", { name: /^Retire Tried/ }).click();
    await expect(page.getByRole("main")).toContainText("Who has the badge keeps it.");
    await expect(row).toContainText("Retired");
});
