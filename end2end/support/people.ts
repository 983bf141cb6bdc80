//! Who takes part: the demonstration's member and staff as the server prints them, and newcomers.

import { type BrowserContext, type Page, expect } from "@playwright/test";

import type { Caller } from "./routes";
import type { Server } from "./server";

export const PASSWORD = "a long enough password";

let newcomers = 0;

/** An address that nobody has. */
export function freshEmail(): string {
    newcomers += 1;
    return `journey-${process.pid}-${Date.now()}-${newcomers}@example.org`;
}

/** Joins as somebody new and ends on the home page. */
export async function join(page: Page, name: string, email = freshEmail()): Promise<string> {
    await page.goto("/join");
    await page.getByLabel("What should we call you?").fill(name);
    await page.getByLabel(/e-?mail/i).fill(email);
    await page.getByLabel(/password/i).fill(PASSWORD);
    await page.getByRole("button", { name: /join/i }).click();
    await expect(page).toHaveURL(/\/home$/);
    return email;
}

/** Signs in with one of the sign-ins that the demonstration prints. */
export async function signIn(page: Page, laurel: Server, caller: Caller): Promise<void> {
    const { email, password } = demoSignIn(laurel, caller);
    await page.goto("/sign-in");
    await page.getByLabel(/e-?mail/i).fill(email);
    await page.getByLabel(/password/i).fill(password);
    await page.getByRole("button", { name: /sign in/i }).click();
    await expect(page).toHaveURL(caller === "staff" ? /\/staff/ : /\/home$/);
}

/** Who signed in once with this worker, for journeys that only look. */
const sessions = new Map<Caller, Awaited<ReturnType<BrowserContext["cookies"]>>>();

/** Is somebody of the demonstration, without a sign-in of its own for each page that is only looked at. */
export async function become(page: Page, laurel: Server, caller: Exclude<Caller, "visitor">): Promise<void> {
    const known = sessions.get(caller);
    if (known) return page.context().addCookies(known);
    await signIn(page, laurel, caller);
    sessions.set(caller, await page.context().cookies());
}

/** "Sign in as Maya (a member): maya@example.org with the password …", as the server prints it. */
function demoSignIn(laurel: Server, caller: Caller): { email: string; password: string } {
    const role = new RegExp(`Sign in as .*\\(.*${caller}\\): `);
    const line = laurel.log.split("\n").find((text) => role.test(text));
    const [email, password] = line?.match(/: (\S+@\S+) with the password (.+)$/)?.slice(1) ?? [];
    if (!email || !password) throw new Error(`No sign-in of a ${caller} was printed:\n${laurel.log}`);
    return { email, password };
}
