//! sync-service
