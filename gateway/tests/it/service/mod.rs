//! What belongs to no single resource.

mod backends;
mod input;
mod limits;
mod metadata;
mod migrations;
mod start;
mod web;
