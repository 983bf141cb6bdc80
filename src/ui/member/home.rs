//! A member's home: what they have, what is next, and how far everything else has grown.

pub mod hero;
mod progress;

use leptos::prelude::*;

use super::{
    badges::{progress_words, title},
    celebration::Celebration,
    challenges::Active,
    confirm::ConfirmAddress,
    layout::{MemberLayout, Place},
    leaderboard::{KEPT_OFF, Rows, to_next_rank},
    ledger::Ledger,
};
use crate::{
    domain::{badge::Level, leaderboard::Presence, points::grouped},
    rpc::{
        badges::{BadgeView, Currency},
        forms::Flash,
        home::{HomeView, load_home},
        leaderboards::BoardView,
        wallets::WalletView,
    },
    ui::{
        components::{Empty, Panel},
        emblems::{Medal, Metal},
        failure::answered,
        format::clock,
        href,
        outcome::Outcome,
    },
};

#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <MemberLayout title="Home" at=Place::Home>
            {Suspend::new(async move { answered(load_home().await, home) })}
        </MemberLayout>
    }
}

fn home(page: HomeView) -> impl IntoView {
    let told = (page.flash != Flash::default()).then(|| {
        view! { <div class="wrap told"><Outcome flash=page.flash.clone()/></div> }
    });
    let confirm = page.to_confirm.clone().map(|email| {
        view! { <div class="wrap told"><ConfirmAddress email=Some(email)/></div> }
    });
    let moments = page.celebration.clone();
    view! {
        {told}
        {confirm}
        <div data-now=""><Now page/></div>
        <Celebration moments/>
    }
    .into_any()
}

/// What a purchase changes. The server draws it anew for a page that is open.
#[component]
pub fn Now(page: HomeView) -> impl IntoView {
    let (today, currency) = (page.today, page.currency);
    view! {
        <hero::HeroSection hero=page.hero/>
        <div class="wrap home">
            <progress::Tier tier=page.tier currency=currency.clone() today/>
            <Active challenges=page.challenges currency=currency.clone() today/>
            <progress::Streak streak=page.streak/>
            <Badges nearest=page.nearest newest=page.newest currency=currency.clone()/>
            <Board board=page.board presence=page.presence/>
            <Wallets wallets=page.wallets/>
            <Panel id="activity" title="Recent activity" more=(href::activity(), "All activity") class="w7">
                <Recent lines=page.activity currency today/>
            </Panel>
        </div>
    }
    .into_any()
}

/// What the member has besides points.
#[component]
fn Wallets(wallets: Vec<WalletView>) -> impl IntoView {
    if wallets.is_empty() {
        return ().into_any();
    }
    let rows = wallets.into_iter().map(|wallet| {
        let also = (!wallet.also.is_empty()).then(|| view! { " · "{wallet.also.join(", ")} });
        view! { <dt>{wallet.name}</dt><dd><b>{wallet.has}</b>{also}". "{wallet.lasts}"."</dd> }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <Panel id="wallets" title="Also yours" class="w5"><dl class="facts">{rows}</dl></Panel>
    }
    .into_any()
}

#[component]
fn Recent(
    lines: Vec<crate::rpc::activity::ActivityLine>,
    currency: Currency,
    today: jiff::civil::Date,
) -> impl IntoView {
    if lines.is_empty() {
        return view! {
            <Empty title="Nothing yet">
                <p class="muted">
                    "Show your card at the till, and your first points stand here with the reason why."
                </p>
            </Empty>
        }
        .into_any();
    }
    view! { <Ledger lines currency today/> }.into_any()
}

#[component]
fn Badges(nearest: Option<BadgeView>, newest: Option<BadgeView>, currency: Currency) -> impl IntoView {
    let body = if nearest.is_none() && newest.is_none() {
        view! {
            <Empty title="Your first badge is waiting">
                <p class="muted">"Most members earn it with their first purchase."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <div class="duo">
                {nearest.map(|badge| view! { <Nearest badge currency/> })}
                {newest.map(|badge| view! { <Newest badge/> })}
            </div>
        }
        .into_any()
    };
    view! { <Panel id="badges" title="Badges" more=(href::badges(), "All badges")>{body}</Panel> }.into_any()
}

/// The badge that is almost there.
#[component]
pub fn Nearest(badge: BadgeView, currency: Currency) -> impl IntoView {
    let next = badge.next?;
    let (have, missing) = progress_words(&badge, next.threshold, &currency);
    let heading = title(&badge.name, Some(next.level));
    Some(view! {
        <div class="badge badge--row">
            <Medal glyph=badge.glyph metal=Metal::named(next.level.as_str())
                locked=(badge.progress, next.threshold)/>
            <div>
                <p class="muted"><b>"Almost there"</b></p>
                <h3>{heading.clone()}</h3>
                <label class="visually-hidden" for="near">{heading}</label>
                <progress id="near" value=badge.progress.to_string() max=next.threshold.to_string()>
                    {have.clone()}
                </progress>
                <p>{have}", "<b>{missing}</b></p>
            </div>
        </div>
    })
}

#[component]
fn Newest(badge: BadgeView) -> impl IntoView {
    let best = badge.best?;
    let earned = best.on.strftime("%-d %B %Y").to_string();
    Some(view! {
        <div class="badge badge--row">
            <Medal glyph=badge.glyph metal=metal(best.level)/>
            <div>
                <p class="muted"><b>"Newest"</b></p>
                <h3>{title(&badge.name, Some(best.level))}</h3>
                <p>{badge.description}" Earned "{earned}"."</p>
            </div>
        </div>
    })
}

/// What a level is made of.
pub(super) fn metal(level: Level) -> Metal {
    Metal::named(level.as_str())
}

#[component]
fn Board(board: BoardView, presence: Presence) -> impl IntoView {
    let body = if board.rows.is_empty() {
        let (title, words) = match presence {
            Presence::Listed => {
                ("You are not on the board yet", "What you earn next puts you on it, within seconds.")
            }
            Presence::Left => {
                ("You have left the boards", "You can come back at any time, on your own page.")
            }
            Presence::KeptOff => ("You are on no board", KEPT_OFF),
        };
        view! { <Empty title><p class="muted">{words}</p></Empty> }.into_any()
    } else {
        let caption = format!("{} taking part. As of {}.", grouped(board.total), clock(board.as_of));
        let hint = to_next_rank(&board.rows, &board.unit);
        view! {
            <table class="table board">
                <caption>{caption}</caption>
                <Rows rows=board.rows unit=board.unit/>
            </table>
            <p class="note-foot gap-top">{hint}" Nobody sees your name unless you want it."</p>
        }
        .into_any()
    };
    view! {
        <Panel id="board" title="Leaderboard" more=(href::leaderboard(), "Whole board") class="w5">
            {body}
        </Panel>
    }
    .into_any()
}
