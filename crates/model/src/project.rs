//! What a project is about, in the published words. Its life cycle belongs to project-service.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// What a project does.
    pub enum ProjectType {
        /// Moves databases: schema, rows, changes, verification, switchover.
        Migration = "MIGRATION",
        /// Feeds changes into a message queue or another store, without an end.
        Sync = "SYNC",
    }
}

wire_enum! {
    /// How loudly a project's troubles are told.
    pub enum Importance {
        High = "HIGH",
        Medium = "MEDIUM",
        Low = "LOW",
        /// Nobody is told.
        Ignore = "IGNORE",
    }
}
