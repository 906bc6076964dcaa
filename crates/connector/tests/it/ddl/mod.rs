//! Definitions created on one server, converted, and created on another: nothing may be lost that
//! no note tells of. The definitions are the files below `tests/ddl/live`: a folder is named after
//! the servers that take them, each statement is one line. `-- refused at SERVER: TABLE …` says
//! which tables cannot exist there, `-- only to SERVER` where else a file that takes long is tried.

mod golden;
mod losses;
mod peer;
mod silence;

use crate::host::{Host, MARIADB, MYSQL, OCEANBASE};
use oms_connector::mysql_ddl::{
    Conversion, Mode, NameMap, Options, compare_tables, convert_sequence, convert_table,
    convert_view, parse_sequence, parse_table, parse_view,
};
use peer::{Kind, Object, Peer};
use std::collections::BTreeSet;
use std::path::Path;

macro_rules! journeys {
    ($($name:ident: $from:expr => $to:expr),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                journey(&$from, &$to).await;
            }
        )+
    };
}

journeys! {
    from_mysql_to_mysql: MYSQL => MYSQL,
    from_mysql_to_mariadb: MYSQL => MARIADB,
    from_mysql_to_oceanbase: MYSQL => OCEANBASE,
    from_mariadb_to_mysql: MARIADB => MYSQL,
    from_mariadb_to_mariadb: MARIADB => MARIADB,
    from_mariadb_to_oceanbase: MARIADB => OCEANBASE,
    from_oceanbase_to_mysql: OCEANBASE => MYSQL,
    from_oceanbase_to_mariadb: OCEANBASE => MARIADB,
    from_oceanbase_to_oceanbase: OCEANBASE => OCEANBASE,
}

async fn journey(from: &Host, to: &Host) {
    let mut faults = Vec::new();
    let mut files = 0;
    for (name, text) in definitions(peer::name(from)) {
        let only = text.lines().find_map(|line| line.strip_prefix("-- only to "));
        if only.is_some_and(|only| only != peer::name(to)) {
            continue;
        }
        files += 1;
        let mut trip = Trip {
            source: Peer::new(from).await,
            target: Peer::new(to).await,
            refused: refused(&text, peer::name(to)),
            faults: Vec::new(),
        };
        trip.run(&text).await;
        faults.extend(trip.faults.iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(files > 5, "the definitions are not there");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// The files for a server, by name.
fn definitions(server: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ddl/live");
    let mut found = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        let folder = folder.unwrap();
        let servers = folder.file_name().into_string().unwrap();
        if servers != "all" && !servers.split('+').any(|name| name == server) {
            continue;
        }
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            let name = format!("{servers}/{}", file.file_name().into_string().unwrap());
            found.push((name, std::fs::read_to_string(file.path()).unwrap()));
        }
    }
    found.sort();
    found
}

fn refused(text: &str, server: &str) -> BTreeSet<String> {
    let mark = format!("-- refused at {server}: ");
    let lines = text.lines().filter_map(|line| line.strip_prefix(&mark));
    lines.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

fn bracketless(text: &str) -> String {
    let mut text = text.to_lowercase().replace("_utf8mb4", "");
    for (other, name) in [("ucase", "upper"), ("current_timestamp", "now")] {
        text = text.replace(other, name);
    }
    text.chars().filter(|c| !matches!(c, '(' | ')' | ' ')).collect()
}

/// One file on its way.
struct Trip<'a> {
    source: Peer<'a>,
    target: Peer<'a>,
    refused: BTreeSet<String>,
    faults: Vec<String>,
}

impl Trip<'_> {
    async fn run(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.starts_with("--") && !line.is_empty()) {
            if let Err(error) = self.source.run(line).await {
                self.faults.push(format!("setup: {error}: {line}"));
            }
        }
        let mut options = Options::within(self.source.db.name());
        options.names = NameMap::within(self.source.db.name());
        let pair = [&self.source, &self.target].map(|peer| peer.db.name().to_owned());
        let [from, to] = pair;
        options.names.databases.insert(from, to);
        let objects = self.source.objects().await;
        self.sequences(&objects, &options).await;
        self.tables(&objects, &options).await;
        self.views(&objects, &options).await;
    }

    async fn apply(&mut self, what: &str, sql: &str) {
        if let Err(error) = self.target.run(sql).await {
            self.faults.push(format!("{what}: {error}\n{sql}"));
        }
    }

    async fn sequences(&mut self, objects: &[Object], options: &Options) {
        let mode = Mode::of(&self.source.server, "");
        for object in objects.iter().filter(|object| object.kind == Kind::Sequence) {
            let sequence = parse_sequence(&object.sql, mode).unwrap();
            let conversion = convert_sequence(&sequence, &self.target.target, options);
            if conversion.unsupported.is_none() {
                self.apply(&object.name, &conversion.create).await;
            }
        }
    }

    async fn tables(&mut self, objects: &[Object], options: &Options) {
        let mode = Mode::of(&self.source.server, "");
        let mut done: Vec<(&Object, Conversion)> = Vec::new();
        for object in objects.iter().filter(|object| object.kind == Kind::Table) {
            let table = match parse_table(&object.sql, mode) {
                Ok(table) => table,
                Err(error) => {
                    let sql = String::from_utf8_lossy(&object.sql);
                    self.faults.push(format!("{}: {error}\n{sql}", object.name));
                    continue;
                }
            };
            let conversion =
                convert_table(&table, &self.source.server, &self.target.target, options);
            for fault in silence::find(&table, &conversion) {
                self.faults.push(format!("{}: {fault}", object.name));
            }
            if conversion.unsupported.is_empty() == self.refused.contains(&object.name) {
                let reasons = &conversion.unsupported;
                self.faults.push(format!("{}: refused for {reasons:?}", object.name));
            }
            if conversion.unsupported.is_empty() {
                self.apply(&object.name, &conversion.create).await;
                done.push((object, conversion));
            }
        }
        for (object, conversion) in &done {
            for index in &conversion.indexes {
                self.apply(&object.name, &index.sql).await;
            }
            for check in &conversion.checks {
                self.apply(&object.name, &check.sql).await;
            }
        }
        for (object, conversion) in &done {
            for key in &conversion.foreign_keys {
                self.apply(&object.name, &key.sql).await;
            }
        }
        for (object, conversion) in &done {
            self.check(object, conversion).await;
        }
    }

    /// Reads the table back and looks for what is missing.
    async fn check(&mut self, object: &Object, conversion: &Conversion) {
        let expected = &conversion.table;
        let Some(sql) = self.target.definition("TABLE", &expected.name.name).await else {
            self.faults.push(format!("{}: is not there", object.name));
            return;
        };
        let found = match parse_table(&sql, Mode::of(&self.target.server, "")) {
            Ok(found) => found,
            Err(error) => {
                let sql = String::from_utf8_lossy(&sql);
                self.faults.push(format!("{}: {error}\n{sql}", object.name));
                return;
            }
        };
        let server = &self.target.server;
        let mut losses: Vec<String> = Vec::new();
        for difference in compare_tables(expected, &found, server) {
            // Each server puts its own brackets into an expression.
            let [ours, theirs] = [&difference.expected, &difference.found].map(|t| bracketless(t));
            if !difference.compatible || ours != theirs {
                losses.push(format!("{difference:?}"));
            }
        }
        losses.extend(losses::find(expected, &found, self.target.host));
        if !losses.is_empty() {
            let [made, now] = [object.sql.as_slice(), &sql].map(String::from_utf8_lossy);
            let notes: Vec<String> = conversion.notes.iter().map(ToString::to_string).collect();
            self.faults.push(format!(
                "{}:\n  {}\nfrom {made}\nby {}\nto {now}\nnotes\n  {}",
                object.name,
                losses.join("\n  "),
                conversion.create,
                notes.join("\n  ")
            ));
        }
    }

    async fn views(&mut self, objects: &[Object], options: &Options) {
        let mode = Mode::of(&self.source.server, "");
        let mut waiting = Vec::new();
        for object in objects.iter().filter(|object| object.kind == Kind::View) {
            let view = parse_view(&object.sql, mode).unwrap();
            let source = &self.source.server;
            waiting.push(convert_view(&view, source, &self.target.target, options));
        }
        while !waiting.is_empty() {
            let names: Vec<_> = waiting.iter().map(|view| view.name.clone()).collect();
            let ready = waiting.iter().position(|v| !v.needs.iter().any(|n| names.contains(n)));
            let view = waiting.remove(ready.expect("views do not need each other in a circle"));
            let database = view.name.database.clone().unwrap();
            assert_eq!(database, self.target.db.name());
            self.apply(&view.name.name, &view.create).await;
            let rows = format!("SELECT * FROM `{database}`.`{}`", view.name.name);
            self.apply(&view.name.name, &rows).await;
        }
    }
}
