//! The chassis from outside: a small service over real HTTP.

mod app;
mod calls;
mod metadata;
mod requests;
mod stopping;
mod traces;
