//! The statements that apply changes to one table.

use crate::apply::{Applied, Images};
use crate::mysql::dialect::Member;
use crate::mysql::encode::{self, Unwritable, Wish};
use oms_model::{Cells, Charset, LogicalType, Rows, Value};

/// Writes the statements for one table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statements<'a> {
    pub member: &'static dyn Member,
    pub table: &'a Applied,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    Insert,
    /// What is in the way goes.
    Replace,
    /// What has the same key gets these values.
    Upsert,
    /// What is in the way becomes this row, and keeps what is not written.
    Merge,
}

/// How many rows a statement finds by their keys.
pub(super) const KEYS: usize = 500;
/// How many rows a statement writes.
const ROWS: usize = 2_000;
/// Text up to this size is also compared as text, so that an index can be used.
const INDEXED: usize = 255;

impl Statements<'_> {
    pub(super) fn name(&self) -> String {
        self.member.qualified(&self.table.into.database, &self.table.into.table)
    }

    pub(super) fn column(&self, place: usize) -> String {
        self.member.quote(&self.table.into.columns[place].name)
    }

    fn columns(&self) -> Vec<String> {
        (0..self.table.into.columns.len()).map(|place| self.column(place)).collect()
    }

    fn head(&self, head: Head) -> String {
        let verb = match head {
            Head::Insert | Head::Upsert | Head::Merge => "INSERT",
            Head::Replace => "REPLACE",
        };
        format!("{verb} INTO {} ({}) VALUES ", self.name(), self.columns().join(","))
    }

    /// What follows the rows.
    fn tail(&self, head: Head) -> String {
        let key = match head {
            Head::Insert | Head::Replace => return String::new(),
            Head::Upsert => self.table.into.key.as_slice(),
            Head::Merge => &[],
        };
        let columns = self.columns().into_iter().enumerate();
        let others = columns.clone().filter(|(place, _)| !key.contains(place));
        let mut set: Vec<String> =
            others.map(|(_, column)| format!("{column}=VALUES({column})")).collect();
        if set.is_empty() {
            set.extend(columns.take(1).map(|(_, column)| format!("{column}={column}")));
        }
        format!(" ON DUPLICATE KEY UPDATE {}", set.join(","))
    }

    /// Writes as many rows as fit into a statement of about `most` bytes, and says how many. A row of
    /// `large` bytes is left for another way: none are written if it is the first.
    pub fn fill(
        &self,
        sql: &mut Vec<u8>,
        rows: &Images<'_>,
        head: Head,
        (most, large): (usize, usize),
    ) -> Result<usize, Unwritable> {
        sql.clear();
        sql.extend_from_slice(self.head(head).as_bytes());
        let tail = self.tail(head);
        let wishes = self.wishes();
        let mut values: Vec<Value<'_>> = Vec::new();
        for (number, row) in rows.rows.iter().enumerate().take(ROWS) {
            let before = sql.len();
            let is_full = number > 0 && before + tail.len() >= most;
            if row.len() >= large || is_full {
                return Ok(self.close(sql, number, &tail));
            }
            values.clear();
            values.extend(Cells::new(row));
            let mut mark = if number == 0 { &b"("[..] } else { b",(" };
            for (column, place) in rows.places.iter().enumerate() {
                sql.extend_from_slice(mark);
                let value = *values.get(*place).ok_or(Unwritable::Misfit)?;
                self.value(sql, column, wishes[column], value)?;
                mark = b",";
            }
            sql.push(b')');
        }
        Ok(self.close(sql, rows.rows.len().min(ROWS), &tail))
    }

    fn close(&self, sql: &mut Vec<u8>, rows: usize, tail: &str) -> usize {
        sql.extend_from_slice(tail.as_bytes());
        rows
    }

    /// One row by parameters.
    pub fn by_parameters(&self, head: Head) -> String {
        let marks: Vec<String> =
            (0..self.table.into.columns.len()).map(|at| self.mark(at)).collect();
        format!("{}({}){}", self.head(head), marks.join(","), self.tail(head))
    }

    /// The mark of a parameter that goes into a column.
    fn mark(&self, column: usize) -> String {
        match (self.foreign(column), self.wish(column)) {
            (Some(charset), _) => format!("CONVERT(? USING {})", charset.mysql_name()),
            (None, Wish::Words) => "CONVERT(? USING utf8mb4)".into(),
            (None, Wish::Usual | Wish::Member) => "?".into(),
        }
    }

    /// Removes rows by their keys, as many as fit, and says how many these are.
    pub fn delete(
        &self,
        sql: &mut Vec<u8>,
        rows: &Images<'_>,
        most: usize,
    ) -> Result<usize, Unwritable> {
        sql.clear();
        sql.extend_from_slice(format!("DELETE FROM {} WHERE ", self.name()).as_bytes());
        let key = &self.table.into.key;
        let single = match key.as_slice() {
            [column] => Some(*column),
            _ => None,
        };
        if let Some(column) = single {
            sql.extend_from_slice(format!("{} IN (", self.column(column)).as_bytes());
        }
        let mut done = 0;
        for row in rows.rows.iter().take(KEYS) {
            if done > 0 && sql.len() >= most {
                break;
            }
            let values: Vec<Value<'_>> = Cells::new(row).collect();
            match single {
                Some(column) => {
                    if done > 0 {
                        sql.push(b',');
                    }
                    self.key_value(sql, column, at(&values, rows, column)?)?;
                }
                None => {
                    if done > 0 {
                        sql.extend_from_slice(b" OR ");
                    }
                    self.key(sql, &values, rows)?;
                }
            }
            done += 1;
        }
        if single.is_some() {
            sql.push(b')');
        }
        Ok(done)
    }

    /// A condition that only the row with this key meets.
    pub(super) fn key(
        &self,
        sql: &mut Vec<u8>,
        values: &[Value<'_>],
        rows: &Images<'_>,
    ) -> Result<(), Unwritable> {
        let mut joint = "(";
        for column in &self.table.into.key {
            sql.extend_from_slice(joint.as_bytes());
            sql.extend_from_slice(self.column(*column).as_bytes());
            sql.push(b'=');
            self.key_value(sql, *column, at(values, rows, *column)?)?;
            joint = " AND ";
        }
        if self.table.into.key.is_empty() {
            return Err(Unwritable::Misfit);
        }
        sql.push(b')');
        Ok(())
    }

    /// Sets what is said of one row.
    pub fn update(
        &self,
        sql: &mut Vec<u8>,
        before: &Images<'_>,
        after: &Images<'_>,
    ) -> Result<(), Unwritable> {
        self.update_head(sql);
        let new: Vec<Value<'_>> = Cells::new(first(after)?).collect();
        let wishes = self.wishes();
        let mut joint = "";
        for (column, wish) in wishes.iter().enumerate() {
            let value = at(&new, after, column)?;
            if matches!(value, Value::Unchanged) {
                continue;
            }
            sql.extend_from_slice(format!("{joint}{}=", self.column(column)).as_bytes());
            self.value(sql, column, *wish, value)?;
            joint = ",";
        }
        self.update_tail(sql, joint.is_empty(), before)
    }

    /// The same with its values as parameters, which it gives.
    pub fn update_by_parameters(
        &self,
        sql: &mut Vec<u8>,
        before: &Images<'_>,
        after: &Images<'_>,
    ) -> Result<Rows, Unwritable> {
        self.update_head(sql);
        let new: Vec<Value<'_>> = Cells::new(first(after)?).collect();
        let mut set = Rows::default();
        let mut joint = "";
        for column in 0..self.table.into.columns.len() {
            let value = at(&new, after, column)?;
            if matches!(value, Value::Unchanged) {
                continue;
            }
            let assigned = format!("{joint}{}={}", self.column(column), self.mark(column));
            sql.extend_from_slice(assigned.as_bytes());
            match value {
                Value::Text(text) => set.push(Value::Text(&self.table.own(column, text))),
                Value::EnumError if !self.is_enum(column) => set.push(Value::Text(b"")),
                other => set.push(other),
            }
            joint = ",";
        }
        set.end_row();
        self.update_tail(sql, joint.is_empty(), before)?;
        Ok(set)
    }

    fn update_head(&self, sql: &mut Vec<u8>) {
        sql.clear();
        sql.extend_from_slice(format!("UPDATE {} SET ", self.name()).as_bytes());
    }

    fn update_tail(
        &self,
        sql: &mut Vec<u8>,
        sets_nothing: bool,
        before: &Images<'_>,
    ) -> Result<(), Unwritable> {
        if sets_nothing {
            let column = self.column(0);
            sql.extend_from_slice(format!("{column}={column}").as_bytes());
        }
        sql.extend_from_slice(b" WHERE ");
        let old: Vec<Value<'_>> = Cells::new(first(before)?).collect();
        self.key(sql, &old, before)
    }

    /// Removes so many rows that are this one in all that is written.
    pub fn delete_copies(
        &self,
        sql: &mut Vec<u8>,
        row: &Images<'_>,
        copies: u32,
    ) -> Result<(), Unwritable> {
        sql.clear();
        sql.extend_from_slice(format!("DELETE FROM {} WHERE ", self.name()).as_bytes());
        let values: Vec<Value<'_>> = Cells::new(first(row)?).collect();
        for column in 0..self.table.into.columns.len() {
            if column > 0 {
                sql.extend_from_slice(b" AND ");
            }
            self.same(sql, column, at(&values, row, column)?)?;
        }
        sql.extend_from_slice(format!(" LIMIT {copies}").as_bytes());
        Ok(())
    }

    /// A condition that only this very value meets, whatever a collation takes for equal.
    fn same(&self, sql: &mut Vec<u8>, column: usize, value: Value<'_>) -> Result<(), Unwritable> {
        let name = self.column(column);
        let mut say = |text: &str| sql.extend_from_slice(text.as_bytes());
        match value {
            Value::Null => say(&format!("{name} IS NULL")),
            Value::EnumError if self.is_enum(column) => say(&format!("{name}+0=0")),
            Value::Geometry(bytes) | Value::Vector(bytes) => {
                say(&format!("HEX({name})='"));
                bytes.iter().for_each(|byte| say(&format!("{byte:02X}")));
                say("'");
            }
            // Its numbers are equal to others of another kind, which print otherwise.
            Value::Json(bytes) | Value::Text(bytes) if self.is_json(column) => {
                let name =
                    format!("CAST({name} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin");
                say(&format!("{name}=CAST(CAST("));
                self.value(sql, column, self.wish(column), Value::Text(bytes))?;
                sql.extend_from_slice(b" AS JSON) AS CHAR CHARACTER SET utf8mb4)");
            }
            Value::Text(bytes) | Value::Enum(bytes) | Value::Set(bytes) | Value::Json(bytes)
                if self.wish(column) != Wish::Words =>
            {
                if bytes.len() <= INDEXED && matches!(value, Value::Text(_)) {
                    say(&format!("{name}="));
                    self.key_value(sql, column, value)?;
                    sql.extend_from_slice(b" AND ");
                }
                sql.extend_from_slice(format!("CAST({name} AS BINARY)=").as_bytes());
                self.bytes(sql, column, bytes);
            }
            Value::EnumError => return self.same(sql, column, Value::Text(b"")),
            other => {
                say(&format!("{name}="));
                self.key_value(sql, column, other)?;
            }
        }
        Ok(())
    }

    /// Text as the bytes that its column keeps it in.
    fn bytes(&self, sql: &mut Vec<u8>, column: usize, bytes: &[u8]) {
        let bytes = self.table.own(column, bytes);
        match (self.foreign(column), self.charset(column)) {
            (Some(from), Some(own)) => {
                sql.extend_from_slice(b"CAST(CONVERT(");
                self.text(sql, from, &bytes);
                sql.extend_from_slice(
                    format!(" USING {}) AS BINARY)", own.mysql_name()).as_bytes(),
                );
            }
            _ => encode::text(sql, &bytes),
        }
    }

    /// A value that is compared with a column.
    pub(super) fn key_value(
        &self,
        sql: &mut Vec<u8>,
        column: usize,
        value: Value<'_>,
    ) -> Result<(), Unwritable> {
        match value {
            // What the column keeps in 32 bits is compared in 64.
            Value::Float(number) => encode::literal(sql, Wish::Usual, Value::Double(number.into())),
            // Without its charset the text would be compared as bytes, past the index.
            Value::Text(bytes) | Value::Enum(bytes) | Value::Set(bytes) | Value::Json(bytes)
                if self.wish(column) != Wish::Words =>
            {
                let bytes = self.table.own(column, bytes);
                match self.foreign(column).or(self.charset(column)) {
                    Some(charset) => self.text(sql, charset, &bytes),
                    None => encode::text(sql, &bytes),
                }
                Ok(())
            }
            _ => self.value(sql, column, self.wish(column), value),
        }
    }

    /// A value that is written into a column.
    pub(super) fn value(
        &self,
        sql: &mut Vec<u8>,
        column: usize,
        wish: Wish,
        value: Value<'_>,
    ) -> Result<(), Unwritable> {
        let is_foreign = self.table.charsets[column].is_some();
        let (Value::Text(bytes) | Value::Enum(bytes) | Value::Set(bytes) | Value::Json(bytes)) =
            value
        else {
            return encode::literal(sql, wish, value);
        };
        if !is_foreign {
            return encode::literal(sql, wish, value);
        }
        let bytes = self.table.own(column, bytes);
        match self.foreign(column) {
            Some(charset) => self.text(sql, charset, &bytes),
            None => encode::literal(sql, wish, Value::Text(&bytes))?,
        }
        Ok(())
    }

    /// The column's own charset.
    fn charset(&self, column: usize) -> Option<&Charset> {
        self.table.into.columns[column].logical.charset()
    }

    /// The charset of a column's text that the database has to convert.
    fn foreign(&self, column: usize) -> Option<&Charset> {
        self.table.charsets[column].as_ref().filter(|_| !self.table.is_converted_here(column))
    }

    /// Text of a charset.
    fn text(&self, sql: &mut Vec<u8>, charset: &Charset, bytes: &[u8]) {
        let name = charset.mysql_name();
        if self.member.introduces(name) {
            sql.extend_from_slice(format!("_{name}").as_bytes());
            return encode::text(sql, bytes);
        }
        sql.extend_from_slice(b"CONVERT(");
        encode::text(sql, bytes);
        sql.extend_from_slice(format!(" USING {name})").as_bytes());
    }

    pub(super) fn wish(&self, column: usize) -> Wish {
        Wish::of(&self.table.into.columns[column])
    }

    fn wishes(&self) -> Vec<Wish> {
        self.table.into.columns.iter().map(Wish::of).collect()
    }

    fn is_enum(&self, column: usize) -> bool {
        self.wish(column) == Wish::Member
    }

    fn is_json(&self, column: usize) -> bool {
        matches!(self.table.into.columns[column].logical, LogicalType::Json)
    }
}

fn first<'a>(rows: &Images<'a>) -> Result<&'a [u8], Unwritable> {
    rows.rows.first().copied().ok_or(Unwritable::Misfit)
}

/// The value that goes into a column.
pub(super) fn at<'v>(
    values: &[Value<'v>],
    rows: &Images<'_>,
    column: usize,
) -> Result<Value<'v>, Unwritable> {
    let place = rows.places.get(column).ok_or(Unwritable::Misfit)?;
    values.get(*place).copied().ok_or(Unwritable::Misfit)
}
