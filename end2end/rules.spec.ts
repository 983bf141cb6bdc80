//! Staff and the earning rules: a draft that means nothing is refused at its place, a good one is live.

import { signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("staff make a draft of the rules live", async ({ page, laurel }, info) => {
    const { javaScriptEnabled } = info.project.use;
    // A rule that no basket of the demonstration meets, so that other journeys earn as before.
    const rule = `journey-${info.project.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
    const name = `Journey rule ${info.project.name}`;
    const draft = (points: number) =>
        JSON.stringify({
            rules: [
                {
                    rule,
                    definition: { name, on: { activity: ["journey"] }, effect: { type: "fixed", points } },
                },
            ],
        });

    await signIn(page, laurel, "staff");
    await page.goto("/staff/rules");
    await expect(page.getByRole("table").last()).toContainText("Points on every purchase");
    await page.getByRole("link", { name: "a draft in JSON" }).click();
    await wellMade(page, javaScriptEnabled);

    await page.getByLabel("The draft").fill(draft(0));
    await page.getByRole("button", { name: "Make it live" }).click();
    await expect(page.locator("#draft-error")).toContainText("Give 1 to 1,000,000 points");
    await expect(page.getByLabel("The draft"), "what was typed is kept").toHaveValue(new RegExp(rule));

    await page.getByLabel("The draft").fill(draft(5));
    await page.getByRole("button", { name: "Make it live" }).click();
    await expect(page.getByRole("main")).toContainText("The draft is live");
    await expect(page.getByRole("row", { name: new RegExp(name) }).first()).toContainText("Live");
});
