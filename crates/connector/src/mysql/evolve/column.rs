//! Columns in `ALTER TABLE`.

use super::piece::{Bond, Piece};
use super::scaffold::{native, say_collation};
use super::task::Task;
use crate::evolve::{Obstacle, Repeat, Sign};
use crate::mysql::ddl::ast::{Column, Default, Table, same_name};
use crate::mysql::ddl::change::Spot;
use crate::mysql::ddl::{Quoting, Tokens, column_text, quoted};
use crate::product::{Product, Version};
use oms_model::ObjectName;
use oms_model::change::Action;
use std::collections::BTreeMap;

/// Functions that answer differently each time, or to each who asks.
const VOLATILE: [&str; 14] = [
    "uuid",
    "uuid_short",
    "sys_guid",
    "rand",
    "random_bytes",
    "connection_id",
    "user",
    "current_user",
    "session_user",
    "system_user",
    "sysdate",
    "nextval",
    "lastval",
    "last_insert_id",
];
/// Functions that answer with the time of the statement.
const CLOCK: [&str; 12] = [
    "now",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "curdate",
    "current_date",
    "curtime",
    "current_time",
    "unix_timestamp",
    "utc_date",
    "utc_time",
    "utc_timestamp",
];

/// A column as the source has it: what the statement leaves to circumstances is said.
pub(super) fn settled(
    task: &Task<'_>,
    after: &ObjectName,
    column: &Column,
) -> Result<Column, Obstacle> {
    let mut column = column.clone();
    let known = task
        .model(after)
        .and_then(|model| model.columns.iter().find(|known| same_name(&known.name, &column.name)));
    let Some(known) = known else { return Ok(column) };
    let name = column.ty.name.as_str();
    let resized = name.ends_with("text") || name.ends_with("blob") || name.ends_with("char");
    let of_mariadb = name == "json" && task.translator.source.product == Product::Mariadb;
    if resized && let Some(ty) = native(&task.translator.source_mode(), &known.native) {
        let compressed = column.ty.compressed.take();
        column.ty = crate::mysql::ddl::ast::DataType { compressed, ..ty };
    }
    if let Some(collation) = known.collation.as_ref().filter(|_| !of_mariadb) {
        say_collation(&mut column.ty, collation);
    }
    let silent = column.nullable.is_none() && column.generated.is_none() && !known.nullable;
    if silent && column.ty.name == "timestamp" && column.row_bound.is_none() {
        return Err(Obstacle {
            action: Action::AddColumn,
            why: format!(
                "column {} is a TIMESTAMP that the source itself made NOT NULL, with a default of \
                 its own choice",
                column.name
            ),
            advice: "edit the statement: say NOT NULL and the default".into(),
        });
    }
    if silent && column.key.is_none() {
        column.nullable = Some(false);
    }
    Ok(column)
}

/// `ADD COLUMN` of a column that was converted.
pub(super) fn added(
    task: &Task<'_>,
    converted: &Column,
    spot: &str,
) -> Result<Vec<Piece>, Obstacle> {
    if converted.auto_increment {
        return Err(Obstacle {
            action: Action::AddColumn,
            why: format!(
                "column {} numbers the rows that are there, in an order that only the source knows",
                converted.name
            ),
            advice: "run the statement at the target and load the table anew, then skip it".into(),
        });
    }
    let settings = moment(task, converted)?;
    let sign = Sign::Column { name: converted.name.clone(), there: true };
    let add = |column: &Column| {
        let text = format!("ADD COLUMN {}{spot}", column_text(column, quoting(task)));
        Piece::new(Action::AddColumn, text, vec![sign.clone()])
    };
    let sets_clocks = task.translator.target.server.product != Product::OceanBase;
    if settings.is_empty() || sets_clocks {
        return Ok(vec![Piece { settings, ..add(converted) }]);
    }
    // OceanBase goes by its own clock, so rows that are there get the value as a constant.
    let Some(then) = constant(task, converted) else {
        return Err(Obstacle {
            action: Action::AddColumn,
            why: format!(
                "rows that are there get the time of the statement in column {}, and the target \
                 goes by its own clock",
                converted.name
            ),
            advice: "edit it: add the column with a constant, then give it its default".into(),
        });
    };
    let default = Some(Default::Text(then.into_bytes()));
    let first = Column { default, on_update: None, ..converted.clone() };
    let text = format!("MODIFY COLUMN {}", column_text(converted, quoting(task)));
    Ok(vec![add(&first), Piece::new(Action::ChangeDefault, text, vec![])])
}

/// The time of the statement as a column keeps it; nothing where that cannot be told.
fn constant(task: &Task<'_>, column: &Column) -> Option<String> {
    let Some(Default::Now(digits)) = column.default else { return None };
    let environment = &task.statement.environment;
    let time = environment.get("timestamp")?;
    let (seconds, part) = time.split_once('.').unwrap_or((time, ""));
    let zone = match column.ty.name.as_str() {
        // The session's zone is that of Greenwich.
        "timestamp" => 0,
        "datetime" => offset(environment.get("time_zone")?)?,
        _ => return None,
    };
    let civil = civil(seconds.parse::<i64>().ok()? + zone);
    let part = format!("{part:0<6}");
    match usize::from(digits) {
        0 => Some(civil),
        digits => Some(format!("{civil}.{}", part.get(..digits)?)),
    }
}

/// The seconds of a zone like `+08:00`.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some(sign * (hours * 3_600 + minutes * 60))
}

/// A moment of 1970 or later by date and time.
fn civil(seconds: i64) -> String {
    let (mut days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while days >= 365 + i64::from(is_leap(year)) {
        days -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{:02} {hour:02}:{minute:02}:{second:02}", days + 1)
}

/// `MODIFY` or `CHANGE` to a column that was converted.
pub(super) fn changed(
    task: &Task<'_>,
    from: &str,
    converted: &Column,
    spot: &str,
    now: &Table,
) -> Piece {
    let text = column_text(converted, quoting(task));
    if from == converted.name {
        return Piece::new(Action::ChangeColumn, format!("MODIFY COLUMN {text}{spot}"), vec![]);
    }
    let text = format!("CHANGE COLUMN {} {text}{spot}", quoted(from));
    Piece::new(Action::ChangeColumn, text, signs_of_name(from, &converted.name))
        .repeating(again(from, &converted.name, now))
        .bound(Bond::Names)
}

/// `RENAME COLUMN`, where the target knows it.
pub(super) fn renamed(task: &Task<'_>, from: &str, to: &str, now: &Table) -> Piece {
    let server = &task.translator.target.server;
    let knows = match server.product {
        Product::Mysql => server.version >= Version(8, 0, 0),
        Product::Mariadb => server.version >= Version(10, 5, 2),
        _ => true,
    };
    let text = match now.column(from).filter(|_| !knows) {
        Some(column) => {
            let column = Column { name: to.to_owned(), ..column.clone() };
            format!("CHANGE COLUMN {} {}", quoted(from), column_text(&column, quoting(task)))
        }
        None => format!("RENAME COLUMN {} TO {}", quoted(from), quoted(to)),
    };
    Piece::new(Action::RenameColumn, text, signs_of_name(from, to))
        .repeating(again(from, to, now))
        .bound(Bond::Names)
}

/// Names that are handed on from one column to another look the same after it as before.
fn again(from: &str, to: &str, now: &Table) -> Repeat {
    match now.column(to).is_some() && !same_name(from, to) {
        true => Repeat::Never,
        false => Repeat::Unsigned,
    }
}

fn signs_of_name(from: &str, to: &str) -> Vec<Sign> {
    if same_name(from, to) {
        return vec![];
    }
    vec![
        Sign::Column { name: from.to_owned(), there: false },
        Sign::Column { name: to.to_owned(), there: true },
    ]
}

pub(super) fn quoting(task: &Task<'_>) -> Quoting {
    task.translator.target.quoting
}

/// Where a column goes: behind the last one before it that the target has.
pub(super) fn place_of(
    task: &Task<'_>,
    (after, name): (&ObjectName, &str),
    spot: &Spot,
    there: &[String],
) -> String {
    let has = |name: &str| there.iter().any(|known| same_name(known, name));
    let behind = match spot {
        Spot::Usual => return String::new(),
        Spot::First => return " FIRST".to_owned(),
        Spot::After(behind) if has(behind) => Some(behind.clone()),
        Spot::After(_) => {
            let columns = task.model(after).map(|model| model.columns.as_slice());
            let before = columns.unwrap_or_default().iter().map(|column| column.name.as_str());
            before
                .take_while(|known| !same_name(known, name))
                .filter(|n| has(n))
                .last()
                .map(str::to_owned)
        }
    };
    behind.map_or_else(|| " FIRST".to_owned(), |behind| format!(" AFTER {}", quoted(&behind)))
}

/// What the session is set to, so that rows which are there get the same value as at the source.
fn moment(task: &Task<'_>, column: &Column) -> Result<BTreeMap<String, String>, Obstacle> {
    let told = match &column.default {
        Some(Default::Now(_)) => Told::Time,
        Some(Default::Expression(tokens)) => told_by(tokens),
        _ => Told::Nothing,
    };
    let computed = column.generated.as_ref().map_or(Told::Nothing, |it| told_by(&it.expression));
    let obstacle = |why: &str| Obstacle {
        action: Action::AddColumn,
        why: format!("rows that are there get a value in column {} that {why}", column.name),
        advice: "run the statement at the target and load the table anew, or edit it, then skip it"
            .into(),
    };
    let mut settings = BTreeMap::new();
    match told.max(computed) {
        Told::Nothing => {}
        Told::Volatile => return Err(obstacle("only the source can compute")),
        Told::Time => {
            let environment = &task.statement.environment;
            let Some(time) = environment.get("timestamp") else {
                return Err(obstacle("is the time of the statement, which its log does not tell"));
            };
            settings.insert("timestamp".to_owned(), time.clone());
            if column.ty.name != "timestamp" {
                let zone = environment.get("time_zone").filter(|zone| *zone != "SYSTEM");
                let Some(zone) = zone else {
                    return Err(obstacle(
                        "is the time of the statement in a zone that its log does not tell",
                    ));
                };
                let zone = crate::mysql::ddl::literal(zone.as_bytes(), Quoting::default());
                settings.insert("time_zone".to_owned(), zone);
            }
        }
    }
    Ok(settings)
}

/// What a value depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Nothing,
    Time,
    Volatile,
}

fn told_by(tokens: &Tokens) -> Told {
    let is_one = |names: &[&str]| {
        tokens.0.iter().any(|piece| names.iter().any(|name| piece.token.is_word(name)))
    };
    if is_one(&VOLATILE) {
        return Told::Volatile;
    }
    if is_one(&CLOCK) { Told::Time } else { Told::Nothing }
}
