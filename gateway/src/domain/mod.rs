//! What gateway knows without asking anybody.
