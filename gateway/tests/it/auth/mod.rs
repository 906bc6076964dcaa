//! `/api/v1/auth`.

mod login;
mod password;
mod refresh;
mod throttling;
mod tokens;
