//! What every service's `main` needs, once: settings, telemetry, the metadata database, the
//! vault for secrets, the HTTP server, errors to HTTP, and the identity of the instance.
//!
//! Nothing here knows any one service's domain.

mod blocking;
pub mod db;
pub mod http;
pub mod instance;
pub mod process;
pub mod secrets;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod vault;

pub use blocking::{Cancelled, on_worker_thread};
pub use db::{Conn, Db, DbError};
pub use http::{Coded, Running, ServiceParts};
pub use process::{ProcessSettings, StartError};
pub use shutdown::Shutdown;
pub use vault::Vault;
