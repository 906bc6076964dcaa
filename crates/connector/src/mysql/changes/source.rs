//! What a server says of itself and its log, and whether that is enough to follow it.

use super::place::{FilePlace, Place};
use crate::changes::ChangeError;
use crate::mysql::data_fault;
use crate::mysql::data_session::DataSession;
use crate::mysql::row::is_on;
use crate::mysql::wire::WireError;
use std::collections::HashMap;
use std::time::Duration;

/// The settings that matter, by name in lower case. Those that a server lacks are empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    settings: HashMap<String, String>,
    is_mariadb: bool,
}

const NAMES: [&str; 14] = [
    "binlog_expire_logs_auto_purge",
    "binlog_expire_logs_seconds",
    "binlog_format",
    "binlog_row_image",
    "expire_logs_days",
    "explicit_defaults_for_timestamp",
    "gtid_binlog_pos",
    "gtid_executed",
    "gtid_mode",
    "gtid_purged",
    "log_bin",
    "lower_case_table_names",
    "server_id",
    "server_uuid",
];

impl Source {
    pub async fn read(session: &mut DataSession) -> Result<Self, ChangeError> {
        let names = NAMES.join("', '");
        let sql = format!("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('{names}')");
        let table = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        let mut settings = HashMap::new();
        for row in &table.rows {
            let text = |at| {
                let text = row.text(at).map_err(data_fault::of_wire)?;
                Ok::<_, ChangeError>(text.unwrap_or_default().to_owned())
            };
            settings.insert(text(0)?.to_ascii_lowercase(), text(1)?);
        }
        let is_mariadb = session.server.product == crate::product::Product::Mariadb;
        Ok(Self { settings, is_mariadb })
    }

    fn get(&self, name: &str) -> &str {
        self.settings.get(name).map_or("", String::as_str)
    }

    /// Whether its transactions have names that every server of a group knows them by.
    pub fn names_transactions(&self) -> bool {
        self.is_mariadb || self.get("gtid_mode").eq_ignore_ascii_case("ON")
    }

    pub fn is_mariadb(&self) -> bool {
        self.is_mariadb
    }

    /// Names of tables are in lower case, or compared so.
    pub fn folds_names(&self) -> bool {
        !matches!(self.get("lower_case_table_names"), "" | "0")
    }

    /// A TIMESTAMP may be NULL unless its definition says otherwise.
    pub fn explicit_timestamps(&self) -> bool {
        is_on(self.get("explicit_defaults_for_timestamp"))
    }

    /// By what it is told from other servers.
    pub fn identity(&self) -> String {
        match self.get("server_uuid") {
            "" => format!("server-{}", self.get("server_id")),
            uuid => uuid.to_owned(),
        }
    }

    /// Makes sure that it logs rows.
    pub fn check(&self) -> Result<(), ChangeError> {
        let not_logged = |message: String| Err(ChangeError::NotLogged { message });
        if !is_on(self.get("log_bin")) {
            return not_logged("log_bin is OFF: start the server with log_bin = ON".into());
        }
        match self.get("binlog_format") {
            "" | "ROW" => Ok(()),
            other => not_logged(format!("binlog_format is {other}: set binlog_format = ROW")),
        }
    }

    /// After how long it removes what it logged.
    pub fn keeps(&self) -> Option<Duration> {
        if self.get("binlog_expire_logs_auto_purge").eq_ignore_ascii_case("OFF") {
            return None;
        }
        let seconds: Option<u64> = self.get("binlog_expire_logs_seconds").parse().ok();
        let days: Option<f64> = self.get("expire_logs_days").parse().ok();
        let days = days.filter(|days| days.is_finite() && *days > 0.0 && *days < 1e6);
        let days = days.map(|days| Duration::from_secs_f64(days * 86_400.0));
        seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs).or(days)
    }

    /// What it has logged so far, in the terms of a place; `None` if that is a byte of a file.
    pub fn logged(&self) -> Result<Option<Place>, ChangeError> {
        let foreign =
            |error: String| ChangeError::Foreign { place: "its end".into(), message: error };
        if self.is_mariadb {
            let domains = self.get("gtid_binlog_pos").parse();
            return domains
                .map(|it| Some(Place::Domains(it)))
                .map_err(|it| foreign(it.to_string()));
        }
        if !self.names_transactions() {
            return Ok(None);
        }
        let set = self.get("gtid_executed").parse();
        set.map(|it| Some(Place::Gtids(it))).map_err(|it| foreign(it.to_string()))
    }

    /// What it has removed from its log.
    pub fn purged(&self) -> super::gtid_set::GtidSet {
        self.get("gtid_purged").parse().unwrap_or_default()
    }
}

/// The end of the log.
pub(super) async fn end(session: &mut DataSession, source: &Source) -> Result<Place, ChangeError> {
    if let Some(place) = source.logged()? {
        return Ok(place);
    }
    const SYNTAX: u16 = 1064;
    let asked = session.wire.query(b"SHOW BINARY LOG STATUS").await;
    let table = match asked {
        Err(WireError::Server { code: SYNTAX, .. }) => {
            session.wire.query(b"SHOW MASTER STATUS").await
        }
        other => other,
    };
    let table = table.map_err(without_log)?;
    let row = table.rows.first();
    let row = row.ok_or_else(|| ChangeError::NotLogged { message: "log_bin is OFF".into() })?;
    let text = |at| row.text(at).map_err(data_fault::of_wire);
    let (file, at) = (text(0)?.unwrap_or_default(), text(1)?.unwrap_or_default());
    let at =
        at.parse().map_err(|_| data_fault::of_wire(WireError::protocol("a place is no number")))?;
    Ok(Place::File(FilePlace { file: file.to_owned(), at, server: source.identity() }))
}

/// A server that does not know the question has no log to be read by this protocol.
pub(super) fn without_log(error: WireError) -> ChangeError {
    match error {
        WireError::Server { code: 1064 | 1235, .. } => ChangeError::NotLogged {
            message:
                "it has no binary log to be read: on OceanBase, connect to its binlog service, \
                      or capture by triggers"
                    .into(),
        },
        other => refused(other),
    }
}

/// A right that is missing is named.
pub(super) fn refused(error: WireError) -> ChangeError {
    match error {
        WireError::Server { code: 1227 | 1044 | 1045, message, .. } => ChangeError::NotLogged {
            message: format!(
                "the account may not read the log: grant it REPLICATION SLAVE and REPLICATION \
                 CLIENT (MariaDB: BINLOG MONITOR): {message}"
            ),
        },
        other => data_fault::of_wire(other).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(settings: &[(&str, &str)]) -> Source {
        let settings =
            settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Source { settings, is_mariadb: false }
    }

    #[test]
    fn what_is_missing_is_named() {
        let said = |settings| match source(settings).check() {
            Err(ChangeError::NotLogged { message }) => message,
            other => panic!("{other:?}"),
        };
        assert!(said(&[]).contains("log_bin"));
        assert!(said(&[("log_bin", "ON"), ("binlog_format", "MIXED")]).contains("binlog_format"));
        assert!(source(&[("log_bin", "ON"), ("binlog_format", "ROW")]).check().is_ok());
        assert!(source(&[("log_bin", "1")]).check().is_ok(), "new servers know only rows");
    }

    #[test]
    fn the_time_a_log_is_kept_is_read_from_either_setting() {
        let of = |settings| source(settings).keeps().map(|it| it.as_secs());
        assert_eq!(
            of(&[("binlog_expire_logs_seconds", "600"), ("expire_logs_days", "0")]),
            Some(600)
        );
        assert_eq!(of(&[("expire_logs_days", "2")]), Some(172_800));
        assert_eq!(of(&[("expire_logs_days", "0.000000")]), None);
        let kept =
            [("binlog_expire_logs_auto_purge", "OFF"), ("binlog_expire_logs_seconds", "600")];
        assert_eq!(of(&kept), None);
    }
}
