//! Paths of requests, taken apart before anybody acts on them.
//!
//! Whatever two programs could read differently is refused here: the gateway decides by the path
//! and hands it on as it came, so the service behind must see the same one.

use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    #[error("the path has an empty part")]
    Empty,
    #[error("the path has a part . or ..")]
    Dots,
    #[error("the path has a slash or backslash inside a part")]
    Slash,
    #[error("the path has a control character")]
    Control,
    #[error("the path is not percent-encoded UTF-8")]
    Encoding,
}

/// One part of a path, as it came and as it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment<'a> {
    pub raw: &'a str,
    pub text: Cow<'a, str>,
}

/// The parts of an absolute path.
pub fn segments(path: &str) -> Result<Vec<Segment<'_>>, BadPath> {
    path.strip_prefix('/').ok_or(BadPath::Empty)?.split('/').map(segment).collect()
}

fn segment(raw: &str) -> Result<Segment<'_>, BadPath> {
    let text = if raw.contains('%') { Cow::Owned(decoded(raw)?) } else { Cow::Borrowed(raw) };
    match text.as_ref() {
        "" => Err(BadPath::Empty),
        "." | ".." => Err(BadPath::Dots),
        text if text.contains(['/', '\\']) => Err(BadPath::Slash),
        text if text.contains(char::is_control) => Err(BadPath::Control),
        _ => Ok(Segment { raw, text }),
    }
}

fn decoded(raw: &str) -> Result<String, BadPath> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (high, low) = match after {
                [high, low, ..] => (hex(*high)?, hex(*low)?),
                _ => return Err(BadPath::Encoding),
            };
            bytes.push(high << 4 | low);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).map_err(|_| BadPath::Encoding)
}

fn hex(digit: u8) -> Result<u8, BadPath> {
    let value = char::from(digit).to_digit(16).ok_or(BadPath::Encoding)?;
    u8::try_from(value).map_err(|_| BadPath::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_decoded_once_and_kept_as_they_came() {
        let parts = segments("/a/b%20c/%E8%A1%A8/100%2525").expect("a safe path");
        let texts: Vec<&str> = parts.iter().map(|part| part.text.as_ref()).collect();
        assert_eq!(texts, ["a", "b c", "表", "100%25"]);
        assert_eq!(parts[1].raw, "b%20c");
    }

    #[test]
    fn whatever_could_be_read_in_two_ways_is_refused() {
        use BadPath::{Control, Dots, Empty, Encoding, Slash};
        for (path, why) in [
            ("", Empty),
            ("/", Empty),
            ("a/b", Empty),
            ("/a//b", Empty),
            ("/a/", Empty),
            ("//host/a", Empty),
            ("/a/./b", Dots),
            ("/a/../b", Dots),
            ("/a/%2e%2E/b", Dots),
            ("/a/.%2e/b", Dots),
            ("/a/b%2fc", Slash),
            ("/a/b%5Cc", Slash),
            ("/a/b\\c", Slash),
            ("/a/%00", Control),
            ("/a/b%0d%0ac", Control),
            ("/a/%7f", Control),
            ("/a/%", Encoding),
            ("/a/%2", Encoding),
            ("/a/%zz", Encoding),
            ("/a/%+1", Encoding),
            ("/a/%ff", Encoding),
            ("/a/%c0%ae", Encoding),
        ] {
            assert_eq!(segments(path), Err(why), "{path:?}");
        }
    }

    #[test]
    fn dots_inside_a_name_are_a_name() {
        assert!(segments("/a/template.csv/...").is_ok());
    }
}
