//! Texts from elsewhere, made harmless for a terminal.
//!
//! A name may hold whatever its owner put in: sequences that repaint the screen, that set the
//! window's title, or that turn the direction of reading. They are shown as escapes instead.

/// Replaces whatever a terminal would obey rather than show. Line breaks become visible, too.
pub fn harmless(text: &str) -> String {
    if !text.chars().any(obeyed) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            c if obeyed(c) => shown.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown
}

/// The same for JSON, which stays the same JSON: line breaks of the layout are kept, and what is
/// escaped can only stand inside its texts.
pub fn harmless_json(json: &str) -> String {
    if !json.chars().any(|c| c != '\n' && obeyed(c)) {
        return json.to_owned();
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match c {
            '\n' => shown.push(c),
            c if obeyed(c) => shown.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown
}

/// All in the basic plane, so that four digits are enough.
fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        )
}

/// How many of something there are.
pub fn count(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!([0, 1, 2].map(|n| count(n, "table")), ["0 tables", "1 table", "2 tables"]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        assert_eq!(harmless("\x1b]0;owned\x07\x1b[2J"), "\\u{1b}]0;owned\\u{7}\\u{1b}[2J");
        assert_eq!(harmless("a\u{9b}31mb"), "a\\u{9b}31mb");
        assert_eq!(harmless("two\r\nlines"), "two\\r\\nlines");
        assert_eq!(harmless("gpj.\u{202e}exe"), "gpj.\\u{202e}exe");
    }

    #[test]
    fn names_of_any_script_stay_as_they_are() {
        for name in ["订单", "größe", "заказы", "👩‍👩‍👧", "a b", "naïve\u{301}"]
        {
            assert_eq!(harmless(name), name);
        }
    }

    #[test]
    fn json_stays_the_same_json() {
        let value = serde_json::json!({ "name": "\u{1b}[2J\u{9b}\u{202e}\u{7f}x\n", "n": [1, 2] });
        let shown = harmless_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!shown.chars().any(|c| c != '\n' && obeyed(c)), "{shown:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
