//! What belongs to no single resource: who may call, the metadata and its faults.

mod metadata;
