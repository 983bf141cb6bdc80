//! The initials of a name in the shape of a leaf; the colour follows from the name, so it stays.

use leptos::prelude::*;

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of the five fields, always the same for a name.
fn colour(name: &str) -> u32 {
    name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 5 + 1
}

#[component]
pub fn Avatar(#[prop(into)] name: String) -> impl IntoView {
    view! { <span class=format!("avatar av-{}", colour(&name)) aria-hidden="true">{initials(&name)}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_two_letters_of_any_script() {
        assert_eq!(initials("quiet juniper tree"), "QJ");
        assert_eq!(initials("  ольга "), "О");
        assert_eq!(initials(""), "");
    }
}
