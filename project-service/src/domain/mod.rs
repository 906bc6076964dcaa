//! What project-service knows without asking anybody.
