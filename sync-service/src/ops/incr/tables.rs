//! Which tables a task follows: those it names, and those that are made later and match its rules.

use super::{Cascades, Mapping, Named, TableRule};
use crate::domain::incr::{Handover, Kinds};
use oms_contracts::sync::{
    IncrSettings, NewTables, ObjectSpec, RecordType, SyncObjectKind, TaskSpec,
};
use oms_model::change::Seq;
use oms_model::selection::{Selection, TargetNaming, TransferMapping};
use oms_model::{Complaints, ObjectName, SourceObject};
use std::collections::{BTreeSet, HashSet};

/// The tables of a task, and what their source logs.
pub struct Tables {
    named: Named,
    later: Option<Later>,
    cascades: Cascades,
}

/// Tables that are made later.
struct Later {
    rules: Selection,
    naming: Option<Selection>,
    except: HashSet<ObjectName>,
    kinds: Kinds,
}

impl Tables {
    pub fn new(
        spec: &TaskSpec,
        settings: &IncrSettings,
        handover: &Handover,
        cascades: Cascades,
    ) -> Result<Self, Complaints> {
        let kinds = kinds(&settings.records);
        let later = settings.new_tables.as_ref().map(|new| Later::new(new, kinds)).transpose()?;
        Ok(Self { named: named(spec, settings, handover, kinds), later, cascades })
    }
}

impl Mapping for Tables {
    fn rule(&self, database: &str, table: &str) -> Option<TableRule> {
        let named = self.named.rule(database, table);
        named.or_else(|| self.later.as_ref()?.rule(database, table))
    }

    fn cascades(&self) -> Cascades {
        self.cascades
    }

    fn is_shared(&self, rule: &TableRule) -> bool {
        // Where names are changed by rules, any table may come to share a target.
        let may_be = self.later.as_ref().is_some_and(|later| later.naming.is_some());
        may_be || self.named.is_shared(rule)
    }
}

impl Later {
    fn new(new: &NewTables, kinds: Kinds) -> Result<Self, Complaints> {
        let compile = |rules: &TransferMapping| Selection::compile(rules, TargetNaming::default());
        Ok(Self {
            rules: compile(&new.rules)?,
            naming: new.naming.as_ref().map(compile).transpose()?,
            except: new.except.iter().cloned().collect(),
            kinds,
        })
    }

    fn rule(&self, database: &str, table: &str) -> Option<TableRule> {
        if self.except.contains(&ObjectName::new(database, table)) {
            return None;
        }
        let objects = [SourceObject::table(database, table)];
        let taken = self.rules.evaluate(&objects).objects.pop()?;
        let renamed = self.naming.as_ref().map(|naming| naming.evaluate(&objects).objects);
        let target = renamed.and_then(|mut found| found.pop()).unwrap_or(taken).target;
        let rule = TableRule::whole(target.database, target.name);
        Some(TableRule { kinds: self.kinds, ..rule })
    }
}

/// The tables of a task by their names at the source.
fn named(spec: &TaskSpec, settings: &IncrSettings, handover: &Handover, kinds: Kinds) -> Named {
    let tables = spec.objects.iter().filter(|object| object.kind == SyncObjectKind::Table);
    let rule = |object: &ObjectSpec| {
        let since = handover.since.get(&object.source).copied();
        let rule = TableRule {
            target_database: object.target.database.clone(),
            target_table: object.target.name.clone(),
            columns: object.columns.clone(),
            filter: object.where_clause.clone(),
            kinds,
            since: since.unwrap_or(Seq::START),
            is_sure: settings.load.is_none() || since.is_some(),
        };
        ((object.source.database.clone(), object.source.name.clone()), rule)
    };
    Named(tables.map(rule).collect())
}

fn kinds(records: &BTreeSet<RecordType>) -> Kinds {
    Kinds {
        inserts: records.contains(&RecordType::Insert),
        updates: records.contains(&RecordType::Update),
        deletes: records.contains(&RecordType::Delete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(rules: &[&str]) -> TransferMapping {
        serde_json::from_value(serde_json::json!({
            "mode": "WILDCARD", "tableAndViewWhiteList": rules,
        }))
        .unwrap()
    }

    #[test]
    fn a_table_that_is_made_later_goes_where_the_rules_say() {
        let new = NewTables {
            rules: mapping(&["shop.*"]),
            naming: Some(mapping(&["shop.order_?=sales.orders"])),
            except: vec![ObjectName::new("shop", "odd")],
        };
        let later = Later::new(&new, Kinds::ALL).unwrap();
        let target = |table: &str| {
            later.rule("shop", table).map(|rule| (rule.target_database, rule.target_table))
        };
        let name = |database: &str, table: &str| Some((database.to_owned(), table.to_owned()));
        assert_eq!(target("fresh"), name("shop", "fresh"));
        assert_eq!(target("order_7"), name("sales", "orders"));
        assert_eq!(target("odd"), None);
        assert_eq!(later.rule("other", "fresh"), None);
    }
}
