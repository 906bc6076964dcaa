//! Admission to users' databases.

use crate::settings::LimitSettings;

/// How much may be asked of the databases at once.
#[derive(Debug)]
pub struct Gates {}

impl Gates {
    pub fn new(_: &LimitSettings) -> Self {
        Self {}
    }
}
