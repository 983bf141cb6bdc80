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
        emblems::SPRITE,
        failure::{Failed, NotFoundPage},
        islands::awake::Awake,
        landing::LandingPage,
        member::{
            activity::ActivityPage, badges::BadgesPage, challenges::ChallengesPage, home::HomePage,
            inbox::InboxPage, leaderboard::LeaderboardPage, profile::ProfilePage, rewards::RewardsPage,
            streak::StreakPage,
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
                one::StaffMemberPage, tags::TagsPage,
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

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Link rel="preload" href="/fonts/laurel-display.woff2" as_="font" type_="font/woff2"
            crossorigin="anonymous"/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
                <Route path=path!("/join") view=JoinPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/forgot") view=ForgotPage ssr=SsrMode::Async/>
                <Route path=path!("/reset/:token") view=ResetPage ssr=SsrMode::Async/>
                <Route path=path!("/confirm/:token") view=ConfirmPage ssr=SsrMode::Async/>
                <Route path=path!("/api") view=ApiPage ssr=SsrMode::Async/>
                <Route path=path!("/home") view=HomePage ssr=SsrMode::Async/>
                <Route path=path!("/rewards") view=RewardsPage ssr=SsrMode::Async/>
                <Route path=path!("/badges") view=BadgesPage ssr=SsrMode::Async/>
                <Route path=path!("/challenges") view=ChallengesPage ssr=SsrMode::Async/>
                <Route path=path!("/leaderboard") view=LeaderboardPage ssr=SsrMode::Async/>
                <Route path=path!("/activity") view=ActivityPage ssr=SsrMode::Async/>
                <Route path=path!("/streak") view=StreakPage ssr=SsrMode::Async/>
                <Route path=path!("/inbox") view=InboxPage ssr=SsrMode::Async/>
                <Route path=path!("/me") view=ProfilePage ssr=SsrMode::Async/>
                <Route path=path!("/staff") view=OverviewPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/members") view=StaffMembersPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/members/:member") view=StaffMemberPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/members/:member/redemptions/:redemption/cancel")
                    view=CancelRedemptionPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/adjustments") view=AdjustmentsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/tags") view=TagsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/wallets") view=WalletKindsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/tiers") view=StaffTiersPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/streak") view=StaffStreakPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/leaderboards") view=StaffLeaderboardsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rewards") view=StaffRewardsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rewards/new") view=NewRewardPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rewards/:reward") view=StaffRewardPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rewards/:reward/withdraw") view=WithdrawRewardPage
                    ssr=SsrMode::Async/>
                <Route path=path!("/staff/rules") view=StaffRulesPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/badges") view=StaffBadgesPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/badges/edit") view=BadgeEditorPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/challenges") view=StaffChallengesPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/challenges/edit") view=ChallengeEditorPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rules/edit") view=RuleEditPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rules/json") view=RulesJsonPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rules/try") view=BasketPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/rules/drafts/:draft") view=DraftPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/campaigns") view=StaffCampaignsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/campaigns/edit") view=CampaignEditPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/vouchers") view=VouchersPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/audit") view=AuditPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/imports") view=ImportsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/imports/:import") view=ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/keys") view=KeysPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/mails") view=MailsPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/mails/:mail") view=MailPage ssr=SsrMode::Async/>
                <Route path=path!("/styleguide") view=StyleGuidePage ssr=SsrMode::Async/>
            </Routes>
        </Router>
        <Awake/>
    }
}
