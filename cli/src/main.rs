//! `oms`: the whole of OMS in one process, and the client of a running one.

mod ask;
mod cmd;
mod fault;
mod migrate;
mod out;
mod private_file;
mod session;
mod signals;
mod up;
mod xdg;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cmd::Cli::parse();
    let out = out::Out::of_process(cli.global.json);
    match cmd::run(cli, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            out.fault(&fault);
            fault.exit_code()
        }
    }
}
