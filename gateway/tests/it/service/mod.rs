//! What belongs to no single resource.

mod backends;
mod input;
mod limits;
mod metadata;
mod migrations;
mod roles;
mod start;
mod web;
