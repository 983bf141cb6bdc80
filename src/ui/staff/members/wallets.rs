//! The wallets of a member, and freezing one.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    domain::ids::MemberId,
    rpc::{
        forms::Flash,
        wallets::{FreezeView, WalletView},
    },
    ui::{
        components::{Button, Kind, Tag, TextArea, Tone},
        format::day,
        href,
    },
};

#[component]
pub fn Wallets(member: MemberId, wallets: Vec<WalletView>, flash: Flash, today: Date) -> impl IntoView {
    let rows: Vec<_> = wallets
        .into_iter()
        .map(|wallet| view! { <Wallet member wallet flash=flash.clone() today/> })
        .collect();
    view! {
        <section class="panel stack" aria-labelledby="h-wallets">
            <h2 id="h-wallets">"Wallets"</h2>
            {rows}
        </section>
    }
}

#[component]
fn Wallet(member: MemberId, wallet: WalletView, flash: Flash, today: Date) -> impl IntoView {
    let also = (!wallet.also.is_empty()).then(|| view! { " · "{wallet.also.join(", ")} });
    let name = wallet.name.clone();
    let tag = wallet.frozen.is_some().then(|| view! { <Tag tone=Tone::Bad>"Frozen"</Tag> });
    let form = if let Some(freeze) = wallet.frozen {
        view! { <Thaw member wallet=wallet.wallet freeze today/> }.into_any()
    } else {
        view! { <Freeze member wallet=wallet.wallet name flash/> }.into_any()
    };
    view! {
        <div class="stack">
            <h3>{wallet.name}" "{tag}</h3>
            <p>{wallet.has}{also}<br/><small class="muted">{wallet.lasts}"."</small></p>
            {form}
        </div>
    }
}

#[component]
fn Freeze(member: MemberId, wallet: String, name: String, flash: Flash) -> impl IntoView {
    let open = flash.error("freeze_reason").is_some();
    view! {
        <details open=open>
            <summary>{format!("Freeze {}…", name.to_lowercase())}</summary>
            <form class="stack" method="post" action=href::freeze_wallet() novalidate>
                <input type="hidden" name="member_id" value=member.to_string()/>
                <input type="hidden" name="wallet" value=wallet/>
                <p>"Nothing can be spent, held or moved from it until you thaw it. Earning goes on."</p>
                <TextArea name="freeze_reason" label="Why is it frozen?" hint="Staff see it." rows=2
                    value=flash.value("freeze_reason", "") error=flash.error("freeze_reason") maxlength=300/>
                <div class="row"><Button kind=Kind::Bad>"Freeze"</Button></div>
            </form>
        </details>
    }
}

#[component]
fn Thaw(member: MemberId, wallet: String, freeze: FreezeView, today: Date) -> impl IntoView {
    view! {
        <p>"Frozen by "{freeze.by}", "{day(freeze.since, today)}": "{freeze.reason}</p>
        <form method="post" action=href::thaw_wallet()>
            <input type="hidden" name="member_id" value=member.to_string()/>
            <input type="hidden" name="wallet" value=wallet/>
            <Button kind=Kind::Quiet>"Thaw"</Button>
        </form>
    }
}
