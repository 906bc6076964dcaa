//! verify-service
