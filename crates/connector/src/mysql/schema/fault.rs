//! What a server says about a statement on definitions.

use super::super::data_fault;
use super::super::wire::WireError;
use crate::data_error::DataError;
use crate::schema::{Refusal, SchemaError};

/// An error of a statement: the server's own code and words are kept.
pub(in crate::mysql) fn of_statement(error: WireError) -> SchemaError {
    let WireError::Server { code, message, state } = error else {
        return data_fault::of_wire(error).into();
    };
    let told = message.clone();
    let why = match data_fault::of_wire(WireError::Server { code, message: told, state }) {
        broken @ DataError::Broken { .. } => return broken.into(),
        DataError::Forbidden { .. } => Refusal::Forbidden,
        DataError::Full { .. } => Refusal::Full,
        DataError::Passing { .. } => Refusal::Busy,
        DataError::NoSuchDatabase(_) => Refusal::Missing,
        _ => of_code(code),
    };
    SchemaError::Refused { code: code.to_string(), message, why }
}

fn of_code(code: u16) -> Refusal {
    match code {
        // Database, table, key name, constraint name.
        1007 | 1050 | 1061 | 1826 | 3822 => Refusal::Exists,
        // Unknown table, object of another kind, unknown sequence.
        1146 | 1051 | 1347 | 4091 => Refusal::Missing,
        _ => Refusal::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: u16) -> SchemaError {
        of_statement(WireError::Server { code, state: "42000".into(), message: "m".into() })
    }

    #[test]
    fn a_refusal_keeps_the_code_of_the_server() {
        for (code, expected) in [
            (1050, Refusal::Exists),
            (1146, Refusal::Missing),
            (1049, Refusal::Missing),
            (1142, Refusal::Forbidden),
            (1114, Refusal::Full),
            (1205, Refusal::Busy),
            (1064, Refusal::Other),
        ] {
            match of(code) {
                SchemaError::Refused { code: kept, why, .. } => {
                    assert_eq!((kept, why), (code.to_string(), expected));
                }
                other => panic!("{code}: {other}"),
            }
        }
    }

    #[test]
    fn a_lost_connection_is_no_refusal() {
        assert!(matches!(of(1317), SchemaError::Data(DataError::Broken { .. })));
        assert!(matches!(of_statement(WireError::Dropped), SchemaError::Data(_)));
    }
}
