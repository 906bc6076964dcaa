//! The table `data_sources`.
