//! The commands that talk to a gateway.

mod access;
mod audit;
mod data_source;
mod hostile;
mod label;
mod output;
mod project;
mod selection;
mod session;
mod shop;
mod terminal;
mod user;

pub use shop::url_of;
