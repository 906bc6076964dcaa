//! oms-chassis
