//! The column and index that identify the rows of a table without a key of its own.

use super::expression::names;
use super::{HiddenKey, Work};
use crate::mysql::ddl::ast::{Column, DataType, Key, KeyKind, KeyPart, Partitioning};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::Feature;

const COLUMN: &str = "OMS_PK_INCRMT";
const COMMENT: &[u8] = b"Reserved for data migration tasks of OMS";
/// The longest name of an index.
const LONGEST: usize = 64;

impl Work<'_> {
    pub(super) fn add_hidden_key(&mut self) {
        let column = |name: &str| self.table.column(name).cloned();
        let identified = self.table.keys.iter().any(|key| key.identifies(column));
        let taken = self.table.column(COLUMN).is_some();
        if identified || taken || !self.options.hidden_key || self.table.columns.is_empty() {
            return;
        }
        let mut hidden = Column::new(COLUMN, DataType::new("bigint", &[]));
        hidden.default = Some(crate::mysql::ddl::ast::Default::Null);
        hidden.comment = Some(COMMENT.to_vec());
        // Statements that name no columns must go on fitting the table.
        hidden.invisible = self.target.has(Feature::InvisibleColumns);
        let mut parts: Vec<KeyPart> =
            self.partition_columns().into_iter().map(KeyPart::column).collect();
        parts.push(KeyPart::column(COLUMN));
        let index = index_name(&self.options.names.map(&self.table.name).name);
        self.table.columns.push(hidden);
        self.table.keys.push(Key::new(KeyKind::Unique, Some(index.clone()), parts));
        let what = format!("column {COLUMN} and unique index {index} added");
        let why = "no unique key without NULL identifies its rows";
        self.note(NoteCode::HiddenKeyAdded, "table", what, why);
        self.hidden_key = Some(HiddenKey { column: COLUMN.to_owned(), index });
    }

    /// The columns that say where a row goes; a unique key has to have them.
    fn partition_columns(&self) -> Vec<String> {
        let Some(Partitioning { by, sub, .. }) = &self.table.partitioning else { return vec![] };
        let methods: Vec<_> = std::iter::once(by).chain(sub.as_ref().map(|sub| &sub.by)).collect();
        let used = |column: &&Column| methods.iter().any(|method| names(&method.of, &column.name));
        self.table.columns.iter().filter(used).map(|column| column.name.clone()).collect()
    }
}

/// Within the limit, and another one for each table.
fn index_name(table: &str) -> String {
    let name = format!("UK_{table}_OBPK_INCRMT");
    if name.chars().count() <= LONGEST {
        return name;
    }
    // FNV-1a: the same on every machine and in every version.
    let hash = table.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let start: String = table.chars().take(30).collect();
    format!("UK_{start}_{hash:016x}_OBPK_INCRMT")
}
