//! The tables `labels` and `project_labels`.
