//! Why a row filter is refused, and what to write instead. Positions count characters from 1.

use super::words;

/// One thing wrong with a row filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterFault {
    #[error("there is no condition")]
    Empty,
    #[error("it takes {bytes} bytes and may take {max}")]
    TooLong { bytes: usize, max: usize },
    #[error("character {at}: {found:?} has no meaning here")]
    Character { at: usize, found: char },
    #[error("character {at}: a comment starts")]
    Comment { at: usize },
    #[error("character {at}: a second statement starts")]
    SecondStatement { at: usize },
    #[error("character {at}: double quotes mean text in some databases and names in others")]
    DoubleQuotes { at: usize },
    #[error("character {at}: the text that starts here never ends")]
    OpenText { at: usize },
    #[error("character {at}: the name that starts here never ends, or is empty")]
    OpenName { at: usize },
    #[error("character {at}: {text} is not a number that can be compared exactly")]
    Number { at: usize, text: String },
    #[error("character {at}: {text} is not supported")]
    Unsupported { at: usize, text: String, instead: &'static str },
    #[error("character {at}: {name} is not among the functions CONCAT, SUBSTR, REPLACE and CAST")]
    Function { at: usize, name: String },
    #[error("character {at}: a subquery starts")]
    Subquery { at: usize },
    #[error("character {at}: {name} is named with its table")]
    Qualified { at: usize, name: String },
    #[error("character {at}: {word} is a word of the language")]
    Reserved { at: usize, word: String },
    #[error("character {at}: {function} takes {wanted} arguments and has {given}")]
    Arguments { at: usize, function: String, given: usize, wanted: &'static str },
    #[error("character {at}: {found} stands where {wanted} should")]
    Unexpected { at: usize, found: String, wanted: &'static str },
    #[error("character {at}: a comparison of a comparison")]
    Chained { at: usize },
    #[error("character {at}: the condition is nested too deeply")]
    TooDeep { at: usize },
    #[error("character {at}: the table has no column {name}")]
    UnknownColumn { at: usize, name: String },
    #[error("character {at}: the table has several columns {name} that differ in case")]
    DoubtfulColumn { at: usize, name: String },
}

impl FilterFault {
    /// What to write instead.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Empty => "write a condition such as id > 100, or leave the filter out",
            Self::TooLong { .. } => "shorten it: a range is shorter than a list",
            Self::Character { .. } => "write text in '…' and names in `…`",
            Self::Comment { .. } => {
                "leave comments out; between two minus signs stands a blank, as in a - -1"
            }
            Self::SecondStatement { .. } => "write one condition, without a semicolon",
            Self::DoubleQuotes { .. } => "write text in '…' and names in `…`",
            Self::OpenText { .. } => "end it with ', and write ' inside it as ''",
            Self::OpenName { .. } => "end it with `, and write ` inside it as ``",
            Self::Number { .. } => "write digits, with a point where there is a fraction",
            Self::Unsupported { instead, .. } => instead,
            Self::Function { name, .. } => words::instead_of_function(name),
            Self::Subquery { .. } => "only columns of the same row can be compared",
            Self::Qualified { .. } => "write the column's name alone",
            Self::Reserved { .. } => "put it in backticks if it is a column",
            Self::Arguments { .. } => "give as many arguments as it takes",
            Self::Unexpected { .. } => "write a condition such as id > 100 AND state = 'paid'",
            Self::Chained { .. } => "write a < b AND b < c, or use BETWEEN, or brackets",
            Self::TooDeep { .. } => "leave out brackets, or use IN for a long list",
            Self::UnknownColumn { .. } => {
                "name a column of the source table, and write text in '…'"
            }
            Self::DoubtfulColumn { .. } => "write the name in the case the table has it in",
        }
    }
}
