//! What belongs to no single resource: who may call, the metadata and its faults, the key file.

mod calls;
mod metadata;
mod start;
