//! What a run says about its servers: a table for people, JSON for programs, one line each for logs.

use std::io::{self, Write as _};

use oms_testkit::servers::Instance;
use serde_json::json;

use crate::fleet::{Fleet, Member};

pub fn table(fleet: &Fleet) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let width = |text: fn(&Member) -> &str| {
        fleet.members.iter().map(|member| text(member).len()).max().unwrap_or_default()
    };
    let (versions, urls) = (width(|m| &m.version), width(|m| &m.server.url));
    writeln!(out, "{:<16}  {:<versions$}  {:<urls$}  FROM", "SERVER", "VERSION", "URL")?;
    for member in &fleet.members {
        let (kind, url) = (member.server.kind, &member.server.url);
        writeln!(
            out,
            "{kind:<16}  {:<versions$}  {url:<urls$}  {}",
            member.version,
            member.origin()
        )?;
    }
    writeln!(out, "\nFor tests in another terminal:")?;
    for member in &fleet.members {
        writeln!(out, "  export {}='{}'", member.server.kind.variable(), member.server.url)?;
    }
    writeln!(out, "\nCtrl-C stops them and removes their data.")?;
    out.flush()
}

pub fn json(fleet: &Fleet) -> io::Result<()> {
    let servers: Vec<_> = fleet
        .members
        .iter()
        .map(|member| {
            let server = &member.server;
            json!({
                "kind": server.kind.name(),
                "version": member.version,
                "url": server.url,
                "host": server.host,
                "port": server.port,
                "user": server.user,
                "password": server.password,
                "variable": server.kind.variable(),
                "started": member.instance.is_some(),
                "pid": member.instance.as_ref().and_then(Instance::pid),
                "directory": member.instance.as_ref().map(Instance::home),
            })
        })
        .collect();
    let mut out = io::stdout().lock();
    writeln!(out, "{}", json!({ "servers": servers }))?;
    out.flush()
}

pub fn one_line_each(fleet: &Fleet) {
    for member in &fleet.members {
        let kind = member.server.kind;
        let origin = match member.instance {
            Some(_) => "started for this run".to_owned(),
            None => format!("from {}", kind.variable()),
        };
        tracing::info!("{kind} {} at {}, {origin}", member.version, member.server.shown());
    }
}
