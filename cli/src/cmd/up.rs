//! `oms up`: what it can be told. What it does is in [`crate::up`].

use clap::Args;
use std::{net::SocketAddr, path::PathBuf};

/// Run all of OMS in this process
///
/// Starts the six services on loopback, with their metadata in SQLite files and with generated
/// keys, and says where they answer. Only the gateway is meant for others: its address is --listen.
/// The very first start prints the passwords of `root` and `admin`.
///
/// Ctrl-C (or SIGTERM) ends it: requests in flight finish first, and the exit code is 0. A second
/// Ctrl-C ends it at once.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct UpArgs {
    /// Where metadata and keys are kept; one process at a time may use it
    ///
    /// By default $XDG_DATA_HOME/oms, or ~/.local/share/oms. It is closed to other users.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Where the gateway listens [default: 127.0.0.1:8089]; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,

    /// Settings of the services, TOML
    ///
    /// A section for each service (gateway.http, project.limits, …) and one called telemetry.
    /// Variables such as OMS__GATEWAY__HTTP__WORKERS override the file; unknown keys are refused.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Write the address as JSON to this file once everything is ready
    #[arg(long, value_name = "PATH")]
    pub ready_file: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  oms up
  oms up --data-dir /srv/oms --listen 0.0.0.0:8089
  oms up --json --listen 127.0.0.1:0      prints {\"event\":\"ready\",\"url\":…} when it is ready

Exit codes: 0 stopped as asked, 2 wrong arguments or settings, 4 failed, 130 stopped at once.";
