//! What a conversion says about itself.

use std::fmt;

/// Something that is different at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub code: NoteCode,
    /// What it is about: `column a`, `index k`, `table`.
    pub object: String,
    /// What was done.
    pub what: String,
    pub why: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}] {}: {}", self.code, self.object, self.what, self.why)
    }
}

/// The kind of a note, for those who act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum NoteCode {
    /// Another collation, under which the distinct values of before stay distinct.
    CollationChanged,
    /// Another collation, under which distinct values may be equal.
    CollationMayMerge,
    CharsetChanged,
    TypeChanged,
    DefaultChanged,
    DefaultDropped,
    AttributeDropped,
    ColumnDropped,
    ColumnShown,
    IndexChanged,
    /// The index is not created; no rule about the data is lost.
    IndexNotCreated,
    /// A rule that the index stood for does not hold at the target.
    UniquenessLost,
    CheckNotCreated,
    ForeignKeyNotCreated,
    ForeignKeyChanged,
    PartitionsChanged,
    PartitionsDropped,
    OptionDropped,
    OptionChanged,
    VersioningDropped,
    HiddenKeyAdded,
    NameChanged,
    /// The source printed a text that can be read in more than one way.
    Ambiguous,
    ClauseDropped,
    DefinerDropped,
}

/// Why an object cannot exist at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub object: String,
    pub why: String,
    pub advice: String,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}; {}", self.object, self.why, self.advice)
    }
}
