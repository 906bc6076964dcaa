//! Why a statement was not done.

use super::super::fate::Trouble;
use super::{Met, Undecided};
use crate::runner::Failure;
use oms_connector::SchemaError;
use oms_connector::evolve::{Obstacle, Step};
use oms_contracts::ErrorCode;

/// What the source ran.
fn said(met: &Met<'_>) -> String {
    let database = met.statement.database.as_deref().unwrap_or_default();
    format!(
        "the source ran, as change {} in database {database:?}: {}",
        met.seq, met.statement.text
    )
}

/// Of anything but a step.
pub(super) fn of_schema(error: &SchemaError) -> Trouble {
    match error {
        SchemaError::Data(error) => Trouble::of_data(error),
        SchemaError::Refused { .. } => {
            let code = match error.is_passing() {
                true => ErrorCode::MoveBusy,
                false => ErrorCode::MoveFailed,
            };
            let message = format!("the journal of definitions at the target (oms_sync): {error}");
            let failure = Failure { code, message };
            if error.is_passing() { Trouble::Again(failure) } else { Trouble::End(failure) }
        }
    }
}

/// Whether the target has said that it will not.
pub(super) fn is_refusal(error: &SchemaError) -> bool {
    matches!(error, SchemaError::Refused { .. }) && !error.is_passing()
}

pub(super) fn of_step(met: &Met<'_>, step: &Step, error: &SchemaError) -> Trouble {
    let SchemaError::Refused { .. } = error else { return of_schema(error) };
    let message = format!("{}; at the target: {}; {error}", said(met), step.sql);
    match error.is_passing() {
        true => Trouble::Again(Failure { code: ErrorCode::MoveBusy, message }),
        false => Trouble::end(ErrorCode::DefinitionRefused, message),
    }
}

pub(super) fn barred(met: &Met<'_>, obstacle: &Obstacle) -> Trouble {
    let message = format!("{}; {}; {}", said(met), obstacle.why, obstacle.advice);
    Trouble::end(ErrorCode::DefinitionBarred, message)
}

pub(super) fn uncertain(met: &Met<'_>, step: &Step) -> Trouble {
    let tables: Vec<String> = step.tables.iter().map(ToString::to_string).collect();
    let message = format!(
        "{}; a run that ended may have run at the target, or not: {}; look at {}",
        said(met),
        step.sql,
        tables.join(", ")
    );
    Trouble::end(ErrorCode::DefinitionUncertain, message)
}

pub(super) fn undecided(error: &Undecided) -> Trouble {
    Trouble::Again(Failure { code: ErrorCode::MetadataUnavailable, message: error.to_string() })
}

pub(super) fn strange(error: &serde_json::Error) -> Trouble {
    let message = format!("the journal of definitions holds what we never wrote: {error}");
    Trouble::end(ErrorCode::MoveFailed, message)
}

pub(super) fn stopped() -> Trouble {
    let message = "the task was stopped while a statement on definitions ran".to_owned();
    Trouble::Again(Failure { code: ErrorCode::MoveBusy, message })
}
