//! What the gateway itself answers: who you are, users, departments, API keys, the audit log and
//! the state of the system. What it relays is in the modules of the services behind it.

pub mod api_key;
pub mod audit;
pub mod auth;
pub mod department;
pub mod paths;
pub mod system;
pub mod user;
