//! A secret on its way from one place to another: printed nowhere, wiped when dropped.

use secrecy::{ExposeSecret, SecretString};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use utoipa::openapi::{
    RefOr,
    schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
};

/// A password or key in a request body. It is serialised in the clear, because that is how it
/// reaches the service that seals it; answers never hold one, except where a secret is shown once.
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    pub fn into_inner(self) -> SecretString {
        self.0
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asked for a string, serde_json itself would quote what it finds instead.
        deserializer.deserialize_any(Text)
    }
}

/// Takes a string. What else comes is refused without being quoted: a password of digits that was
/// sent as a number must not end up in an error text.
struct Text;

macro_rules! refused {
    ($($visit:ident: $kind:ty),+) => {$(
        fn $visit<E: Error>(self, _: $kind) -> Result<Secret, E> {
            Err(E::custom("a secret is a string"))
        }
    )+};
}

impl Visitor<'_> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
        Ok(text.into())
    }

    refused!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64);
}

impl utoipa::PartialSchema for Secret {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .write_only(true)
            .into()
    }
}

impl utoipa::ToSchema for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed_and_travels_whole() {
        let secret: Secret = serde_json::from_str("\"pässwörd\"").expect("a string");
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "*** Some(***)");
        assert_eq!(serde_json::to_string(&secret).expect("serialises"), "\"pässwörd\"");
    }

    #[test]
    fn a_secret_of_another_type_is_refused_without_quoting_it() {
        for json in ["[\"4711\"]", "{\"4711\":1}", "4711", "-4711", "4711.5", "4711e99"] {
            let refusal = serde_json::from_str::<Secret>(json).unwrap_err().to_string();
            assert!(refusal.contains("string") && !refusal.contains("4711"), "{refusal}");
        }
        assert!(serde_json::from_str::<Secret>("true").is_err());
        assert!(serde_json::from_str::<Secret>("null").is_err());
    }
}
