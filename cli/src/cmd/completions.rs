//! `oms completions`.

use crate::{fault::Fault, out::Out};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print a script that completes commands in your shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  oms completions bash > ~/.local/share/bash-completion/completions/oms
  oms completions zsh > ~/.zfunc/_oms
  oms completions fish > ~/.config/fish/completions/oms.fish")]
pub struct CompletionsArgs {
    shell: Shell,
}

pub fn run(args: &CompletionsArgs, out: Out) -> Result<(), Fault> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "oms", &mut script);
    out.raw(&script)
}
