//! Documents that are generated from code stay equal to it. `make docs` writes them.

use crate::tree::{read, root};
use oms_contracts::ErrorCode;
use std::fmt::Write;

fn errors() -> String {
    let mut text = String::from(
        "# Error codes\n\n\
         Every refusal carries one of these codes, a message, this advice, and the request id that \
         finds its logs. Codes never change their meaning. *Retry* says whether repeating the same \
         call helps: `Soon` it may, `AfterFix` once somebody changed something, `Never` it will \
         not.\n\n\
         This page is generated from `crates/contracts/src/code.rs` by `make docs`.\n",
    );
    let mut area = "";
    for code in ErrorCode::ALL {
        let next = code.as_str().rsplit_once(['-']).map_or("", |(area, _)| area);
        let next = if next == "GHANA" { "PROJECT" } else { next };
        if next != area {
            area = next;
            write!(
                text,
                "\n## {area}\n\n| code | name | status | retry | advice |\n|---|---|---|---|---|\n"
            )
            .expect("strings take text");
        }
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            code.as_str(),
            code.name(),
            code.status(),
            code.retry(),
            code.advice().replace('|', "\\|"),
        )
        .expect("strings take text");
    }
    text
}

#[test]
fn documents_of_the_error_codes_are_up_to_date() {
    let path = "docs/ERRORS.md";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join(path), errors()).expect("writes");
    }
    assert_eq!(read(path), errors(), "run `make docs`");
}
