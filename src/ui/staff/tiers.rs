//! The tiers: what counts, what each gives, and who would move before anything is changed.

use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use crate::{
    domain::{
        points::grouped,
        tier::draft::{TierForm, TierPreview, TiersForm},
    },
    rpc::tiers::{TiersPage as Page, load_tiers},
    ui::{
        components::{Button, ButtonLink, Check, Field, Kind, Select, TextArea},
        failure::answered,
        format, href,
        outcome::Outcome,
        staff::layout::{Desk, StaffLayout},
    },
};

#[component]
pub fn StaffTiersPage() -> impl IntoView {
    let typed = use_query_map().with_untracked(typed);
    view! {
        <StaffLayout title="Tiers" at=Desk::Tiers>
            {Suspend::new(async move { answered(load_tiers(typed).await, |page| view! { <Tiers page/> }) })}
        </StaffLayout>
    }
}

/// What the form sent to this page, if anything.
fn typed(query: &ParamsMap) -> Option<TiersForm> {
    let of = |name: &str| query.get(name).unwrap_or_default();
    let tiers = query.get("tiers")?;
    let tiers = tiers.split(',').map(|tier| TierForm {
        tier: tier.to_owned(),
        name: of(&format!("{tier}.name")),
        threshold: of(&format!("{tier}.threshold")),
        earn_percent: of(&format!("{tier}.earn_percent")),
        benefits: of(&format!("{tier}.benefits")),
        free_shipping: of(&format!("{tier}.free_shipping")),
        early_days: of(&format!("{tier}.early_days")),
    });
    Some(TiersForm {
        basis: of("basis"),
        window: of("window"),
        months: of("months"),
        grace_days: of("grace_days"),
        downgrade: of("downgrade"),
        tiers: tiers.collect(),
    })
}

#[component]
fn Tiers(page: Page) -> impl IntoView {
    let mut flash = page.flash.of("tiers");
    if let Some(refusal) = page.refusal.clone() {
        flash.refusal = Some(refusal);
    }
    let seen = page.preview.clone().map(|preview| {
        view! { <Seen preview form=page.form.clone() version=page.version/> }
    });
    let names = page.form.tiers.iter().map(|tier| tier.tier.as_str()).collect::<Vec<_>>().join(",");
    let unit = if page.form.basis == "spend" { page.currency.code.clone() } else { "points".to_owned() };
    let error = |field: &str| flash.error(field);
    let rungs = page.form.tiers.iter().enumerate().map(|(place, tier)| {
        let error_of = |field: &str| flash.error(&format!("{}.{field}", tier.tier));
        let errors = ["name", "threshold", "earn_percent", "early_days", "benefits"].map(error_of);
        view! { <Rung tier=tier.clone() first=place == 0 unit=unit.clone() errors/> }
    });
    let rungs: Vec<_> = rungs.collect();
    let (months, grace) = (page.form.months.clone(), page.form.grace_days.clone());
    view! {
        <h1>"Tiers"</h1>
        <Outcome flash=flash.clone()/>
        {seen}
        <form class="stack" method="get" action=href::staff_tiers()>
            <input type="hidden" name="tiers" value=names/>
            <section class="panel stack" aria-labelledby="h-policy">
                <h2 id="h-policy">"How tiers are earned and kept"</h2>
                <div class="form-grid">
                    <Select name="basis" label="What counts" value=page.form.basis.clone() options=options(&[
                        ("points", "Points earned"), ("spend", "Money spent"),
                    ])/>
                    <Select name="window" label="Over" value=page.form.window.clone() options=options(&[
                        ("rolling", "The last months"),
                        ("calendar_year", "The calendar year"),
                        ("anniversary", "A year from the day of joining"),
                        ("lifetime", "All time"),
                    ])/>
                    <Field name="months" label="How many months" hint="For the last months only." value=months
                        inputmode="numeric" error=error("months") unit="months"/>
                    <Field name="grace_days" label="Kept for" hint="After it is no longer earned." value=grace
                        inputmode="numeric" error=error("grace_days") unit="days"/>
                    <Select name="downgrade" label="Then" value=page.form.downgrade.clone() options=options(&[
                        ("to_fit", "To the tier that is still earned"),
                        ("one_step", "One tier down at a time"),
                    ])/>
                </div>
            </section>
            {rungs}
            <div class="row">
                <Button>"See who would move"</Button>
                <ButtonLink href=href::staff_tiers() kind=Kind::Quiet>"As it is"</ButtonLink>
            </div>
        </form>
    }
}

fn options(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// One tier. The first has no threshold to type: everybody starts there.
#[component]
fn Rung(tier: TierForm, first: bool, unit: String, errors: [Option<String>; 5]) -> impl IntoView {
    let [no_name, no_threshold, no_percent, no_early, no_benefits] = errors;
    let id = tier.tier.clone();
    let of = |field: &str| format!("{id}.{field}");
    let (heading, labelled_by) = (format!("h-{id}"), format!("h-{id}"));
    let threshold = if first {
        view! { <input type="hidden" name=of("threshold") value="0"/> }.into_any()
    } else {
        view! {
            <Field name=of("threshold") label="From" value=tier.threshold.clone() inputmode="numeric"
                error=no_threshold unit/>
        }
        .into_any()
    };
    view! {
        <section class="panel stack" aria-labelledby=labelled_by>
            <h2 id=heading>{tier.name.clone()}</h2>
            <div class="form-grid">
                <Field name=of("name") label="Name" value=tier.name.clone() error=no_name maxlength=40/>
                {threshold}
                <Field name=of("earn_percent") label="Earns" hint="125: a quarter more points."
                    value=tier.earn_percent.clone() inputmode="numeric" error=no_percent unit="percent"/>
                <Field name=of("early_days") label="Early access" hint="Before a reward opens to all."
                    value=tier.early_days.clone() inputmode="numeric" error=no_early unit="days"/>
            </div>
            <TextArea name=of("benefits") label="What it gives, in words" value=tier.benefits.clone() rows=2
                error=no_benefits maxlength=300/>
            <Check name=of("free_shipping") label="Parcels cost nothing to send"
                checked=tier.free_shipping == "true"/>
        </section>
    }
}

/// Who would move, and the button that makes it so.
#[component]
fn Seen(preview: TierPreview, form: TiersForm, version: i64) -> impl IntoView {
    let rows = preview.tiers.iter().map(|(name, now, then)| {
        view! { <tr><th scope="row">{name.clone()}</th><td class="n">{grouped(*now)}</td>
        <td class="n">{grouped(*then)}</td></tr> }
    });
    let rows: Vec<_> = rows.collect();
    let up = format::counted(preview.up, "member moves up", "members move up");
    let down = format::counted(preview.down, "member moves down", "members move down");
    let hidden = |name: String, value: String| view! { <input type="hidden" name=name value=value/> };
    let fields = form.tiers.iter().enumerate().map(|(place, tier)| {
        let of = |field: &str| format!("tiers[{place}][{field}]");
        view! {
            {hidden(of("tier"), tier.tier.clone())}
            {hidden(of("name"), tier.name.clone())}
            {hidden(of("threshold"), tier.threshold.clone())}
            {hidden(of("earn_percent"), tier.earn_percent.clone())}
            {hidden(of("benefits"), tier.benefits.clone())}
            {hidden(of("free_shipping"), tier.free_shipping.clone())}
            {hidden(of("early_days"), tier.early_days.clone())}
        }
    });
    let fields: Vec<_> = fields.collect();
    view! {
        <section class="panel stack" aria-labelledby="h-seen">
            <h2 id="h-seen">{format!("{up}, {down}")}</h2>
            <table class="table">
                <caption class="visually-hidden">"Members in each tier, now and then"</caption>
                <thead><tr><th scope="col">"Tier"</th><th scope="col" class="n">"Members now"</th>
                    <th scope="col" class="n">"Members then"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <form method="post" action=href::edit_tiers()>
                {hidden("version".to_owned(), version.to_string())}
                {hidden("basis".to_owned(), form.basis.clone())}
                {hidden("window".to_owned(), form.window.clone())}
                {hidden("months".to_owned(), form.months.clone())}
                {hidden("grace_days".to_owned(), form.grace_days.clone())}
                {hidden("downgrade".to_owned(), form.downgrade.clone())}
                {fields}
                <Button>"Make it so"</Button>
            </form>
        </section>
    }
}
