//! Reading rows through prepared statements: the binary form spares the server the digits.

pub(super) mod fetch;
mod hidden;
mod select;
mod still;

use super::data_session::{DataSession, Use};
use super::wire::{BinaryRows, Param, Wire};
use super::{Mysql, data_fault, sketch};
use crate::data_error::DataError;
use crate::snapshot::{
    Field, Part, Partitions, ReadEnd, ReadSession, RowSink, Scan, Sketch, SnapshotReader,
};
use async_trait::async_trait;
use fetch::Form;
use oms_model::{Chunk, Key, Position, Rows, Table, UniqueKey};
use select::{Select, Way};
use std::collections::HashMap;

#[async_trait]
impl SnapshotReader for Mysql {
    async fn reading(&self) -> Result<Box<dyn ReadSession>, DataError> {
        let session = DataSession::open(&self.site, self.member, Use::Reading).await?;
        Ok(Box::new(Reading { session }))
    }

    async fn reading_still(
        &self,
        database: &str,
        table: &str,
    ) -> Result<(Box<dyn ReadSession>, Position), DataError> {
        let (session, place) = still::begin(self, database, table).await?;
        Ok((Box::new(session), place))
    }

    fn order_key(&self, table: &Table) -> Option<UniqueKey> {
        select::order_key(table)
    }
}

pub(super) use select::order_key;

/// A connection that reads.
#[derive(Debug)]
pub(super) struct Reading {
    session: DataSession,
}

impl Reading {
    pub fn of(session: DataSession) -> Self {
        Self { session }
    }

    pub fn session(&mut self) -> &mut DataSession {
        &mut self.session
    }
}

#[async_trait]
impl ReadSession for Reading {
    async fn sketches(
        &mut self,
        database: &str,
        tables: &[&str],
    ) -> Result<HashMap<String, Result<Sketch, DataError>>, DataError> {
        sketch::sketches(&mut self.session, database, tables).await
    }

    async fn count(&mut self, scan: &Scan) -> Result<u64, DataError> {
        let sql = Select { member: self.session.member, scan }.count();
        self.session.number(&sql).await
    }

    async fn partitions(&mut self, database: &str, table: &str) -> Result<Partitions, DataError> {
        sketch::partitions_of(&mut self.session, database, table).await
    }

    async fn is_larger(&mut self, table: &Table, rows: u64) -> Result<bool, DataError> {
        let name = self.session.name(&table.database, &table.name);
        let sql = format!("SELECT 1 FROM {name} LIMIT 1 OFFSET {rows}");
        let found = self.session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        Ok(!found.rows.is_empty())
    }

    async fn hidden_key(&mut self, table: &mut Table) -> Result<Option<UniqueKey>, DataError> {
        hidden::reveal(&mut self.session, table).await
    }

    async fn ends(
        &mut self,
        scan: &Scan,
        partition: Option<&str>,
    ) -> Result<Option<(Key, Key)>, DataError> {
        let part = Part::from(Chunk::of(partition));
        let Some(lowest) = self.key(scan, &part, Way::Up, 0).await? else {
            return Ok(None);
        };
        // Gone meanwhile: then the only key there was is both.
        let highest = self.key(scan, &part, Way::Down, 0).await?;
        let highest = highest.unwrap_or_else(|| Key::clone(&lowest));
        Ok(Some((lowest, highest)))
    }

    async fn key_at(
        &mut self,
        scan: &Scan,
        part: &Part,
        rows: u64,
    ) -> Result<Option<Key>, DataError> {
        self.key(scan, part, Way::Up, rows.saturating_sub(1)).await
    }

    async fn read(
        &mut self,
        scan: &Scan,
        part: &Part,
        sink: &mut dyn RowSink,
    ) -> Result<ReadEnd, DataError> {
        let select = Select { member: self.session.member, scan };
        let sql = select.rows(&part.chunk, part.most);
        let params = select.params(&part.chunk.range)?;
        let logical = |field: &Field| Form::of(&scan.table.columns[field.column].logical);
        let forms: Vec<Form> = scan.fields.iter().map(logical).collect();
        let wire = &mut self.session.wire;
        let statement = wire.prepare(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
        let rows = wire.read(&statement, &params).await.map_err(data_fault::of_wire)?;
        let outcome = pour(rows, &forms, sink).await;
        match outcome {
            Ok(Some(read)) => {
                wire.close(statement).await.map_err(data_fault::of_wire)?;
                let limited = part.most.is_some_and(|most| read >= most);
                Ok(if limited { ReadEnd::Limited } else { ReadEnd::Exhausted })
            }
            Ok(None) => {
                wire.abandon();
                Ok(ReadEnd::Stopped)
            }
            Err(error) => {
                wire.abandon();
                Err(error)
            }
        }
    }

    async fn ping(&mut self) -> Result<(), DataError> {
        self.session.wire.ping().await.map_err(data_fault::of_wire)
    }

    fn trips(&self) -> u64 {
        self.session.wire.trips()
    }
}

/// Hands the rows on, and says how many there were; `None` if the sink wanted no more.
async fn pour(
    mut rows: BinaryRows<'_>,
    forms: &[Form],
    sink: &mut dyn RowSink,
) -> Result<Option<u64>, DataError> {
    let columns = std::sync::Arc::clone(rows.columns());
    let mut room = sink.batch_bytes();
    let mut batch = Rows::with_room(room.min(MOST_ROOM));
    let mut read = 0;
    while let Some(packet) = rows.next().await.map_err(data_fault::of_wire)? {
        fetch::row(&mut batch, packet, &columns, forms)?;
        read += 1;
        if batch.size() >= room {
            match sink.take(batch).await {
                Some(empty) => batch = empty,
                None => return Ok(None),
            }
            room = sink.batch_bytes();
        }
    }
    if !batch.is_empty() && sink.take(batch).await.is_none() {
        return Ok(None);
    }
    Ok(Some(read))
}

/// What is reserved for a batch before anything is in it.
const MOST_ROOM: usize = 1 << 20;

impl Reading {
    async fn key(
        &mut self,
        scan: &Scan,
        part: &Part,
        way: Way,
        others: u64,
    ) -> Result<Option<Key>, DataError> {
        let select = Select { member: self.session.member, scan };
        let sql = select.key(part, way, others);
        let params = select.params(&part.chunk.range)?;
        let columns = select.key_columns();
        let forms: Vec<Form> =
            columns.iter().map(|(column, _)| Form::of(&column.logical)).collect();
        one_key(&mut self.session.wire, &sql, &params, &forms).await
    }
}

async fn one_key(
    wire: &mut Wire,
    sql: &str,
    params: &[Param<'_>],
    forms: &[Form],
) -> Result<Option<Key>, DataError> {
    let statement = wire.prepare(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let mut rows = wire.read(&statement, params).await.map_err(data_fault::of_wire)?;
    let columns = std::sync::Arc::clone(rows.columns());
    let mut found = Rows::default();
    while let Some(packet) = rows.next().await.map_err(data_fault::of_wire)? {
        fetch::row(&mut found, packet, &columns, forms)?;
    }
    wire.close(statement).await.map_err(data_fault::of_wire)?;
    Ok((!found.is_empty()).then(|| found.stored(0).into()))
}
