//! What belongs to no single resource: who may call, the metadata and its faults, what keeps the
//! service from starting.

mod calls;
mod metadata;
mod start;
