//! oms-testkit
