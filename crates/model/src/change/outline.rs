//! What items are about, at a glance: enough to number and to cut them, without looking at a row.

use super::block::Items;
use super::item::{self, Corrupt, RowKind, kind};
use super::statement::Statement;

/// One item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline<'a> {
    /// Where it ends, from the beginning of the bytes.
    pub end: usize,
    /// How many changes it has.
    pub changes: u64,
    /// The number of the definition of its rows.
    pub table: Option<u32>,
    statement: Option<&'a [u8]>,
}

impl Outline<'_> {
    /// The statement, if it is one.
    pub fn statement(&self) -> Option<Result<Statement, Corrupt>> {
        let corrupt = |_| Corrupt { at: self.end, reason: "a statement that cannot be read" };
        self.statement.map(|json| serde_json::from_slice(json).map_err(corrupt))
    }
}

/// The items of some bytes, in order. After an error there is nothing more.
pub fn outline(bytes: &[u8]) -> impl Iterator<Item = Result<Outline<'_>, Corrupt>> {
    let (mut items, mut ended) = (Items::new(bytes), false);
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let at = items.at();
        let read = items.raw()?.and_then(|(kind, body)| glance(kind, body, items.at()));
        ended = read.is_err();
        Some(read.map_err(|reason| Corrupt { at, reason }))
    })
}

fn glance(kind: u8, mut body: &[u8], end: usize) -> Result<Outline<'_>, &'static str> {
    let plain = Outline { end, changes: 0, table: None, statement: None };
    if RowKind::of(kind).is_some() {
        let table = item::number(&mut body).ok_or("no table")?;
        let count = item::number(&mut body).ok_or("no count")?;
        return Ok(Outline { changes: count.into(), table: Some(table), ..plain });
    }
    match kind {
        kind::STATEMENT => Ok(Outline { changes: 1, statement: Some(body), ..plain }),
        _ => Ok(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;
    use crate::change::Entries;

    #[test]
    fn items_are_known_at_a_glance() {
        let mut entries = Entries::default();
        for (table, kind) in [(3, RowKind::Insert), (3, RowKind::Insert), (4, RowKind::Delete)] {
            let mut row = entries.row(table, kind);
            row.push(Value::Int(1));
            row.end_image();
        }
        let said = Statement { text: "DROP TABLE t".into(), ..Statement::default() };
        entries.statement(&said);
        let items: Vec<Outline<'_>> = outline(entries.bytes()).map(Result::unwrap).collect();
        let seen: Vec<_> = items.iter().map(|item| (item.changes, item.table)).collect();
        assert_eq!(seen, [(2, Some(3)), (1, Some(4)), (1, None)]);
        assert_eq!(items[2].end, entries.bytes().len());
        assert_eq!(items[2].statement().unwrap().unwrap(), said);
        assert!(items[0].statement().is_none());
        let cut = outline(&entries.bytes()[..items[2].end - 1]).last().unwrap();
        assert!(cut.is_err());
    }
}
