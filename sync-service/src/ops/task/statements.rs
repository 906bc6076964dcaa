//! Statements on definitions: what became of them, and what somebody decides about one.

use super::{Error as Refusal, require_kind, require_outline};
use crate::{Error, app::AppState, repo::incr};
use oms_chassis::Conn;
use oms_contracts::{
    Detail, Page,
    sync::{DecideStatement, StatementQuery, TaskId, TaskKind},
};
use oms_model::change::Seq;

/// How much may be run in place of one statement.
const STATEMENTS: usize = 100;

/// A page of the statements that an incremental task dealt with.
pub async fn statements(
    state: &AppState,
    id: TaskId,
    query: StatementQuery,
) -> Result<Page<incr::Told>, Error> {
    let slice = query.page().checked()?;
    state
        .db
        .run(move |conn| {
            let task = require_outline(conn, &id)?;
            require_kind(task.kind, TaskKind::Incr)?;
            let (told, total) = incr::list_told(conn, &id, slice)?;
            Ok(slice.page(told, total))
        })
        .await
}

/// Keeps what somebody decided about a statement, for the next time that the task meets it.
pub async fn decide(
    state: &AppState,
    id: TaskId,
    seq: Seq,
    decision: DecideStatement,
) -> Result<(), Error> {
    if let Some(fault) = fault(&decision) {
        return Err(Refusal::Invalid(vec![fault]).into());
    }
    let work = move |conn: &mut Conn| -> Result<(), Error> {
        let task = require_outline(conn, &id)?;
        require_kind(task.kind, TaskKind::Incr)?;
        Ok(incr::decide(conn, &id, seq, &decision)?)
    };
    state.db.run(work).await
}

fn fault(decision: &DecideStatement) -> Option<Detail> {
    match decision {
        DecideStatement::Skip { confirmed: true } => None,
        DecideStatement::Skip { confirmed: false } => {
            let why = "the target stays as it is, and rows behind the statement may not fit: say \
                       true if that is meant";
            Some(Detail::new("confirmed", why))
        }
        DecideStatement::Run { statements } => {
            let is_fine = |text: &String| !text.trim().is_empty() && !text.contains('\0');
            let count = statements.len();
            let fine = (1..=STATEMENTS).contains(&count) && statements.iter().all(is_fine);
            let why = "name 1 to 100 statements, none of them empty or with a NUL";
            (!fine).then(|| Detail::new("statements", why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_skipped_only_by_somebody_who_confirms_it() {
        let blamed = |decision| fault(&decision).map(|detail| detail.field);
        assert_eq!(blamed(DecideStatement::Skip { confirmed: true }), None);
        assert_eq!(
            blamed(DecideStatement::Skip { confirmed: false }).as_deref(),
            Some("confirmed")
        );
        let run = |statements: &[&str]| {
            let statements = statements.iter().map(ToString::to_string).collect();
            blamed(DecideStatement::Run { statements })
        };
        assert_eq!(run(&["ALTER TABLE t ADD c INT"]), None);
        for wrong in [&[][..], &[" "], &["a\0"]] {
            assert_eq!(run(wrong).as_deref(), Some("statements"));
        }
    }
}
