//! Capture by triggers, on a real kernel: what comes out is what was committed, once.

mod begin;
mod drift;
mod rounds;
mod values;

use crate::host::{OCEANBASE, Place};
use oms_connector::changes::{Capture, ChangeStream, Follow, Headway, Selection, Step};
use oms_connector::{ChangeError, ChangeReader};
use oms_model::change::{Change, Definitions, Entries, Item, Items, RowKind};
use oms_model::{Cells, Position};
use oms_testkit::TestDb;
use std::sync::Arc;
use std::time::Duration;

/// All tables of one database.
struct Within(String);

impl Selection for Within {
    fn wants(&self, database: &str, _table: &str) -> bool {
        database == self.0
    }
}

/// A capture of a test's own.
struct Captured {
    place: Place<'static>,
    /// Another session in the same server.
    other: TestDb,
    name: String,
}

/// What was read of a transaction, in words: `+` a row that is new, `-` one that is gone, `~` one
/// that changed, `!` a statement.
type Told = Vec<String>;

impl Captured {
    /// A database with these tables.
    async fn of(tables: &str) -> Self {
        let place = OCEANBASE.place().await;
        place.db.exec(tables).await.unwrap();
        let other = TestDb::create(place.db.server()).await.unwrap();
        let name = place.db.name().to_owned();
        let name = name[name.len().saturating_sub(20)..].to_lowercase();
        let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        Self { place, other, name }
    }

    async fn with<T>(&self, work: impl AsyncFnOnce(&dyn ChangeReader) -> T) -> T {
        let connector = self.place.connector();
        let reader = connector.changes_by_triggers().unwrap();
        work(reader.as_ref()).await
    }

    fn selection(&self) -> Arc<dyn Selection> {
        Arc::new(Within(self.place.schema.clone()))
    }

    async fn install(&self) -> Position {
        let capture = Capture { name: self.name.clone(), selection: self.selection() };
        self.with(async |reader| reader.install(&capture).await).await.unwrap()
    }

    async fn follow(&self, from: &Position) -> Result<Reading, ChangeError> {
        let follow = Follow {
            from: from.clone(),
            selection: self.selection(),
            tables: vec![],
            reader: 1,
            heartbeat: Duration::from_millis(100),
            headway: Headway::default(),
        };
        let stream = self.with(async |reader| reader.follow(follow).await).await?;
        Ok(Reading { stream, definitions: Definitions::default(), entries: Entries::default() })
    }

    /// The database that holds what the triggers wrote.
    fn home(&self) -> String {
        format!("oms_capture_{}", self.name)
    }

    async fn exec(&self, sql: &str) {
        self.place.db.exec(sql).await.unwrap();
    }

    /// Removes the capture, so that the test leaves nothing behind.
    async fn remove(self) {
        self.with(async |reader| reader.remove(&self.name).await).await.unwrap();
    }
}

/// A stream that is read.
struct Reading {
    stream: Box<dyn ChangeStream>,
    definitions: Definitions,
    entries: Entries,
}

impl Reading {
    /// The next transaction; nothing where a heartbeat comes first.
    async fn step(&mut self, enough: usize) -> Result<Option<(Told, Position)>, ChangeError> {
        loop {
            let (entries, definitions) = (&mut self.entries, &mut self.definitions);
            let step = self.stream.next(entries, definitions, enough);
            let step = tokio::time::timeout(Duration::from_secs(60), step).await.unwrap()?;
            let position = match step {
                Step::More => continue,
                Step::Moved(_) => None,
                Step::Commit(commit) => Some(commit.moved.position),
                other => panic!("{other:?}"),
            };
            let told = self.told();
            self.entries.clear(usize::MAX);
            return Ok(position.map(|position| (told, position)));
        }
    }

    /// The next transaction, which is said to be kept.
    async fn next(&mut self) -> Told {
        let (told, position) = self.unkept().await;
        self.stream.kept(&position);
        told
    }

    async fn unkept(&mut self) -> (Told, Position) {
        loop {
            if let Some(found) = self.step(64 << 10).await.unwrap() {
                return found;
            }
        }
    }

    /// That nothing comes for two heartbeats.
    async fn is_silent(&mut self) {
        for _ in 0..2 {
            assert_eq!(self.step(64 << 10).await.unwrap(), None);
        }
    }

    fn told(&self) -> Told {
        let mut told = Vec::new();
        for item in Items::new(self.entries.bytes()) {
            match item.unwrap() {
                Item::Rows(rows) => told.extend(rows.changes().map(|change| self.row(&change))),
                Item::Statement(statement) => {
                    let word = statement.text.split(' ').next().unwrap_or_default().to_owned();
                    told.push(format!("!{word} {}", statement.touches[0].1));
                }
                other => panic!("{other:?}"),
            }
        }
        told
    }

    fn row(&self, change: &Change<'_>) -> String {
        let table = self.definitions.table(change.table).unwrap();
        let image = |stored| {
            let values: Vec<String> = Cells::new(stored).map(|value| value.to_string()).collect();
            assert_eq!(values.len(), table.columns.len());
            values.join(",")
        };
        match change.kind {
            RowKind::Insert => format!("+{} {}", table.name, image(change.after)),
            RowKind::Delete => format!("-{} {}", table.name, image(change.before)),
            RowKind::Update => {
                format!("~{} {} > {}", table.name, image(change.before), image(change.after))
            }
        }
    }
}
