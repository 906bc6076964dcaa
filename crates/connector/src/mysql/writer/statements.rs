//! The statements that write one table's rows.

use super::{LARGE, wishes};
use crate::data_error::DataError;
use crate::dialect::Dialect;
use crate::mysql::encode::{self, Unwritable, Wish};
use crate::writer::{Batch, Destination, TargetColumn};
use oms_model::{Cells, LogicalType, Value};

/// Writes the statements for one destination.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statements<'a> {
    pub dialect: &'a dyn Dialect,
    pub into: &'a Destination,
}

impl Statements<'_> {
    fn table(&self) -> String {
        self.dialect.qualified(&self.into.database, &self.into.table)
    }

    fn columns(&self) -> String {
        let names: Vec<String> =
            self.into.columns.iter().map(|column| self.dialect.quote(&column.name)).collect();
        names.join(",")
    }

    pub fn insert(&self) -> String {
        format!("INSERT INTO {} ({}) VALUES ", self.table(), self.columns())
    }

    /// Text for a type of its own names its charset on the way, as in an insert.
    pub fn load(&self, file: &str) -> String {
        let mut targets = Vec::new();
        let mut turns = Vec::new();
        for (place, (column, wish)) in self.into.columns.iter().zip(wishes(self.into)).enumerate() {
            let name = self.dialect.quote(&column.name);
            match wish {
                Wish::Usual | Wish::Member => targets.push(name),
                Wish::Words => {
                    targets.push(format!("@v{place}"));
                    turns.push(format!("{name} = CONVERT(@v{place} USING utf8mb4)"));
                }
            }
        }
        let set =
            if turns.is_empty() { String::new() } else { format!(" SET {}", turns.join(",")) };
        format!(
            "LOAD DATA LOCAL INFILE '{file}' INTO TABLE {} CHARACTER SET binary ({}){set}",
            self.table(),
            targets.join(",")
        )
    }

    pub fn select(&self) -> String {
        let fields = self.into.columns.iter().map(|column| {
            let name = self.dialect.quote(&column.name);
            match &column.logical {
                LogicalType::Enum { members, .. } if members.iter().any(String::is_empty) => {
                    format!("CAST({name} + 0 AS UNSIGNED)")
                }
                _ => name,
            }
        });
        format!("SELECT {} FROM {}", fields.collect::<Vec<_>>().join(","), self.table())
    }

    pub fn delete(&self) -> String {
        format!("DELETE FROM {}", self.table())
    }

    /// One row by parameters.
    pub fn insert_by_parameters(&self) -> String {
        let marks = wishes(self.into).into_iter().map(|wish| match wish {
            Wish::Usual | Wish::Member => "?",
            Wish::Words => "CONVERT(? USING utf8mb4)",
        });
        format!("{}({})", self.insert(), marks.collect::<Vec<_>>().join(","))
    }

    /// Writes an insert of as many rows as fit into so many bytes, and says where it ended. A row
    /// that is large is left for another way; the buffer is empty if that is the first.
    pub fn fill(
        &self,
        buffer: &mut Vec<u8>,
        rows: &Batch<'_>,
        most: usize,
    ) -> Result<usize, Unwritable> {
        buffer.clear();
        let wishes = wishes(self.into);
        for index in rows.range.clone() {
            let before = buffer.len();
            if rows.rows.stored(index).len() >= LARGE.min(most / 2) {
                return Ok(index);
            }
            match index == rows.range.start {
                true => buffer.extend_from_slice(self.insert().as_bytes()),
                false => buffer.push(b','),
            }
            encode::tuple(buffer, &wishes, rows.rows.row(index).take(wishes.len()))?;
            if buffer.len() > most {
                buffer.truncate(before);
                return Ok(index);
            }
        }
        Ok(rows.range.end)
    }

    /// Whether there is a value that is no member of its ENUM.
    pub fn has_enum_errors(&self, rows: &Batch<'_>) -> bool {
        let is_enum = |column: &TargetColumn| matches!(column.logical, LogicalType::Enum { .. });
        if !self.into.columns.iter().any(is_enum) {
            return false;
        }
        let width = self.into.columns.len();
        let mut values = rows.range.clone().flat_map(|at| rows.rows.row(at).take(width));
        values.any(|value| value == Value::EnumError)
    }

    /// Writes a condition that only the row with the same key meets.
    pub fn key(&self, sql: &mut Vec<u8>, row: Cells<'_>) -> Result<(), DataError> {
        let values: Vec<Value<'_>> = row.collect();
        let mut joint = "(";
        for place in &self.into.key {
            let (Some(column), Some(value)) = (self.into.columns.get(*place), values.get(*place))
            else {
                return Err(DataError::Changed { message: "its key has other columns".into() });
            };
            sql.extend_from_slice(joint.as_bytes());
            sql.extend_from_slice(self.dialect.quote(&column.name).as_bytes());
            sql.push(b'=');
            // Without its charset the text would be compared as bytes, past the index.
            if let (Some(charset), Value::Text(_) | Value::Enum(_) | Value::Set(_)) =
                (column.logical.charset(), value)
                && Wish::of(column) == Wish::Usual
            {
                sql.push(b'_');
                sql.extend_from_slice(charset.mysql_name().as_bytes());
            }
            encode::literal(sql, Wish::of(column), *value)
                .map_err(|error| DataError::Unsupported(error.to_string()))?;
            joint = " AND ";
        }
        sql.push(b')');
        Ok(())
    }
}
