//! Scenarios over all services and real databases.

mod departments;
mod first_steps;
mod session;
