//! Staff make a badge by fields or as JSON, and see who would have it before it goes live.

import { join, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("a badge is made by fields, seen, won and retired", async ({ page, laurel, browser }, info) => {
    test.setTimeout(90_000);
    const { javaScriptEnabled } = info.project.use;
    const slug = `typed-${info.project.name}-${Date.now()}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
    const desk = await browser.newContext({ baseURL: laurel.url, javaScriptEnabled });
    const staff = await desk.newPage();
    await signIn(staff, laurel, "staff");
    await staff.goto("/staff/badges");
    await staff.getByRole("link", { name: "Make a badge" }).click();
    await wellMade(staff, javaScriptEnabled);

    await staff.getByLabel("Name", { exact: true }).fill(`Typed ${slug}`);
    await staff.getByLabel("Short name").fill(slug);
    await staff.getByLabel("What it is for").fill("For trying.");
    await staff.getByLabel("Counted", { exact: true }).selectOption("sum_quantity");
    await staff.getByLabel("Categories", { exact: true }).fill(slug);
    await staff.getByLabel("Bronze from").fill("some");
    await staff.getByRole("button", { name: "See who would have it" }).click();
    const bronze = staff.getByLabel("Bronze from");
    await expect(bronze, "what is wrong stands beside its field").toHaveAccessibleDescription(
        /Give a whole number/,
    );
    await expect(bronze, "what was typed is kept").toHaveValue("some");
    await expect(staff.getByLabel("Categories", { exact: true })).toHaveValue(slug);
    await wellMade(staff, javaScriptEnabled);

    await bronze.fill("2");
    await staff.getByLabel("Gold from").fill("50");
    const says = staff.getByRole("region", { name: "What it says" });
    const sentence = `Bronze for 2, gold for 50 things of ${slug}.`;
    const second = says.locator("[data-row]").nth(1);
    if (javaScriptEnabled) {
        await expect(says, "it is told while it is typed").toContainText(sentence);
        await expect(second, "the example counts").toContainText("4, bronze");
        await expect(says.getByLabel("Category 2"), "and is such as the rule asks for").toHaveValue(slug);
        await says.getByLabel("Category 2").fill("another");
        await expect(second, "and counts anew").toContainText("2, bronze");
        await bronze.fill("none");
        const wrong = says.getByRole("link", { name: "Give a whole number" });
        await expect(wrong, "what is wrong leads to its field").toHaveAttribute("href", /bronze/);
        await bronze.fill("2");
        await expect(second).toContainText("2, bronze");
        await wellMade(staff, javaScriptEnabled);
    } else {
        await expect(second, "what can't react is not shown").toBeHidden();
    }
    await staff.getByRole("button", { name: "See who would have it" }).click();
    const seen = staff.getByRole("region", { name: "By what is stored today" });
    await expect(says, "without a script too").toContainText(sentence);
    await expect(seen, "a new word may be misspelt").toContainText(`names the category “${slug}”`);
    await expect(seen.getByRole("listitem").first()).toContainText(/0 of [0-9,]+ members would have it/);
    await wellMade(staff, javaScriptEnabled);

    await staff.getByRole("button", { name: "As JSON" }).click();
    await expect(staff.getByLabel("The rule")).toHaveValue(new RegExp(`"category": \\[\\s*"${slug}"`));
    await staff.getByRole("button", { name: "As fields" }).click();
    await expect(staff.getByLabel("Gold from")).toHaveValue("50");

    await staff.getByRole("button", { name: "Make it live" }).click();
    await expect(staff.getByRole("main")).toContainText("Saved.");
    const row = staff.getByRole("row", { name: new RegExp(slug) });
    await expect(async () => {
        await staff.reload();
        await expect(row).toContainText("Live", { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });

    const email = await join(page, "Bea Badge");
    const key = await laurel.run("api-key", "create", "--source", slug, "--scopes", "purchases:write");
    const answer = await page.request.post("/api/v1/purchases", {
        data: {
            id: slug,
            member: { email },
            purchased_at: new Date().toISOString(),
            lines: [{ category: slug, quantity: 3, amount: "6.00" }],
        },
        headers: { authorization: `Bearer ${key.trim()}` },
    });
    expect(answer.status()).toBe(201);
    await page.goto("/badges");
    const earned = page.getByRole("region", { name: "Earned" });
    await expect(earned.getByRole("listitem").filter({ hasText: slug })).toContainText("Bronze");

    await row.getByRole("link", { name: "Change" }).click();
    await expect(staff.getByLabel("Categories", { exact: true })).toHaveValue(slug);
    await staff.getByRole("button", { name: /^Retire Typed/ }).click();
    await expect(row).toContainText("Retired");
    await desk.close();
});

test("a badge in JSON is seen before it goes live, and retired", async ({ page, laurel }, info) => {
    await signIn(page, laurel, "staff");
    await page.goto("/staff/badges");
    await page.getByRole("link", { name: "Make a badge" }).click();

    const slug = `tried-${info.project.name}-${Date.now()}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
    await page.getByLabel("Name", { exact: true }).fill(`Tried ${slug}`);
    await page.getByLabel("Short name").fill(slug);
    await page.getByLabel("What it is for").fill("For trying.");
    await page.getByRole("button", { name: "As JSON" }).click();
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
