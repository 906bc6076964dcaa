//! store-service
