//! Whether a step was run: by what its tables looked like before it and look like now.

use crate::evolve::{Happened, Layouts, Repeat, Sign, Step};
use crate::mysql::ddl::ast::{Key, KeyKind, KeyPart, Name, Table, same_name};
use crate::mysql::ddl::clause::Clause;
use crate::mysql::ddl::{Mode, parse_table};
use oms_model::ObjectName;

pub(super) fn happened(step: &Step, before: &Layouts, now: &Layouts, mode: Mode) -> Happened {
    if step.repeat == Repeat::Freely {
        return Happened::NotYet;
    }
    let was = Look { layouts: before, before, mode };
    let is = Look { layouts: now, before, mode };
    // What was so before tells nothing.
    let told: Vec<bool> = step
        .signs
        .iter()
        .filter(|sign| !was.shows(sign, &step.tables))
        .map(|sign| is.shows(sign, &step.tables))
        .collect();
    match (told.iter().all(|so| *so), told.iter().any(|so| *so)) {
        _ if told.is_empty() && step.repeat == Repeat::Never => Happened::Unknown,
        _ if told.is_empty() => Happened::NotYet,
        (true, _) => Happened::Done,
        (false, false) => Happened::NotYet,
        (false, true) => Happened::Unknown,
    }
}

/// Tables at one time.
struct Look<'a> {
    layouts: &'a Layouts,
    before: &'a Layouts,
    mode: Mode,
}

impl Look<'_> {
    fn shows(&self, sign: &Sign, tables: &[ObjectName]) -> bool {
        match sign {
            Sign::Table { table, there } => self.layouts.of(table).is_some() == *there,
            Sign::Like { table, was } => {
                let shape = |layouts: &Layouts, name: &ObjectName| {
                    layouts.of(name).and_then(|text| plain(text, self.mode))
                };
                let now = shape(self.layouts, table);
                now.is_some() && now == shape(self.before, was)
            }
            other => tables
                .first()
                .and_then(|table| self.layouts.of(table))
                .and_then(|text| parse_table(text.as_bytes(), self.mode).ok())
                .is_some_and(|table| within(&table, other)),
        }
    }
}

/// A table but for its name and counter.
fn plain(text: &str, mode: Mode) -> Option<Table> {
    let mut table = parse_table(text.as_bytes(), mode).ok()?;
    table.name = Name::plain("");
    table.options.retain(|option| option.name != "AUTO_INCREMENT");
    Some(table)
}

fn within(table: &Table, sign: &Sign) -> bool {
    let same = |a: &Option<String>, b: &str| a.as_ref().is_some_and(|a| same_name(a, b));
    match sign {
        Sign::Table { .. } | Sign::Like { .. } => false,
        Sign::Column { name, there } => table.column(name).is_some() == *there,
        Sign::Key { name, columns } => {
            let key = table.keys.iter().find(|key| same(&key.name, name));
            key.map_or(columns.is_empty(), |key| alike(&columns_of(key), columns))
        }
        Sign::Primary { columns } => {
            let key = table.keys.iter().find(|key| key.kind == KeyKind::Primary);
            key.map_or(columns.is_empty(), |key| alike(&columns_of(key), columns))
        }
        Sign::ForeignKey { name, there } => {
            table.foreign_keys.iter().any(|key| same(&key.name, name)) == *there
        }
        Sign::Check { name, there } => {
            let own = table.columns.iter().flat_map(|column| &column.checks);
            table.checks.iter().chain(own).any(|check| same(&check.name, name)) == *there
        }
        Sign::Partition { name, there } => {
            let mut partitions = table.partitioning.iter().flat_map(|by| &by.partitions);
            partitions.any(|partition| same_name(&partition.name, name)) == *there
        }
        Sign::Partitions { count } => partitions(table) == *count,
        Sign::Partitioned { so } => table.partitioning.is_some() == *so,
    }
}

/// How many partitions a table has.
pub(super) fn partitions(table: &Table) -> usize {
    let Some(by) = &table.partitioning else { return 0 };
    match by.partitions.len() {
        0 => by.count.map_or(1, |count| count as usize),
        listed => listed,
    }
}

/// The columns of a key; something for each expression.
pub(super) fn columns_of(key: &Key) -> Vec<String> {
    let name = |part: &KeyPart| part.column_name().map_or_else(|| "()".into(), str::to_owned);
    key.parts.iter().map(name).collect()
}

fn alike(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_name(a, b))
}

/// The signs of a clause that somebody wrote; `None` where it can be told by none and must not be
/// run twice.
pub(super) fn of_own(clause: &Clause) -> Option<Vec<Sign>> {
    Some(match clause {
        Clause::AddColumn { column, .. } => {
            vec![Sign::Column { name: column.name.clone(), there: true }]
        }
        Clause::DropColumn { name, .. } => vec![Sign::Column { name: name.clone(), there: false }],
        Clause::ChangeColumn { from, column, .. } if !same_name(from, &column.name) => vec![
            Sign::Column { name: from.clone(), there: false },
            Sign::Column { name: column.name.clone(), there: true },
        ],
        Clause::RenameColumn { from, to, .. } => vec![
            Sign::Column { name: from.clone(), there: false },
            Sign::Column { name: to.clone(), there: true },
        ],
        Clause::AddKey { key, .. } if key.kind == KeyKind::Primary => {
            vec![Sign::Primary { columns: columns_of(key) }]
        }
        Clause::AddKey { key, .. } => {
            let name = key.name.clone()?;
            vec![Sign::Key { name, columns: columns_of(key) }]
        }
        Clause::DropKey { name, .. } => vec![Sign::Key { name: name.clone(), columns: vec![] }],
        Clause::DropPrimary => vec![Sign::Primary { columns: vec![] }],
        Clause::ChangeColumn { .. }
        | Clause::SetDefault { .. }
        | Clause::ShowColumn { .. }
        | Clause::HideKey { .. }
        | Clause::EnforceCheck { .. }
        | Clause::Convert { .. }
        | Clause::Options(_)
        | Clause::Physical => vec![],
        _ => return None,
    })
}
