//! `oms verify`: what it can be told. What it does is in [`crate::migrate`].

use super::migrate::WhatArgs;
use clap::{Args, ValueEnum};

/// Compare the tables of two databases
///
/// Counts the rows of both sides. What is written meanwhile counts as it comes, so compare when
/// nobody writes.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  oms verify --source mysql://me@db1/ --target oceanbase://root%40shop@ob1:2881/ \\
      --objects 'shop.*' --mode count

Exit codes: 0 equal, 2 wrong arguments, 3 a database cannot be used, 4 failed, 5 they differ.")]
pub struct VerifyArgs {
    #[command(flatten)]
    pub what: WhatArgs,

    /// What is compared
    #[arg(long, value_enum, default_value_t = Mode::Count)]
    pub mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// How many rows there are
    Count,
    /// Every row (comes later)
    Normal,
    /// The source's rows among the target's (comes later)
    In,
}
