//! Rows from one server into another and back: what comes out is what went in, bit for bit.

mod partitions;
mod promises;
mod ranges;
mod seats;
mod sketches;
mod transfer;
mod writing;

use crate::host::Place;
use oms_connector::{
    DataError, Destination, Field, Part, ReadEnd, ReadSession, RowSink, Scan, TargetColumn,
    WriteSession,
};
use oms_model::{Rows, Table};

/// Keeps everything, in batches.
#[derive(Debug, Default)]
pub struct Kept {
    pub batches: Vec<Rows>,
    pub batch_bytes: usize,
    /// Stops after so many batches.
    pub most: Option<usize>,
}

#[async_trait::async_trait]
impl RowSink for Kept {
    fn batch_bytes(&self) -> usize {
        self.batch_bytes.max(1)
    }

    async fn take(&mut self, rows: Rows) -> Option<Rows> {
        self.batches.push(rows);
        self.most.is_none_or(|most| self.batches.len() < most).then(Rows::default)
    }
}

impl Kept {
    pub fn large() -> Self {
        Self { batch_bytes: 1 << 20, ..Self::default() }
    }

    /// Every row in its stored form, in order.
    pub fn stored(&self) -> Vec<Vec<u8>> {
        let rows =
            |batch: &Rows| (0..batch.len()).map(|at| batch.stored(at).to_vec()).collect::<Vec<_>>();
        self.batches.iter().flat_map(rows).collect()
    }
}

impl Place<'_> {
    /// A scan of all stored columns of a table, in its key's order.
    pub async fn scan(&self, table: &str) -> Scan {
        let connector = self.connector();
        let reader = connector.snapshot().unwrap();
        let table = self.layout(table).await.unwrap();
        let key = reader.order_key(&table);
        let fields = table.stored().map(|(column, _)| Field { column, charset: None }).collect();
        Scan { table, fields, key, filter: None }
    }

    /// A table of that name, as rows are moved.
    pub async fn layout(&self, table: &str) -> Result<Table, DataError> {
        self.connector().snapshot().unwrap().layout(&self.schema, table).await
    }

    pub async fn reading(&self) -> Box<dyn ReadSession> {
        self.connector().snapshot().unwrap().reading().await.unwrap()
    }

    pub async fn writing(&self) -> Box<dyn WriteSession> {
        self.connector().writer().unwrap().writing(None).await.unwrap()
    }

    /// Where rows of such a scan go in a table of the same name here.
    pub async fn destination(&self, scan: &Scan) -> Destination {
        let layout = self.layout(&scan.table.name).await.unwrap();
        let columns = scan.fields.iter().map(|field| {
            let name = &scan.table.columns[field.column].name;
            TargetColumn::from(&layout.columns[layout.place(name).unwrap()])
        });
        Destination {
            database: self.schema.clone(),
            table: scan.table.name.clone(),
            columns: columns.collect(),
            key: scan.key_places(),
        }
    }
}

/// Everything a scan reads.
pub async fn read_all(session: &mut dyn ReadSession, scan: &Scan) -> Kept {
    let mut kept = Kept::large();
    let end = session.read(scan, &Part::default(), &mut kept).await.unwrap();
    assert_eq!(end, ReadEnd::Exhausted);
    kept
}
