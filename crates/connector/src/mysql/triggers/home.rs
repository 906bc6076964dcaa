//! Where a capture lives: a database of its own with a list of what is captured and a change table
//! for each, and triggers in the databases of the business.

use super::super::ddl::{Quoting, literal};
use super::super::dialect::Member;
use crate::changes::ChangeError;
use crate::snapshot::{Field, Scan};
use oms_model::{Column, LogicalType, Table, UniqueKey, UniquePart};

/// What the names of all captures begin with.
pub(super) const PREFIX: &str = "oms_capture_";

/// Whether a trigger is one of those that captures put in place.
pub(in crate::mysql) fn is_ours(name: &str, body: &str) -> bool {
    name.starts_with("oms_") && body.contains(&format!("INSERT INTO `{PREFIX}"))
}
/// Triggers have the capture's name and a number in theirs.
const LONGEST_NAME: usize = 32;

/// What a row of a change table is. The numbers are in tables of users: never change one.
pub(super) mod kind {
    pub const INSERTED: i64 = 1;
    pub const BEFORE: i64 = 2;
    pub const AFTER: i64 = 3;
    pub const DELETED: i64 = 4;
}

/// Where a session remembers the first of two rows that belong together.
const PAIR: &str = "@oms_capture_pair";

/// The events that a table has triggers for.
pub(super) const EVENTS: [Event; 3] = [Event::Insert, Event::Update, Event::Delete];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Insert,
    Update,
    Delete,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// A table that is captured, as it was when its triggers were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Watched {
    /// The number of its change table. Another layout gets another one.
    pub number: u32,
    pub table: Table,
    /// What the database calls the storage of its rows, where it says so: another one holds none of
    /// the rows of before, or was made out of them.
    pub storage: String,
    pub stage: Stage,
}

/// The columns of a change table that come before those of the table.
pub(super) const OWN: usize = 4;

/// How far a table's capture is. The numbers are in tables of users: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its triggers may be missing, or not see everything.
    Begun,
    /// Everything that happens to it is captured.
    Active,
    /// The same, and what was before is to be read from the table itself.
    Afresh,
    /// It was dropped, and that is not kept elsewhere yet.
    Gone,
    /// Nothing is left of it but its number, which is not given again.
    Past,
}

impl Stage {
    fn number(self) -> u8 {
        match self {
            Self::Begun => 0,
            Self::Active => 1,
            Self::Afresh => 2,
            Self::Gone => 3,
            Self::Past => 4,
        }
    }

    pub fn of(number: &str) -> Option<Self> {
        [Self::Begun, Self::Active, Self::Afresh, Self::Gone, Self::Past]
            .into_iter()
            .find(|stage| stage.number().to_string() == number)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Home {
    pub member: &'static dyn Member,
    pub name: String,
    pub database: String,
}

impl Home {
    pub fn new(member: &'static dyn Member, name: &str) -> Result<Self, ChangeError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(plain) {
            let message = "a capture is named by up to 32 small letters, digits and underscores";
            return Err(ChangeError::Foreign { place: name.into(), message: message.into() });
        }
        Ok(Self { member, name: name.to_owned(), database: format!("{PREFIX}{name}") })
    }

    /// The list of what is captured.
    pub fn list(&self) -> String {
        self.member.qualified(&self.database, "captured")
    }

    pub fn changes(&self, number: u32) -> String {
        self.member.qualified(&self.database, &changes(number))
    }

    pub fn create_list(&self) -> String {
        format!(
            "CREATE TABLE IF NOT EXISTS {} (number INT UNSIGNED NOT NULL PRIMARY KEY, \
             definition LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, \
             storage VARCHAR(255) NOT NULL, stage TINYINT NOT NULL)",
            self.list()
        )
    }

    /// The change table: its own columns, and the table's under neutral names, all of them open to
    /// any value that the table takes.
    pub fn create_changes(&self, watched: &Watched) -> String {
        let columns = watched.table.columns.iter().enumerate();
        let columns = columns.map(|(at, column)| match is_numbered(&column.logical) {
            true => format!(", c{at} BIGINT UNSIGNED NULL"),
            false => format!(", c{at} {}{} NULL", column.native, text_form(column)),
        });
        format!(
            "CREATE TABLE IF NOT EXISTS {} (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, \
             kind TINYINT NOT NULL, pair BIGINT UNSIGNED NULL, at BIGINT NOT NULL{})",
            self.changes(watched.number),
            columns.collect::<String>()
        )
    }

    /// The trigger's name, in the table's database.
    pub fn trigger(&self, watched: &Watched, event: Event) -> String {
        let name = format!("oms_{}_{}_{}", self.name, watched.number, event.word());
        self.member.qualified(&watched.table.database, &name)
    }

    /// Whether a trigger is one of the capture's, by its name.
    pub fn is_trigger(&self, name: &str) -> bool {
        let rest = name.strip_prefix("oms_").and_then(|rest| rest.strip_prefix(&self.name));
        let rest = rest.and_then(|rest| rest.strip_prefix('_')?.split_once('_'));
        rest.is_some_and(|(number, word)| {
            number.parse::<u32>().is_ok() && EVENTS.iter().any(|event| event.word() == word)
        })
    }

    pub fn drop_trigger(&self, watched: &Watched, event: Event) -> String {
        format!("DROP TRIGGER IF EXISTS {}", self.trigger(watched, event))
    }

    /// The trigger of an event. Of an update it writes two rows; others' may come between them, so the
    /// second one has the number of the first.
    pub fn create_trigger(&self, watched: &Watched, event: Event) -> String {
        let (number, table) = (watched.number, &watched.table);
        let insert = |kind: i64, image: &str, pair: &str| {
            let (mut names, mut values) = (String::new(), String::new());
            for (at, column) in table.columns.iter().enumerate() {
                names.push_str(&format!(", c{at}"));
                values.push_str(&format!(", {image}.{}", self.member.quote(&column.name)));
                if is_numbered(&column.logical) {
                    values.push_str(" | 0");
                }
            }
            format!(
                "INSERT INTO {} (kind, pair, at{names}) VALUES ({kind}, {pair}, \
                 UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) * 1000000{values});",
                self.changes(number)
            )
        };
        let body = match event {
            Event::Insert => insert(kind::INSERTED, "NEW", "NULL"),
            Event::Delete => insert(kind::DELETED, "OLD", "NULL"),
            Event::Update => [
                insert(kind::BEFORE, "OLD", "NULL"),
                format!("SET {PAIR} = LAST_INSERT_ID();"),
                insert(kind::AFTER, "NEW", PAIR),
            ]
            .concat(),
        };
        format!(
            "CREATE TRIGGER {} AFTER {} ON {} FOR EACH ROW BEGIN {body} END",
            self.trigger(watched, event),
            event.word(),
            self.member.qualified(&table.database, &table.name)
        )
    }

    /// Reads a change table in the order of its numbers.
    pub fn scan(&self, watched: &Watched) -> Scan {
        let own = |name: &str, bytes, signed| Column {
            name: name.to_owned(),
            logical: LogicalType::Int { bytes, signed },
            native: String::new(),
            nullable: true,
            collation: None,
            generated: false,
        };
        let mut columns = vec![
            Column { nullable: false, ..own("id", 8, false) },
            own("kind", 1, true),
            own("pair", 8, false),
            own("at", 8, true),
        ];
        debug_assert_eq!(columns.len(), OWN);
        for (at, column) in watched.table.columns.iter().enumerate() {
            let name = format!("c{at}");
            columns.push(match is_numbered(&column.logical) {
                true => own(&name, 8, false),
                false => Column { name, ..column.clone() },
            });
        }
        let part = UniquePart { column: Some(0), prefix: None };
        let key = UniqueKey { name: "PRIMARY".into(), primary: true, parts: vec![part] };
        let fields = (0..columns.len()).map(|column| Field { column, charset: None }).collect();
        let (database, name) = (self.database.clone(), changes(watched.number));
        let table = Table { database, name, columns, keys: vec![key.clone()] };
        Scan { table, fields, key: Some(key), filter: None }
    }

    /// Notes how far a table's capture is.
    pub fn note(&self, watched: &Watched) -> String {
        let json = serde_json::to_vec(&watched.table).expect("a table is JSON");
        format!(
            "REPLACE INTO {} (number, definition, storage, stage) VALUES ({}, {}, {}, {})",
            self.list(),
            watched.number,
            literal(&json, Quoting::default()),
            literal(watched.storage.as_bytes(), Quoting::default()),
            watched.stage.number()
        )
    }

    /// The highest number that was given.
    pub fn highest(&self) -> String {
        format!("SELECT COALESCE(MAX(number), 0) FROM {}", self.list())
    }

    /// Of what is past, only the highest number has to be known.
    pub fn forget_below(&self, number: u64) -> String {
        let past = Stage::Past.number();
        format!("DELETE FROM {} WHERE stage = {past} AND number < {number}", self.list())
    }

    pub fn drop_changes(&self, number: u32) -> String {
        format!("DROP TABLE IF EXISTS {}", self.changes(number))
    }

    /// Some of the numbers that lie in a change table behind one of them, in order.
    pub fn numbers(&self, number: u32, last: u64, most: u64) -> String {
        let changes = self.changes(number);
        format!("SELECT id FROM {changes} WHERE id > {last} ORDER BY id LIMIT {most}")
    }

    /// Deletes what was read.
    pub fn delete(&self, number: u32, (first, last): (u64, u64)) -> String {
        format!("DELETE FROM {} WHERE id BETWEEN {first} AND {last}", self.changes(number))
    }
}

/// Whether a value is written down as the number that the database has for it: a trigger that meets
/// text which is no member loses the next row without a word.
pub(super) fn is_numbered(logical: &LogicalType) -> bool {
    matches!(logical, LogicalType::Enum { .. } | LogicalType::Set { .. })
}

fn changes(number: u32) -> String {
    format!("changes_{number}")
}

/// The charset and collation of text, which the type alone does not say.
fn text_form(column: &Column) -> String {
    match (column.logical.charset(), &column.collation) {
        (Some(charset), Some(collation)) => {
            format!(" CHARACTER SET {} COLLATE {collation}", charset.mysql_name())
        }
        (Some(charset), None) => format!(" CHARACTER SET {}", charset.mysql_name()),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::dialect::Mysql;
    use super::*;

    #[test]
    fn names_that_would_not_fit_are_refused() {
        for name in ["", "Store", "a-b", "a`b", &"a".repeat(33)] {
            assert!(Home::new(&Mysql, name).is_err(), "{name}");
        }
        assert_eq!(Home::new(&Mysql, "store_7").unwrap().database, "oms_capture_store_7");
    }

    #[test]
    fn triggers_write_both_images_and_name_hostile_columns_rightly() {
        let column = Column {
            name: "a`b".into(),
            logical: LogicalType::Text {
                charset: oms_model::Charset::Latin1,
                length: Some(9),
                fixed: false,
            },
            native: "varchar(9)".into(),
            nullable: false,
            collation: Some("latin1_bin".into()),
            generated: false,
        };
        let table =
            Table { database: "d".into(), name: "t".into(), columns: vec![column], keys: vec![] };
        let watched = Watched { number: 4, table, storage: String::new(), stage: Stage::Begun };
        let home = Home::new(&Mysql, "s").unwrap();
        assert!(home.create_changes(&watched).ends_with(
            ", at BIGINT NOT NULL, c0 varchar(9) CHARACTER SET latin1 COLLATE latin1_bin NULL)"
        ));
        let update = home.create_trigger(&watched, Event::Update);
        assert!(update.starts_with(
            "CREATE TRIGGER `d`.`oms_s_4_update` AFTER update ON `d`.`t` FOR EACH ROW BEGIN INSERT \
             INTO `oms_capture_s`.`changes_4` (kind, pair, at, c0) VALUES (2, NULL, \
             UNIX_TIMESTAMP(CURRENT_TIMESTAMP(6)) * 1000000, OLD.`a``b`);"
        ));
        assert!(update.contains("VALUES (3, @oms_capture_pair, UNIX"), "{update}");
        assert!(home.is_trigger("oms_s_4_update") && !home.is_trigger("oms_s_1_4_update"));
        assert!(!home.is_trigger("oms_t_4_update") && !home.is_trigger("oms_s_4_more"));
        let scan = home.scan(&watched);
        assert_eq!((scan.table.columns.len(), scan.fields.len()), (OWN + 1, OWN + 1));
    }
}
