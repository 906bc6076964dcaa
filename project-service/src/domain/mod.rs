//! What project-service knows without asking anybody.

pub mod data_source;
pub mod host;
pub mod label;
pub mod lifecycle;
pub mod login;
pub mod owned;
pub mod project;
pub mod project_check;
pub mod selection;
