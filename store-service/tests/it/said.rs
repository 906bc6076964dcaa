//! Transactions as tests say them, and as they are read from frames again.

use oms_model::{
    Cells, Column, LogicalType, Position, PositionKind, Table, Value,
    change::{
        Defined, Definitions, Entries, Item, Items, RowKind, Seq, Statement,
        frame::{FrameKind, HEAD, Head, Unpacker},
    },
};
use store_service::log::{Appender, LogError, Opening};

/// A transaction: its name, when it was committed, and the text of each change, by table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub id: String,
    pub committed: i64,
    pub origin: String,
    pub changes: Vec<Change>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A row of a version of a table, with so many bytes.
    Row {
        table: String,
        columns: usize,
        text: Vec<u8>,
    },
    Statement(String),
}

/// Where the source is behind the transaction of a number.
pub fn place(number: u64) -> Position {
    Position::new(PositionKind::BinlogFile, format!("binlog.000001/{number}"))
}

/// A version of a table.
pub fn table(name: &str, columns: usize) -> Table {
    let column = |number: usize| Column {
        name: format!("c{number}"),
        logical: LogicalType::Bit(3),
        native: "bit(3)".into(),
        nullable: true,
        collation: None,
        generated: false,
    };
    let columns = (0..columns).map(column).collect();
    Table { database: "d".into(), name: name.into(), columns, keys: vec![] }
}

pub fn row(table: &str, text: impl Into<Vec<u8>>) -> Change {
    Change::Row { table: table.into(), columns: 1, text: text.into() }
}

impl Said {
    /// A transaction of rows of one table.
    pub fn rows(number: u64, rows: usize) -> Self {
        let text = |at: usize| row("t", format!("{number}/{at}"));
        Self::of(number, (0..rows).map(text).collect())
    }

    pub fn of(number: u64, changes: Vec<Change>) -> Self {
        Self {
            id: format!("0-1-{number}"),
            committed: i64::try_from(number).unwrap() * 1_000,
            origin: String::new(),
            changes,
        }
    }
}

/// Puts a change where a stream puts it.
pub fn put(change: &Change, entries: &mut Entries, definitions: &mut Definitions) {
    match change {
        Change::Row { table: name, columns, text } => {
            let number = definitions.number(&table(name, *columns));
            let mut row = entries.row(number, RowKind::Insert);
            row.push(Value::Bytes(text));
            row.end_image();
        }
        Change::Statement(text) => {
            entries.statement(&Statement { text: text.clone(), ..Statement::default() });
        }
    }
}

/// Appends a transaction, which ends at a place of the source.
pub async fn append(
    appender: &mut dyn Appender,
    definitions: &mut Definitions,
    said: &Said,
    position: &Position,
) -> Result<Seq, LogError> {
    let mut entries = Entries::default();
    said.changes.iter().for_each(|change| put(change, &mut entries, definitions));
    let opening = Opening {
        changes: entries.changes(),
        committed: said.committed,
        id: &said.id,
        origin: &said.origin,
    };
    appender.begin(opening).await?;
    appender.items(entries.bytes(), definitions).await?;
    appender.end(position).await
}

/// Whoever reads frames: it knows the definitions, and holds every frame to what it must be.
#[derive(Debug, Default)]
pub struct Heard {
    definitions: Definitions,
    unpacker: Option<Unpacker>,
    /// The transactions that came whole, with the number of the first change of each.
    pub all: Vec<(Seq, Said)>,
    open: Option<(Seq, u64, Said)>,
    pub beats: Vec<i64>,
    /// Frames of definitions.
    pub defined: usize,
    pub alive: usize,
}

impl Heard {
    /// Reads whole frames.
    pub fn frames(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let head = Head::read(bytes).unwrap();
            let body = head.check(&bytes[HEAD..head.size()]).unwrap();
            let payload = self.unpacker.get_or_insert_default().payload(&body).unwrap();
            match head.kind {
                FrameKind::Defined => self.define(&serde_json::from_slice(&payload).unwrap()),
                FrameKind::Block => self.block(&payload),
                FrameKind::Alive => self.alive += 1,
            }
            bytes = &bytes[head.size()..];
        }
    }

    pub fn define(&mut self, defined: &Defined) {
        self.defined += 1;
        for definition in &defined.definitions {
            assert!(self.definitions.restore(definition), "{definition:?} was something else");
        }
    }

    pub fn block(&mut self, items: &[u8]) {
        for item in Items::new(items) {
            match item.unwrap() {
                Item::Begin(head) => {
                    assert!(self.open.is_none(), "a transaction within another one");
                    let said = Said {
                        id: head.id.into(),
                        committed: head.committed,
                        origin: head.origin.into(),
                        changes: vec![],
                    };
                    self.open = Some((head.first, head.changes, said));
                }
                Item::Rows(rows) => {
                    let table = self.definitions.table(rows.table).expect("it was defined").clone();
                    for change in rows.changes() {
                        let Some(Value::Bytes(text)) = Cells::new(change.after).next() else {
                            panic!("another value")
                        };
                        self.change(Change::Row {
                            table: table.name.clone(),
                            columns: table.columns.len(),
                            text: text.into(),
                        });
                    }
                }
                Item::Statement(statement) => self.change(Change::Statement(statement.text)),
                Item::End => {
                    let (first, changes, said) = self.open.take().expect("it began");
                    assert_eq!(changes, said.changes.len() as u64);
                    self.all.push((first, said));
                }
                Item::Beat(at) => self.beats.push(at),
            }
        }
    }

    fn change(&mut self, change: Change) {
        self.open.as_mut().expect("within a transaction").2.changes.push(change);
    }

    /// The last change of the last whole transaction.
    pub fn last(&self) -> Seq {
        let last = self.all.last().map(|(first, said)| first.0 + said.changes.len() as u64 - 1);
        Seq(last.unwrap_or_default())
    }

    /// That the transactions are these, and that numbers are dense from a number on.
    #[track_caller]
    pub fn are(&self, said: &[Said], mut first: Seq) {
        assert_eq!(self.all.len(), said.len());
        for ((number, heard), said) in self.all.iter().zip(said) {
            assert_eq!((*number, heard), (first, said));
            first = first.plus(said.changes.len() as u64);
        }
    }
}
