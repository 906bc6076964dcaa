//! What a person at a terminal sees and is asked. `script` plays the terminal.

use crate::harness::{FIRST, Ground, OMS, Person, SECOND};
use std::{
    io::{Read, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A command on a terminal.
struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: ChildStdout,
    seen: String,
}

impl Terminal {
    fn run(person: &Person, arguments: &[&str]) -> Self {
        let quoted: Vec<String> = arguments.iter().map(|part| format!("'{part}'")).collect();
        let command = format!("{OMS} {}", quoted.join(" "));
        let mut child = Command::new("script")
            .args(["-qefc", &command, "/dev/null"])
            .env_clear()
            .envs([("HOME", person.home.path().to_str().expect("UTF-8")), ("TZ", "UTC")])
            .envs([("TERM", "xterm"), ("SHELL", "/bin/sh")])
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script runs");
        let keyboard = child.stdin.take().expect("stdin is piped");
        let screen = child.stdout.take().expect("stdout is piped");
        Self { child, keyboard, screen, seen: String::new() }
    }

    /// Waits for a question and types the answer.
    fn answer(mut self, question: &str, typed: &str) -> Self {
        let mut bytes = [0; 1024];
        while !self.seen.contains(question) {
            let n = self.screen.read(&mut bytes).expect("the screen can be read");
            assert!(n > 0, "{question:?} was not asked: {}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&bytes[..n]));
        }
        self.seen.clear();
        write!(self.keyboard, "{typed}\r").expect("it can be typed");
        self.keyboard.flush().expect("it can be typed");
        self
    }

    /// What the screen shows to the end, and the exit code.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).expect("the screen can be read");
        drop(self.keyboard);
        let status = self.child.wait().expect("it ends");
        (status.code(), self.seen + &String::from_utf8_lossy(&rest))
    }
}

#[test]
fn a_first_login_asks_for_everything_and_shows_no_password() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let person = up.stranger();
    let (code, screen) = Terminal::run(&person, &["login", "--url", &up.url])
        .answer("Account:", "admin")
        .answer("Password:", FIRST)
        .answer("New password:", SECOND)
        .answer("Once more:", SECOND)
        .end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("Logged in as admin"), "{screen}");
    assert!(!screen.contains(FIRST) && !screen.contains(SECOND), "{screen}");
    person.run(&["label", "list"]).done();
}

#[test]
fn what_is_lost_for_good_is_asked_for_first() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    admin.run(&["label", "add", "prod"]).done();
    let delete = ["label", "delete", "prod"];
    let (code, screen) = Terminal::run(&admin, &delete).answer("Delete the label prod?", "n").end();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains("nothing was changed"), "{screen}");
    assert_eq!(admin.json(&["label", "list"])["totalCount"], 1);
    let (code, screen) = Terminal::run(&admin, &delete).answer("Delete the label prod?", "y").end();
    assert_eq!(code, Some(0), "{screen}");
    assert_eq!(admin.json(&["label", "list"])["totalCount"], 0);
}

#[test]
fn a_question_can_be_walked_away_from() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let (code, screen) = Terminal::run(&up.stranger(), &["login", "--url", &up.url])
        .answer("Account:", "\u{3}")
        .end();
    assert_eq!(code, Some(130), "{screen}");
    let (code, screen) =
        Terminal::run(&up.stranger(), &["--no-input", "login", "--url", &up.url]).end();
    assert_eq!(code, Some(2), "{screen}");
}

#[test]
fn a_terminal_gets_bold_heads_and_json_of_many_lines() {
    let ground = Ground::new();
    let up = ground.up_with_passwords();
    let admin = up.person("admin");
    let (_, screen) = Terminal::run(&admin, &["user", "list"]).end();
    assert!(screen.contains("\u{1b}[1mACCOUNT"), "{screen:?}");
    let (_, screen) = Terminal::run(&admin, &["user", "list", "--json"]).end();
    assert!(screen.starts_with("{\r\n  \"items\": [\r\n"), "{screen:?}");
    let (code, screen) = Terminal::run(&admin, &["user", "show", "nobody"]).end();
    assert_eq!(code, Some(4));
    assert!(screen.starts_with("\u{1b}[1;31merror[USER-0001]\u{1b}[0m: "), "{screen:?}");
}
