//! Object selections.
