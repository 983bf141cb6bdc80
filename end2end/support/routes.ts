//! Every page of Laurel in one table: who may see it and what it says at the top.

export type Caller = "visitor" | "member" | "staff";
export type Route = { path: string; caller: Caller };

export const ROUTES: Route[] = [
    { path: "/", caller: "visitor" },
    { path: "/join", caller: "visitor" },
    { path: "/sign-in", caller: "visitor" },
    { path: "/forgot-password", caller: "visitor" },
    { path: "/home", caller: "member" },
    { path: "/rewards", caller: "member" },
    { path: "/badges", caller: "member" },
    { path: "/leaderboard", caller: "member" },
    { path: "/activity", caller: "member" },
    { path: "/me", caller: "member" },
    { path: "/staff", caller: "staff" },
    { path: "/staff/members", caller: "staff" },
    { path: "/staff/rewards", caller: "staff" },
    { path: "/staff/imports", caller: "staff" },
    { path: "/staff/mails", caller: "staff" },
];
