//! Bodies of project-service.
