//! Names at the target.

use super::{Work, shown};
use crate::mysql::ddl::ast::Name;
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::options::NameMap;
use crate::mysql::ddl::target::Target;

/// The name at the target, in lower case where that is what the server keeps.
pub(super) fn target_name(name: &Name, names: &NameMap, target: &Target) -> Name {
    let mapped = names.map(name);
    if target.lower_case_table_names != 1 {
        return mapped;
    }
    let database = mapped.database.map(|database| database.to_lowercase());
    Name { database, name: mapped.name.to_lowercase() }
}

impl Work<'_> {
    pub(super) fn map_names(&mut self) {
        let wanted = self.options.names.map(&self.table.name);
        let map = |name: &Name| target_name(name, &self.options.names, self.target);
        let name = map(&self.table.name);
        let like = self.table.like.as_ref().map(map);
        for key in &mut self.table.foreign_keys {
            key.reference.table = map(&key.reference.table);
        }
        if name != wanted {
            let what = format!("{} became {}", shown(&wanted), shown(&name));
            let why = "the target keeps names in lower case (lower_case_table_names = 1)";
            self.note(NoteCode::NameChanged, "table", what, why);
        }
        (self.table.name, self.table.like) = (name, like);
    }
}
