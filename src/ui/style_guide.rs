//! Every part in every state, to look at while working on them: `/styleguide`, in debug builds only.

use leptos::prelude::*;

use super::{
    components::{
        Avatar, Button, ButtonLink, Check, Empty, Field, Goal, Kind, Notice, Panel, Select, StockMeter, Tag,
        TextArea, Tone,
    },
    emblems::{
        Glyph, Icon, LeafIcon, LeafState, Medal, Metal, Podium, PodiumStep, PointsPill, QrCode, Symbol,
        TierMark, Wreath, icons::GLYPHS,
    },
    failure::NotFoundPage,
    visitor::layout::VisitorLayout,
};

#[component]
pub fn StyleGuidePage() -> impl IntoView {
    if !cfg!(debug_assertions) {
        return view! { <NotFoundPage/> }.into_any();
    }
    view! {
        <VisitorLayout title="The parts">
            <div class="wrap">
                <div class="page-head"><h1>"Laurel, the parts"</h1><p>"Every part in every state."</p></div>
                <Emblems/>
                <Pressed/>
                <Progress/>
                <Forms/>
            </div>
        </VisitorLayout>
    }
    .into_any()
}

#[component]
fn Emblems() -> impl IntoView {
    let wreaths = [0, 1, 9, 16, 23, 24].map(|filled| view! { <Wreath leaves=24 filled size=128/> });
    let small = [0, 7, 13, 20].map(|filled| view! { <Wreath leaves=20 filled size=112/> });
    let metals = [Metal::Bronze, Metal::Silver, Metal::Gold];
    let medals = GLYPHS.iter().zip(metals.into_iter().cycle()).map(|(glyph, metal)| {
        view! { <li class="badge"><Medal glyph=*glyph metal/><h3>{*glyph}</h3></li> }
    });
    let locked = metals.into_iter().zip([0, 4, 9]).map(|(metal, done)| {
        view! {
            <li class="badge"><Medal glyph="recycle" metal locked=(done, 10)/><h3>{done}" of 10"</h3></li>
        }
    });
    let names = ["Harbour Rye", "Early Kettle", "Juno B."];
    let steps = names.iter().zip(1..).map(|(name, rank)| PodiumStep {
        rank,
        name: (*name).to_owned(),
        score: "841".to_owned(),
        unit: "points".to_owned(),
        is_me: rank == 2,
    });
    view! {
        <section class="section">
            <h2>"Emblems"</h2>
            <div class="panel row wr">{wreaths.into_iter().collect_view()}</div>
            <div class="panel on-grove row wr gap-top">{small.into_iter().collect_view()}</div>
            <div class="panel gap-top">
                <ul class="grid medals" role="list">{medals.collect_view()}{locked.collect_view()}</ul>
            </div>
            <div class="panel row wr gap-top">
                {[1, 2, 3].map(|rank| view! { <TierMark rank/> }).into_iter().collect_view()}
                {[LeafState::On, LeafState::Off, LeafState::Next]
                    .map(|state| view! { <LeafIcon state/> })
                    .into_iter()
                    .collect_view()}
                <PointsPill points=1400/>
                <QrCode text="482109375" label="Card 482109375"/>
                <Avatar name="Quiet Juniper"/>
            </div>
            <div class="panel row big-glyphs gap-top">
                {GLYPHS.map(|name| view! { <Glyph name/> }).into_iter().collect_view()}
                {Icon::ALL.iter().map(|icon| view! { <Symbol icon=*icon/> }).collect_view()}
            </div>
            <div class="stage on-grove gap-top"><Podium steps=steps.collect()/></div>
        </section>
    }
    .into_any()
}

#[component]
fn Pressed() -> impl IntoView {
    view! {
        <section class="section">
            <h2>"Buttons and tags"</h2>
            <div class="panel stack">
                <div class="row">
                    <Button>"Primary"</Button>
                    <Button kind=Kind::Quiet>"Quiet"</Button>
                    <Button kind=Kind::Bad>"Withdraw…"</Button>
                    <Button disabled=true>"Not now"</Button>
                    <ButtonLink href="#" small=true>"Small"</ButtonLink>
                </div>
                <div class="row">
                    <Tag>"Neutral"</Tag>
                    <Tag tone=Tone::Gain>"+60 points"</Tag>
                    <Tag tone=Tone::On icon=Icon::Check>"Live"</Tag>
                    <Tag tone=Tone::Warn>"Low stock"</Tag>
                    <Tag tone=Tone::Bad>"Sold out"</Tag>
                    <Tag tone=Tone::Line>"Draft"</Tag>
                </div>
            </div>
            <div class="panel on-grove row gap-top">
                <ButtonLink href="#" kind=Kind::Grove>"Primary on grove"</ButtonLink>
                <ButtonLink href="#" kind=Kind::GhostGrove>"Quiet on grove"</ButtonLink>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Progress() -> impl IntoView {
    view! {
        <section class="section">
            <h2>"Progress, notices, empty places"</h2>
            <div class="panel stack gap5">
                <Goal id="sg1" label="To Gold" value=740
                    max=1500>"740 of 1,500 points, "<b>"760 to Gold"</b></Goal>
                <Goal id="sg2" label="Steps" value=2 max=3 stepped=true>"2 of 3 mornings"</Goal>
                <Goal id="sg3" label="Full" value=5 max=5>"5 of 5, yours"</Goal>
                <StockMeter id="sga" left=32 capacity=40/>
                <StockMeter id="sgb" left=3 capacity=40/>
            </div>
            <div class="stack gap-top">
                <Notice title="Redeemed. Your voucher is ready.">
                    "Show it at the till until 21 December."
                </Notice>
                <Notice tone=Tone::Warn title="The board is catching up">"Numbers are as of 8:55."</Notice>
                <Notice tone=Tone::Bad
                    title="That did not work">"Nothing was taken from your points."</Notice>
                <Panel id="empty" title="Empty">
                    <Empty title="No leaves yet">
                        <p class="muted">"Show your card at the till and the first one grows."</p>
                    </Empty>
                </Panel>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Forms() -> impl IntoView {
    let choices = vec![("all".to_owned(), "Every member".to_owned()), ("gold".to_owned(), "Gold".to_owned())];
    view! {
        <section class="section">
            <h2>"Forms"</h2>
            <form class="panel form-grid" method="post" action="#">
                <Field name="f1" label="Label" value="Kept as typed" hint="A hint, before the field."/>
                <Field name="f2" label="With an error" value="abc"
                    error=Some("Say what to do, here".to_owned())/>
                <Field name="f3" label="Amount" value="1,400" unit="points" inputmode="numeric"/>
                <Select name="f4" label="Choice" options=choices value="gold"/>
                <TextArea name="f5" label="Several lines" value="One sentence."/>
                <Check name="f6" label="Checked" checked=true hint="And what it does."/>
            </form>
        </section>
    }
    .into_any()
}
