//! A till is connected: staff make a key, a purchase is sent, and its customer claims the card.

import { PASSWORD, freshEmail, signIn } from "./support/people";
import { expect, test } from "./support/test";
import { wellMade } from "./support/well_made";

test("a key is made and used, a card is claimed", async ({ page, laurel, browser }, info) => {
    const { javaScriptEnabled } = info.project.use;
    const source = `till-${info.project.name}-${Date.now()}`.slice(0, 60);
    await signIn(page, laurel, "staff");
    await page.goto("/staff/keys");
    await page.getByLabel("Source").fill(source);
    await page.getByLabel(/purchases:write/).check();
    await page.getByLabel(/members:read/).check();
    await page.getByRole("button", { name: "Make the key" }).click();
    const key = await page.locator("code", { hasText: /^laurel_\w{32}$/ }).innerText();
    await wellMade(page, javaScriptEnabled);
    await page.reload();
    await expect(page.getByRole("main"), "a key is shown once").not.toContainText(key);

    const headers = { Authorization: `Bearer ${key}` };
    const data = {
        id: "receipt-1",
        member: { external_id: source },
        purchased_at: new Date(Date.now() - 3_600_000).toISOString(),
        amount: "12.30",
    };
    const sent = await page.request.post("/api/v1/purchases", { headers, data });
    expect(sent.status()).toBe(201);
    const again = await page.request.post("/api/v1/purchases", { headers, data });
    expect(again.status()).toBe(200);
    expect(await again.json()).toEqual(await sent.json());
    const found = await page.request.get(`/api/v1/members?external_id=${source}`, { headers });
    const { card, wallets } = await found.json();

    const visitor = await (await browser.newContext({ baseURL: laurel.url, javaScriptEnabled })).newPage();
    await visitor.goto("/join");
    await visitor.getByLabel("What should we call you?").fill("Cleo Claims");
    await visitor.getByLabel("E-mail").fill(freshEmail());
    await visitor.getByLabel(/password/i).fill(PASSWORD);
    await visitor.getByLabel(/card/i).fill(card);
    await visitor.getByRole("button", { name: /join/i }).click();
    await expect(visitor).toHaveURL(/\/home$/);
    await visitor.goto("/activity");
    await expect(visitor.getByRole("main")).toContainText("12.30");
    expect(wallets.points.available + wallets.points.pending).toBeGreaterThan(0);
    await visitor.context().close();

    await page.getByRole("button", { name: `Revoke the key of ${source}` }).click();
    await expect(page.getByRole("main")).toContainText(/revoked/i);
    const refused = await page.request.get("/api/v1/badges", { headers });
    expect(refused.status()).toBe(401);
});

test("the API tells every call", async ({ page, laurel }, info) => {
    await page.goto("/api");
    const document = await (await page.request.get(`${laurel.url}/api/openapi.json`)).json();
    for (const path of Object.keys(document.paths)) {
        await expect(page.getByRole("main")).toContainText(path);
    }
    await wellMade(page, info.project.use.javaScriptEnabled);
});
