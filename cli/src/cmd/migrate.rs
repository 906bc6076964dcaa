//! `oms migrate`: what it can be told. What it does is in [`crate::migrate`].

use super::when;
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use oms_contracts::{
    store::CaptureMethod,
    sync::{self, IndexStrategy},
};
use oms_model::{change::Treatment, transfer::SpeedMode};
use std::path::PathBuf;

/// Move tables from one database to another, start to end, in this process
///
/// Looks at both sides first and changes nothing when one cannot be used. Each table is copied in
/// pieces whose progress is recorded: interrupted or killed at any moment, the same command goes on
/// where it was. A comparison of row counts closes the run.
///
/// Passwords stand in the URLs or in OMS_SOURCE_PASSWORD and OMS_TARGET_PASSWORD. Special characters
/// in a URL are percent-encoded: oceanbase://root%40tenant@host.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct MigrateArgs {
    #[command(flatten)]
    pub what: WhatArgs,

    /// The steps: definitions, rows, changes
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_values_t = [Step::Schema, Step::Full],
        hide_default_value = true,
        help = "The steps: definitions, rows, changes [default: schema,full; with --follow or --until also incr]"
    )]
    pub types: Vec<Step>,

    /// Where progress and keys are kept; the same directory resumes the same migration
    ///
    /// By default a directory of its own for each source, target and objects, below
    /// ~/.local/share/oms/migrations.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    #[command(flatten)]
    pub limits: LimitArgs,

    /// Accept target tables that hold rows: those stay, and what is in their way is counted
    #[arg(long)]
    pub allow_nonempty: bool,

    /// Keep applying what the source commits until it is interrupted
    #[arg(long, conflicts_with = "until")]
    pub follow: bool,

    /// Apply what the source commits until then: caught-up, or a time
    ///
    /// caught-up is everything that was committed before the rows were loaded and what came
    /// meanwhile. A time is RFC 3339, a date or a time of this machine.
    #[arg(long, value_name = "WHEN", value_parser = until)]
    pub until: Option<Until>,

    /// In which pieces changes are committed at the target
    #[arg(long, value_enum, default_value_t = ApplyMode::Eventual)]
    pub mode: ApplyMode,

    /// What is done about a row of the target that is not what a change begins with
    #[arg(long, value_enum, default_value_t = OnDrift::Repair)]
    pub on_drift: OnDrift,

    /// What is done about statements on definitions; what moves rows is never ignored
    #[arg(long, value_enum, default_value_t = Ddl::Replicate)]
    pub ddl: Ddl,

    /// Leave out the statement of that number, which the migration stopped at: the target stays as it
    /// is, or was changed by hand
    #[arg(long, value_name = "SEQ")]
    pub skip_ddl: Vec<u64>,

    /// Run something else at the target instead of a statement: 'SEQ: SQL'
    #[arg(long, value_name = "SEQ: SQL", value_parser = edited)]
    pub edit_ddl: Vec<(u64, String)>,

    /// How changes are captured [default: by triggers where the source needs them, else from its log]
    #[arg(long, value_enum)]
    pub capture: Option<Capture>,

    /// Remove the capture once everything up to --until is applied and the row counts agree
    ///
    /// Otherwise it stays, so that the same command goes on later; triggers stay at the source.
    #[arg(long, requires = "until")]
    pub end_capture: bool,

    /// When secondary indexes that are not unique are made [default: after-load, where rows are loaded]
    #[arg(long, value_enum)]
    pub index: Option<Index>,
}

/// From where, to where, what.
#[derive(Debug, Args)]
pub struct WhatArgs {
    /// Where rows are read
    #[arg(
        long,
        value_name = "URL",
        hide_env_values = true,
        help = "Where rows are read: SCHEME://USER:PASSWORD@HOST:PORT[/DATABASE][?tls=MODE]"
    )]
    pub source: String,

    /// Where rows are written
    #[arg(long, value_name = "URL")]
    pub target: String,

    /// Who signed the source's certificate, in PEM: for tls=verify-ca and verify-full
    #[arg(long, value_name = "FILE")]
    pub source_ca: Option<PathBuf>,

    /// Who signed the target's certificate
    #[arg(long, value_name = "FILE")]
    pub target_ca: Option<PathBuf>,

    #[command(flatten)]
    pub certificates: CertificateArgs,

    /// What to move: matching rules, separated by commas, such as shop.*
    #[arg(long, value_name = "RULE", value_delimiter = ',', required = true)]
    pub objects: Vec<String>,

    /// What to leave out of it
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub exclude: Vec<String>,

    /// Another name at the target: db.t=other.u, or db.*=other.* for all of a database
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub map: Vec<String>,

    /// Only rows that meet a condition: 'db.t: id > 100'
    #[arg(long = "where", value_name = "TABLE: CONDITION")]
    pub filters: Vec<String>,

    /// Only these columns: 'db.t: id,name'
    #[arg(long, value_name = "TABLE: COLUMNS")]
    pub columns: Vec<String>,
}

/// What is shown to servers that ask clients for a certificate.
#[derive(Debug, Clone, Default, Args)]
pub struct CertificateArgs {
    /// The certificate to show to the source, in PEM, with its intermediates
    #[arg(long, value_name = "FILE", requires = "source_key")]
    pub source_cert: Option<PathBuf>,

    /// The key of that certificate
    #[arg(long, value_name = "FILE", requires = "source_cert")]
    pub source_key: Option<PathBuf>,

    /// The certificate to show to the target
    #[arg(long, value_name = "FILE", requires = "target_key")]
    pub target_cert: Option<PathBuf>,

    /// The key of that certificate
    #[arg(long, value_name = "FILE", requires = "target_cert")]
    pub target_key: Option<PathBuf>,
}

/// How much of the machines it may take. Another run of the same migration may take more or less.
#[derive(Debug, Args)]
pub struct LimitArgs {
    /// Connections that read, and as many that write
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub concurrency: Option<u32>,

    /// Connections that read, 1 to 256
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub readers: Option<u32>,

    /// Connections that write, 1 to 256
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub writers: Option<u32>,

    /// How much to take unless it is said in particular
    #[arg(long, value_enum, default_value_t = Speed::Normal)]
    pub speed: Speed,

    /// Mebibytes of rows on their way at once, 16 to 65536
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(16..=65536))]
    pub memory: Option<u32>,

    /// No more rows a second than this
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub rows_per_second: Option<u64>,

    /// No more bytes a second than this
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub bytes_per_second: Option<u64>,
}

/// A step of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Definitions of tables and views
    Schema,
    /// The rows there are
    Full,
    /// Changes, as they happen
    Incr,
    /// Compare all rows afterwards (comes later)
    Verify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Speed {
    Steady,
    Normal,
    Fast,
}

impl From<Speed> for SpeedMode {
    fn from(speed: Speed) -> Self {
        match speed {
            Speed::Steady => Self::Steady,
            Speed::Normal => Self::Normal,
            Speed::Fast => Self::Fast,
        }
    }
}

/// How long changes are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    CaughtUp,
    Moment(DateTime<Utc>),
}

fn until(text: &str) -> Result<Until, String> {
    match text {
        "caught-up" => Ok(Until::CaughtUp),
        time => when::parse(time).map(Until::Moment).map_err(|why| format!("caught-up, or {why}")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ApplyMode {
    /// By many sessions at once: fast; equal to the source whenever it has caught up
    Eventual,
    /// Whole transactions of the source, in their order
    Transactional,
}

impl From<ApplyMode> for sync::ApplyMode {
    fn from(mode: ApplyMode) -> Self {
        match mode {
            ApplyMode::Eventual => Self::Eventual,
            ApplyMode::Transactional => Self::Transactional,
        }
    }
}

fn edited(text: &str) -> Result<(u64, String), String> {
    let (seq, sql) = text.split_once(':').ok_or("write it as 'SEQ: SQL'")?;
    let seq = seq.trim().parse().map_err(|_| "the number of the statement is no number")?;
    match sql.trim() {
        "" => Err("there is nothing to be run; --skip-ddl leaves a statement out".into()),
        sql => Ok((seq, sql.to_owned())),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ddl {
    /// Do the same at the target
    Replicate,
    /// Leave the target as it is
    Ignore,
    /// End with an error at each
    Stop,
}

impl From<Ddl> for Treatment {
    fn from(ddl: Ddl) -> Self {
        match ddl {
            Ddl::Replicate => Self::Replicate,
            Ddl::Ignore => Self::Ignore,
            Ddl::Stop => Self::Stop,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Capture {
    /// From the source's log
    Binlog,
    /// By triggers that are put in place at the source
    Trigger,
}

impl From<Capture> for CaptureMethod {
    fn from(capture: Capture) -> Self {
        match capture {
            Capture::Binlog => Self::Binlog,
            Capture::Trigger => Self::Trigger,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnDrift {
    /// End with an error
    Stop,
    /// Put the source's row there, and record it
    Repair,
    /// Leave it as it is, and record it
    Record,
}

impl From<OnDrift> for sync::DriftPolicy {
    fn from(policy: OnDrift) -> Self {
        match policy {
            OnDrift::Stop => Self::Stop,
            OnDrift::Repair => Self::Repair,
            OnDrift::Record => Self::Record,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Index {
    /// With their tables
    WithSchema,
    /// When the rows are there
    AfterLoad,
    /// Not at all
    None,
}

impl From<Index> for IndexStrategy {
    fn from(index: Index) -> Self {
        match index {
            Index::WithSchema => Self::WithSchema,
            Index::AfterLoad => Self::AfterLoad,
            Index::None => Self::None,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  oms migrate --source mysql://me@db1/ --target oceanbase://root%40shop@ob1:2881/ --objects 'shop.*'
  oms migrate --source $A --target $B --objects 'shop.*' --exclude 'shop.tmp_*' --types full \\
      --where 'shop.orders: id > 1000' --map 'shop.orders=sales.orders'
  oms migrate --source $A --target $B --objects 'shop.order_?' --map 'shop.order_?=shop.orders'
  oms migrate --source $A --target $B --objects 'shop.*' --follow

Exit codes: 0 done, 2 wrong arguments, 3 a database cannot be used, 4 failed, 5 row counts differ,
130 interrupted (the same command goes on).";
