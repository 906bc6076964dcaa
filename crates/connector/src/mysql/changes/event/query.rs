//! A statement, and what its session was set to.

use crate::mysql::changes::bytes::{Bytes, Short};
use crate::mysql::changes::fault::Fault;
use std::collections::BTreeMap;

/// A statement in the log.
#[derive(Debug, Clone, Copy)]
pub(in crate::mysql) struct Query<'a> {
    pub database: &'a [u8],
    /// In the charset of its session.
    pub text: &'a [u8],
    pub session: Session<'a>,
}

impl<'a> Query<'a> {
    /// `head`: how long what stands before the settings is.
    pub fn read(body: &'a [u8], head: usize) -> Result<Self, Fault> {
        let mut body = Bytes::new(body);
        let mut fixed = Bytes::new(body.take(head.max(13))?);
        fixed.take(8)?;
        let database = fixed.u8()?;
        fixed.u16()?;
        let settings = fixed.u16()?;
        let session = Session { settings: body.take(settings.into())? };
        let database = body.take(database.into())?;
        body.u8()?;
        Ok(Self { database, text: body.rest(), session })
    }
}

/// What a session was set to, as far as it decides what a text means.
#[derive(Debug, Clone, Copy)]
pub(in crate::mysql) struct Session<'a> {
    settings: &'a [u8],
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting<'a> {
    Flags(u32),
    SqlMode(u64),
    /// The charset of what a client says, and the collations of its words and of the server.
    Charset([u16; 3]),
    Zone(&'a [u8]),
    DatabaseCollation(u16),
    ExplicitTimestamps(bool),
    DefaultUtf8mb4(u16),
    /// Of the second in which it began.
    Microseconds(u32),
    Other,
}

impl Session<'_> {
    fn each(&self) -> impl Iterator<Item = Setting<'_>> {
        let mut rest = Bytes::new(self.settings);
        // What is not known has an unknown length: nothing behind it can be read.
        std::iter::from_fn(move || setting(&mut rest).ok().flatten())
    }

    /// The bits of the modes of its language.
    pub fn sql_mode(&self) -> u64 {
        let modes = self.each().find_map(|it| match it {
            Setting::SqlMode(modes) => Some(modes),
            _ => None,
        });
        modes.unwrap_or_default()
    }

    /// The number of the collation whose charset the text is in.
    pub fn client(&self) -> Option<u16> {
        self.each().find_map(|it| match it {
            Setting::Charset([client, ..]) => Some(client),
            _ => None,
        })
    }

    /// The number of the collation of its database.
    pub fn database_collation(&self) -> Option<u16> {
        self.each().find_map(|it| match it {
            Setting::DatabaseCollation(number) => Some(number),
            _ => None,
        })
    }

    /// Everything, by the names of the settings. `name` says what a collation is called.
    pub fn environment(&self, name: impl Fn(u16) -> String) -> BTreeMap<String, String> {
        const NO_FOREIGN_KEYS: u32 = 1 << 26;
        const RELAXED_UNIQUE: u32 = 1 << 27;
        let mut found = BTreeMap::new();
        let mut set = |key: &str, value: String| drop(found.insert(key.to_owned(), value));
        let on = |so: bool| if so { "ON" } else { "OFF" }.to_owned();
        for setting in self.each() {
            match setting {
                Setting::Flags(flags) => {
                    set("foreign_key_checks", on(flags & NO_FOREIGN_KEYS == 0));
                    set("unique_checks", on(flags & RELAXED_UNIQUE == 0));
                }
                Setting::SqlMode(modes) => set("sql_mode", mode_names(modes)),
                Setting::Charset([client, connection, server]) => {
                    set("character_set_client", name(client));
                    set("collation_connection", name(connection));
                    set("collation_server", name(server));
                }
                Setting::Zone(zone) => set("time_zone", String::from_utf8_lossy(zone).into()),
                Setting::DatabaseCollation(number) => set("collation_database", name(number)),
                Setting::ExplicitTimestamps(so) => set("explicit_defaults_for_timestamp", on(so)),
                Setting::DefaultUtf8mb4(number) => {
                    set("default_collation_for_utf8mb4", name(number));
                }
                Setting::Microseconds(part) => set("microseconds", part.to_string()),
                Setting::Other => {}
            }
        }
        found
    }
}

fn setting<'a>(rest: &mut Bytes<'a>) -> Result<Option<Setting<'a>>, Short> {
    if rest.is_empty() {
        return Ok(None);
    }
    Ok(Some(match rest.u8()? {
        0 => Setting::Flags(rest.u32()?),
        1 => Setting::SqlMode(rest.u64()?),
        2 => {
            let length = usize::from(rest.u8()?) + 1;
            passed(rest, length)?
        }
        3 => passed(rest, 4)?,
        4 => Setting::Charset([rest.u16()?, rest.u16()?, rest.u16()?]),
        5 => {
            let length = rest.u8()?.into();
            Setting::Zone(rest.take(length)?)
        }
        6 => {
            let length = rest.u8()?.into();
            passed(rest, length)?
        }
        7 => passed(rest, 2)?,
        8 => Setting::DatabaseCollation(rest.u16()?),
        9 => passed(rest, 8)?,
        10 => passed(rest, 4)?,
        11 => {
            for _ in 0..2 {
                let length = rest.u8()?.into();
                rest.take(length)?;
            }
            Setting::Other
        }
        12 => {
            let count = rest.u8()?;
            // More than are listed: none is.
            for _ in 0..if count == 254 { 0 } else { count } {
                rest.until_nul()?;
            }
            Setting::Other
        }
        13 | 128 => {
            let low = rest.u16()?;
            Setting::Microseconds(u32::from(low) | u32::from(rest.u8()?) << 16)
        }
        16 => Setting::ExplicitTimestamps(rest.u8()? != 0),
        17 | 129 => passed(rest, 8)?,
        18 => Setting::DefaultUtf8mb4(rest.u16()?),
        19 | 20 => passed(rest, 1)?,
        130 => passed(rest, 2)?,
        131 => {
            let pairs = usize::from(rest.u8()?);
            passed(rest, pairs * 4)?
        }
        _ => return Ok(None),
    }))
}

fn passed<'a>(rest: &mut Bytes<'a>, length: usize) -> Result<Setting<'a>, Short> {
    rest.take(length)?;
    Ok(Setting::Other)
}

/// The modes by their bits. Those of MySQL and of MariaDB differ where the names are left out.
const MODES: [&str; 32] = [
    "REAL_AS_FLOAT",
    "PIPES_AS_CONCAT",
    "ANSI_QUOTES",
    "IGNORE_SPACE",
    "",
    "ONLY_FULL_GROUP_BY",
    "NO_UNSIGNED_SUBTRACTION",
    "NO_DIR_IN_CREATE",
    "POSTGRESQL",
    "ORACLE",
    "MSSQL",
    "DB2",
    "MAXDB",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "NO_FIELD_OPTIONS",
    "MYSQL323",
    "MYSQL40",
    "ANSI",
    "NO_AUTO_VALUE_ON_ZERO",
    "NO_BACKSLASH_ESCAPES",
    "STRICT_TRANS_TABLES",
    "STRICT_ALL_TABLES",
    "NO_ZERO_IN_DATE",
    "NO_ZERO_DATE",
    "ALLOW_INVALID_DATES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "TRADITIONAL",
    "NO_AUTO_CREATE_USER",
    "HIGH_NOT_PRECEDENCE",
    "NO_ENGINE_SUBSTITUTION",
    "PAD_CHAR_TO_FULL_LENGTH",
];

/// Modes as a setting of the language lists them.
pub(in crate::mysql) fn mode_names(bits: u64) -> String {
    let set = MODES.iter().enumerate().filter(|(at, name)| bits >> at & 1 == 1 && !name.is_empty());
    set.map(|(_, name)| *name).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_found_behind_its_settings() {
        let settings = [
            &[0, 0, 0, 0, 4][..],
            &[1, 0x20, 0, 0x10, 0, 0, 0, 0, 0],
            &[4, 33, 0, 45, 0, 8, 0],
            &[12, 1, b'd', 0],
            &[8, 45, 0],
            &[99, 1, 2],
        ]
        .concat();
        let length = u16::try_from(settings.len()).unwrap().to_le_bytes();
        let body = [&[0; 8][..], &[1, 0, 0], &length, &settings, b"d\0DROP TABLE t"].concat();
        let query = Query::read(&body, 13).unwrap();
        assert_eq!((query.database, query.text), (&b"d"[..], &b"DROP TABLE t"[..]));
        assert_eq!(query.session.client(), Some(33));
        assert_eq!(query.session.database_collation(), Some(45));
        let environment = query.session.environment(|number| format!("c{number}"));
        let said: Vec<_> =
            environment.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(
            said,
            [
                "character_set_client=c33",
                "collation_connection=c45",
                "collation_database=c45",
                "collation_server=c8",
                "foreign_key_checks=OFF",
                "sql_mode=ONLY_FULL_GROUP_BY,NO_BACKSLASH_ESCAPES",
                "unique_checks=ON",
            ]
        );
        for cut in 0..body.len() - 12 {
            assert!(Query::read(&body[..cut], 13).is_err(), "{cut}");
        }
    }
}
