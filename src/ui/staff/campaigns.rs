//! Campaigns: what runs and will run, with what is left of each budget; and a weekend of double points in
//! three fields.

pub mod edit;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::{
        earning::campaign_form::CampaignForm,
        form::{field, typed},
    },
    rpc::campaigns::{CampaignView, CampaignsPage as Page, load_campaigns},
    ui::{
        components::{Button, ButtonLink, Empty, Field, IndexTable, Kind, StockMeter},
        failure::answered,
        format::sentence,
        href,
        outcome::Outcome,
        staff::{
            fields::Typed,
            layout::{Desk, StaffLayout},
            rules::{End, Shown, State},
        },
    },
};

#[component]
pub fn StaffCampaignsPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let shown = query.get("show").unwrap_or_default();
    let typed =
        typed::read::<CampaignForm>(query.into_iter().map(|(name, value)| (name.into_owned(), value)));
    view! {
        <StaffLayout title="Campaigns" at=Desk::Campaigns>
            {Suspend::new(async move {
                answered(load_campaigns(shown, typed).await, |page| view! { <Content page/> })
            })}
        </StaffLayout>
    }
}

#[component]
fn Content(page: Page) -> impl IntoView {
    let mut flash = page.flash.clone();
    if let Some(refusal) = page.refusal.clone() {
        flash.refusal = Some(refusal);
    }
    let is_empty = page.campaigns.is_empty();
    let rows: Vec<_> = page.campaigns.into_iter().map(|campaign| view! { <Row campaign/> }).collect();
    let list = if is_empty {
        view! { <Empty title="No campaign here"><p>"Make one with the form above."</p></Empty> }.into_any()
    } else {
        view! { <CampaignTable>{rows}</CampaignTable> }.into_any()
    };
    view! {
        <div class="row row--apart">
            <h1>"Campaigns"</h1>
            <ButtonLink href=href::staff_campaign_edit("") kind=Kind::Quiet>"All settings"</ButtonLink>
        </div>
        <Outcome flash=flash.clone()/>
        <Short form=page.form errors=Typed(flash) zone=page.zone/>
        <section class="panel stack" aria-label="Campaigns">
            <Shown shown=page.shown of=href::staff_campaigns()/>
            {list}
        </section>
    }
}

/// Double points between two days: a name, the first and the last.
#[component]
fn Short(form: CampaignForm, errors: Typed, zone: String) -> impl IntoView {
    let days = format!("Whole days, in {zone}.");
    view! {
        <section class="panel stack" aria-labelledby="h-double">
            <h2 id="h-double">"Double points for some days"</h2>
            <form class="stack" method="post" action=href::save_campaign() novalidate>
                <input type="hidden" name="page" value="list"/>
                <input type="hidden" name=field("percent") value="200"/>
                <input type="hidden" name=field("stacking") value="add"/>
                <div class="form-grid">
                    <Field name=field("name") label="Name" hint="Members read it." maxlength=80
                        value=form.name
                        error=errors.error("name")/>
                    <Field name=field("from") label="First day" hint=days.clone() kind="date" value=form.from
                        error=errors.error("from")/>
                    <Field name=field("until") label="Last day" hint="It counts too." kind="date"
                        value=form.until
                        error=errors.error("until")/>
                </div>
                <div class="row">
                    <Button name="then" value="live">"Schedule it"</Button>
                    <Button kind=Kind::Quiet name="then" value="draft">"Keep as a draft"</Button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn CampaignTable(children: Children) -> impl IntoView {
    let heads = view! {
        <th scope="col">"Campaign"</th>
        <th scope="col">"State"</th>
        <th scope="col" class="only-wide">"Runs"</th>
        <th scope="col" class="only-wide">"Budget"</th>
        <th scope="col"><span class="visually-hidden">"What can be done"</span></th>
    };
    view! {
        <IndexTable caption="Campaigns, newest first" heads>{children()}</IndexTable>
    }
}

#[component]
fn Row(campaign: CampaignView) -> impl IntoView {
    let rules: Vec<String> = campaign.rules.iter().map(|(_, _, does)| does.clone()).collect();
    let said: Vec<String> = rules.into_iter().chain(campaign.also).collect();
    let budget = match campaign.budget {
        Some((left, capacity)) => {
            let id = format!("budget-{}-{}", campaign.campaign, campaign.version);
            view! { <StockMeter id left capacity/> }.into_any()
        }
        None => "No limit".into_any(),
    };
    let change = campaign.can_change.then(|| {
        let words = format!(" {}", campaign.name);
        view! {
            <div class="row tight">
                <a href=href::staff_campaign_edit(&campaign.campaign)>
                    "Change"<span class="visually-hidden">{words.clone()}</span>
                </a>
                <End name=campaign.campaign.clone() words/>
            </div>
        }
    });
    view! {
        <tr>
            <th scope="row" class="wraps">
                {campaign.name}
                <br/>
                <small class="muted">{said.join("; ")}</small>
            </th>
            <td><State state=campaign.state/></td>
            <td class="only-wide wraps">{sentence(&campaign.runs)}</td>
            <td class="only-wide">{budget}</td>
            <td>{change}</td>
        </tr>
    }
}
