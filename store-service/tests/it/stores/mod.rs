//! Stores over HTTP.

mod capture;
mod input;
mod read;
mod real;
mod run;
