//! One thing wrong with what a user wrote, in the words an API answers with. Everything that reads
//! a user's text reports all that is wrong at once, so complaints come in lists.

use crate::names::clip;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Where it is, what it is, why it cannot be used, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Complaint {
    /// Such as `line 3, column 7` or `databases[0].tables[2].name`.
    pub place: String,
    /// The text in question, cut where it is very long.
    pub text: String,
    pub reason: String,
    pub advice: String,
}

impl Complaint {
    /// Complains about a text at a place.
    pub fn new(
        place: impl Into<String>,
        text: &str,
        reason: impl fmt::Display,
        advice: impl Into<String>,
    ) -> Self {
        let (reason, advice) = (reason.to_string(), advice.into());
        Self { place: place.into(), text: clip(text), reason, advice }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}: {} ({})", self.place, self.text, self.reason, self.advice)
    }
}

/// Everything that is wrong with one input. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Complaints(pub Vec<Complaint>);

/// An answer stays readable, and small, however much is wrong.
const REPORTED_MAX: usize = 1_000;

impl Complaints {
    /// Succeeds with the value if there is nothing to complain about. Of more than a thousand
    /// complaints the first are kept, and one that counts the others.
    pub fn or<T>(mut complaints: Vec<Complaint>, value: T) -> Result<T, Self> {
        if complaints.is_empty() {
            return Ok(value);
        }
        let more = complaints.len().saturating_sub(REPORTED_MAX);
        if more > 0 {
            complaints.truncate(REPORTED_MAX);
            let reason = format!("{more} more of the kind follow");
            complaints.push(Complaint::new("the rest", "", reason, "mend these first"));
        }
        Err(Self(complaints))
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, complaint) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            complaint.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_complain_about_is_success() {
        assert_eq!(Complaints::or(Vec::new(), 7), Ok(7));
    }

    #[test]
    fn very_many_complaints_are_counted_instead_of_listed() {
        let one = Complaint::new("line 1", "x", "odd", "mend it");
        let Complaints(kept) = Complaints::or(vec![one; 1_234], ()).unwrap_err();
        assert_eq!(kept.len(), 1_001);
        assert_eq!(kept[1_000].reason, "234 more of the kind follow");
    }

    #[test]
    fn a_complaint_cuts_the_text_it_quotes() {
        let complaint = Complaint::new("line 1", &"x".repeat(10_000), "odd", "mend it");
        assert_eq!(complaint.text.chars().count(), 81);
    }
}
