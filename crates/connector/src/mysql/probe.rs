//! The test of a connection.

use super::Mysql;
use super::grants::Grants;
use super::privileges::{self, Account};
use super::row::is_on;
use super::session::Session;
use crate::error::ConnectError;
use crate::privilege::{MissingPrivilege, Purpose};
use crate::probe::{self, Probe, ProbeReport, ROUND_TRIPS};
use crate::product::Product;
use async_trait::async_trait;
use oms_model::ObjectName;
use std::collections::HashMap;
use std::time::{Duration, Instant};

#[async_trait]
impl Probe for Mysql {
    async fn probe(&self) -> Result<ProbeReport, ConnectError> {
        let mut session = self.session().await?;
        let report = self.examine(&mut session).await?;
        session.close().await;
        Ok(report)
    }

    async fn missing_on(
        &self,
        objects: &[ObjectName],
        purposes: &[Purpose],
    ) -> Result<Vec<MissingPrivilege>, ConnectError> {
        let mut session = self.session().await?;
        let settings = Settings::read(&mut session).await?;
        let name = Moment::read(&mut session).await?.account;
        let grants = &settings.grants(&mut session).await?;
        let literal_names = settings.literal_names();
        let account = Account { name: &name, grants, databases: &[], literal_names };
        let at = (self.member, session.server());
        let missing = privileges::missing_on(&account, at, objects, purposes);
        session.close().await;
        Ok(missing)
    }

    async fn hidden_triggers(
        &self,
        tables: &[ObjectName],
    ) -> Result<Vec<ObjectName>, ConnectError> {
        let mut session = self.session().await?;
        let settings = Settings::read(&mut session).await?;
        let grants = settings.grants(&mut session).await?;
        session.close().await;
        let hidden = |table: &&ObjectName| !grants.hold_on("TRIGGER", &table.database, &table.name);
        Ok(tables.iter().filter(hidden).cloned().collect())
    }
}

impl Mysql {
    async fn examine(&self, session: &mut Session<'_>) -> Result<ProbeReport, ConnectError> {
        let round_trip = measured(session).await?;
        let settings = Settings::read(session).await?;
        let now = Moment::read(session).await?;
        let clock_skew_ms = probe::skew_ms(now.unix_ms, now.took);
        let account = now.account.clone();
        let grants = settings.grants(session).await?;
        let databases = self.used_databases(session).await?;
        let account = Account {
            name: &account,
            grants: &grants,
            databases: &databases,
            literal_names: settings.literal_names(),
        };
        let tls = protection(session).await?;
        Ok(ProbeReport {
            missing_privileges: privileges::missing(&account, self.member, session.server()),
            server: session.server().clone(),
            version: session.version().to_owned(),
            charset: now.charset,
            collation: now.collation,
            time_zone: settings.time_zone(),
            utc_offset_seconds: now.utc_offset_seconds,
            lower_case_table_names: settings.get("lower_case_table_names").parse().ok(),
            round_trip,
            read_only: settings.read_only(),
            identity: settings.identity(),
            logs_cascades: settings.logs_cascades(session.server().product),
            clock_skew_ms,
            warnings: probe::common_warnings(tls.is_some() || self.wants_plain(), clock_skew_ms),
            tls,
        })
    }

    /// The databases whose rights matter: the one that was named, or all that the account sees.
    async fn used_databases(&self, session: &mut Session<'_>) -> Result<Vec<String>, ConnectError> {
        if let Some(name) = &self.site.address.database {
            return Ok(vec![name.clone()]);
        }
        self.user_databases(session).await
    }

    fn wants_plain(&self) -> bool {
        self.site.address.tls.mode == crate::TlsMode::Disable
    }
}

async fn measured(session: &mut Session<'_>) -> Result<Duration, ConnectError> {
    let mut taken = Vec::with_capacity(ROUND_TRIPS);
    for _ in 0..ROUND_TRIPS {
        let started = Instant::now();
        session.plain("SELECT 1").await?;
        taken.push(started.elapsed());
    }
    Ok(probe::median(taken))
}

async fn grant_lines(session: &mut Session<'_>) -> Result<Vec<String>, ConnectError> {
    let rows = session.plain("SHOW GRANTS").await?;
    // The only column is named after the account.
    rows.iter().map(|row| Ok(row.first()?.unwrap_or_default())).collect()
}

/// What protects the session. A server that does not tell is believed as far as the handshake goes.
async fn protection(session: &mut Session<'_>) -> Result<Option<String>, ConnectError> {
    if !session.is_encrypted() {
        return Ok(None);
    }
    let rows = session
        .plain(
            "SHOW SESSION STATUS WHERE Variable_name = 'Ssl_version' OR Variable_name = 'Ssl_cipher'",
        )
        .await?;
    let mut told = Vec::new();
    for row in &rows {
        told.push((row.text("variable_name")?, row.text_or_empty("value")?));
    }
    told.sort_by(|a, b| b.0.cmp(&a.0));
    let told: Vec<String> =
        told.into_iter().map(|(_, value)| value).filter(|value| !value.is_empty()).collect();
    Ok(Some(if told.is_empty() { "TLS".to_owned() } else { told.join(" ") }))
}

/// Settings of the server, by name; those a product does not have are empty.
struct Settings(HashMap<String, String>);

impl Settings {
    async fn read(session: &mut Session<'_>) -> Result<Self, ConnectError> {
        const NAMES: [&str; 10] = [
            "innodb_native_foreign_keys",
            "innodb_read_only",
            "lower_case_table_names",
            "partial_revokes",
            "read_only",
            "server_uid",
            "server_uuid",
            "super_read_only",
            "system_time_zone",
            "time_zone",
        ];
        let sql =
            format!("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('{}')", NAMES.join("', '"));
        let mut settings = HashMap::new();
        for row in session.plain(&sql).await? {
            let name = row.text("variable_name")?.to_ascii_lowercase();
            settings.insert(name, row.text_or_empty("value")?);
        }
        Ok(Self(settings))
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether `_` and `%` in a `GRANT` stand for themselves.
    fn literal_names(&self) -> bool {
        is_on(self.get("partial_revokes"))
    }

    /// What the account may do.
    async fn grants(&self, session: &mut Session<'_>) -> Result<Grants, ConnectError> {
        let lines = grant_lines(session).await?;
        let folds_names = !matches!(self.get("lower_case_table_names"), "" | "0");
        Ok(Grants::read(&lines, self.literal_names()).folding_names(folds_names))
    }

    fn time_zone(&self) -> String {
        match self.get("time_zone") {
            "SYSTEM" => format!("SYSTEM ({})", self.get("system_time_zone")),
            zone => zone.to_owned(),
        }
    }

    fn read_only(&self) -> bool {
        ["read_only", "super_read_only", "innodb_read_only"]
            .iter()
            .any(|name| is_on(self.get(name)))
    }

    /// MySQL does since 9.6, unless InnoDB is to do what references say, which the log never sees.
    /// Triggers fire for it in OceanBase, and not in the others.
    fn logs_cascades(&self, product: Product) -> bool {
        match product {
            Product::Mysql => self.get("innodb_native_foreign_keys").eq_ignore_ascii_case("OFF"),
            Product::OceanBase | Product::Tidb => true,
            _ => false,
        }
    }

    fn identity(&self) -> Option<String> {
        let names = ["server_uuid", "server_uid"];
        names.iter().map(|name| self.get(name)).find(|id| !id.is_empty()).map(str::to_owned)
    }
}

/// What only a statement can tell.
struct Moment {
    unix_ms: i64,
    /// How long the statement took that read the clock.
    took: Duration,
    utc_offset_seconds: Option<i32>,
    charset: String,
    collation: String,
    account: String,
}

impl Moment {
    async fn read(session: &mut Session<'_>) -> Result<Self, ConnectError> {
        const SQL: &str = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS unix_ms, \
             TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), \
                 CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@global.time_zone)) AS utc_offset, \
             @@character_set_database AS charset, @@collation_database AS collated, \
             CURRENT_USER() AS account";
        let started = Instant::now();
        let rows = session.plain(SQL).await?;
        let took = started.elapsed();
        let row = rows.first().ok_or_else(|| ConnectError::protocol("it has no clock"))?;
        let odd = |name: &str| ConnectError::protocol(format!("{name} is no number"));
        Ok(Self {
            unix_ms: row.text("unix_ms")?.parse().map_err(|_| odd("unix_ms"))?,
            took,
            utc_offset_seconds: match row.maybe("utc_offset")? {
                Some(text) => Some(text.parse().map_err(|_| odd("utc_offset"))?),
                None => None,
            },
            charset: row.text_or_empty("charset")?,
            collation: row.text_or_empty("collated")?,
            account: row.text("account")?,
        })
    }
}
