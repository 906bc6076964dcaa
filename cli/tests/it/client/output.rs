//! Help, completions, pipes.

use crate::harness::{OMS, Person, run};
use std::process::Command;

fn person() -> Person {
    Person { home: tempfile::tempdir().expect("a temp dir"), url: String::new() }
}

#[test]
fn the_help_shows_every_command() {
    let help = person().run(&["--help"]).done();
    insta::assert_snapshot!(help, @r"
    Moves live databases into OceanBase and back without stopping the business

    Usage: oms [OPTIONS] <COMMAND>

    Commands:
      up           Run all of OMS in this process
      migrate      Move tables from one database to another, start to end, in this process
      verify       Compare the tables of two databases
      login        Log in to a running OMS
      logout       End the session
      whoami       Show who is logged in
      datasource   Data sources: the databases that projects read from and write to
      label        Labels: names that projects carry, to find them by
      project      Projects: what is moved from where to where, and how
      user         Users: who may log in, and what they may do
      department   Departments: whose users work together under the same administrators
      api-key      API keys: how programs sign their calls in your name
      audit        The audit log: who did what to what, when, and how it ended
      status       Show the services: which answer, and which instance of each
      vault        The key that seals the passwords of data sources
      keys         The keys that sign access tokens
      completions  Print a script that completes commands in your shell
      help         Print this message or the help of the given subcommand(s)

    Options:
          --json            Print JSON instead of tables and sentences
          --profile <NAME>  Which of several sessions to use [env: OMS_PROFILE=] [default: default]
          --no-input        Never ask: fail and say which flag to give
      -h, --help            Print help
      -V, --version         Print version

    Start here:
      oms migrate --help                  move tables once, with nothing else running
      oms up                              run everything on this machine
      oms login --account admin           log in to it, with the password it printed
      oms datasource add shop --url mysql://user@host:3306
      oms project apply -f project.yaml   projects as code

    Every command explains itself: oms COMMAND --help
    ");
    let ended = person().run(&[]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), help.as_str()));
    assert_eq!(person().run(&["--version"]).done(), format!("oms {}\n", env!("CARGO_PKG_VERSION")));
}

/// The commands that a help names.
fn commands(help: &str) -> Vec<String> {
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|line| !line.is_empty());
    // What is indented further goes on with the line before.
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_command_explains_itself() {
    let person = person();
    let mut left = vec![Vec::<String>::new()];
    let mut seen = 0;
    while let Some(path) = left.pop() {
        let arguments: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let help = person.run(&arguments).done();
        let about = help.lines().next().unwrap_or_default();
        assert!(about.len() >= 8 && !about.starts_with("Usage"), "{path:?} has no about: {help}");
        let names = commands(&help);
        for name in names.iter().filter(|name| *name != "help") {
            left.push(path.iter().cloned().chain([name.clone()]).collect());
        }
        seen += 1;
    }
    assert!(seen > 60, "only {seen} commands were found");
}

#[test]
fn what_is_not_there_yet_is_no_command() {
    for command in ["migrate", "verify", "alert"] {
        person().run(&[command]).misused();
    }
}

#[test]
fn completions_are_scripts() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = person().run(&["completions", shell]).done();
        assert!(script.contains("reset-password"), "{shell}");
    }
    let script = person().run(&["completions", "bash"]).done();
    let checked = run(Command::new("bash").arg("-n"), Some(&script));
    assert_eq!(checked.code, Some(0), "{checked:?}");
    person().run(&["completions", "tcsh"]).misused();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error_and_a_full_disk_is() {
    let script = format!("{OMS} completions zsh | head -n 1; echo ${{PIPESTATUS[0]}}");
    let ended = run(Command::new("bash").args(["-c", &script]), None);
    assert!(ended.stdout.ends_with("\n0\n"), "{ended:?}");
    assert_eq!(ended.stderr, "");
    let script = format!("{OMS} completions zsh > /dev/full");
    let ended = run(Command::new("bash").args(["-c", &script]), None);
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("error[CLI-0027]: the output could not be written"), "{ended:?}");
}
