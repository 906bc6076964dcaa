//! Ids: a published prefix and a random body of digits and lower-case letters. An id that parsed is
//! harmless in a path, a log line or a query. Randomness is given by the caller.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

const BODY_MIN: usize = 8;
const BODY_MAX: usize = 32;

/// A text that is not an id of the sort asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {what} id: it is {prefix} followed by 8 to 32 digits and lower-case letters")]
pub struct InvalidId {
    /// The sort of id, with its article: "a project".
    pub what: &'static str,
    /// What such an id starts with.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident = $prefix:literal, $what:literal; )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this sort starts with.
            pub const PREFIX: &'static str = $prefix;

            /// Accepts the prefix followed by 8 to 32 characters of `[0-9a-z]`, nothing else.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                match is_id(text, $prefix) {
                    true => Ok(Self(text.to_owned())),
                    false => Err(InvalidId { what: $what, prefix: $prefix }),
                }
            }

            /// Makes an id of random bytes: 5 to 20 of them, 10 or more for a unique id.
            pub fn from_entropy<const N: usize>(bytes: [u8; N]) -> Self {
                const { assert!(N >= 5 && N <= 20, "the body must have 8 to 32 characters") };
                Self(format!("{}{}", $prefix, base32(&bytes)))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(concat!("^", $prefix, "[0-9a-z]{8,32}$")))
                    .examples([concat!($prefix, "4w3r1ig7a0k2")])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

ids! {
    /// A migration or synchronisation project.
    ProjectId = "np_", "a project";
    /// A data source.
    EndpointId = "e_", "a data source";
    /// A label.
    LabelId = "l_", "a label";
    /// A user.
    UserId = "u_", "a user";
    /// A department.
    DepartmentId = "d_", "a department";
    /// An API key.
    ApiKeyId = "k_", "an API key";
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|body| {
        (BODY_MIN..=BODY_MAX).contains(&body.len())
            && body.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
    })
}

/// Five bits a character, most significant first; no padding, so every byte counts.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |b| usize::from(b >> (7 - at % 8) & 1));
    (0..bytes.len() * 8)
        .step_by(5)
        .map(|from| (from..from + 5).fold(0, |n, at| n << 1 | bit(at)))
        .map(|n| char::from(ALPHABET[n]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_made_of_bytes_parses_again() {
        let id = ProjectId::from_entropy([0xff; 16]);
        assert_eq!(id.as_str(), "np_vvvvvvvvvvvvvvvvvvvvvvvvvs");
        assert_eq!(ProjectId::parse(id.as_str()).unwrap(), id);
        assert_eq!(ProjectId::from_entropy([0; 5]).as_str(), "np_00000000");
        assert_eq!(ProjectId::from_entropy([0; 20]).as_str().len(), 3 + 32);
    }

    #[test]
    fn ids_of_one_sort_are_not_ids_of_another() {
        assert!(EndpointId::parse("np_12345678").is_err());
        assert!(ProjectId::parse("e_12345678").is_err());
    }

    #[test]
    fn injections_are_refused_by_the_type() {
        for text in [
            "",
            "np_",
            "np_1234567",
            "np_../../etc",
            "np_1234567'",
            "np_12345678 or 1=1",
            "np_12345678\n",
            "np_12345678%00",
            "np_ABCDEFGH",
            "np_1234567é",
            "np_12345678/start",
            "np_123456789012345678901234567890123",
            " np_12345678",
            "NP_12345678",
        ] {
            let refusal = ProjectId::parse(text).unwrap_err();
            assert_eq!(
                refusal.to_string(),
                "not a project id: it is np_ followed by 8 to 32 digits and lower-case letters"
            );
        }
    }

    #[test]
    fn json_is_a_string_and_is_validated() {
        let id: UserId = serde_json::from_str("\"u_12345678\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"u_12345678\"");
        assert!(serde_json::from_str::<UserId>("\"u_'; drop table\"").is_err());
        assert!(serde_json::from_str::<UserId>("7").is_err());
    }

    proptest! {
        #[test]
        fn different_bytes_give_different_ids(a: [u8; 10], b: [u8; 10]) {
            prop_assert_eq!(a == b, LabelId::from_entropy(a) == LabelId::from_entropy(b));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC*") {
            let _ = ApiKeyId::parse(&text);
            let _ = ApiKeyId::parse(&format!("k_{text}"));
        }
    }
}
