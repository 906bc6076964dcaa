//! What a server says while rows are moved, in our terms.

use super::wire::WireError;
use crate::data_error::DataError;
use crate::writer::WriteError;

/// An error of a connection, where nothing was being written.
pub(super) fn of_wire(error: WireError) -> DataError {
    match error {
        WireError::Server { code, message, .. } => of_server(code, message),
        WireError::TimedOut { .. }
        | WireError::Dropped
        | WireError::Io(_)
        | WireError::Protocol(_)
        | WireError::Unusable { .. } => DataError::Broken { reason: with_cause(&error) },
        WireError::TooLarge { .. }
        | WireError::UnexpectedRows
        | WireError::NoRows
        | WireError::ForeignStatement
        | WireError::Parameters { .. }
        | WireError::UninvitedFile { .. }
        | WireError::Source(_) => {
            DataError::Server { code: "protocol".into(), message: with_cause(&error) }
        }
    }
}

/// An error of a statement that writes rows.
pub(super) fn of_write(error: WireError) -> WriteError {
    match error {
        WireError::Server { code, message, .. } => of_refused_write(code, message),
        // The statement may have been through before the connection was lost.
        other => WriteError::Unknown(of_wire(other)),
    }
}

fn with_cause(error: &WireError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

fn of_server(code: u16, message: String) -> DataError {
    match code {
        1146 | 1051 => DataError::Changed { message },
        1049 => DataError::NoSuchDatabase(message),
        // Unknown column, unknown partition, table was altered since it was prepared.
        1054 | 1735 | 1412 | 1615 => DataError::Changed { message },
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 => DataError::Forbidden { message },
        // The disk, the table space, OceanBase's tenant.
        1021 | 1114 | 4184 | 4510 | 5268 => DataError::Full { message },
        code if is_passing(code) => DataError::Passing { code: code.to_string(), message },
        // The server is going down, or somebody killed the connection.
        1053 | 1077 | 1079 | 1152 | 1317 | 1927 | 2006 | 2013 | 3169 | 4031 | 5066 => {
            DataError::Broken { reason: format!("{code}: {message}") }
        }
        code => DataError::Server { code: code.to_string(), message },
    }
}

fn of_refused_write(code: u16, message: String) -> WriteError {
    match code {
        1022 | 1062 | 1169 | 1586 | 1859 => WriteError::Duplicate { message },
        // A value is too long, out of range, of the wrong form, NULL where it may not be, against a
        // check or reference, beyond a row's or a packet's size, in no partition.
        1048 | 1153 | 1118 | 1136 | 1216 | 1264 | 1265 | 1292 | 1364 | 1366 | 1367 | 1406
        | 1416 | 1426 | 1438 | 1441 | 1452 | 1526 | 1644 | 1690 | 1748 | 3140 | 3141 | 3144
        | 3156 | 3157 | 3548 | 3643 | 3819 | 4025 | 4161 => {
            WriteError::Rejected { code: code.to_string(), message }
        }
        code if is_passing(code) => WriteError::Passing { code: code.to_string(), message },
        code => match of_server(code, message) {
            DataError::Passing { code, message } => WriteError::Passing { code, message },
            // Whether a transaction that was being committed is through is not known.
            broken @ DataError::Broken { .. } => WriteError::Unknown(broken),
            other => WriteError::Failed(other),
        },
    }
}

/// Deadlocks, locks that were waited for too long, statements that ran for longer than somebody
/// lets them, and OceanBase's own: memory that is being freed,
/// leaders that move, transactions that were rolled back for such a reason.
fn is_passing(code: u16) -> bool {
    matches!(
        code,
        1205 | 1213
            | 1020
            | 1969
            | 3024
            | 1040
            | 1203
            | 1041
            | 3572
            | 4012
            | 4013
            | 4030
            | 4038
            | 4121
            | 4225
            | 4023
            | 4250
            | 6002
            | 6005
            | 6210
            | 6211
            | 6212
            | 6224
            | 6226
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(code: u16) -> WireError {
        WireError::Server { code, state: "HY000".into(), message: "m".into() }
    }

    #[test]
    fn what_may_work_later_is_told_from_what_will_not() {
        for code in [1205, 1213, 1969, 3024, 4013, 4030] {
            assert!(of_wire(server(code)).is_passing(), "{code}");
            assert!(matches!(of_write(server(code)), WriteError::Passing { .. }), "{code}");
        }
        for code in [1146, 1142, 1114, 1064] {
            assert!(!of_wire(server(code)).is_passing(), "{code}");
            assert!(matches!(of_write(server(code)), WriteError::Failed(_)), "{code}");
        }
    }

    #[test]
    fn a_refused_row_is_told_from_one_that_is_there() {
        assert!(matches!(of_write(server(1062)), WriteError::Duplicate { .. }));
        for code in [1406, 1264, 1366, 1048, 3819, 1526] {
            assert!(matches!(of_write(server(code)), WriteError::Rejected { .. }), "{code}");
        }
    }

    #[test]
    fn a_write_that_was_cut_off_may_have_happened() {
        for error in [WireError::Dropped, server(1317), server(1053), server(1927), server(5066)] {
            assert!(matches!(of_write(error), WriteError::Unknown(_)));
        }
        assert!(of_wire(WireError::Dropped).is_passing());
    }
}
