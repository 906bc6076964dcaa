//! Enums whose values are published: one macro, so that a value is spelled once and its JSON, its
//! text, its parser and its OpenAPI schema cannot drift apart.

/// A text that names no value of an enum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a {of}: known are {known}")]
pub struct UnknownValue {
    /// The enum asked for.
    pub of: &'static str,
    /// What was given instead.
    pub given: String,
    /// Every accepted value, for the message.
    pub known: String,
}

/// Declares a fieldless enum by its published values.
///
/// Each value is both the JSON spelling and the `Display`/`FromStr` text. Further spellings that
/// are understood but never written follow after `|`.
macro_rules! wire_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident = $wire:tt $(| $alias:tt)* ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
            strum::Display, strum::AsRefStr, strum::EnumString, strum::EnumIter, strum::IntoStaticStr,
        )]
        #[strum(
            parse_err_ty = $crate::wire_enum::UnknownValue,
            parse_err_fn = $name::unknown
        )]
        pub enum $name {
            $(
                $(#[$vmeta])*
                #[serde(rename = $wire $(, alias = $alias)*)]
                #[strum(to_string = $wire $(, serialize = $alias)*)]
                $variant,
            )+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn unknown(given: &str) -> $crate::wire_enum::UnknownValue {
                $crate::wire_enum::UnknownValue {
                    of: stringify!($name),
                    given: given.to_owned(),
                    known: [$($wire),+].join(", "),
                }
            }
        }
    };
}
pub(crate) use wire_enum;
