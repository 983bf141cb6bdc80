//! The pictures of rewards: each on the field of colour that it was drawn for.

use leptos::prelude::*;

/// The pictures that a reward may have, and their fields.
pub const PICTURES: [(&str, &str); 9] = [
    ("coffee", "f-clay"),
    ("cake", "f-plum"),
    ("tote", "f-butter"),
    ("mug", "f-mist"),
    ("event", "f-plum"),
    ("tree", "f-leaf"),
    ("beans", "f-butter"),
    ("loaf", "f-clay"),
    ("milk", "f-mist"),
];

/// The class of the field that a picture stands on.
#[must_use]
pub fn field_of(name: &str) -> &'static str {
    PICTURES.iter().find(|(known, _)| *known == name).unwrap_or(&PICTURES[2]).1
}

/// Draws a reward's picture on its field; the children are a tag in its corner. A name that is none is the
/// tote.
#[component]
pub fn Picture(#[prop(into)] name: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let (name, field) = PICTURES.iter().find(|(known, _)| *known == name).unwrap_or(&PICTURES[2]);
    view! {
        <div class=format!("art {field}")>
            <img src=format!("/rewards/{name}.svg") alt="" width="160" height="120"/>
            {children.map(|children| children())}
        </div>
    }
}
