//! Rows that refer to others, and go or change with them. Most sources do not log what their
//! references do, so it is done here. References are not checked while rows are applied: rows come in
//! any order, and one that is removed to be written anew must take nothing with it. They are switched
//! on only for statements on rows that refer, so that those that refer to these follow in turn.

use super::Applying;
use super::statements::{KEYS, Statements, at};
use crate::apply::{Applied, Cascade, Follower, Images, Reaction};
use crate::data_error::DataError;
use crate::mysql::data_fault;
use crate::mysql::data_session::DataSession;
use crate::mysql::encode::Unwritable;
use crate::writer::WriteError;
use oms_model::{Cells, Value};

/// All references of the server that change or remove rows.
pub(super) async fn cascades(session: &mut DataSession) -> Result<Vec<Cascade>, DataError> {
    // Not joined: some members take ten times as long to plan that.
    const RULES: &str = "SELECT constraint_schema, table_name, constraint_name, delete_rule, \
                         update_rule FROM information_schema.referential_constraints";
    const COLUMNS: &str = "SELECT table_schema, table_name, constraint_name, column_name, \
                           referenced_table_schema, referenced_table_name, referenced_column_name \
                           FROM information_schema.key_column_usage \
                           WHERE referenced_table_name IS NOT NULL \
                           ORDER BY table_schema, table_name, constraint_name, ordinal_position";
    let mut found: Vec<(Vec<String>, Cascade)> = Vec::new();
    for row in texts(session, RULES, 5).await? {
        let [database, table, name, on_delete, on_update] = row.as_slice() else { continue };
        let (on_delete, on_update) = (reaction(on_delete), reaction(on_update));
        if (on_delete, on_update) == (Reaction::Nothing, Reaction::Nothing) {
            continue;
        }
        let child = (database.clone(), table.clone());
        let (parent, columns) = Default::default();
        let of = vec![database.clone(), table.clone(), name.clone()];
        found.push((of, Cascade { child, parent, columns, on_delete, on_update }));
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    for row in texts(session, COLUMNS, 7).await? {
        let Some((_, cascade)) = found.iter_mut().find(|(of, _)| row.starts_with(of)) else {
            continue;
        };
        if let [column, database, table, other] = &row[3..] {
            cascade.parent = (database.clone(), table.clone());
            cascade.columns.push((column.clone(), other.clone()));
        }
    }
    Ok(found.into_iter().map(|(_, cascade)| cascade).collect())
}

fn reaction(rule: &str) -> Reaction {
    match rule {
        "CASCADE" => Reaction::Cascade,
        "SET NULL" => Reaction::SetNull,
        _ => Reaction::Nothing,
    }
}

async fn texts(
    session: &mut DataSession,
    sql: &str,
    width: usize,
) -> Result<Vec<Vec<String>>, DataError> {
    let answer = session.wire.query(sql.as_bytes()).await.map_err(data_fault::of_wire)?;
    let mut rows = Vec::with_capacity(answer.rows.len());
    for row in &answer.rows {
        let mut texts = Vec::with_capacity(width);
        for column in 0..width {
            let text = row.text(column).map_err(data_fault::of_wire)?;
            texts.push(text.unwrap_or_default().to_owned());
        }
        rows.push(texts);
    }
    Ok(rows)
}

impl Applying {
    /// Does what is to be done to rows that refer to these, which are gone, or have become `after`.
    pub(super) async fn followed(
        &mut self,
        table: &Applied,
        rows: &Images<'_>,
        after: Option<&Images<'_>>,
    ) -> Result<(), WriteError> {
        self.write(b"SET foreign_key_checks = 1").await?;
        let outcome = self.follow_all(table, rows, after).await;
        if self.write(b"SET foreign_key_checks = 0").await.is_err() {
            // It must not be used for anything else; closing it takes the transaction back.
            self.session.wire.abandon();
        }
        outcome
    }

    async fn follow_all(
        &mut self,
        table: &Applied,
        rows: &Images<'_>,
        after: Option<&Images<'_>>,
    ) -> Result<(), WriteError> {
        for follower in &table.followers {
            for some in rows.rows.chunks(KEYS) {
                let some = Images { rows: some, places: rows.places };
                let mut buffer = self.take_buffer();
                if self.statements(table).follow(&mut buffer, follower, &some, after)? {
                    self.fits(&buffer)?;
                    self.write(&buffer).await?;
                }
                self.give_back(buffer);
            }
        }
        Ok(())
    }
}

impl Statements<'_> {
    /// What happens to the rows of a table that refer to these. Says no where nothing does.
    fn follow(
        &self,
        sql: &mut Vec<u8>,
        of: &Follower,
        rows: &Images<'_>,
        after: Option<&Images<'_>>,
    ) -> Result<bool, Unwritable> {
        sql.clear();
        let name = self.member.qualified(&of.database, &of.table);
        let reaction = if after.is_some() { of.on_update } else { of.on_delete };
        let column = |at: usize| self.member.quote(&of.columns[at].0);
        let head = match (reaction, after) {
            (Reaction::Nothing, _) => return Ok(false),
            (Reaction::Cascade, None) => format!("DELETE FROM {name}"),
            _ => format!("UPDATE {name} SET "),
        };
        sql.extend_from_slice(head.as_bytes());
        if reaction == Reaction::SetNull {
            let set: Vec<String> =
                (0..of.columns.len()).map(|at| format!("{}=NULL", column(at))).collect();
            sql.extend_from_slice(set.join(",").as_bytes());
        } else if let Some(after) = after {
            let old: Vec<Value<'_>> =
                rows.rows.first().map_or(vec![], |row| Cells::new(row).collect());
            let new: Vec<Value<'_>> =
                after.rows.first().map_or(vec![], |row| Cells::new(row).collect());
            let mut joint = "";
            for (number, (_, place)) in of.columns.iter().enumerate() {
                let value = match at(&new, after, *place)? {
                    Value::Unchanged => at(&old, rows, *place)?,
                    value => value,
                };
                sql.extend_from_slice(format!("{joint}{}=", column(number)).as_bytes());
                self.value(sql, *place, self.wish(*place), value)?;
                joint = ",";
            }
        }
        let mut joint = " WHERE (";
        for row in rows.rows {
            let values: Vec<Value<'_>> = Cells::new(row).collect();
            let mut refers = true;
            for (_, place) in &of.columns {
                refers &= !at(&values, rows, *place)?.is_null();
            }
            // Nothing refers to what is missing.
            if !refers {
                continue;
            }
            for (number, (_, place)) in of.columns.iter().enumerate() {
                sql.extend_from_slice(format!("{joint}{}=", column(number)).as_bytes());
                self.key_value(sql, *place, at(&values, rows, *place)?)?;
                joint = " AND ";
            }
            sql.push(b')');
            joint = " OR (";
        }
        Ok(joint == " OR (")
    }
}
