//! The statements that read: what, in which order, and from where to where.

use crate::data_error::DataError;
use crate::mysql::dialect::Member;
use crate::mysql::wire::{self, Param};
use crate::snapshot::{Field, Part, Scan};
use oms_model::{Cells, Charset, Chunk, Column, KeyRange, LogicalType, Table, UniqueKey, Value};

/// Writes the statements of one scan.
#[derive(Debug)]
pub(super) struct Select<'a> {
    pub member: &'a dyn Member,
    pub scan: &'a Scan,
}

/// Which way to walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

impl Select<'_> {
    /// Everything of the range, in order.
    pub fn rows(&self, chunk: &Chunk, most: Option<u64>) -> String {
        let fields: Vec<String> =
            self.scan.fields.iter().map(|field| self.expression(field)).collect();
        let table = self.table(chunk.partition.as_deref());
        let mut sql = format!("SELECT {}{} FROM {table}", self.hint(), fields.join(", "));
        let mut conditions = self.bounds(&chunk.range);
        // A line comment in a condition must not swallow what follows.
        conditions.extend(self.scan.filter.iter().map(|filter| format!("({filter}\n)")));
        push_where(&mut sql, &conditions);
        sql.push_str(&self.order(Way::Up));
        if let Some(most) = most {
            sql.push_str(&format!(" LIMIT {most}"));
        }
        sql
    }

    /// The key of one row: the first from either end, or the one after so many others.
    pub fn key(&self, part: &Part, way: Way, others: u64) -> String {
        let columns = self.key_columns();
        let names: Vec<String> = columns
            .iter()
            .map(|(column, field)| match field {
                Some(field) => self.expression(field),
                None => self.member.quote(&column.name),
            })
            .collect();
        let table = self.table(part.chunk.partition.as_deref());
        let mut sql = format!("SELECT {}{} FROM {table}", self.hint(), names.join(", "));
        push_where(&mut sql, &self.bounds(&part.chunk.range));
        sql.push_str(&self.order(way));
        sql.push_str(" LIMIT 1");
        if others > 0 {
            sql.push_str(&format!(" OFFSET {others}"));
        }
        sql
    }

    pub fn count(&self) -> String {
        let mut sql = format!("SELECT COUNT(*) FROM {}", self.table(None));
        let filter = self.scan.filter.iter().map(|filter| format!("({filter}\n)"));
        push_where(&mut sql, &filter.collect::<Vec<_>>());
        sql
    }

    /// What the statement says first, for the sake of a key that is hidden.
    fn hint(&self) -> String {
        let hidden = self.member.hidden_key().filter(|hidden| {
            let columns = self.key_columns();
            columns.iter().any(|(column, _)| column.generated && column.name == hidden.column)
        });
        hidden.map(|hidden| format!("{} ", hidden.hint)).unwrap_or_default()
    }

    fn table(&self, partition: Option<&str>) -> String {
        let table = &self.scan.table;
        let name = self.member.qualified(&table.database, &table.name);
        match partition {
            Some(partition) => format!("{name} PARTITION ({})", self.member.quote(partition)),
            None => name,
        }
    }

    fn expression(&self, field: &Field) -> String {
        let column = &self.scan.table.columns[field.column];
        let name = self.member.quote(&column.name);
        match (&field.charset, &column.logical) {
            (_, LogicalType::Enum { members, .. }) if members.iter().any(String::is_empty) => {
                format!("CAST({name} + 0 AS UNSIGNED)")
            }
            (Some(Charset::Named(charset)), _) => format!("CONVERT({name} USING {charset})"),
            (Some(Charset::Latin1), _) => format!("CONVERT({name} USING latin1)"),
            (Some(Charset::Ascii), _) => format!("CONVERT({name} USING ascii)"),
            (Some(Charset::Utf8 | Charset::Utf8Bmp), _) => {
                format!("CONVERT({name} USING utf8mb4)")
            }
            (None, _) => name,
        }
    }

    fn order(&self, way: Way) -> String {
        let columns = self.key_columns();
        if columns.is_empty() {
            return String::new();
        }
        let direction = if way == Way::Down { " DESC" } else { "" };
        let names: Vec<String> = columns
            .iter()
            .map(|(column, _)| format!("{}{direction}", self.member.quote(&column.name)))
            .collect();
        format!(" ORDER BY {}", names.join(", "))
    }

    /// The key's columns, each with the field that reads it.
    pub fn key_columns(&self) -> Vec<(&Column, Option<&Field>)> {
        let parts = self.scan.key.iter().flat_map(|key| &key.parts);
        let columns = parts.filter_map(|part| part.column);
        columns
            .map(|at| {
                let field = self.scan.fields.iter().find(|field| field.column == at);
                (&self.scan.table.columns[at], field)
            })
            .collect()
    }

    fn bounds(&self, range: &KeyRange) -> Vec<String> {
        let columns = self.key_columns();
        let mut conditions = Vec::new();
        if range.after.is_some() {
            conditions.extend(self.bound(&columns, [">", ">", ">="]));
        }
        if range.upto.is_some() {
            conditions.extend(self.bound(&columns, ["<", "<=", "<="]));
        }
        conditions
    }

    /// One side of a range. Rows of values are compared column by column: the family's planners do
    /// not find an index for `(a, b) > (?, ?)`. The same for the first column alone, which is less
    /// strict, lets them find where to begin. `marks`: inside, in the last column, in that extra.
    fn bound(&self, columns: &[(&Column, Option<&Field>)], marks: [&str; 3]) -> Vec<String> {
        let [inner, last, loose] = marks;
        let mut ways = Vec::new();
        for end in 0..columns.len() {
            let mark = if end + 1 == columns.len() { last } else { inner };
            let mut way: Vec<String> =
                columns[..end].iter().map(|column| self.compare(*column, "=")).collect();
            way.push(self.compare(columns[end], mark));
            ways.push(way.join(" AND "));
        }
        match (ways.len(), columns.first()) {
            (0, _) | (_, None) => vec![],
            (1, _) => ways,
            (_, Some(first)) => {
                vec![self.compare(*first, loose), format!("(({}))", ways.join(") OR ("))]
            }
        }
    }

    fn compare(&self, (column, field): (&Column, Option<&Field>), mark: &str) -> String {
        let name = self.member.quote(&column.name);
        let converted = field.is_some_and(|field| field.charset.is_some());
        match (&column.logical, &column.collation) {
            (LogicalType::Text { charset, .. }, Some(collation))
                if converted || !charset.is_utf8() =>
            {
                let charset = collation.split('_').next().unwrap_or_default();
                format!("{name} {mark} CONVERT(? USING {charset}) COLLATE {collation}")
            }
            (LogicalType::Decimal { digits: Some((precision, scale)), .. }, _) => {
                format!("{name} {mark} CAST(? AS DECIMAL({precision},{scale}))")
            }
            _ => format!("{name} {mark} ?"),
        }
    }

    /// The parameters that the bounds of a range take, in the order of their marks.
    pub fn params<'k>(&self, range: &'k KeyRange) -> Result<Vec<Param<'k>>, DataError> {
        let columns = self.key_columns();
        let mut params = Vec::new();
        for bound in [&range.after, &range.upto].into_iter().flatten() {
            let values = Cells::new(bound).zip(&columns);
            let values: Vec<Param<'k>> =
                values.map(|(value, column)| param(value, *column)).collect::<Result<_, _>>()?;
            if values.len() != columns.len() || values.is_empty() {
                return Err(DataError::Changed { message: "its key has other columns".into() });
            }
            if values.len() > 1 {
                params.push(values[0]);
            }
            for end in 0..values.len() {
                params.extend_from_slice(&values[..=end]);
            }
        }
        Ok(params)
    }
}

fn push_where(sql: &mut String, conditions: &[String]) {
    if !conditions.is_empty() {
        sql.push_str(" WHERE ");
        sql.push_str(&conditions.join(" AND "));
    }
}

fn param<'k>(
    value: Value<'k>,
    (column, field): (&Column, Option<&Field>),
) -> Result<Param<'k>, DataError> {
    let converted = field.is_some_and(|field| field.charset.is_some());
    let is_utf8 = column.logical.charset().is_none_or(Charset::is_utf8);
    Ok(match value {
        Value::Int(number) => Param::Int(number),
        Value::UInt(number) => Param::UInt(number),
        Value::Year(year) => Param::UInt(year.into()),
        Value::Float(number) => Param::Double(number.into()),
        Value::Double(number) => Param::Double(number),
        Value::Decimal(digits) => Param::Text(digits.as_bytes()),
        Value::Text(bytes) if converted || is_utf8 => Param::Text(bytes),
        Value::Text(bytes) | Value::Bytes(bytes) => Param::Bytes(bytes),
        Value::Bits(bits) => {
            Param::UInt(bits.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
        }
        Value::Date(date) => Param::Date(day(date)),
        Value::DateTime(moment) | Value::Instant(moment) => Param::DateTime(wire::DateTime {
            date: day(moment.date),
            hour: moment.clock.hour,
            minute: moment.clock.minute,
            second: moment.clock.second,
            micros: moment.clock.nanos / 1000,
        }),
        Value::Span(span) => {
            let (negative, hours, minutes, seconds, micros) = span.parts();
            #[expect(clippy::cast_possible_truncation, reason = "a span has at most 838 hours")]
            let (days, hours) = ((hours / 24) as u32, (hours % 24) as u8);
            Param::Time(wire::Time { negative, days, hours, minutes, seconds, micros })
        }
        other => {
            return Err(DataError::Unsupported(format!("{other} cannot bound a range of keys")));
        }
    })
}

fn day(date: oms_model::Date) -> wire::Date {
    let year = u16::try_from(date.year).unwrap_or_default();
    wire::Date { year, month: date.month, day: date.day }
}

/// The key that puts a table's rows in order: the primary one, or else the one with the fewest
/// columns. ENUM and SET are ordered by number and compared as text, so they order nothing here.
pub(in crate::mysql) fn order_key(table: &Table) -> Option<UniqueKey> {
    let orders = |key: &&UniqueKey| {
        let columns = key.parts.iter().filter_map(|part| part.column);
        columns.map(|at| &table.columns[at].logical).all(|logical| match logical {
            LogicalType::Enum { .. }
            | LogicalType::Set { .. }
            | LogicalType::Json
            | LogicalType::Geometry
            | LogicalType::Vector { .. } => false,
            LogicalType::Bit(bits) => *bits <= 64,
            _ => true,
        })
    };
    let usable = table.identifying().filter(orders);
    usable.min_by_key(|key| (!key.primary, key.parts.len())).cloned()
}
