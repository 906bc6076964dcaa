//! Patterns for `LIKE`, to be used with `.escape('!')`: the backslash means something else in each
//! database.

/// Texts that contain `part`.
pub fn containing(part: &str) -> String {
    format!("%{}%", literally(part))
}

/// Texts that begin with `part`.
pub fn beginning(part: &str) -> String {
    format!("{}%", literally(part))
}

fn literally(part: &str) -> String {
    let mut pattern = String::with_capacity(part.len() + 2);
    for c in part.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern
}
