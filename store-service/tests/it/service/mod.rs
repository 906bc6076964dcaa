//! The service itself: its metadata on every database, and how it starts.

mod metadata;
mod start;
