//! What people may call things, and how many of them there may be. Lengths are counted in
//! characters, not bytes.

use serde::Serialize;
use utoipa::ToSchema;

/// How long a project's name may be.
pub const PROJECT_NAME_MAX: usize = 64;
/// How long a data source's name may be.
pub const ENDPOINT_NAME_MAX: usize = 32;
/// How long a label's name may be.
pub const LABEL_NAME_MAX: usize = 20;
/// How long a department's name may be.
pub const DEPARTMENT_NAME_MAX: usize = 40;
/// How long the name may be that a user logs in with.
pub const ACCOUNT_MAX: usize = 14;
/// How long a data source's description may be.
pub const ENDPOINT_DESCRIPTION_MAX: usize = 128;
/// How long a user's description may be.
pub const USER_DESCRIPTION_MAX: usize = 256;
/// How many labels there may be at all.
pub const LABELS_MAX: usize = 100;
/// How many of them one project may carry.
pub const LABELS_PER_PROJECT_MAX: usize = 5;
/// How many objects one text or CSV import may name.
pub const OBJECTS_PER_IMPORT_MAX: usize = 10_000;
/// How long the selection may be as the list a log reader works with.
pub const WHITE_LIST_BYTES_MAX: usize = 64 * 1024;

/// Characters no object's name may hold, besides blanks, control characters and all outside ASCII.
pub const FORBIDDEN_IN_OBJECTS: &str = ".|\"'`()=;/&\\";
/// Characters that a matching rule gives a meaning to, so that no name in it may hold them.
pub const WILDCARDS: &str = "*?[]";

/// Why a name cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "fault")]
pub enum NameFault {
    #[error("it is empty")]
    Empty,
    #[error("it has {length} characters and may have {max}")]
    TooLong { length: usize, max: usize },
    #[error("character {at} is a blank")]
    Blank { at: usize },
    #[error("character {at} is U+{code:04X}, which cannot be seen")]
    Invisible { at: usize, code: u32 },
    #[error("character {at} is {found}, which is not allowed here")]
    Forbidden { at: usize, found: char },
    #[error("character {at} is {found}, which is not ASCII")]
    NotAscii { at: usize, found: char },
    #[error("characters {at} and the next are $$, which names may not hold")]
    DoubleDollar { at: usize },
}

/// A name that was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {name:?} cannot be used: {fault}")]
pub struct InvalidName {
    /// What was to be named: "project name".
    pub what: &'static str,
    /// The name, cut where it is very long.
    pub name: String,
    /// What is wrong with it.
    pub fault: NameFault,
}

impl NameFault {
    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Empty => "give a name",
            Self::TooLong { .. } => "choose a shorter one",
            Self::Blank { .. } => "leave out blanks, or write _ or - instead",
            Self::Invisible { .. } => "type it anew instead of pasting it",
            Self::Forbidden { .. } | Self::NotAscii { .. } => "choose other characters",
            Self::DoubleDollar { .. } => "rename the object, or leave it out of the project",
        }
    }
}

/// A project's name: 1 to 64 characters of any script, without blanks.
pub fn check_project_name(name: &str) -> Result<(), InvalidName> {
    check_word("project name", name, PROJECT_NAME_MAX)
}

/// A data source's name: 1 to 32 characters, without blanks.
pub fn check_endpoint_name(name: &str) -> Result<(), InvalidName> {
    check_word("data source name", name, ENDPOINT_NAME_MAX)
}

/// A label's name: 1 to 20 characters, without blanks.
pub fn check_label_name(name: &str) -> Result<(), InvalidName> {
    check_word("label name", name, LABEL_NAME_MAX)
}

/// A department's name: 1 to 40 characters, without blanks.
pub fn check_department_name(name: &str) -> Result<(), InvalidName> {
    check_word("department name", name, DEPARTMENT_NAME_MAX)
}

/// The name a user logs in with: 1 to 14 ASCII letters and underscores.
pub fn check_account(name: &str) -> Result<(), InvalidName> {
    let odd = |(at, found): (usize, char)| match found.is_ascii_alphabetic() || found == '_' {
        true => None,
        false => Some(NameFault::Forbidden { at: at + 1, found }),
    };
    check_word("account", name, ACCOUNT_MAX)?;
    match name.chars().enumerate().find_map(odd) {
        Some(fault) => Err(refuse("account", name, fault)),
        None => Ok(()),
    }
}

/// A data source's description: up to 128 characters, possibly none.
pub fn check_endpoint_description(text: &str) -> Result<(), InvalidName> {
    check_prose("data source description", text, ENDPOINT_DESCRIPTION_MAX)
}

/// A user's description: up to 256 characters, possibly none.
pub fn check_user_description(text: &str) -> Result<(), InvalidName> {
    check_prose("user description", text, USER_DESCRIPTION_MAX)
}

/// A name of one word: neither empty nor too long, without blanks and invisible characters.
pub fn check_word(what: &'static str, name: &str, max: usize) -> Result<(), InvalidName> {
    match word_fault(name, max) {
        Some(fault) => Err(refuse(what, name, fault)),
        None => Ok(()),
    }
}

/// Free text: not too long, and with line breaks and tabs as its only control characters.
pub fn check_prose(what: &'static str, text: &str, max: usize) -> Result<(), InvalidName> {
    let fault = length_fault(text, max).or_else(|| {
        let visible = |c: char| matches!(c, '\n' | '\r' | '\t') || !is_invisible(c);
        text.chars()
            .enumerate()
            .find(|(_, c)| !visible(*c))
            .map(|(at, c)| NameFault::Invisible { at: at + 1, code: u32::from(c) })
    });
    match fault {
        Some(fault) => Err(refuse(what, text, fault)),
        None => Ok(()),
    }
}

/// Whether a database, table, view or column of that name can be migrated.
pub fn check_object_name(name: &str) -> Result<(), NameFault> {
    if name.is_empty() {
        return Err(NameFault::Empty);
    }
    let mut before = None;
    for (at, found) in name.chars().enumerate().map(|(i, c)| (i + 1, c)) {
        match found {
            ' ' => return Err(NameFault::Blank { at }),
            c if is_invisible(c) => return Err(NameFault::Invisible { at, code: u32::from(c) }),
            c if FORBIDDEN_IN_OBJECTS.contains(c) => {
                return Err(NameFault::Forbidden { at, found });
            }
            c if !c.is_ascii() => return Err(NameFault::NotAscii { at, found }),
            '$' if before == Some('$') => return Err(NameFault::DoubleDollar { at: at - 1 }),
            _ => before = Some(found),
        }
    }
    Ok(())
}

/// Whether an object of that name can be migrated by a project that chooses by matching rules.
pub fn check_object_name_for_rules(name: &str) -> Result<(), NameFault> {
    check_object_name(name)?;
    match name.chars().position(|c| WILDCARDS.contains(c)) {
        Some(i) => {
            let found = name.chars().nth(i).unwrap_or('*');
            Err(NameFault::Forbidden { at: i + 1, found })
        }
        None => Ok(()),
    }
}

/// Whether a table bears the name gh-ost gives its working copies, which come and go.
pub fn is_ghost_table(name: &str) -> bool {
    name.ends_with("_ghc")
}

fn word_fault(name: &str, max: usize) -> Option<NameFault> {
    if name.is_empty() {
        return Some(NameFault::Empty);
    }
    length_fault(name, max).or_else(|| {
        name.chars().enumerate().map(|(i, c)| (i + 1, c)).find_map(|(at, c)| match c {
            '\t' | '\n' | '\r' => Some(NameFault::Blank { at }),
            c if is_invisible(c) => Some(NameFault::Invisible { at, code: u32::from(c) }),
            c if c.is_whitespace() => Some(NameFault::Blank { at }),
            _ => None,
        })
    })
}

fn length_fault(text: &str, max: usize) -> Option<NameFault> {
    let length = text.chars().count();
    (length > max).then_some(NameFault::TooLong { length, max })
}

fn refuse(what: &'static str, name: &str, fault: NameFault) -> InvalidName {
    InvalidName { what, name: clip(name), fault }
}

/// The beginning of a text, short enough for a message or a log line.
pub(crate) fn clip(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Control characters and those that only steer how a text is shown, with which one name can be
/// made to look like another. The joiners that emoji are built with are not among them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests;
