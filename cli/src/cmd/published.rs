//! Values with published spellings, in any case of letters.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::{fmt::Display, str::FromStr};
use strum::IntoEnumIterator;

/// Reads one of the values of an enum, and lets help and completions list them.
pub fn published<T>() -> impl TypedValueParser<Value = T>
where
    T: FromStr + IntoEnumIterator + Display + Clone + Send + Sync + 'static,
{
    let values: Vec<String> = T::iter().map(|value| value.to_string()).collect();
    PossibleValuesParser::new(values).map(|text| {
        let same = |value: &T| value.to_string().eq_ignore_ascii_case(&text);
        T::iter().find(same).expect("clap takes the listed values only")
    })
}
