//! Projects.

use oms_contracts::{Detail, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum Error {}

impl Error {
    pub fn code(&self) -> ErrorCode {
        match *self {}
    }

    pub fn details(&self) -> Vec<Detail> {
        match *self {}
    }
}
