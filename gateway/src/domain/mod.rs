//! What the gateway knows without asking anybody: rules for passwords and contacts, which call
//! needs what, how long a failed login waits, what the audit log says.

pub mod address;
pub mod audit;
pub mod contact;
pub mod csv_cell;
pub mod description;
pub mod own;
pub mod password;
pub mod path;
pub mod relay;
pub mod route;
pub mod session;
pub mod throttle;
pub mod user;
