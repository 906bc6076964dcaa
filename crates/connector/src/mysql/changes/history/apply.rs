//! What statements do to tables.

use super::draft::Draft;
use super::{Circumstances, Effect, History, TableName, Versioning};
use crate::mysql::ddl::ast;
use crate::mysql::ddl::change::{Action, Alter, Spot};

impl History {
    pub(super) fn create(
        &mut self,
        table: &ast::Table,
        (name, like): (TableName, Option<TableName>),
        with: &Circumstances<'_>,
        effect: &mut Effect,
    ) {
        effect.touched.push(name.clone());
        if table.if_not_exists && self.get(&name).is_some() {
            return;
        }
        let made = match like {
            Some(like) => self.get(&like).map(|known| Draft::of(known, with)),
            None => created(table, with),
        };
        match made {
            Some(draft) => {
                let known = draft.known(&name);
                self.learn(name, known);
            }
            None => {
                self.forget(&name);
                effect.doubtful.push(name);
            }
        }
    }

    pub(super) fn index(
        &mut self,
        name: TableName,
        with: &Circumstances<'_>,
        effect: &mut Effect,
        change: impl FnOnce(&mut Draft<'_>) -> bool,
    ) {
        effect.touched.push(name.clone());
        let draft = self.get(&name).map(|known| Draft::of(known, with));
        let Some(mut draft) = draft else {
            effect.doubtful.push(name);
            return;
        };
        if change(&mut draft) {
            let known = draft.known(&name);
            self.learn(name, known);
        } else {
            effect.doubtful.push(name);
        }
    }

    pub(super) fn alter(
        &mut self,
        alter: &Alter,
        name: TableName,
        with: &Circumstances<'_>,
        effect: &mut Effect,
    ) {
        let draft = self.get(&name).map(|known| Draft::of(known, with));
        let mut is_sure = draft.is_some();
        let mut draft = draft.unwrap_or_else(|| Draft::empty(None, with));
        let mut to = None;
        for action in &alter.actions {
            if let Action::RenameTo(other) = action {
                let database = other.database.as_deref().unwrap_or(&name.0);
                to = Some(self.key(database, &other.name));
            } else {
                is_sure = is_sure && done(action, &mut draft);
            }
        }
        effect.touched.push(name.clone());
        for action in &alter.actions {
            self.moves_part(action, &name, with, effect);
        }
        let now = match to.filter(|to| *to != name) {
            Some(to) => {
                self.forget(&name);
                effect.touched.push(to.clone());
                to
            }
            None => name,
        };
        if is_sure {
            let known = draft.known(&now);
            self.learn(now, known);
        } else {
            self.forget(&now);
            effect.doubtful.push(now);
        }
    }
}

impl History {
    /// Rows move between a table's partition and another table, which nobody logs.
    fn moves_part(
        &mut self,
        action: &Action,
        name: &TableName,
        with: &Circumstances<'_>,
        effect: &mut Effect,
    ) {
        let key = |history: &Self, other: &ast::Name| {
            history.key(other.database.as_deref().unwrap_or(with.database), &other.name)
        };
        match action {
            Action::Exchange(other) => effect.touched.push(key(self, other)),
            Action::PartOut(other) => {
                let other = key(self, other);
                effect.touched.push(other.clone());
                match self.get(name).map(|known| Draft::of(known, with).known(&other)) {
                    Some(known) => self.learn(other, known),
                    None => {
                        self.forget(&other);
                        effect.doubtful.push(other);
                    }
                }
            }
            Action::PartIn(other) => {
                let other = key(self, other);
                self.forget(&other);
                effect.touched.push(other);
            }
            _ => {}
        }
    }
}

/// A new table; `None` if not all of it is in the text.
fn created<'a>(table: &ast::Table, with: &'a Circumstances<'a>) -> Option<Draft<'a>> {
    if table.columns.is_empty() || table.rest.as_ref().is_some_and(|rest| !is_start(rest)) {
        return None;
    }
    let word = |name: &str| table.option(name).and_then(|value| value.word());
    let (charset, collation) = (word("CHARSET"), word("COLLATE"));
    let own = match (collation, charset) {
        (Some(collation), _) => Some(collation.to_ascii_lowercase()),
        (None, Some(charset)) => with.texts.default_of(charset).map(str::to_owned),
        (None, None) => with.collation.clone(),
    };
    let mut draft = Draft::empty(own, with);
    for column in &table.columns {
        if !draft.add(column, &Spot::Usual) {
            return None;
        }
    }
    for key in &table.keys {
        if !draft.add_key(key, false) {
            return None;
        }
    }
    if table.versioned && draft.versioning == Versioning::None {
        draft.versioning = Versioning::Hidden;
    }
    Some(draft)
}

/// `START TRANSACTION`, which MySQL adds where rows follow.
fn is_start(rest: &crate::mysql::ddl::Tokens) -> bool {
    let words: Vec<&str> = rest.0.iter().filter_map(|piece| piece.token.name()).collect();
    words.len() == rest.0.len()
        && matches!(words.as_slice(), [a, b] if a.eq_ignore_ascii_case("START") && b.eq_ignore_ascii_case("TRANSACTION"))
}

fn done(action: &Action, draft: &mut Draft<'_>) -> bool {
    match action {
        Action::Add { column, lenient: true, .. } if draft.has_column(&column.name) => true,
        Action::Add { column, spot, .. } => draft.add(column, spot),
        Action::DropColumn { name } => draft.drop_column(name),
        Action::Replace { from, column, spot } => draft.replace(from, column, spot),
        Action::RenameColumn { from, to } => draft.rename_column(from, to),
        Action::AddKey { key, lenient } => draft.add_key(key, *lenient),
        Action::DropKey { name } => {
            draft.drop_key(name);
            true
        }
        Action::DropPrimary => {
            draft.drop_primary();
            true
        }
        Action::RenameKey { from, to } => {
            draft.rename_key(from, to);
            true
        }
        Action::Convert { charset, collation } => match of_text(charset, collation, draft) {
            Some(collation) => draft.convert(&collation),
            None => false,
        },
        Action::Default { charset, collation } => match of_text(charset, collation, draft) {
            Some(collation) => {
                draft.collation = Some(collation);
                true
            }
            None => false,
        },
        Action::Versioning(on) => {
            draft.versioning = if *on { Versioning::Hidden } else { Versioning::None };
            true
        }
        Action::Nothing
        | Action::RenameTo(_)
        | Action::Exchange(_)
        | Action::PartOut(_)
        | Action::PartIn(_) => true,
        Action::Unknown => false,
    }
}

fn of_text(
    charset: &Option<String>,
    collation: &Option<String>,
    draft: &Draft<'_>,
) -> Option<String> {
    match (collation, charset) {
        (Some(collation), _) => Some(collation.clone()),
        (None, Some(charset)) => draft.with.texts.default_of(charset).map(str::to_owned),
        (None, None) => draft.with.collation.clone(),
    }
}
