//! What a table that was read back lacks of what it should have: more than what decides whether
//! rows fit.

use crate::host::Host;
use oms_connector::mysql_ddl::Table;
use oms_testkit::servers::ServerKind;
use std::fmt::Debug;

pub fn find(expected: &Table, found: &Table, host: &Host) -> Vec<String> {
    let mut losses = Losses(Vec::new());
    losses.columns(expected, found, host);
    losses.keys(expected, found, host);
    losses.constraints(expected, found);
    losses.options(expected, found);
    losses.0
}

struct Losses(Vec<String>);

impl Losses {
    fn same<T: PartialEq + Debug>(&mut self, what: &str, ours: &T, theirs: &T) {
        if ours != theirs {
            self.0.push(format!("{what}: {ours:?} became {theirs:?}"));
        }
    }

    fn columns(&mut self, expected: &Table, found: &Table, host: &Host) {
        for ours in &expected.columns {
            let Some(theirs) = found.column(&ours.name) else { continue };
            let what = |attribute| format!("{attribute} of column {}", ours.name);
            let comment = |comment: &Option<Vec<u8>>| comment.clone().unwrap_or_default();
            self.same(&what("comment"), &comment(&ours.comment), &comment(&theirs.comment));
            self.same(&what("invisibility"), &ours.invisible, &theirs.invisible);
            self.same(&what("zerofill"), &ours.ty.zerofill, &theirs.ty.zerofill);
            // MariaDB does not print the reference system it was told.
            if host.server_kind != ServerKind::MariaDb {
                self.same(&what("srid"), &ours.ty.srid, &theirs.ty.srid);
            }
            self.same(&what("compression"), &ours.ty.compressed, &theirs.ty.compressed);
            self.same(&what("bounds"), &ours.row_bound, &theirs.row_bound);
            self.same(&what("versioning"), &ours.versioned, &theirs.versioned);
        }
    }

    fn keys(&mut self, expected: &Table, found: &Table, host: &Host) {
        for ours in &expected.keys {
            let what = |attribute| format!("{attribute} of key {:?}", ours.name);
            let Some(theirs) = found.keys.iter().find(|key| key.name == ours.name) else {
                self.0.push(format!("key {:?} is gone", ours.name));
                continue;
            };
            self.same(&what("kind"), &ours.kind, &theirs.kind);
            self.same(&what("comment"), &ours.comment, &theirs.comment);
            self.same(&what("hiding"), &ours.hidden, &theirs.hidden);
            if host.server_kind != ServerKind::OceanBase {
                self.same(&what("parser"), &ours.parser, &theirs.parser);
            }
            // The end of a row's time becomes part of the unique keys of a versioned table.
            if !expected.versioned {
                let parts = (ours.parts.len(), theirs.parts.len());
                self.same(&what("parts"), &parts.0, &parts.1);
            }
            for (ours, theirs) in ours.parts.iter().zip(&theirs.parts) {
                self.same(&what("order"), &ours.descending, &theirs.descending);
                self.same(&what("prefix"), &ours.prefix, &theirs.prefix);
            }
        }
        // MySQL and MariaDB make an index for a foreign key that has none.
        if found.foreign_keys.is_empty() {
            self.same("number of keys", &expected.keys.len(), &found.keys.len());
        }
    }

    fn constraints(&mut self, expected: &Table, found: &Table) {
        let names = |table: &Table| -> Vec<(Option<String>, bool)> {
            let mut names: Vec<_> =
                table.checks.iter().map(|check| (check.name.clone(), check.enforced)).collect();
            names.sort();
            names
        };
        self.same("checks", &names(expected), &names(found));
        self.same("foreign keys", &expected.foreign_keys.len(), &found.foreign_keys.len());
        for ours in &expected.foreign_keys {
            let Some(theirs) = found.foreign_keys.iter().find(|key| key.name == ours.name) else {
                self.0.push(format!("foreign key {:?} is gone", ours.name));
                continue;
            };
            self.same("referring columns", &ours.columns, &theirs.columns);
            let (a, b) = (&ours.reference, &theirs.reference);
            self.same("referred table", &a.table.name, &b.table.name);
            self.same("referred columns", &a.columns, &b.columns);
            // Servers leave out what they do anyway.
            let acts = |action| {
                format!("{action:?}")
                    .replace("Some(Restrict)", "None")
                    .replace("Some(Nothing)", "None")
            };
            self.same("on delete", &acts(&a.on_delete), &acts(&b.on_delete));
            self.same("on update", &acts(&a.on_update), &acts(&b.on_update));
        }
    }

    fn options(&mut self, expected: &Table, found: &Table) {
        self.same("comment", &expected.option("COMMENT"), &found.option("COMMENT"));
        self.same("versioning", &expected.versioned, &found.versioned);
        self.same("periods", &expected.periods.len(), &found.periods.len());
        let parts = |table: &Table| {
            table.partitioning.as_ref().map(|partitioning| {
                let names = |list: &[_]| list.len();
                (names(&partitioning.partitions), partitioning.sub.is_some())
            })
        };
        let (ours, theirs) = (parts(expected), parts(found));
        if ours.is_some_and(|(count, _)| count > 0) || ours.is_none() {
            self.same("partitions", &ours, &theirs);
        }
    }
}
