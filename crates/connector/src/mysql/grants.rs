//! Reading `SHOW GRANTS`: which rights a session has, and on which databases.

use std::collections::BTreeMap;

/// The rights of one session. `SHOW GRANTS` without a user tells them with active roles included.
#[derive(Debug, Default)]
pub(super) struct Grants {
    granted: Vec<Grant>,
    /// MySQL's partial revokes: rights taken away again in one database.
    revoked: Vec<Grant>,
    /// Whether `_` and `%` in a database's name stand for themselves (`partial_revokes`).
    literal_names: bool,
    /// Whether names of databases and tables are the same in any case.
    folds_names: bool,
}

/// One line, as far as databases and tables are concerned.
#[derive(Debug, PartialEq, Eq)]
struct Grant {
    privileges: Vec<String>,
    scope: Scope,
    /// The account or role, as written. Each one's most specific pattern counts alone.
    holder: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Scope {
    Server,
    Database(String),
    /// A table or view, by its database and its name.
    Table(String, String),
    /// A routine, a proxied account.
    Other,
}

impl Grants {
    pub fn read(lines: &[String], literal_names: bool) -> Self {
        let mut grants = Self { literal_names, ..Self::default() };
        for line in lines {
            if let Some(grant) = line.strip_prefix("GRANT ").and_then(|rest| read(rest, " TO ")) {
                grants.granted.push(grant);
            } else if let Some(grant) =
                line.strip_prefix("REVOKE ").and_then(|rest| read(rest, " FROM "))
            {
                grants.revoked.push(grant);
            }
        }
        grants
    }

    /// Takes names for the same in any case.
    pub fn folding_names(self, folds_names: bool) -> Self {
        Self { folds_names, ..self }
    }

    /// Whether a right is held on the whole server.
    pub fn hold_on_server(&self, privilege: &str) -> bool {
        self.granted.iter().any(|grant| grant.scope == Scope::Server && grant.gives(privilege))
    }

    /// Whether a right is held on everything in a database.
    pub fn hold(&self, privilege: &str, database: &str) -> bool {
        let taken_away = self.revoked.iter().any(|revoke| {
            matches!(&revoke.scope, Scope::Database(name) if name == database)
                && revoke.gives(privilege)
        });
        if self.hold_on_server(privilege) && !taken_away {
            return true;
        }
        self.deciding(database).iter().any(|(_, grant)| grant.gives(privilege))
    }

    /// Whether a right is held on a table or view, whatever it was given on.
    pub fn hold_on(&self, privilege: &str, database: &str, table: &str) -> bool {
        let same = |a: &str, b: &str| match self.folds_names {
            true => a.to_lowercase() == b.to_lowercase(),
            false => a == b,
        };
        let names = |scope: &Scope| match scope {
            Scope::Table(within, name) => same(within, database) && same(name, table),
            Scope::Server | Scope::Database(_) | Scope::Other => false,
        };
        self.hold(privilege, database)
            || self.granted.iter().any(|grant| names(&grant.scope) && grant.gives(privilege))
    }

    /// Rights in a database that come from a pattern. A grant that names the database exactly puts
    /// itself in front of the pattern, so it has to repeat them or they are lost.
    pub fn by_pattern(&self, database: &str) -> Vec<&str> {
        let deciding = self.deciding(database);
        let by_pattern = deciding.iter().filter(|(exactness, _)| *exactness < usize::MAX);
        by_pattern.flat_map(|(_, grant)| grant.privileges.iter().map(String::as_str)).collect()
    }

    /// For each holder the grant that counts in a database, with how exactly it names it.
    fn deciding(&self, database: &str) -> Vec<(usize, &Grant)> {
        let mut best: BTreeMap<&str, (usize, &Grant)> = BTreeMap::new();
        for grant in &self.granted {
            let Scope::Database(pattern) = &grant.scope else { continue };
            let Some(exactness) = self.matches(pattern, database) else { continue };
            let entry = best.entry(&grant.holder).or_insert((exactness, grant));
            if exactness > entry.0 {
                *entry = (exactness, grant);
            }
        }
        best.into_values().collect()
    }

    /// How exactly a pattern names a database: the length of its fixed beginning, or everything.
    fn matches(&self, pattern: &str, database: &str) -> Option<usize> {
        if self.literal_names {
            return (pattern == database).then_some(usize::MAX);
        }
        let parts = parts(pattern);
        let fixed = parts.iter().take_while(|part| matches!(part, Part::Char(_))).count();
        let name: Vec<char> = database.chars().collect();
        let exactness = if fixed == parts.len() { usize::MAX } else { fixed };
        fits(&parts, &name).then_some(exactness)
    }
}

impl Grant {
    fn gives(&self, privilege: &str) -> bool {
        self.privileges.iter().any(|held| {
            held == privilege
                || held == "ALL PRIVILEGES"
                || held == "ALL"
                || is_alias(held, privilege)
        })
    }
}

/// MariaDB split `REPLICATION CLIENT` and kept its old name as another spelling.
fn is_alias(held: &str, wanted: &str) -> bool {
    const PAIR: [&str; 2] = ["REPLICATION CLIENT", "BINLOG MONITOR"];
    PAIR.contains(&held) && PAIR.contains(&wanted)
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Char(char),
    AnyOne,
    AnyNumber,
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut chars = pattern.chars();
    let mut parts = Vec::new();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '\\' => Part::Char(chars.next().unwrap_or('\\')),
            '_' => Part::AnyOne,
            '%' => Part::AnyNumber,
            other => Part::Char(other),
        });
    }
    parts
}

/// Goes back only to the last `%`, so that no pattern takes more than length times length steps.
fn fits(parts: &[Part], name: &[char]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut retry = None;
    while read < name.len() {
        match parts.get(at) {
            Some(Part::AnyNumber) => {
                at += 1;
                retry = Some((at, read));
            }
            Some(Part::AnyOne) => (at, read) = (at + 1, read + 1),
            Some(Part::Char(wanted)) if *wanted == name[read] => (at, read) = (at + 1, read + 1),
            Some(Part::Char(_)) | None => {
                let Some((after, from)) = retry else { return false };
                retry = Some((after, from + 1));
                (at, read) = (after, from + 1);
            }
        }
    }
    parts[at..].iter().all(|part| matches!(part, Part::AnyNumber))
}

/// Reads `rights ON scope TO holder …`. A line without `ON` hands over a role, whose rights are
/// listed on lines of their own while it is active.
fn read(text: &str, before_holder: &str) -> Option<Grant> {
    let (rights, rest) = split_outside_names(text, " ON ")?;
    let (scope, holder) = split_outside_names(rest, before_holder)?;
    let holder = split_outside_names(holder, " ").map_or(holder, |(holder, _)| holder);
    Some(Grant {
        privileges: whole_rights(rights),
        scope: read_scope(scope),
        holder: holder.to_owned(),
    })
}

/// The rights of a list, without those that are given for single columns.
fn whole_rights(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut rights = vec![String::new()];
    for c in list.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => rights.push(String::new()),
            _ => {}
        }
        if let Some(right) = rights.last_mut().filter(|_| c != ',' || depth > 0) {
            right.push(c);
        }
    }
    let whole = rights.iter().filter(|right| !right.contains('('));
    whole.map(|right| right.trim().to_ascii_uppercase()).collect()
}

fn read_scope(text: &str) -> Scope {
    if text == "*.*" {
        return Scope::Server;
    }
    match split_outside_names(text, ".") {
        // What kind of routine it is stands before its name.
        Some((database, _)) if split_outside_names(database, " ").is_some() => Scope::Other,
        Some((database, "*")) => Scope::Database(unquoted(database)),
        Some((database, table)) => Scope::Table(unquoted(database), unquoted(table)),
        None => Scope::Other,
    }
}

fn unquoted(name: &str) -> String {
    for mark in ["`", "\"", "'"] {
        if let Some(inner) = name.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)) {
            return inner.replace(&mark.repeat(2), mark);
        }
    }
    name.to_owned()
}

/// Splits at the first `separator` that is not inside a quoted name.
fn split_outside_names<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut inside = None;
    for (at, c) in text.char_indices() {
        match inside {
            // A doubled mark closes and opens again at once, which comes to the same.
            Some(mark) if c == mark => inside = None,
            Some(_) => {}
            None if text[at..].starts_with(separator) => {
                return Some((&text[..at], &text[at + separator.len()..]));
            }
            None if matches!(c, '`' | '\'' | '"') => inside = Some(c),
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
