//! Matching rules: one a line, `schema.table`, both with wildcards; or, renaming what it selects,
//! `schema.table=schema.table`, of which only the second part may have wildcards.
//!
//! | rule | selects | and calls it |
//! |---|---|---|
//! | `db.*` | everything in `db` | the same |
//! | `shop_?.order*` | in each such schema | the same |
//! | `db.a=dst.b` | one table | `dst.b` |
//! | `db.order*=dst.orders` | many tables | `dst.orders`: they are merged |
//! | `db.*=dst.*` | everything in `db` | the same in `dst`: the schema is renamed |
//!
//! In the last form alone the target's table is `*`, for "its own name".
//!
//! An object may be selected by several rules. The narrowest rename wins: one of a single name, then
//! one with wildcards, then one of a whole schema; a rule without a rename only selects. Two equally
//! narrow rules that disagree are reported rather than ordered. Schema and table are decided apart,
//! each by the narrowest rename that speaks of it.

use crate::{
    complaint::{Complaint, Complaints},
    names::{FORBIDDEN_IN_OBJECTS, NameFault, WHITE_LIST_BYTES_MAX, check_object_name},
    selection::pattern::{Pattern, PatternFault, first_wildcard},
};
use std::fmt;

/// What a rule calls the objects it selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming {
    pub database: String,
    /// The table or view; `None` keeps its own name.
    pub name: Option<String>,
}

/// A rule that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    text: String,
    pub database: Pattern,
    pub name: Pattern,
    pub renaming: Option<Renaming>,
}

/// Which part of a rule is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
pub enum Part {
    #[strum(to_string = "source schema")]
    SourceSchema,
    #[strum(to_string = "source table")]
    SourceTable,
    #[strum(to_string = "target schema")]
    TargetSchema,
    #[strum(to_string = "target table")]
    TargetTable,
}

/// Why a line is no rule. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    #[error("{0}")]
    Character(NameFault),
    #[error("there is no dot between schema and table")]
    NoDot,
    #[error("the dot at character {at} is one too many")]
    SecondDot { at: usize },
    #[error("the = at character {at} is one too many")]
    SecondEquals { at: usize },
    #[error("the {0} is missing")]
    Missing(Part),
    #[error("in the {part} {fault}")]
    Pattern { part: Part, fault: PatternFault },
    #[error("the {part} of a rule that renames has the wildcard {found} at character {at}")]
    Wildcard { part: Part, at: usize, found: char },
    #[error("the target table is *, but the source table is not")]
    StarForSome,
    #[error("the {part} cannot be created: {fault}")]
    Target { part: Part, fault: NameFault },
    #[error("an exclusion rule renames nothing")]
    RenamingExclusion,
}

impl RuleFault {
    /// What to write instead.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Character(NameFault::Blank { .. }) => {
                "remove the blanks before, after and inside the rule"
            }
            Self::Character(_) => "put ? in its place, which matches any one character",
            Self::NoDot | Self::Missing(_) => "write schema.table, for example shop.order*",
            Self::SecondDot { .. } => "names with dots are matched by ?, as in shop.a?b",
            Self::SecondEquals { .. } => "write one rule a line, as in shop.orders=new.orders",
            Self::Pattern { fault, .. } => fault.advice(),
            Self::Wildcard { part: Part::SourceSchema, .. } => {
                "write one rule for each schema that is to be renamed"
            }
            Self::Wildcard { .. } => "write the full name of the target",
            Self::StarForSome => {
                "name the target table, or rename the whole schema, as in shop.*=new.*"
            }
            Self::Target { fault, .. } => fault.advice(),
            Self::RenamingExclusion => "remove the = and what follows",
        }
    }
}

impl Rule {
    /// Understands one rule. It carries neither a line end nor blanks.
    pub fn parse(text: &str) -> Result<Self, RuleFault> {
        check_characters(text)?;
        let (source, target) = match text.split_once('=') {
            Some((source, target)) => (source, Some(target)),
            None => (text, None),
        };
        let after = source.chars().count() + 1;
        if let Some(i) = target.and_then(|t| t.chars().position(|c| c == '=')) {
            return Err(RuleFault::SecondEquals { at: after + i + 1 });
        }
        let (schema, table) = halves(source, 0, [Part::SourceSchema, Part::SourceTable])?;
        let database = pattern(Part::SourceSchema, schema, 0)?;
        let name = pattern(Part::SourceTable, table, schema.chars().count() + 1)?;
        let renaming = match target {
            None => None,
            Some(target) => {
                literal(Part::SourceSchema, schema, 0)?;
                Some(renaming(target, after, name.is_everything())?)
            }
        };
        Ok(Self { text: text.to_owned(), database, name, renaming })
    }

    /// Understands one exclusion rule.
    pub fn parse_exclusion(text: &str) -> Result<Self, RuleFault> {
        match Self::parse(text)? {
            rule if rule.renaming.is_some() => Err(RuleFault::RenamingExclusion),
            rule => Ok(rule),
        }
    }

    /// The rule as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Understands the rules of a text, or reports every line that is none. Empty lines are passed over.
pub fn parse_rules(text: &str) -> Result<Vec<Rule>, Complaints> {
    parse_lines(text, Rule::parse)
}

/// The same for the rules that exclude.
pub fn parse_exclusions(text: &str) -> Result<Vec<Rule>, Complaints> {
    parse_lines(text, Rule::parse_exclusion)
}

fn parse_lines(
    text: &str,
    parse: fn(&str) -> Result<Rule, RuleFault>,
) -> Result<Vec<Rule>, Complaints> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut complaints: Vec<Complaint> = too_long(text.len(), "rules").into_iter().collect();
    let mut rules = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        match parse(line) {
            Ok(rule) => rules.push(rule),
            Err(fault) => complaints.push(complain(format!("line {}", i + 1), line, &fault)),
        }
    }
    Complaints::or(complaints, rules)
}

pub(crate) fn complain(place: String, line: &str, fault: &RuleFault) -> Complaint {
    Complaint::new(place, line, fault, fault.advice())
}

pub(crate) fn too_long(bytes: usize, place: &str) -> Option<Complaint> {
    (bytes > WHITE_LIST_BYTES_MAX).then(|| {
        let reason = format!("they take {bytes} bytes and may take {WHITE_LIST_BYTES_MAX}");
        Complaint::new(place, "", reason, "use wildcards, or divide the work among projects")
    })
}

/// Understands a schema or table part that stands alone, outside a rule.
pub(crate) fn part_pattern(part: Part, text: &str) -> Result<Pattern, RuleFault> {
    check_characters(text)?;
    if let Some((i, found)) = text.chars().enumerate().find(|(_, c)| matches!(c, '.' | '=')) {
        return Err(RuleFault::Character(NameFault::Forbidden { at: i + 1, found }));
    }
    match text {
        "" => Err(RuleFault::Missing(part)),
        text => pattern(part, text, 0),
    }
}

fn check_characters(text: &str) -> Result<(), RuleFault> {
    let meant = |c: char| matches!(c, '.' | '=');
    for (at, found) in text.chars().enumerate().map(|(i, c)| (i + 1, c)) {
        let fault = match found {
            c if meant(c) => continue,
            c if c.is_whitespace() => NameFault::Blank { at },
            c if c.is_control() => NameFault::Invisible { at, code: u32::from(c) },
            c if !c.is_ascii() => NameFault::NotAscii { at, found },
            c if FORBIDDEN_IN_OBJECTS.contains(c) => NameFault::Forbidden { at, found },
            _ => continue,
        };
        return Err(RuleFault::Character(fault));
    }
    Ok(())
}

/// Divides one side of a rule, which starts after `before` characters, at its only dot.
fn halves(
    side: &str,
    before: usize,
    [schema, table]: [Part; 2],
) -> Result<(&str, &str), RuleFault> {
    let mut dots = side.chars().enumerate().filter(|(_, c)| *c == '.').map(|(i, _)| i);
    if let Some(second) = dots.nth(1) {
        return Err(RuleFault::SecondDot { at: before + second + 1 });
    }
    match side.split_once('.') {
        None => Err(RuleFault::NoDot),
        Some(("", _)) => Err(RuleFault::Missing(schema)),
        Some((_, "")) => Err(RuleFault::Missing(table)),
        Some(halves) => Ok(halves),
    }
}

fn pattern(part: Part, text: &str, before: usize) -> Result<Pattern, RuleFault> {
    Pattern::parse(text).map_err(|fault| RuleFault::Pattern { part, fault: fault.shifted(before) })
}

fn literal(part: Part, text: &str, before: usize) -> Result<(), RuleFault> {
    match first_wildcard(text) {
        Some(NameFault::Forbidden { at, found }) => {
            Err(RuleFault::Wildcard { part, at: before + at, found })
        }
        _ => Ok(()),
    }
}

fn renaming(target: &str, before: usize, of_everything: bool) -> Result<Renaming, RuleFault> {
    let (schema, table) = halves(target, before, [Part::TargetSchema, Part::TargetTable])?;
    literal(Part::TargetSchema, schema, before)?;
    let create = |part: Part, name: &str| {
        check_object_name(name).map_err(|fault| RuleFault::Target { part, fault })
    };
    create(Part::TargetSchema, schema)?;
    let name = match table {
        "*" if of_everything => None,
        "*" => return Err(RuleFault::StarForSome),
        table => {
            literal(Part::TargetTable, table, before + schema.chars().count() + 1)?;
            create(Part::TargetTable, table)?;
            Some(table.to_owned())
        }
    };
    Ok(Renaming { database: schema.to_owned(), name })
}

#[cfg(test)]
mod tests;
