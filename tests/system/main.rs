//! Scenarios over all services and real databases.

mod first_steps;
