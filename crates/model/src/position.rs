//! Places in the logs of databases. Only the connector that wrote a position can read it, and say
//! which of two comes first where its database defines that: a set of transactions may be neither
//! before nor after another one. Everybody else keeps it, hands it back, and asks no more than
//! whether two are equal.

use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

wire_enum! {
    /// In which terms a position is written. They are kept in files and databases: never change one,
    /// only add.
    pub enum PositionKind {
        /// A set of transactions of MySQL: `uuid:1-7,uuid:3`.
        MysqlGtidSet = "mysql-gtid-set",
        /// A file of a binary log, a byte in it, and whose it is: `binlog.000042/4711@SERVER`.
        BinlogFile = "binlog-file",
        /// The last transaction of each domain of MariaDB: `0-1-7,1-1-3`.
        MariadbGtid = "mariadb-gtid",
        /// What triggers wrote down, and which of it was read.
        Triggers = "triggers",
    }
}

/// A place in a log, in its database's own words. As text, and in JSON, it is `KIND:PLACE`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Position {
    kind: PositionKind,
    place: String,
}

/// Text that is no position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a position")]
pub struct InvalidPosition(pub String);

impl Position {
    /// A position, as its connector writes it.
    pub fn new(kind: PositionKind, place: impl Into<String>) -> Self {
        Self { kind, place: place.into() }
    }

    /// In which terms it is written.
    pub fn kind(&self) -> PositionKind {
        self.kind
    }

    /// The place, for the connector of that kind; `None` for any other.
    pub fn place(&self, kind: PositionKind) -> Option<&str> {
        (self.kind == kind).then_some(self.place.as_str())
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.place)
    }
}

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let invalid = || InvalidPosition(text.to_owned());
        let (kind, place) = text.split_once(':').ok_or_else(invalid)?;
        Ok(Self::new(kind.parse().map_err(|_| invalid())?, place))
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}

impl TryFrom<String> for Position {
    type Error = InvalidPosition;

    fn try_from(text: String) -> Result<Self, InvalidPosition> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, sample::select};

    proptest! {
        #[test]
        fn a_position_comes_back_as_it_was_written(
            kind in select(PositionKind::ALL), place in any::<String>(),
        ) {
            let position = Position::new(kind, place.clone());
            prop_assert_eq!(position.to_string().parse(), Ok(position.clone()));
            let json = serde_json::to_string(&position).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Position>(&json).unwrap(), &position);
            for other in PositionKind::ALL {
                let expected = (*other == kind).then_some(place.as_str());
                prop_assert_eq!(position.place(*other), expected, "it is read by its own kind alone");
            }
        }

        #[test]
        fn foreign_text_is_refused(text in "[a-z-]{0,12}:?[ -~]{0,9}") {
            let is_known = |kind: &PositionKind| text.starts_with(&format!("{kind}:"));
            let known = PositionKind::ALL.iter().any(is_known);
            prop_assert_eq!(text.parse::<Position>().is_ok(), known);
        }
    }

    #[test]
    fn places_of_different_kinds_are_never_equal() {
        let of = |kind| Position::new(kind, "0-1-7");
        assert_ne!(of(PositionKind::MysqlGtidSet), of(PositionKind::MariadbGtid));
        assert_eq!(of(PositionKind::MariadbGtid).to_string(), "mariadb-gtid:0-1-7");
        let refusal = "gtid:1".parse::<Position>().unwrap_err();
        assert_eq!(refusal.to_string(), "\"gtid:1\" is not a position");
    }
}
