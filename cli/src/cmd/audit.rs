//! `oms audit`.

use super::{
    Context, download,
    pages::{PageArgs, collect},
    published::published,
    when,
};
use crate::{
    fault::Fault,
    out::{table::Row, time::Zone},
};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use oms_contracts::gateway::audit::{
    AuditOperation, AuditQuery, AuditRange, AuditResult, AuditRisk, AuditTarget, AuditView,
};
use std::path::PathBuf;

/// The audit log: who did what to what, when, and how it ended
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms audit list --from 12h --result failed
  oms audit list --actor li --target PROJECT --from 2026-11-01 --to 2026-11-20
  oms audit export --range last30 -o audit.csv")]
pub struct AuditArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show entries, the latest first
    List {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Write entries as CSV
    Export {
        #[command(flatten)]
        filter: Filter,
        /// Instead of --from and --to
        #[arg(long, value_parser = published::<AuditRange>(), conflicts_with_all = ["from", "to"])]
        range: Option<AuditRange>,
        /// To this file instead of stdout
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct Filter {
    /// Since then: a date, a time, or how long ago (90m, 12h, 7d)
    #[arg(long, value_parser = when::parse, value_name = "TIME")]
    from: Option<DateTime<Utc>>,
    /// Before then
    #[arg(long, value_parser = when::parse, value_name = "TIME")]
    to: Option<DateTime<Utc>>,
    /// The account, whole
    #[arg(long, value_name = "ACCOUNT")]
    actor: Option<String>,
    /// What was acted on
    #[arg(long, ignore_case = true, value_parser = published::<AuditTarget>())]
    target: Option<AuditTarget>,
    /// What was done
    #[arg(long = "type", ignore_case = true, value_parser = published::<AuditOperation>())]
    operation: Option<AuditOperation>,
    /// How much harm it can do
    #[arg(long, ignore_case = true, value_parser = published::<AuditRisk>())]
    risk: Option<AuditRisk>,
    /// How it ended
    #[arg(long, ignore_case = true, value_parser = published::<AuditResult>())]
    result: Option<AuditResult>,
    /// Part of the object's id or name, of the account or of the call
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl From<Filter> for AuditQuery {
    fn from(filter: Filter) -> Self {
        let Filter { from, to, actor, target, operation, risk, result, search } = filter;
        let paging = Self::default();
        Self { from, to, actor, target, operation, risk, result, search, ..paging }
    }
}

pub async fn run(context: &Context, args: AuditArgs) -> Result<(), Fault> {
    let api = context.api().await?;
    match args.verb {
        Verb::List { filter, page } => {
            let query = AuditQuery::from(filter);
            let entries = collect(page, async |page| {
                let (page_number, page_size) = (page.page_number, page.page_size);
                api.audit(&AuditQuery { page_number, page_size, ..query.clone() }).await
            });
            context.out.list(&entries.await?)
        }
        Verb::Export { filter, range, output } => {
            let query = AuditQuery { range, ..filter.into() };
            let download = api.export_audit(&query).await?;
            download::save(context.out, download, output.as_deref()).await
        }
    }
}

impl Row for AuditView {
    const HEAD: &'static [&'static str] =
        &["at", "account", "type", "target", "object", "risk", "result", "from", "request"];

    fn cells(&self, zone: Zone) -> Vec<String> {
        let object = self.object_name.as_ref().or(self.object_id.as_ref());
        let result = match &self.code {
            Some(code) => format!("{} {code}", self.result),
            None => self.result.to_string(),
        };
        vec![
            zone.show(self.at),
            self.account.clone(),
            self.operation.to_string(),
            self.target.to_string(),
            object.cloned().unwrap_or_else(|| "-".into()),
            self.risk.to_string(),
            result,
            self.address.clone(),
            self.request_id.clone(),
        ]
    }
}
