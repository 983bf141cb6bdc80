//! Text for the two elements whose content Leptos writes as it is: `<textarea>` and `<title>`. Everywhere
//! else it escapes by itself.

/// A text that stays one inside an element: what could end the element or name a character is spelt out.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_element_can_be_ended_or_begun() {
        assert_eq!(escaped("a </title><b> &lt;"), "a &lt;/title&gt;&lt;b&gt; &amp;lt;");
    }
}
