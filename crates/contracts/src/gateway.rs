//! Bodies of the gateway.
