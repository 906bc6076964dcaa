//! alert-service
