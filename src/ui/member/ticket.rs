//! A voucher as a ticket: its code to read, its QR code to scan, and what became of it.

use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    rpc::rewards::{VoucherState, VoucherView},
    ui::{
        emblems::{QrCode, Wreath},
        format::{day, points},
    },
};

#[component]
pub fn Ticket(voucher: VoucherView, today: Date) -> impl IntoView {
    let ready = voucher.state == VoucherState::Ready;
    let class = if ready { "ticket" } else { "ticket is-used" };
    let story = format!("Redeemed {} for {}", day(voucher.issued_on, today), points(voucher.price));
    let (end, stub) = match voucher.state {
        VoucherState::Ready => {
            (format!("Valid until {}. Once.", day(voucher.expires_on, today)), "Show at the till")
        }
        VoucherState::Used { on } => (format!("Used {}. Thank you.", day(on, today)), "Enjoyed"),
        VoucherState::Cancelled { on, reason } => {
            (format!("Cancelled {}: {reason}. Your points are back.", day(on, today)), "Cancelled")
        }
        VoucherState::Expired => (format!("Expired {}.", day(voucher.expires_on, today)), "Expired"),
    };
    let picture = if ready {
        view! { <QrCode text=voucher.code.clone() label=format!("QR code of {}", voucher.code)/> }.into_any()
    } else {
        view! { <Wreath leaves=12 filled=12 size=80/> }.into_any()
    };
    view! {
        <article class=class>
            <div class="ticket__main">
                <p class="muted"><small>{story}</small></p>
                <h3>{voucher.reward_name}</h3>
                <p class="code">{voucher.code}</p>
                <p><small>{end}</small></p>
            </div>
            <div class="ticket__stub">{picture}<span>{stub}</span></div>
        </article>
    }
    .into_any()
}
