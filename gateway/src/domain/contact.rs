//! How a user can be reached. Checked for the shape only: whether anybody reads there, only a
//! message could tell.

const EMAIL_MAX: usize = 254;
const LOCAL_PART_MAX: usize = 64;
const LABEL_MAX: usize = 63;
const MOBILE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;
const MOBILE_MAX: usize = 32;

/// Whether a text has the shape `local@domain` that mail servers deliver to.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    text.len() <= EMAIL_MAX
        && (1..=LOCAL_PART_MAX).contains(&local.len())
        && local.chars().all(atom)
        && local.split('.').all(|part| !part.is_empty())
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_MAX).contains(&label.len())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether a text is a telephone number: digits, possibly a leading `+`, grouped as people do.
pub fn is_mobile(text: &str) -> bool {
    let rest = text.strip_prefix('+').unwrap_or(text);
    text.len() <= MOBILE_MAX
        && rest.starts_with(|c: char| c.is_ascii_digit() || c == '(')
        && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')'))
        && MOBILE_DIGITS.contains(&rest.chars().filter(char::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_are_told_from_other_texts() {
        for fine in ["ann@example.com", "a.b+c@x-y.example.org", "o'neil@a.b"] {
            assert!(is_email(fine), "{fine}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for wrong in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@example",
            "a b@example.com",
            "ann@-x.com",
            ".ann@example.com",
            "a..b@example.com",
            "ann@example..com",
            "änn@example.com",
            "ann@example.com\n",
            "ann@exa_mple.com",
            "<ann@example.com>",
            &long,
        ] {
            assert!(!is_email(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn telephone_numbers_are_told_from_other_texts() {
        for fine in ["13800138000", "+49 (170) 123-4567", "(0571) 85022088"] {
            assert!(is_mobile(fine), "{fine}");
        }
        for wrong in
            ["", "1234", "+", "++4912345", "1234567890123456", "12345x", "-12345", "=1+12345"]
        {
            assert!(!is_mobile(wrong), "{wrong:?}");
        }
    }
}
