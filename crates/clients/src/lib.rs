//! oms-clients
