//! The metadata of store-service. One table a file; `instances` is the chassis' own.

use oms_chassis::db::Migrations;

/// The schema, for each database it can live in.
pub const MIGRATIONS: Migrations = oms_chassis::embedded_migrations!();
