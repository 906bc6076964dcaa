//! The public API of a running gateway, as a client sees it.
