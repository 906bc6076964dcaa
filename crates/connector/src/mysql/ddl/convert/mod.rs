//! From a definition at one member of the family to the same at another.
//!
//! The definition is changed step by step until the target understands all of it, each change with
//! a note; then it is cut into what is needed before the data and what can wait.

mod charset;
mod column;
mod constraint;
mod default;
mod expression;
mod hidden;
mod key;
mod name;
mod option;
mod partition;
mod sequence;
mod types;
mod versioning;
mod view;

use super::ast::{Key, KeyKind, KeyPart, Name, PartOf, Table};
use super::note::{Note, NoteCode, Reason};
use super::options::{IndexStrategy, Options};
use super::render::{check_text, foreign_key_text, key_text, name_text, render_table};
use super::target::Target;
use crate::product::{Product, Server};

pub(super) use charset::is_textual;
pub use sequence::{SequenceConversion, convert_sequence};
pub use view::{ViewConversion, convert_view};

/// A definition for the target, cut into statements.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// The table as it will be in the end, with everything that is created later.
    pub table: Table,
    /// Creates it with its columns and unique keys.
    pub create: String,
    pub indexes: Vec<DeferredIndex>,
    pub foreign_keys: Vec<NamedSql>,
    pub checks: Vec<NamedSql>,
    /// What was added to identify rows, to be dropped after the switch.
    pub hidden_key: Option<HiddenKey>,
    /// Columns of the source that the target does not have.
    pub dropped_columns: Vec<String>,
    /// Unique keys under which the source's rows may collide.
    pub key_risks: Vec<KeyRisk>,
    pub notes: Vec<Note>,
    /// Why the table cannot be created as it is. The statements are what comes closest.
    pub unsupported: Vec<Reason>,
}

/// An index to be created after the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeferredIndex {
    pub name: String,
    pub sql: String,
    pub unique: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSql {
    pub name: String,
    pub sql: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenKey {
    pub column: String,
    pub index: String,
}

/// A unique key with columns under a collation that may merge values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRisk {
    pub key: String,
    /// The key's columns, with the collation of those whose collation changed.
    pub columns: Vec<(String, Option<String>)>,
}

/// Converts a table of `source` for `target`.
pub fn convert_table(
    table: &Table,
    source: &Server,
    target: &Target,
    options: &Options,
) -> Conversion {
    let mut work = Work::new(table.clone(), source, target, options);
    if work.table.like.is_none() {
        work.run();
    }
    work.map_names();
    work.finish()
}

/// A conversion under way.
#[derive(Debug)]
struct Work<'a> {
    /// As it was.
    original: Table,
    table: Table,
    source: &'a Server,
    target: &'a Target,
    options: &'a Options,
    notes: Vec<Note>,
    unsupported: Vec<Reason>,
    hidden_key: Option<HiddenKey>,
    dropped_columns: Vec<String>,
    key_risks: Vec<KeyRisk>,
    /// Columns whose collation may merge values, with the new one.
    merging: Vec<(String, String)>,
}

impl<'a> Work<'a> {
    fn new(table: Table, source: &'a Server, target: &'a Target, options: &'a Options) -> Self {
        Self {
            original: table.clone(),
            table,
            source,
            target,
            options,
            notes: vec![],
            unsupported: vec![],
            hidden_key: None,
            dropped_columns: vec![],
            key_risks: vec![],
            merging: vec![],
        }
    }

    fn run(&mut self) {
        if let Some(rest) = self.table.rest.take() {
            let what = format!("left out: {}", rest.shown());
            self.note(NoteCode::ClauseDropped, "table", what, "only the table itself is created");
        }
        self.lift_column_keys();
        self.convert_versioning();
        self.convert_charsets();
        self.convert_columns();
        self.convert_partitions();
        self.convert_keys();
        self.convert_constraints();
        self.convert_options();
        self.add_hidden_key();
        self.find_key_risks();
    }

    fn to(&self, product: Product) -> bool {
        self.target.server.product == product
    }

    /// Whether both servers are of one product, so that what is not understood may be kept.
    fn stays(&self) -> bool {
        self.source.product == self.target.server.product
    }

    fn note(
        &mut self,
        code: NoteCode,
        object: impl Into<String>,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        let note = Note { code, object: object.into(), what: what.into(), why: why.into() };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn refuse(
        &mut self,
        object: impl Into<String>,
        why: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let reason = Reason { object: object.into(), why: why.into(), advice: advice.into() };
        self.unsupported.push(reason);
    }

    /// The target in a sentence: `OceanBase 4.3.5.3 has no …`.
    fn target_lacks(&self, what: &str) -> String {
        format!("{} has no {what}", self.target.server)
    }

    /// OceanBase shows an index that is added as invisible, and adds none over the elements of an
    /// array, nor any to a table with a backtick in its name, which it does not quote in what it asks
    /// itself then.
    fn only_with_table(&self, key: &Key) -> bool {
        let multiple = |part: &KeyPart| match &part.of {
            PartOf::Expression(tokens) => tokens.0.iter().any(|p| p.token.is_word("ARRAY")),
            PartOf::Column(_) => false,
        };
        let unquoted = self.table.name.name.contains('`');
        let alone = unquoted || key.hidden.is_some() || key.parts.iter().any(multiple);
        self.to(Product::OceanBase) && alone
    }

    fn finish(self) -> Conversion {
        let quoting = self.target.quoting;
        let alter = format!("ALTER TABLE {} ADD ", name_text(&self.table.name));
        let mut first = self.table.clone();
        first.foreign_keys.clear();
        first.checks.clear();
        let mut indexes = Vec::new();
        if self.options.indexes == IndexStrategy::Deferred {
            let counter = first.columns.iter().find(|column| column.auto_increment);
            let counter = counter.map(|column| column.name.clone());
            let needed = needed_for(&first, counter.as_deref());
            let mut at = 0;
            first.keys.retain(|key| {
                let keep = key.is_unique() || needed == Some(at) || self.only_with_table(key);
                at += 1;
                if !keep {
                    let name = key.name.clone().unwrap_or_default();
                    let sql = format!("{alter}{}", key_text(key, quoting));
                    indexes.push(DeferredIndex { name, sql, unique: false });
                }
                keep
            });
        }
        let named = |name: &Option<String>, text: String| NamedSql {
            name: name.clone().unwrap_or_default(),
            sql: format!("{alter}{text}"),
        };
        let foreign_keys = &self.table.foreign_keys;
        let checks = &self.table.checks;
        Conversion {
            create: render_table(&first, quoting),
            indexes,
            foreign_keys: foreign_keys
                .iter()
                .map(|k| named(&k.name, foreign_key_text(k)))
                .collect(),
            checks: checks.iter().map(|c| named(&c.name, check_text(c, quoting))).collect(),
            table: self.table,
            hidden_key: self.hidden_key,
            dropped_columns: self.dropped_columns,
            key_risks: self.key_risks,
            notes: self.notes,
            unsupported: self.unsupported,
        }
    }
}

/// The place of the plain key that the counter cannot be without, if no unique key begins with it.
fn needed_for(table: &Table, counter: Option<&str>) -> Option<usize> {
    let counter = counter?;
    let leads = |at: &usize| {
        let first = table.keys[*at].parts.first();
        first.and_then(|part| part.column_name()).is_some_and(|n| n.eq_ignore_ascii_case(counter))
    };
    let usable = |at: &usize| {
        matches!(table.keys[*at].kind, KeyKind::Primary | KeyKind::Unique | KeyKind::Plain)
    };
    let all = || (0..table.keys.len()).filter(usable).filter(leads);
    match all().any(|at| table.keys[at].is_unique()) {
        true => None,
        false => all().next(),
    }
}

/// A name in a sentence.
fn column_object(name: &str) -> String {
    format!("column {name}")
}

fn shown(name: &Name) -> String {
    match &name.database {
        Some(database) => format!("{database}.{}", name.name),
        None => name.name.clone(),
    }
}

#[cfg(test)]
mod tests;
