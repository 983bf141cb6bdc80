//! Every page of Laurel: who may see it, and how one gets there. `tests/tidy.rs` holds the table complete.

export type Caller = "visitor" | "member" | "staff";

export type Route = {
    /** As in the table of routes in src/app.rs. */
    path: string;
    caller: Caller;
    /** Where to go instead of the path, or from where links lead there one after the other. */
    via?: string[];
    /** What it is answered with, where that is not 200: a link that was used is gone. */
    status?: number;
    /** Opened and looked at in a journey, because a journey has to make it first. */
    journey?: string;
};

export const ROUTES: Route[] = [
    { path: "/", caller: "visitor" },
    { path: "/join", caller: "visitor" },
    { path: "/sign-in", caller: "visitor" },
    { path: "/forgot", caller: "visitor" },
    { path: "/reset/:token", caller: "visitor", via: ["/reset/old"], status: 410 },
    { path: "/confirm/:token", caller: "visitor", via: ["/confirm/old"], status: 410 },
    { path: "/styleguide", caller: "visitor" },
    { path: "/api", caller: "visitor" },
    { path: "/home", caller: "member" },
    { path: "/rewards", caller: "member" },
    { path: "/badges", caller: "member" },
    { path: "/challenges", caller: "member" },
    { path: "/leaderboard", caller: "member" },
    { path: "/activity", caller: "member" },
    { path: "/streak", caller: "member" },
    { path: "/inbox", caller: "member" },
    { path: "/me", caller: "member" },
    { path: "/me/leave", caller: "member" },
    { path: "/staff", caller: "staff" },
    { path: "/staff/members", caller: "staff" },
    { path: "/staff/members/:member", caller: "staff", via: ["/staff/members"] },
    {
        path: "/staff/members/:member/erase",
        caller: "staff",
        via: ["/staff/members", "/staff/members/:member"],
    },
    {
        path: "/staff/members/:member/redemptions/:redemption/cancel",
        caller: "staff",
        via: ["/staff/members?q=maya", "/staff/members/:member"],
    },
    { path: "/staff/adjustments", caller: "staff" },
    { path: "/staff/wallets", caller: "staff" },
    { path: "/staff/tags", caller: "staff" },
    { path: "/staff/rewards", caller: "staff" },
    { path: "/staff/rewards/new", caller: "staff" },
    { path: "/staff/rewards/:reward", caller: "staff", via: ["/staff/rewards"] },
    {
        path: "/staff/rewards/:reward/withdraw",
        caller: "staff",
        via: ["/staff/rewards", "/staff/rewards/:reward"],
    },
    { path: "/staff/rules", caller: "staff" },
    { path: "/staff/rules/edit", caller: "staff" },
    { path: "/staff/rules/json", caller: "staff" },
    { path: "/staff/rules/try", caller: "staff" },
    { path: "/staff/rules/drafts/:draft", caller: "staff", journey: "campaigns.spec.ts" },
    { path: "/staff/campaigns", caller: "staff" },
    { path: "/staff/campaigns/edit", caller: "staff" },
    { path: "/staff/tiers", caller: "staff" },
    { path: "/staff/badges", caller: "staff" },
    { path: "/staff/challenges", caller: "staff" },
    { path: "/staff/challenges/edit", caller: "staff" },
    { path: "/staff/badges/edit", caller: "staff" },
    { path: "/staff/streak", caller: "staff" },
    { path: "/staff/leaderboards", caller: "staff" },
    { path: "/staff/vouchers", caller: "staff" },
    { path: "/staff/imports", caller: "staff" },
    { path: "/staff/imports/:import", caller: "staff", journey: "import.spec.ts" },
    { path: "/staff/keys", caller: "staff" },
    { path: "/staff/mails", caller: "staff" },
    { path: "/staff/mails/:mail", caller: "staff", journey: "password.spec.ts" },
    { path: "/staff/audit", caller: "staff" },
];

/** Whether an address is an instance of a path with names in it; a fixed word is no name. */
export function fits(path: string, address: string): boolean {
    const fixed = ROUTES.some((route) => route.path === address && route.path !== path);
    const pattern = path.replaceAll(/:[a-z]+/g, "[^/]+");
    return !fixed && new RegExp(`^${pattern}$`).test(address);
}
