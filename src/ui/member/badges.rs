//! All badges: what was earned, what is still to earn, what is almost there and which of them is rare.

use jiff::civil::Date;
use leptos::prelude::*;

use super::{
    home::{Nearest, metal},
    layout::{MemberLayout, Place},
};
use crate::{
    domain::metric::words::unit,
    domain::{badge::Level, metric::Metric, points::grouped},
    rpc::badges::{BadgeView, BadgesView, Currency, Earned, load_badges},
    ui::{
        components::Empty,
        emblems::{Medal, Metal},
        failure::answered,
        format::{day, money},
    },
};

#[component]
pub fn BadgesPage() -> impl IntoView {
    view! {
        <MemberLayout title="Badges" at=Place::Challenges>
            {Suspend::new(async move { answered(load_badges().await, badges) })}
        </MemberLayout>
    }
}

fn badges(page: BadgesView) -> impl IntoView {
    let earned: Vec<BadgeView> = page.badges.iter().filter(|badge| badge.best.is_some()).cloned().collect();
    let open: Vec<BadgeView> = page.badges.iter().filter(|badge| badge.next.is_some()).cloned().collect();
    let hidden = page.hidden;
    let (have, all) = (earned.len(), page.badges.len() + hidden);
    let nearest = nearest(&page.badges);
    let rarest = rarest(&earned);
    let (currency, today) = (page.currency, page.today);
    let nearest = nearest.map(|badge| {
        let currency = currency.clone();
        view! { <section class="panel" aria-label="Almost there"><Nearest badge currency/></section> }
    });
    let rarest = rarest.map(|(badge, earned)| view! { <Rarest badge earned today/> });
    view! {
        <div class="wrap">
            <div class="page-head">
                <h1>"Badges"</h1>
                <p>
                    "You have "<b>{have}" of "{all}" badges"</b>
                    ". Plain is bronze, reeded silver, scalloped gold."
                </p>
            </div>
            <div class="split">
                <div class="stack gap8">
                    <EarnedShelf badges=earned today/>
                    <OpenShelf badges=open currency hidden/>
                </div>
                <aside class="stack">{nearest}{rarest}</aside>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn EarnedShelf(badges: Vec<BadgeView>, today: Date) -> impl IntoView {
    let body = if badges.is_empty() {
        view! {
            <Empty title="The first one is near">
                <p class="muted">"Show your card at the till; each purchase brings one nearer."</p>
            </Empty>
        }
        .into_any()
    } else {
        let medals = badges.into_iter().filter_map(|badge| {
            let earned = badge.best.clone()?;
            Some(view! { <Had badge earned today/> })
        });
        view! { <ul class="grid medals" role="list">{medals.collect_view()}</ul> }.into_any()
    };
    view! { <section aria-labelledby="h-earned"><h2 id="h-earned">"Earned"</h2>{body}</section> }.into_any()
}

#[component]
fn OpenShelf(badges: Vec<BadgeView>, currency: Currency, hidden: usize) -> impl IntoView {
    let body = if badges.is_empty() && hidden == 0 {
        view! { <p class="muted">"You have them all. There will be more."</p> }.into_any()
    } else {
        let medals = badges.into_iter().map(|badge| view! { <Open badge currency=currency.clone()/> });
        let mystery = (0..hidden).map(|_| view! { <Mystery/> }).collect_view();
        view! { <ul class="grid medals" role="list">{medals.collect_view()}{mystery}</ul> }.into_any()
    };
    view! { <section aria-labelledby="h-open"><h2 id="h-open">"Next to earn"</h2>{body}</section> }.into_any()
}

/// A badge as one has it.
#[component]
fn Had(badge: BadgeView, earned: Earned, today: Date) -> impl IntoView {
    let times = if badge.times > 1 { format!(", {} times", badge.times) } else { String::new() };
    let words = format!("{}{times}. Earned {}", level_word(earned.level), day(earned.on, today));
    let rarity =
        earned.holders.map(|holders| view! { <p class="muted"><small>{rarity_words(holders)}</small></p> });
    view! {
        <li class="badge">
            <Medal glyph=badge.glyph metal=metal(earned.level)/>
            <h3>{badge.name}</h3>
            <p>{words}</p>
            {rarity}
        </li>
    }
}

/// The level of a badge that is next.
#[component]
fn Open(badge: BadgeView, currency: Currency) -> impl IntoView {
    let next = badge.next?;
    let (have, _) = progress_words(&badge, next.threshold, &currency);
    let id = format!("bd-{}", badge.badge);
    let name = title(&badge.name, Some(next.level));
    let value = badge.progress.min(next.threshold).to_string();
    Some(view! {
        <li class="badge">
            <Medal glyph=badge.glyph metal=metal(next.level) locked=(badge.progress, next.threshold)/>
            <h3>{name.clone()}</h3>
            <label class="visually-hidden" for=id.clone()>{name}</label>
            <progress id=id value=value max=next.threshold.to_string()>{have.clone()}</progress>
            <p>{have}</p>
        </li>
    })
}

/// A badge that shows itself when one has it.
#[component]
fn Mystery() -> impl IntoView {
    view! {
        <li class="badge">
            <Medal glyph="star" metal=Metal::Bronze locked=(0, 1)/>
            <h3>"A hidden badge"</h3>
            <p>"You will know it when you have it"</p>
        </li>
    }
}

#[component]
fn Rarest(badge: BadgeView, earned: Earned, today: Date) -> impl IntoView {
    let heading = title(&badge.name, Some(earned.level));
    let holders = earned.holders.map(rarity_words);
    view! {
        <section class="panel" aria-labelledby="h-rare">
            <div class="panel__head"><h2 id="h-rare">"Rarest of yours"</h2></div>
            <div class="badge badge--row">
                <Medal glyph=badge.glyph metal=metal(earned.level)/>
                <div>
                    <h3>{heading}</h3>
                    <p>{badge.description}" "{holders}</p>
                    <p>"Earned "{day(earned.on, today)}</p>
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// The badge of which the smallest part is missing.
fn nearest(badges: &[BadgeView]) -> Option<BadgeView> {
    let open = badges.iter().filter(|badge| badge.progress > 0 && badge.next.is_some());
    let of = |badge: &BadgeView| badge.next.map_or(1, |next| i128::from(next.threshold));
    open.max_by(|a, b| (i128::from(a.progress) * of(b)).cmp(&(i128::from(b.progress) * of(a)))).cloned()
}

fn rarest(earned: &[BadgeView]) -> Option<(BadgeView, Earned)> {
    let known = earned.iter().filter_map(|badge| Some((badge.clone(), badge.best.clone()?)));
    let rare = known.filter(|(_, earned)| earned.holders.is_some_and(|(have, of)| have * 2 < of));
    rare.min_by_key(|(_, earned)| earned.holders)
}

/// "12 % of members have it."
fn rarity_words((holders, members): (i64, i64)) -> String {
    let percent = holders * 100 / members.max(1);
    if percent == 0 {
        return "Fewer than 1 % of members have it.".to_owned();
    }
    format!("{percent} % of members have it.")
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Bronze => "Bronze",
        Level::Silver => "Silver",
        Level::Gold => "Gold",
    }
}

/// "Regular, silver".
pub(super) fn title(name: &str, level: Option<Level>) -> String {
    level.map_or_else(|| name.to_owned(), |level| format!("{name}, {}", level.as_str()))
}

/// What is there and what is missing, in words: ("22 of 25 purchases", "3 to go").
pub(super) fn progress_words(badge: &BadgeView, threshold: i64, currency: &Currency) -> (String, String) {
    let missing = (threshold - badge.progress).max(0);
    let is_money = badge.metric.as_ref().is_some_and(Metric::is_money);
    if is_money {
        let amount = |minor| money(minor, &currency.code, currency.digits);
        let have = format!("{} of {}", amount(badge.progress), amount(threshold));
        return (have, format!("{} to go", amount(missing)));
    }
    let unit = unit(badge.metric.as_ref(), threshold == 1);
    let have = format!("{} of {} {unit}", grouped(badge.progress), grouped(threshold));
    (have, format!("{} to go", grouped(missing)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        badge::LevelThreshold,
        metric::{Measure, Number, PURCHASE, Period},
    };

    fn badge(name: &str, progress: i64, threshold: i64, measure: Measure) -> BadgeView {
        BadgeView {
            badge: name.to_owned(),
            name: name.to_owned(),
            description: String::new(),
            glyph: "cup".to_owned(),
            metric: Some(Metric::new(PURCHASE, measure)),
            progress,
            best: None,
            levels: vec![Level::Bronze, Level::Silver],
            next: Some(LevelThreshold { level: Level::Silver, threshold }),
            times: 0,
            repeats: false,
        }
    }

    #[test]
    fn the_nearest_badge_is_the_one_of_which_least_is_missing() {
        let badges = [
            badge("far", 50, 100, Measure::Count),
            badge("near", 9, 10, Measure::Count),
            badge("untouched", 0, 1, Measure::Count),
        ];
        assert_eq!(nearest(&badges).map(|badge| badge.badge), Some("near".to_owned()));
        assert_eq!(nearest(&[]), None);
    }

    #[test]
    fn progress_is_said_in_the_unit_that_is_counted() {
        let euro = Currency { code: "EUR".to_owned(), digits: 2 };
        let words = |measure| progress_words(&badge("b", 4_200, 5_000, measure), 5_000, &euro);
        assert_eq!(
            words(Measure::Sum(Number::Amount)),
            ("€42.00 of €50.00".to_owned(), "€8.00 to go".to_owned())
        );
        assert_eq!(words(Measure::Count).0, "4,200 of 5,000 purchases");
        assert_eq!(words(Measure::Streak(Period::Month)).1, "800 to go");
        let first = progress_words(&badge("first", 0, 1, Measure::Count), 1, &euro);
        assert_eq!(first.0, "0 of 1 purchase");
    }
}
