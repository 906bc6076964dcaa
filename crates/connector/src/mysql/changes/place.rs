//! Places in a server's log.

use super::domains::Domains;
use super::gtid_set::{GtidSet, Source};
use crate::changes::ChangeError;
use oms_model::{Position, PositionKind};
use std::fmt;

/// What was read so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Gtids(GtidSet),
    Domains(Domains),
    /// For servers that do not name transactions.
    File(FilePlace),
}

/// A byte of a file, and whose file it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilePlace {
    pub file: String,
    pub at: u64,
    /// The server's own name.
    pub server: String,
}

/// The name of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    Gtid(Source, u64),
    Domain { domain: u32, server: u32, number: u64 },
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gtid(source, number) => write!(f, "{source}:{number}"),
            Self::Domain { domain, server, number } => write!(f, "{domain}-{server}-{number}"),
        }
    }
}

impl Place {
    pub fn read(position: &Position) -> Result<Self, ChangeError> {
        let foreign = |message: &str| ChangeError::Foreign {
            place: position.to_string(),
            message: message.to_owned(),
        };
        let place = |kind| position.place(kind).unwrap_or_default();
        let no_place = |error: &dyn fmt::Display| foreign(&error.to_string());
        match position.kind() {
            PositionKind::MysqlGtidSet => {
                let set = place(PositionKind::MysqlGtidSet).parse();
                set.map(Self::Gtids).map_err(|error| no_place(&error))
            }
            PositionKind::MariadbGtid => {
                let domains = place(PositionKind::MariadbGtid).parse();
                domains.map(Self::Domains).map_err(|error| no_place(&error))
            }
            PositionKind::BinlogFile => FilePlace::read(place(PositionKind::BinlogFile))
                .map(Self::File)
                .ok_or_else(|| foreign("it is no byte of a file of a server")),
            PositionKind::Triggers => Err(foreign("it is one of triggers, and this is a log")),
        }
    }

    pub fn position(&self) -> Position {
        match self {
            Self::Gtids(set) => Position::new(PositionKind::MysqlGtidSet, set.to_string()),
            Self::Domains(domains) => Position::new(PositionKind::MariadbGtid, domains.to_string()),
            Self::File(place) => Position::new(PositionKind::BinlogFile, place.to_string()),
        }
    }

    /// Whether everything up to here is before the other one as well.
    pub fn is_before(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Gtids(one), Self::Gtids(other)) => one.without(other).is_empty(),
            (Self::Domains(one), Self::Domains(other)) => one.ahead_of(other).is_empty(),
            // The numbers of files grow, and get more digits.
            (Self::File(one), Self::File(other)) => {
                let order = |place: &FilePlace| (place.file.len(), place.file.clone(), place.at);
                order(one) <= order(other)
            }
            _ => false,
        }
    }

    /// Goes on over a transaction.
    pub fn advance(&mut self, name: &Name) {
        match (self, name) {
            (Self::Gtids(set), Name::Gtid(source, number)) => set.add(source, *number),
            (Self::Domains(domains), Name::Domain { domain, server, number }) => {
                domains.advance(*domain, *server, *number);
            }
            _ => {}
        }
    }
}

impl FilePlace {
    fn read(text: &str) -> Option<Self> {
        let (place, server) = text.rsplit_once('@')?;
        let (file, at) = place.rsplit_once('/')?;
        let at = at.parse().ok()?;
        (!file.is_empty()).then(|| Self { file: file.to_owned(), at, server: server.to_owned() })
    }
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}@{}", self.file, self.at, self.server)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_from_their_positions() {
        for text in [
            "mysql-gtid-set:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5",
            "mysql-gtid-set:",
            "mariadb-gtid:0-1-7,1-1-3",
            "binlog-file:binlog.000042/4711@3e11fa47-71ca-11e1-9e33-c80aa9429562",
        ] {
            let position: Position = text.parse().unwrap();
            assert_eq!(Place::read(&position).unwrap().position(), position);
        }
        for bad in ["mysql-gtid-set:x", "mariadb-gtid:1", "binlog-file:b/4", "binlog-file:b@u"] {
            let position: Position = bad.parse().unwrap();
            assert!(matches!(Place::read(&position), Err(ChangeError::Foreign { .. })), "{bad}");
        }
    }

    #[test]
    fn places_are_compared_with_their_own_kind() {
        let place = |text: &str| Place::read(&text.parse().unwrap()).unwrap();
        for (before, behind) in [
            ("mariadb-gtid:0-1-7", "mariadb-gtid:0-2-8,1-1-1"),
            (
                "mysql-gtid-set:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5",
                "mysql-gtid-set:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-6",
            ),
            ("binlog-file:b.000002/99@s", "binlog-file:b.000010/4@s"),
            ("binlog-file:b.999999/99@s", "binlog-file:b.1000000/4@s"),
            ("binlog-file:b.000002/99@s", "binlog-file:b.000002/100@s"),
        ] {
            let (before, behind) = (place(before), place(behind));
            assert!(before.is_before(&behind) && before.is_before(&before), "{before:?}");
            assert!(!behind.is_before(&before), "{behind:?}");
        }
        assert!(!place("mariadb-gtid:").is_before(&place("mysql-gtid-set:")));
    }

    #[test]
    fn a_name_of_another_kind_of_server_moves_nothing() {
        let mut place = Place::Domains("0-1-7".parse().unwrap());
        place.advance(&Name::Domain { domain: 0, server: 1, number: 8 });
        let before = place.clone();
        place.advance(&Name::Gtid(Source { uuid: [0; 16], tag: "".into() }, 1));
        assert_eq!(
            (before.position().to_string().as_str(), &place),
            ("mariadb-gtid:0-1-8", &before)
        );
    }
}
