//! oms-contracts
