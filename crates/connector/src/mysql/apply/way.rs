//! Rows that are in the way of others, in tables with columns that only the target has: these stay
//! with the row of their key, so a row is not written in place of one of another key.

use super::Applying;
use super::statements::{KEYS, Statements, at};
use crate::apply::{Applied, Images, OtherKey};
use crate::mysql::encode::Unwritable;
use crate::writer::WriteError;
use oms_model::{Cells, Value};

impl Applying {
    /// Takes the unique values of rows from whatever other rows have them: where a value may be
    /// missing it is, and else the row goes. Whoever has lost a value at the source gets it anew, or
    /// goes, by a change of its own.
    pub(super) async fn clear_the_way(
        &mut self,
        table: &Applied,
        rows: &Images<'_>,
    ) -> Result<(), WriteError> {
        for key in &table.others {
            for some in rows.rows.chunks(KEYS) {
                let some = Images { rows: some, places: rows.places };
                let mut buffer = self.take_buffer();
                let mut rest = some;
                while !rest.rows.is_empty() {
                    let limit = self.statement();
                    let (done, any) =
                        self.statements(table).clear(&mut buffer, &rest, key, limit)?;
                    if any {
                        self.fits(&buffer)?;
                        self.write(&buffer).await?;
                    }
                    rest.rows = &rest.rows[done..];
                }
                self.give_back(buffer);
            }
        }
        Ok(())
    }
}

impl Statements<'_> {
    /// Takes the values of a key from other rows than these. Says how many rows it speaks of, and
    /// whether there is anything to do.
    fn clear(
        &self,
        sql: &mut Vec<u8>,
        rows: &Images<'_>,
        key: &OtherKey,
        most: usize,
    ) -> Result<(usize, bool), Unwritable> {
        sql.clear();
        let verb = match key.may_lack {
            Some(column) => {
                format!("UPDATE {} SET {}=NULL WHERE ", self.name(), self.column(column))
            }
            None => format!("DELETE FROM {} WHERE ", self.name()),
        };
        sql.extend_from_slice(verb.as_bytes());
        let (mut done, mut any) = (0, false);
        for row in rows.rows {
            if any && sql.len() >= most {
                break;
            }
            done += 1;
            let values: Vec<Value<'_>> = Cells::new(row).collect();
            let mut is_unique = true;
            for (column, _) in &key.parts {
                is_unique &= !at(&values, rows, *column)?.is_null();
            }
            // Where a part is missing, nothing is in the way.
            if !is_unique {
                continue;
            }
            let mut joint = if any { " OR (" } else { "(" };
            for (column, prefix) in &key.parts {
                sql.extend_from_slice(joint.as_bytes());
                let name = self.column(*column);
                let value = at(&values, rows, *column)?;
                match prefix {
                    None => {
                        sql.extend_from_slice(format!("{name}=").as_bytes());
                        self.key_value(sql, *column, value)?;
                    }
                    Some(length) => {
                        sql.extend_from_slice(format!("LEFT({name},{length})=LEFT(").as_bytes());
                        self.key_value(sql, *column, value)?;
                        sql.extend_from_slice(format!(",{length})").as_bytes());
                    }
                }
                joint = " AND ";
            }
            sql.extend_from_slice(b" AND NOT ");
            self.key(sql, &values, rows)?;
            sql.push(b')');
            any = true;
        }
        Ok((done, any))
    }
}
