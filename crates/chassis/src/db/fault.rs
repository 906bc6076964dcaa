//! What a failed metadata query means to the caller of the service.

use diesel::result::{DatabaseErrorKind, Error};
use oms_contracts::ErrorCode;

/// A unique key said no.
pub fn is_duplicate(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

/// The database ended the transaction because it and another one waited for each other. Nothing was
/// done, and the same transaction may succeed at once.
pub fn is_deadlock(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(kind, text)
        if matches!(kind, DatabaseErrorKind::SerializationFailure)
            || text.message().to_ascii_lowercase().contains("deadlock"))
}

/// The code for a query that failed for no reason of the caller's.
///
/// diesel gives most failures only as text, so the texts of the three databases are sorted
/// here, in one place. What is not recognised is our own fault.
pub fn code_of(error: &Error) -> ErrorCode {
    let Error::DatabaseError(kind, description) = error else {
        return match error {
            Error::BrokenTransactionManager => ErrorCode::MetadataUnavailable,
            _ => ErrorCode::Internal,
        };
    };
    let text = description.message().to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if matches!(kind, DatabaseErrorKind::SerializationFailure)
        || says(&["database is locked", "table is locked", "lock wait timeout", "deadlock"])
    {
        ErrorCode::MetadataBusy
    } else if says(&["is full", "no space left", "disk full", "errno: 28", "could not extend"]) {
        ErrorCode::MetadataFull
    } else if matches!(kind, DatabaseErrorKind::ClosedConnection)
        || says(&[
            "gone away",
            "lost connection",
            "server closed",
            "disk i/o error",
            "unable to open",
            "read-only",
            "readonly",
            "terminating connection",
            "not connected",
        ])
    {
        ErrorCode::MetadataUnavailable
    } else {
        ErrorCode::Internal
    }
}
