//! Why a call to a sibling has no result.

use oms_contracts::{Problem, ServiceName};
use reqwest::StatusCode;

#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No answer: the call may or may not have happened. Repeat it; every command is a PUT.
    #[error("{service} gave no answer")]
    Unreachable {
        service: ServiceName,
        #[source]
        source: reqwest::Error,
    },
    /// The same, and nothing says why.
    #[error("{service} gave no answer in time")]
    Silent { service: ServiceName },
    /// The sibling answered, and said no.
    #[error("{service} refused: {}", .problem.message)]
    Refused { service: ServiceName, problem: Box<Problem> },
    #[error("{service} answered {status} with a body outside the contract")]
    OffContract {
        service: ServiceName,
        status: StatusCode,
        #[source]
        source: serde_json::Error,
    },
    #[error("the call to {service} could not be signed")]
    Unsigned {
        service: ServiceName,
        #[source]
        source: jsonwebtoken::errors::Error,
    },
}
