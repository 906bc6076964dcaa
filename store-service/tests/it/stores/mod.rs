//! Stores over HTTP.

mod capture;
mod clear;
mod heartbeat;
mod input;
mod place;
mod read;
mod real;
mod run;
mod triggers;
