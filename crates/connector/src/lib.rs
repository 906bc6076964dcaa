//! oms-connector
