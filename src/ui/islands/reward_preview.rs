//! A reward as a member sees it, beside the form that changes it: it follows what is typed.

use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        catalogue::{PICTURES, whole_number},
        points::grouped,
    },
    ui::emblems::{PointsPill, picture::field_of},
};

/// What the card shows, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub name: String,
    pub description: String,
    pub picture: String,
    pub price: String,
    /// Left, of how many.
    pub stock: Option<(i64, i64)>,
}

impl Preview {
    /// Takes what was typed into a field of the form.
    fn take(&mut self, field: &str, value: String) {
        match field {
            "name" => self.name = value,
            "description" => self.description = value,
            "picture" if PICTURES.iter().any(|(known, _)| *known == value) => self.picture = value,
            "price" => self.price = value,
            _ => {}
        }
    }

    fn price(&self) -> i64 {
        whole_number(&self.price).filter(|price| *price > 0).unwrap_or(0)
    }

    fn name(&self) -> String {
        if self.name.trim().is_empty() { "A reward without a name".to_owned() } else { self.name.clone() }
    }
}

#[island]
pub fn RewardPreview(preview: Preview) -> impl IntoView {
    let card = RwSignal::new(preview);
    let has_enough = RwSignal::new(false);
    Effect::new(move || {
        let typing = window_event_listener(ev::input, move |event| {
            let field = event_target::<web_sys::Element>(&event).id();
            let value = event_target_value(&event);
            card.update(|card| card.take(&field, value));
        });
        on_cleanup(move || typing.remove());
    });
    let chip = move |enough: bool, words: &'static str| {
        view! {
            <label>
                <input type="radio" name="seen" checked=!enough on:change=move |_| has_enough.set(enough)/>
                {words}
            </label>
        }
    };
    view! {
        <aside class="preview" aria-label="Preview">
            <h2 class="like-h3 muted">"As a member sees it"</h2>
            <div class="reward">
                <div class=move || format!("art {}", field_of(&card.read().picture))>
                    <img src=move || format!("/rewards/{}.svg", card.read().picture) alt="" width="160"
                        height="120"/>
                </div>
                <div class="reward__body">
                    <h3>{move || card.read().name()}</h3>
                    <p>{move || card.read().description.clone()}</p>
                    <div class="reward__foot">
                        {move || view! { <PointsPill points=card.read().price()/> }}
                        {move || way(&card.read(), has_enough.get())}
                    </div>
                </div>
            </div>
            <fieldset class="chips">
                <legend class="visually-hidden">"Seen by"</legend>
                {chip(false, "With fewer points")}
                {chip(true, "With enough")}
            </fieldset>
        </aside>
    }
}

/// The button, or the bar with what is missing.
fn way(card: &Preview, has_enough: bool) -> AnyView {
    if card.stock.is_some_and(|(left, _)| left == 0) {
        return view! { <p class="why"><span><b>"Sold out."</b></span></p> }.into_any();
    }
    let price = card.price();
    if price == 0 {
        return view! { <p class="why"><span>"Give it a price."</span></p> }.into_any();
    }
    if has_enough {
        return view! { <span class="btn">"Redeem"</span> }.into_any();
    }
    let has = price * 2 / 5;
    view! {
        <progress aria-label="Points towards this" value=has.to_string() max=price.max(1).to_string()>
        </progress>
        <p class="why">
            <span>
                {grouped(has)}" of "{grouped(price)}", "<b>"you need "{grouped(price - has)}" more"</b>
            </span>
        </p>
    }
    .into_any()
}
