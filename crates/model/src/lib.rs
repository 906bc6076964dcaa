//! oms-model
