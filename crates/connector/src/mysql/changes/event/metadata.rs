//! What a server tells of columns beyond their types, if it is set to.

use super::table_map::{ColumnKind, types};
use crate::mysql::changes::bytes::Bytes;
use crate::mysql::changes::fault::Fault;

/// What is told; each list is empty if nothing is told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::mysql) struct Metadata {
    /// For each column; false for those that are no numbers.
    pub unsigned: Vec<bool>,
    /// For each column, the number of its collation; `None` for those without text.
    pub collations: Vec<Option<u16>>,
    pub names: Vec<String>,
    /// For each column, what an ENUM or SET may hold, in its charset; empty for others.
    pub members: Vec<Vec<Vec<u8>>>,
    /// The columns of the primary key, in its order, and how much of each counts; 0 for all of it.
    pub key: Vec<(usize, u64)>,
}

/// Collations of the columns of one sort, in order, before it is known which columns those are.
#[derive(Default)]
struct Charsets {
    of_text: Vec<u16>,
    of_lists: Vec<u16>,
}

impl Metadata {
    pub fn read(bytes: &[u8], columns: &[ColumnKind]) -> Result<Self, Fault> {
        let mut rest = Bytes::new(bytes);
        let mut found = Self::default();
        let mut charsets = Charsets::default();
        let (mut sets, mut enums) = (Vec::new(), Vec::new());
        let is_list = |column: &ColumnKind| matches!(column.kind, types::ENUM | types::SET);
        let count = |is: &dyn Fn(&ColumnKind) -> bool| columns.iter().filter(|it| is(it)).count();
        let texts = count(&|column| column.is_text());
        let lists = count(&is_list);
        while !rest.is_empty() {
            let field = rest.u8()?;
            let mut value = Bytes::new(rest.string()?);
            match field {
                1 => found.unsigned = unsigned(value, columns)?,
                2 => charsets.of_text = with_default(value, texts)?,
                3 => charsets.of_text = each(value)?,
                4 => {
                    while !value.is_empty() {
                        let name = std::str::from_utf8(value.string()?);
                        let name = name.map_err(|_| Fault::damaged("a name is no text"))?;
                        found.names.push(name.to_owned());
                    }
                }
                5 => sets = lists_of(value)?,
                6 => enums = lists_of(value)?,
                8 => {
                    while !value.is_empty() {
                        found.key.push((place(&mut value)?, 0));
                    }
                }
                9 => {
                    while !value.is_empty() {
                        found.key.push((place(&mut value)?, value.packed()?));
                    }
                }
                10 => charsets.of_lists = with_default(value, lists)?,
                11 => charsets.of_lists = each(value)?,
                // What else is told is not asked for.
                _ => {}
            }
        }
        found.spread_charsets(columns, &charsets);
        found.spread_members(columns, sets, enums);
        let odd = !found.names.is_empty() && found.names.len() != columns.len();
        if odd || found.key.iter().any(|(at, _)| *at >= columns.len()) {
            return Err(Fault::damaged("a table has names of other columns than it has"));
        }
        Ok(found)
    }

    fn spread_charsets(&mut self, columns: &[ColumnKind], charsets: &Charsets) {
        if charsets.of_text.is_empty() && charsets.of_lists.is_empty() {
            return;
        }
        let (mut texts, mut lists) = (charsets.of_text.iter(), charsets.of_lists.iter());
        let collation = |column: &ColumnKind| match column.kind {
            types::ENUM | types::SET => lists.next().copied(),
            _ if column.is_text() => texts.next().copied(),
            _ => None,
        };
        self.collations = columns.iter().map(collation).collect();
    }

    fn spread_members(
        &mut self,
        columns: &[ColumnKind],
        sets: Vec<Vec<Vec<u8>>>,
        enums: Vec<Vec<Vec<u8>>>,
    ) {
        if sets.is_empty() && enums.is_empty() {
            return;
        }
        let (mut sets, mut enums) = (sets.into_iter(), enums.into_iter());
        let members = |column: &ColumnKind| match column.kind {
            types::ENUM => enums.next().unwrap_or_default(),
            types::SET => sets.next().unwrap_or_default(),
            _ => Vec::new(),
        };
        self.members = columns.iter().map(members).collect();
    }
}

/// A bit for each number, the highest first.
fn unsigned(value: Bytes<'_>, columns: &[ColumnKind]) -> Result<Vec<bool>, Fault> {
    let bits = value.rest();
    let mut at = 0;
    let mut of = |column: &ColumnKind| {
        if !column.is_numeric() {
            return Ok(false);
        }
        let byte: &u8 = bits.get(at / 8).ok_or_else(|| Fault::damaged("signs are missing"))?;
        let set = byte >> (7 - at % 8) & 1 == 1;
        at += 1;
        Ok(set)
    };
    columns.iter().map(&mut of).collect()
}

/// One for most columns, then those that have another one, by their place among `count`.
fn with_default(mut value: Bytes<'_>, count: usize) -> Result<Vec<u16>, Fault> {
    let mut found = vec![collation(&mut value)?; count];
    while !value.is_empty() {
        let at = place(&mut value)?;
        let other = collation(&mut value)?;
        *found.get_mut(at).ok_or_else(|| Fault::damaged("a charset belongs to no column"))? = other;
    }
    Ok(found)
}

fn each(mut value: Bytes<'_>) -> Result<Vec<u16>, Fault> {
    let mut found = Vec::new();
    while !value.is_empty() {
        found.push(collation(&mut value)?);
    }
    Ok(found)
}

fn lists_of(mut value: Bytes<'_>) -> Result<Vec<Vec<Vec<u8>>>, Fault> {
    let mut lists = Vec::new();
    while !value.is_empty() {
        let mut members = Vec::new();
        for _ in 0..value.packed()? {
            members.push(value.string()?.to_vec());
        }
        lists.push(members);
    }
    Ok(lists)
}

fn collation(value: &mut Bytes<'_>) -> Result<u16, Fault> {
    u16::try_from(value.packed()?).map_err(|_| Fault::damaged("a collation has no such number"))
}

fn place(value: &mut Bytes<'_>) -> Result<usize, Fault> {
    usize::try_from(value.packed()?).map_err(|_| Fault::damaged("a column has no such place"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(kinds: &[u8]) -> Vec<ColumnKind> {
        kinds.iter().map(|kind| ColumnKind { kind: *kind, meta: 1 }).collect()
    }

    fn field(number: u8, value: &[u8]) -> Vec<u8> {
        [&[number, u8::try_from(value.len()).unwrap()][..], value].concat()
    }

    #[test]
    fn everything_goes_to_its_column() {
        use types as t;
        let columns = columns(&[t::LONG, t::VARCHAR, t::YEAR, t::ENUM, t::BLOB, t::SET]);
        let bytes = [
            field(1, &[0b0100_0000]),
            field(2, &[45, 1, 63]),
            field(4, b"\x01a\x01b\x01c\x01d\x01e\x01f"),
            field(5, b"\x01\x02s1"),
            field(6, b"\x02\x02e1\x02e2"),
            field(9, &[1, 7, 0, 0]),
            field(11, &[8, 33]),
            field(77, b"later"),
        ]
        .concat();
        let found = Metadata::read(&bytes, &columns).unwrap();
        assert_eq!(found.unsigned, [false, false, true, false, false, false]);
        let collations = [None, Some(45), None, Some(8), Some(63), Some(33)];
        assert_eq!(found.collations, collations);
        assert_eq!(found.names.concat(), "abcdef");
        assert_eq!(found.members[3], [b"e1".to_vec(), b"e2".to_vec()]);
        assert_eq!(found.members[5], [b"s1".to_vec()]);
        assert_eq!(found.key, [(1, 7), (0, 0)]);
        for cut in 1..bytes.len() - 7 {
            drop(Metadata::read(&bytes[..cut], &columns));
        }
    }

    #[test]
    fn what_belongs_to_no_column_is_damage() {
        let columns = columns(&[types::LONG, types::VARCHAR]);
        for bad in [field(2, &[45, 3, 63]), field(4, b"\x01a"), field(8, &[2]), field(1, &[])] {
            assert!(Metadata::read(&bad, &columns).is_err(), "{bad:?}");
        }
        assert_eq!(Metadata::read(&[], &columns).unwrap(), Metadata::default());
    }
}
