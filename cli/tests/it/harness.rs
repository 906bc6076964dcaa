//! A running `oms up` of a test's own, and people who use it.

use serde_json::Value;
use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc,
    time::Duration,
};
use tempfile::TempDir;

pub const OMS: &str = env!("CARGO_BIN_EXE_oms");
pub const FIRST: &str = "First-Test-27##";
pub const SECOND: &str = "Second-Test-35##";

/// Far more than anything here takes; what hangs fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// `oms`, knowing nothing of the machine it runs on.
pub fn oms(home: &Path) -> Command {
    let mut command = Command::new(OMS);
    command.env_clear().env("HOME", home).env("TZ", "UTC");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// A data directory, and what is started in it.
pub struct Ground {
    pub dir: TempDir,
}

impl Ground {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temp dir") }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The command line of an `oms up` on this ground, on a free port.
    pub fn command(&self) -> Command {
        let mut command = oms(self.dir.path());
        command.args(["up", "--json", "--listen", "127.0.0.1:0", "--data-dir"]).arg(self.data());
        command
    }

    /// The same, speaking to people.
    pub fn human(&self) -> Command {
        let mut command = oms(self.dir.path());
        command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(self.data());
        command
    }

    /// Starts, and waits until it is ready.
    pub fn up(&self) -> Up {
        Up::start(self.command(), self.log())
    }

    /// The same with known first passwords.
    pub fn up_with_passwords(&self) -> Up {
        let mut command = self.command();
        for account in ["ROOT", "ADMIN"] {
            command.env(format!("OMS__GATEWAY__BOOTSTRAP__{account}_PASSWORD"), FIRST);
        }
        Up::start(command, self.log())
    }

    /// Runs to its end, which must come soon.
    pub fn fails(&self, mut command: Command) -> Ended {
        let ended = run(command.stdin(Stdio::null()), None);
        assert_ne!(ended.code, Some(0), "it did not fail: {}", ended.stdout);
        ended
    }

    pub fn log(&self) -> PathBuf {
        self.dir.path().join("oms.log")
    }
}

/// A running `oms up`; killed when dropped.
pub struct Up {
    child: Child,
    pub ready: Value,
    pub url: String,
    log: PathBuf,
    lines: mpsc::Receiver<String>,
}

impl Up {
    pub fn start(mut command: Command, log: PathBuf) -> Self {
        let stderr = File::options().create(true).append(true).open(&log).expect("a log file");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the binary runs");
        let lines = lines_of(&mut child);
        let mut up = Self { child, ready: Value::Null, url: String::new(), log, lines };
        up.ready = up.event();
        assert_eq!(up.ready["event"], "ready", "{}", up.ready);
        up.url = up.ready["url"].as_str().expect("an address").to_owned();
        up
    }

    /// The next line of stdout.
    fn event(&self) -> Value {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => serde_json::from_str(&line).expect("a line of JSON"),
            Err(_) => panic!("oms up said nothing; its log: {}", self.logged()),
        }
    }

    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.pid().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// The end, which must come by itself.
    pub fn ended(&mut self) -> ExitStatus {
        self.child.wait().expect("it can be waited for")
    }

    /// Asks it to stop, as an operator does.
    pub fn stop(mut self) {
        self.signal("-TERM");
        assert_eq!(self.ended().code(), Some(0), "{}", self.logged());
    }

    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
    }

    /// Somebody without a session.
    pub fn stranger(&self) -> Person {
        Person { home: tempfile::tempdir().expect("a temp dir"), url: self.url.clone() }
    }

    /// An account that has chosen its second password already.
    pub fn person(&self, account: &str) -> Person {
        let person = self.stranger();
        person.log_in(account, FIRST).done();
        person
            .feed(&["user", "passwd", "--password-stdin"], &format!("{FIRST}\n{SECOND}\n"))
            .done();
        person
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads on a thread of its own, so that waiting for a line can end.
fn lines_of(child: &mut Child) -> mpsc::Receiver<String> {
    let stdout = child.stdout.take().expect("stdout is piped");
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Somebody with a configuration of their own.
pub struct Person {
    pub home: TempDir,
    pub url: String,
}

impl Person {
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = oms(self.home.path());
        command.args(arguments).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        run(&mut self.command(arguments), None)
    }

    /// Runs with a text on stdin.
    pub fn feed(&self, arguments: &[&str], input: &str) -> Ended {
        run(&mut self.command(arguments), Some(input))
    }

    pub fn log_in(&self, account: &str, password: &str) -> Ended {
        let arguments = ["login", "--url", &self.url, "--account", account, "--password-stdin"];
        self.feed(&arguments, password)
    }

    /// Runs with `--json`; must be done.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let stdout = self.run(&[&["--json"], arguments].concat()).done();
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
    }

    pub fn session_file(&self) -> PathBuf {
        self.home.path().join(".config/oms/session.json")
    }

    pub fn session(&self) -> Value {
        let text = std::fs::read_to_string(self.session_file()).expect("a session file");
        serde_json::from_str(&text).expect("a session file is JSON")
    }

    /// Changes the tokens that are kept.
    pub fn tamper(&self, key: &str, value: &str) {
        let mut session = self.session();
        session["profiles"]["default"]["tokens"][key] = value.into();
        std::fs::write(self.session_file(), session.to_string()).expect("it can be written");
    }

    /// As if the access token had run out a while ago.
    pub fn expire(&self) {
        self.tamper("accessExpiresAt", "2020-01-01T00:00:00Z");
    }
}

/// A command that has ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// It did what it was asked to; its output.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self.stdout
    }

    /// It refused with this exit code and error code, and printed no result; what it said.
    #[track_caller]
    pub fn refused(self, exit: i32, code: &str) -> String {
        assert_eq!(self.code, Some(exit), "{self:?}");
        assert!(self.stderr.contains(&format!("error[{code}]: ")), "{}", self.stderr);
        assert!(self.stderr.contains("\n  advice: "), "{}", self.stderr);
        assert_eq!(self.stdout, "");
        self.stderr
    }

    /// The command line itself was wrong.
    #[track_caller]
    pub fn misused(self) -> String {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert_eq!(self.stdout, "");
        self.stderr
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        let code = output.status.code();
        Self { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

pub fn run(command: &mut Command, input: Option<&str>) -> Ended {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().expect("the binary runs");
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A command that needs no input may have ended before.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output().expect("it ends").into()
}

pub fn mode(path: &Path) -> u32 {
    path.metadata()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .permissions()
        .mode()
        & 0o777
}

/// A text with whatever differs from run to run replaced, and the blanks that go with its length.
pub fn stable(text: &str, changing: &[&str]) -> String {
    let text = changing.iter().fold(text.to_owned(), |text, part| text.replace(part, "···"));
    let lines = text.lines().map(|line| {
        let words: Vec<&str> = line.split("  ").filter(|word| !word.is_empty()).collect();
        words.iter().map(|word| word.trim()).collect::<Vec<_>>().join("  ")
    });
    lines.collect::<Vec<_>>().join("\n")
}
