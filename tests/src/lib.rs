//! Tests of the whole: the rules of the house and scenarios over all services.

pub mod house;
