//! Checks and foreign keys.

use super::Work;
use super::expression::names;
use crate::mysql::ddl::ast::{Action, Check, ForeignKey};
use crate::mysql::ddl::note::NoteCode;
use crate::mysql::ddl::target::Feature;
use crate::product::Product;

impl Work<'_> {
    pub(super) fn convert_constraints(&mut self) {
        for check in std::mem::take(&mut self.table.checks) {
            self.convert_check(check);
        }
        for key in std::mem::take(&mut self.table.foreign_keys) {
            self.convert_foreign_key(key);
        }
        self.name_constraints();
    }

    fn convert_check(&mut self, mut check: Check) {
        let object = match &check.name {
            Some(name) => format!("check {name}"),
            None => format!("check ({})", check.expression.shown()),
        };
        check.expression = self.convert_expression(&object, &check.expression);
        let dropped = self.dropped_columns.iter().find(|name| names(&check.expression, name));
        let why = if let Some(name) = dropped {
            Some(format!("column {name} does not exist at the target"))
        } else if !self.target.has(Feature::Checks) {
            Some(self.target_lacks("checks"))
        } else if !check.enforced && !self.target.has(Feature::UnenforcedChecks) {
            Some(self.target_lacks("checks that are not enforced"))
        } else {
            let function = self.missing_function(&check.expression);
            function.map(|function| self.target_lacks(&format!("function {function}")))
        };
        match why {
            Some(why) => self.note(NoteCode::CheckNotCreated, object, "not created", why),
            None => self.table.checks.push(check),
        }
    }

    fn convert_foreign_key(&mut self, mut key: ForeignKey) {
        let object = match &key.name {
            Some(name) => format!("foreign key {name}"),
            None => format!("foreign key ({})", key.columns.join(", ")),
        };
        let sets_default =
            [key.reference.on_delete, key.reference.on_update].contains(&Some(Action::SetDefault));
        let partitioned = self.table.partitioning.is_some();
        let why = if sets_default && !self.target.has(Feature::SetDefaultReferences) {
            Some(self.target_lacks("SET DEFAULT"))
        } else if partitioned && !self.target.has(Feature::PartitionedReferences) {
            Some(self.target_lacks("foreign keys of partitioned tables"))
        } else {
            None
        };
        if let Some(why) = why {
            self.note(NoteCode::ForeignKeyNotCreated, object, "not created", why);
            return;
        }
        if let Some(matching) = key.reference.matching.take() {
            let what = format!("MATCH {matching} left out");
            let why = "no server of the family acts on it";
            self.note(NoteCode::ForeignKeyChanged, object, what, why);
        }
        self.table.foreign_keys.push(key);
    }

    /// Constraints get names of their own. MySQL and OceanBase want them unique in a database, so
    /// names that a server made of the table's, or of nothing, follow the table's new name.
    fn name_constraints(&mut self) {
        let (old, new) = {
            let mapped = self.options.names.map(&self.original.name);
            (self.original.name.name.clone(), mapped.name)
        };
        let mut taken: Vec<String> = Vec::new();
        let mut numbered = |kind: &str, wanted: Option<String>| {
            let of_table = |n: &str| n.strip_prefix(&old).map(|rest| format!("{new}{rest}"));
            let by_server = |name: &str| {
                name.starts_with("CONSTRAINT_")
                    || name.contains("_OBCHECK_")
                    || name.contains("_OBFK_")
            };
            let name = wanted.filter(|name| !by_server(name)).map(|name| {
                let own = name.get(old.len()..).is_some_and(|rest| rest.starts_with("_ibfk_"))
                    || name.get(old.len()..).is_some_and(|rest| rest.starts_with("_chk_"));
                if own { of_table(&name).unwrap_or(name) } else { name }
            });
            let free = |name: &String| !taken.iter().any(|other| other.eq_ignore_ascii_case(name));
            let name = name.filter(free).unwrap_or_else(|| {
                let short: String = new.chars().take(50).collect();
                let names = (1..).map(|number: u32| format!("{short}_{kind}_{number}"));
                names.into_iter().find(|name| free(name)).unwrap_or_default()
            });
            taken.push(name.clone());
            name
        };
        if !(self.to(Product::Mariadb) && self.stays()) {
            for check in &mut self.table.checks {
                check.name = Some(numbered("chk", check.name.take()));
            }
        }
        for key in &mut self.table.foreign_keys {
            key.name = Some(numbered("ibfk", key.name.take()));
        }
        for (at, check) in self.table.checks.iter_mut().enumerate() {
            check.name.get_or_insert_with(|| format!("CONSTRAINT_OMS_{}", at + 1));
        }
    }
}
