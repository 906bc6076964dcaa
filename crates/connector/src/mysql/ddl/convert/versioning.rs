//! System versioning and periods of MariaDB.

use super::{Work, column_object};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::Feature;

impl Work<'_> {
    pub(super) fn convert_versioning(&mut self) {
        if self.target.has(Feature::SystemVersioning) {
            return;
        }
        let why = self.target_lacks("system versioning");
        if self.table.versioned || self.table.columns.iter().any(|c| c.versioned.is_some()) {
            let what = "WITH SYSTEM VERSIONING left out; only current rows exist at the target";
            self.note(NoteCode::VersioningDropped, "table", what, &why);
        }
        self.table.versioned = false;
        let columns = std::mem::take(&mut self.table.columns);
        for mut column in columns {
            column.versioned = None;
            if column.row_bound.is_none() {
                self.table.columns.push(column);
                continue;
            }
            let object = column_object(&column.name);
            self.note(NoteCode::ColumnDropped, object, "left out", &why);
            self.dropped_columns.push(column.name);
        }
        for period in std::mem::take(&mut self.table.periods) {
            let what = format!("PERIOD FOR {} left out", period.name);
            self.note(NoteCode::ClauseDropped, "table", what, self.target_lacks("periods"));
        }
    }
}
