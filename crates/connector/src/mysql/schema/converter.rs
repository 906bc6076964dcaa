//! Conversion by [`crate::mysql_ddl`], with names of its own for what it finds.

use super::super::ddl::{
    self as ddl, Conversion, IndexStrategy, Mode, Name, NameMap, Options, ParseError, Sequence,
    Table, Target, View, compare_tables, convert_sequence, convert_table, convert_view,
    parse_sequence, parse_table, parse_view,
};
use super::trigger;
use crate::product::Server;
use crate::schema::{
    Choices, Comparison, Converted, Converter, DatabaseText, DefinitionKind, Difference,
    FoundTrigger, KeyProbe, Later, LaterKind, ProbePart, Shape, Unreadable,
};
use oms_model::ObjectName;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub(super) struct MysqlConverter {
    source: Server,
    target: Target,
    /// One for all: what names mean without a database is set for each definition.
    options: Mutex<Options>,
    /// When indexes are made, unless it is said otherwise.
    indexes: IndexStrategy,
}

impl MysqlConverter {
    pub fn new(source: Server, target: Target, choices: Choices) -> Self {
        let pair = |name: ObjectName| (name.database, name.name);
        let names = choices.names.into_iter();
        let names = NameMap {
            database: String::new(),
            databases: choices.databases,
            tables: names.map(|(from, to)| (pair(from), pair(to))).collect::<BTreeMap<_, _>>(),
        };
        let options = Options {
            names,
            charsets: choices.charsets,
            collations: choices.collations,
            indexes: choices.indexes,
            hidden_key: choices.hidden_key,
            ..Options::within("")
        };
        let indexes = options.indexes;
        Self { source, target, options: Mutex::new(options), indexes }
    }

    /// The options, for an object that may be named more than once in its task.
    fn options(&self, source: &ObjectName, target: &ObjectName) -> MutexGuard<'_, Options> {
        let mut options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
        options.names.database.clone_from(&source.database);
        let from = (source.database.clone(), source.name.clone());
        options.names.tables.insert(from, (target.database.clone(), target.name.clone()));
        options
    }

    fn mode(&self) -> Mode {
        Mode::of(&self.target.server, "")
    }
}

fn unreadable(error: &ParseError) -> Unreadable {
    Unreadable(error.to_string())
}

fn of_name(name: &Name) -> ObjectName {
    ObjectName::new(name.database.clone().unwrap_or_default(), name.name.clone())
}

impl Converter for MysqlConverter {
    fn server(&self) -> &Server {
        &self.target.server
    }

    fn name(&self, name: &ObjectName) -> ObjectName {
        match self.target.lower_case_table_names {
            1 => ObjectName::new(name.database.to_lowercase(), name.name.to_lowercase()),
            _ => name.clone(),
        }
    }

    fn database(&self, source: &DatabaseText) -> DatabaseText {
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
        let (charset, collation) =
            ddl::database_text(&source.charset, &source.collation, &self.target, &options);
        DatabaseText { charset, collation }
    }

    fn convert(
        &self,
        kind: DefinitionKind,
        (source, target): (&ObjectName, &ObjectName),
        definition: &[u8],
        at_once: bool,
    ) -> Result<Converted, Unreadable> {
        let mode = Mode::of(&self.source, "");
        let name = || Name::within(&source.database, &source.name);
        match kind {
            DefinitionKind::Table => {
                let mut table = parse_table(definition, mode).map_err(|e| unreadable(&e))?;
                table.name = name();
                let mut options = self.options(source, target);
                options.indexes = match self.indexes {
                    IndexStrategy::Deferred if at_once => IndexStrategy::WithTable,
                    usual => usual,
                };
                Ok(of_table(convert_table(&table, &self.source, &self.target, &options)))
            }
            DefinitionKind::View => {
                let mut view = parse_view(definition, mode).map_err(|e| unreadable(&e))?;
                view.name = name();
                let options = self.options(source, target);
                let made = convert_view(&view, &self.source, &self.target, &options);
                let expected = parse_view(made.create.as_bytes(), self.mode()).unwrap_or(view);
                Ok(Converted {
                    create: made.create,
                    notes: made.notes,
                    unsupported: made.unsupported.iter().map(ToString::to_string).collect(),
                    needs: made.needs.iter().map(of_name).collect(),
                    ..bare(of_name(&made.name), Shape::View(Box::new(expected)))
                })
            }
            DefinitionKind::Sequence => {
                let mut sequence = parse_sequence(definition, mode).map_err(|e| unreadable(&e))?;
                sequence.name = name();
                let options = self.options(source, target);
                let made = convert_sequence(&sequence, &self.target, &options);
                Ok(Converted {
                    create: made.create,
                    notes: made.notes,
                    unsupported: made.unsupported.iter().map(ToString::to_string).collect(),
                    ..bare(of_name(&made.name), Shape::Sequence(Box::new(sequence)))
                })
            }
        }
    }

    fn trigger(&self, trigger: &FoundTrigger, table: &ObjectName) -> Later {
        trigger::later(trigger, &self.name(table))
    }

    fn read(
        &self,
        kind: DefinitionKind,
        target: &ObjectName,
        definition: &[u8],
    ) -> Result<Converted, Unreadable> {
        let mode = self.mode();
        let shape = match kind {
            DefinitionKind::Table => {
                parse_table(definition, mode).map(|table| Shape::Table(Box::new(table)))
            }
            DefinitionKind::View => {
                parse_view(definition, mode).map(|view| Shape::View(Box::new(view)))
            }
            DefinitionKind::Sequence => {
                parse_sequence(definition, mode).map(|made| Shape::Sequence(Box::new(made)))
            }
        };
        Ok(bare(target.clone(), shape.map_err(|e| unreadable(&e))?))
    }

    fn compare(&self, expected: &Converted, existing: &[u8]) -> Result<Comparison, Unreadable> {
        let mode = self.mode();
        match &expected.shape {
            Shape::Table(table) => {
                let existing = parse_table(existing, mode).map_err(|e| unreadable(&e))?;
                Ok(self.compare_table(expected, table, &existing))
            }
            Shape::View(view) => {
                let existing = parse_view(existing, mode).map_err(|e| unreadable(&e))?;
                Ok(compare_views(view, &existing))
            }
            Shape::Sequence(sequence) => {
                let existing = parse_sequence(existing, mode).map_err(|e| unreadable(&e))?;
                Ok(compare_sequences(sequence, &existing))
            }
        }
    }

    fn has_index(&self, table: &ObjectName, statement: &str, existing: &[u8]) -> bool {
        let (Some(key), Ok(existing)) =
            (self.key_of(table, statement), parse_table(existing, self.mode()))
        else {
            return false;
        };
        let parts = |key: &ddl::ast::Key| -> Vec<(Option<String>, Option<u32>)> {
            let part =
                |part: &ddl::ast::KeyPart| (part.column_name().map(str::to_lowercase), part.prefix);
            key.parts.iter().map(part).collect()
        };
        let same = |other: &ddl::ast::Key| {
            other.kind == key.kind && other.name == key.name && parts(other) == parts(&key)
        };
        existing.keys.iter().any(same)
    }
}

impl MysqlConverter {
    /// The key that a statement adds.
    fn key_of(&self, table: &ObjectName, statement: &str) -> Option<ddl::ast::Key> {
        let name = Name::within(&table.database, &table.name);
        let alter = format!("ALTER TABLE {} ADD ", ddl::name_text(&name));
        let key = statement.strip_prefix(&alter)?;
        let alone = format!("CREATE TABLE t (c int, {key})");
        parse_table(alone.as_bytes(), self.mode()).ok()?.keys.pop()
    }

    fn compare_table(&self, wanted: &Converted, expected: &Table, found: &Table) -> Comparison {
        let mut expected = expected.clone();
        let hidden = wanted.hidden.as_ref();
        let has_hidden = hidden.is_none_or(|hidden| found.column(&hidden.column).is_some());
        if let Some(hidden) = hidden.filter(|_| !has_hidden) {
            // Rows fit without what would only tell them apart.
            expected.columns.retain(|column| column.name != hidden.column);
            expected.keys.retain(|key| key.name.as_ref() != Some(&hidden.index));
        }
        let has = |later: &Later| {
            let same = |name: &Option<String>| {
                name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&later.name))
            };
            match later.kind {
                LaterKind::Index => found.keys.iter().any(|key| same(&key.name)),
                LaterKind::ForeignKey => found.foreign_keys.iter().any(|key| same(&key.name)),
                LaterKind::Check => found.checks.iter().any(|check| same(&check.name)),
                // A table is printed without its triggers.
                LaterKind::Trigger => false,
            }
        };
        let (done, open): (Vec<_>, Vec<_>) =
            wanted.later.iter().enumerate().partition(|(_, later)| has(later));
        // What is still to come is not missed yet.
        let waits = |kind: LaterKind, name: &Option<String>| {
            let is_it = |later: &Later| later.kind == kind && name.as_ref() == Some(&later.name);
            open.iter().any(|(_, later)| is_it(later))
        };
        expected.keys.retain(|key| !waits(LaterKind::Index, &key.name));
        expected.foreign_keys.retain(|key| !waits(LaterKind::ForeignKey, &key.name));
        expected.checks.retain(|check| !waits(LaterKind::Check, &check.name));
        let differences = compare_tables(&expected, found, &self.target.server);
        Comparison {
            has_hidden,
            done: done.into_iter().map(|(at, _)| at).collect(),
            differences: differences
                .into_iter()
                .map(|difference| Difference {
                    text: format!(
                        "{}: expected {}, found {}",
                        difference.object, difference.expected, difference.found
                    ),
                    compatible: difference.compatible,
                })
                .collect(),
        }
    }
}

/// Servers print a query in words of their own, so one that reads differently may mean the same.
fn compare_views(expected: &View, found: &View) -> Comparison {
    let same = expected.body.means(&found.body) && expected.check_option == found.check_option;
    let text = "query: the target prints it differently from what would be created";
    let differences = match same {
        true => vec![],
        false => vec![Difference { text: text.to_owned(), compatible: true }],
    };
    Comparison { differences, has_hidden: true, done: vec![] }
}

fn compare_sequences(expected: &Sequence, found: &Sequence) -> Comparison {
    let mut differences = Vec::new();
    let mut compare = |what: &str, ours: Option<i128>, theirs: Option<i128>| {
        let text = |number: Option<i128>| number.map_or("none".into(), |n| n.to_string());
        if ours != theirs {
            let text = format!("{what}: expected {}, found {}", text(ours), text(theirs));
            differences.push(Difference { text, compatible: false });
        }
    };
    compare("increment", expected.increment, found.increment);
    compare("lowest value", expected.min, found.min);
    compare("highest value", expected.max, found.max);
    compare("cycle", Some(expected.cycle.into()), Some(found.cycle.into()));
    Comparison { differences, has_hidden: true, done: vec![] }
}

fn bare(target: ObjectName, shape: Shape) -> Converted {
    Converted {
        target,
        create: String::new(),
        later: vec![],
        hidden: None,
        probes: vec![],
        notes: vec![],
        unsupported: vec![],
        needs: vec![],
        shape,
    }
}

fn of_table(made: Conversion) -> Converted {
    let later = |kind, name: &str, sql: &str| Later { kind, name: name.into(), sql: sql.into() };
    let indexes = made.indexes.iter().map(|i| later(LaterKind::Index, &i.name, &i.sql));
    let keys = made.foreign_keys.iter().map(|k| later(LaterKind::ForeignKey, &k.name, &k.sql));
    let checks = made.checks.iter().map(|c| later(LaterKind::Check, &c.name, &c.sql));
    Converted {
        later: indexes.chain(checks).chain(keys).collect(),
        probes: made.key_risks.iter().map(|risk| probe(&made.table, risk)).collect(),
        unsupported: made.unsupported.iter().map(ToString::to_string).collect(),
        create: made.create,
        hidden: made.hidden_key,
        notes: made.notes,
        ..bare(of_name(&made.table.name), Shape::Table(Box::new(made.table)))
    }
}

/// A key as the source can be asked about it; one that computes its values cannot.
fn probe(table: &Table, risk: &ddl::KeyRisk) -> KeyProbe {
    let is_it = |key: &&ddl::ast::Key| match key.kind {
        ddl::ast::KeyKind::Primary => risk.key == "PRIMARY",
        _ => key.is_unique() && key.name.as_ref() == Some(&risk.key),
    };
    let key = table.keys.iter().find(is_it);
    let whole = key.is_some_and(|key| key.parts.len() == risk.columns.len());
    let prefix = |at: usize| key.and_then(|key| key.parts.get(at)).and_then(|part| part.prefix);
    let parts = risk.columns.iter().enumerate().filter(|_| whole);
    let part = |(at, (column, collation)): (usize, &(String, Option<String>))| ProbePart {
        column: column.clone(),
        prefix: prefix(at),
        collation: collation.clone(),
    };
    KeyProbe { key: risk.key.clone(), parts: parts.map(part).collect() }
}
