//! `oms migrate` and `oms verify`, between real databases.

mod certificates;
mod counts;
mod faults;
mod follow;
mod output;
mod pairs;
mod refuse;
mod resume;
mod select;
pub mod yard;
