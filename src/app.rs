//! The shell of every page and the table of routes: URL -> page. Nothing else.

use leptos::{config::LeptosOptions, prelude::*};
use leptos_meta::{Link, MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    rpc::{Failure, theme::Theme},
    ui::{
        auth::{
            confirm::ConfirmPage, forgot::ForgotPage, join::JoinPage, reset::ResetPage, sign_in::SignInPage,
        },
        built,
        emblems::SPRITE,
        failure::{Failed, NotFoundPage},
        islands::awake::Awake,
        landing::LandingPage,
        member::{
            activity::ActivityPage, badges::BadgesPage, challenges::ChallengesPage, home::HomePage,
            inbox::InboxPage, leaderboard::LeaderboardPage, leave::LeavePage, profile::ProfilePage,
            rewards::RewardsPage, streak::StreakPage,
        },
        staff::{
            audit::AuditPage,
            badges::{BadgeEditorPage, StaffBadgesPage},
            campaigns::{StaffCampaignsPage, edit::CampaignEditPage},
            challenges::{ChallengeEditorPage, StaffChallengesPage},
            imports::{ImportsPage, import::ImportPage},
            keys::KeysPage,
            leaderboards::StaffLeaderboardsPage,
            mails::{MailsPage, mail::MailPage},
            members::{
                StaffMembersPage, adjustments::AdjustmentsPage, cancel::CancelRedemptionPage,
                erase::EraseMemberPage, one::StaffMemberPage, tags::TagsPage,
            },
            overview::OverviewPage,
            rewards::{
                StaffRewardsPage,
                editor::{NewRewardPage, StaffRewardPage},
                withdraw::WithdrawRewardPage,
            },
            rules::{
                StaffRulesPage, basket::BasketPage, draft::DraftPage, edit::RuleEditPage, json::RulesJsonPage,
            },
            streak::StaffStreakPage,
            tiers::StaffTiersPage,
            vouchers::VouchersPage,
            wallets::WalletKindsPage,
        },
        style_guide::StyleGuidePage,
        visitor::api::ApiPage,
    },
};

/// The document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document(options, App)
}

/// The document of a form that came to nothing: it says so, and asks the database for nothing, which may be
/// what is broken.
pub fn failed_shell(options: LeptosOptions, failure: Failure) -> impl IntoView {
    document(options, move || {
        provide_meta_context();
        view! { <main id="main"><Failed failure/></main> }
    })
}

fn document<V: IntoView + 'static>(options: LeptosOptions, content: impl FnOnce() -> V) -> impl IntoView {
    let theme = use_context::<Theme>().unwrap_or_default();
    built::provide(&options.site_pkg_dir);
    let styles = format!("/{}/laurel.css", options.site_pkg_dir);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=styles/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <HydrationScripts options=options islands=true/>
                <MetaTags/>
            </head>
            <body>
                <a class="visually-hidden" href="#main">"Skip to content"</a>
                <svg class="sprite" width="0" height="0" aria-hidden="true" focusable="false"
                    inner_html=SPRITE></svg>
                {content()}
            </body>
        </html>
    }
}

/// A page is sent when all of it is there: it has a status and headers of its own.
const WHOLE: SsrMode = SsrMode::Async;

/// The face of headings is asked for before the style that names it.
#[component]
fn Lettering() -> impl IntoView {
    view! {
        <Link rel="preload" href="/fonts/laurel-display.woff2" as_="font" type_="font/woff2"
            crossorigin="anonymous"/>
    }
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Lettering/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=LandingPage ssr=WHOLE/>
                <Route path=path!("/join") view=JoinPage ssr=WHOLE/>
                <Route path=path!("/sign-in") view=SignInPage ssr=WHOLE/>
                <Route path=path!("/forgot") view=ForgotPage ssr=WHOLE/>
                <Route path=path!("/reset/:token") view=ResetPage ssr=WHOLE/>
                <Route path=path!("/confirm/:token") view=ConfirmPage ssr=WHOLE/>
                <Route path=path!("/api") view=ApiPage ssr=WHOLE/>
                <Route path=path!("/home") view=HomePage ssr=WHOLE/>
                <Route path=path!("/rewards") view=RewardsPage ssr=WHOLE/>
                <Route path=path!("/badges") view=BadgesPage ssr=WHOLE/>
                <Route path=path!("/challenges") view=ChallengesPage ssr=WHOLE/>
                <Route path=path!("/leaderboard") view=LeaderboardPage ssr=WHOLE/>
                <Route path=path!("/activity") view=ActivityPage ssr=WHOLE/>
                <Route path=path!("/streak") view=StreakPage ssr=WHOLE/>
                <Route path=path!("/inbox") view=InboxPage ssr=WHOLE/>
                <Route path=path!("/me") view=ProfilePage ssr=WHOLE/>
                <Route path=path!("/me/leave") view=LeavePage ssr=WHOLE/>
                <Route path=path!("/staff") view=OverviewPage ssr=WHOLE/>
                <Route path=path!("/staff/members") view=StaffMembersPage ssr=WHOLE/>
                <Route path=path!("/staff/members/:member") view=StaffMemberPage ssr=WHOLE/>
                <Route path=path!("/staff/members/:member/erase") view=EraseMemberPage ssr=WHOLE/>
                <Route path=path!("/staff/members/:member/redemptions/:redemption/cancel")
                    view=CancelRedemptionPage ssr=WHOLE/>
                <Route path=path!("/staff/adjustments") view=AdjustmentsPage ssr=WHOLE/>
                <Route path=path!("/staff/tags") view=TagsPage ssr=WHOLE/>
                <Route path=path!("/staff/wallets") view=WalletKindsPage ssr=WHOLE/>
                <Route path=path!("/staff/tiers") view=StaffTiersPage ssr=WHOLE/>
                <Route path=path!("/staff/streak") view=StaffStreakPage ssr=WHOLE/>
                <Route path=path!("/staff/leaderboards") view=StaffLeaderboardsPage ssr=WHOLE/>
                <Route path=path!("/staff/rewards") view=StaffRewardsPage ssr=WHOLE/>
                <Route path=path!("/staff/rewards/new") view=NewRewardPage ssr=WHOLE/>
                <Route path=path!("/staff/rewards/:reward") view=StaffRewardPage ssr=WHOLE/>
                <Route path=path!("/staff/rewards/:reward/withdraw") view=WithdrawRewardPage ssr=WHOLE/>
                <Route path=path!("/staff/rules") view=StaffRulesPage ssr=WHOLE/>
                <Route path=path!("/staff/badges") view=StaffBadgesPage ssr=WHOLE/>
                <Route path=path!("/staff/badges/edit") view=BadgeEditorPage ssr=WHOLE/>
                <Route path=path!("/staff/challenges") view=StaffChallengesPage ssr=WHOLE/>
                <Route path=path!("/staff/challenges/edit") view=ChallengeEditorPage ssr=WHOLE/>
                <Route path=path!("/staff/rules/edit") view=RuleEditPage ssr=WHOLE/>
                <Route path=path!("/staff/rules/json") view=RulesJsonPage ssr=WHOLE/>
                <Route path=path!("/staff/rules/try") view=BasketPage ssr=WHOLE/>
                <Route path=path!("/staff/rules/drafts/:draft") view=DraftPage ssr=WHOLE/>
                <Route path=path!("/staff/campaigns") view=StaffCampaignsPage ssr=WHOLE/>
                <Route path=path!("/staff/campaigns/edit") view=CampaignEditPage ssr=WHOLE/>
                <Route path=path!("/staff/vouchers") view=VouchersPage ssr=WHOLE/>
                <Route path=path!("/staff/audit") view=AuditPage ssr=WHOLE/>
                <Route path=path!("/staff/imports") view=ImportsPage ssr=WHOLE/>
                <Route path=path!("/staff/imports/:import") view=ImportPage ssr=WHOLE/>
                <Route path=path!("/staff/keys") view=KeysPage ssr=WHOLE/>
                <Route path=path!("/staff/mails") view=MailsPage ssr=WHOLE/>
                <Route path=path!("/staff/mails/:mail") view=MailPage ssr=WHOLE/>
                <Route path=path!("/styleguide") view=StyleGuidePage ssr=WHOLE/>
            </Routes>
        </Router>
        <Awake/>
    }
}
