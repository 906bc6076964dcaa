//! Schema migration between real servers, by the service as it is shipped.

mod creating;
mod existing;
mod failing;
mod fenced;
mod indexes;
mod interrupted;
mod operations;
mod scene;
mod speed;
