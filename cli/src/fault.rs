//! Why a command failed, in the form it is told: a code, what happened, what to do about it.
//!
//! Codes of the gateway come from its catalogue; the ones that start with `CLI` are this
//! program's own. Modules keep their typed errors and turn them into a [`Fault`] at their edge.

use oms_clients::ClientError;
use oms_contracts::{Detail, ErrorCode, Problem};
use serde::Serialize;
use std::{error::Error, io, process::ExitCode};

/// What the process answers to its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The command line, a file or an input was wrong; nothing was tried.
    Usage = 2,
    /// A database cannot be used for what was asked; nothing was changed.
    Precheck = 3,
    Failed = 4,
    /// Both sides were compared, and they differ.
    Different = 5,
    Interrupted = 130,
}

macro_rules! local_codes {
    ($($name:ident = $code:literal, $exit:ident, $advice:literal;)+) => {
        /// The codes of this program.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($name,)+ }
        impl Code {
            #[cfg(test)]
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code,)+ } }
            pub const fn exit(self) -> Exit { match self { $(Self::$name => Exit::$exit,)+ } }
            pub const fn advice(self) -> &'static str { match self { $(Self::$name => $advice,)+ } }
        }
    };
}

local_codes! {
    Usage = "CLI-0001", Usage, "see the command with --help";
    NeedsInput = "CLI-0002", Usage, "this is not a terminal, so nothing is asked: give the value as the message says";
    BadFile = "CLI-0003", Usage, "correct the file";
    Unwritable = "CLI-0004", Failed, "check that the place exists, may be written, and that its disk has room";
    Runtime = "CLI-0005", Failed, "check the limits of this machine for processes and open files";
    NotLoggedIn = "CLI-0010", Failed, "log in first: oms login";
    Unreachable = "CLI-0011", Failed, "check the address, or start OMS there: oms up";
    NoAnswer = "CLI-0012", Failed, "the call may or may not have happened: look before you repeat it";
    OffContract = "CLI-0013", Failed, "check that an OMS gateway answers there, and that it has the version of this program";
    SessionFile = "CLI-0014", Failed, "repair or remove the file, then log in again: oms login";
    Ambiguous = "CLI-0015", Usage, "give the id instead of the name";
    DirUnusable = "CLI-0020", Failed, "choose another directory with --data-dir, or give yours to the user that runs OMS";
    DirInUse = "CLI-0021", Failed, "stop that process first, or choose another directory with --data-dir";
    VaultKeyMissing = "CLI-0022", Failed, "restore the key file from your backup: without it the stored passwords of data sources cannot be read; to start over, choose an empty --data-dir";
    AddressUnusable = "CLI-0023", Failed, "stop what listens there, or choose another address with --listen";
    SettingsWrong = "CLI-0024", Usage, "correct the settings file or the OMS__ variables";
    StartFailed = "CLI-0025", Failed, "see the causes above and the log";
    NotReady = "CLI-0026", Failed, "see the log for what the named service waits for";
    DiskFull = "CLI-0027", Failed, "make room on that disk, or raise the quota or limit (ulimit -f) that was met; what was written before is safe";
    ServiceEnded = "CLI-0028", Failed, "see the log; start OMS again when the cause is gone";
    StopLate = "CLI-0029", Failed, "nothing durable is lost; see the log for what did not end";
    Interrupted = "CLI-0030", Interrupted, "repeat the command when you want it done";
    MetadataLost = "CLI-0031", Failed, "restore the metadata from your backup; to start over without what was there, choose an empty --data-dir";
    OtherMigration = "CLI-0032", Usage, "repeat the command that the migration was begun with, or choose another --data-dir; to start over, remove the directory";
    RightsMissing = "CLI-0033", Precheck, "let an administrator run the statements listed above";
    SameTable = "CLI-0034", Precheck, "give the target another address, or the tables other names: --map a.b=c.d";
    ReadOnly = "CLI-0035", Precheck, "give the address of a server that takes writes";
    RowsDiffer = "CLI-0036", Different, "compare the tables listed above; where rows were written during the load, repeat the command when nobody writes";
    SettingsChanged = "CLI-0037", Failed, "give what is listed above as the migration was begun with, or start over with another --data-dir";
    MigrationEnded = "CLI-0038", Usage, "to move the same again, choose another --data-dir, or remove the directory";
}

/// A failure as it is told. Boxed, since it travels through every `Result`.
#[derive(Debug)]
pub struct Fault(Box<Told>);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    #[serde(skip)]
    exit: Exit,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
    advice: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl Fault {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self::told(code.exit(), code.as_str(), code.advice(), message.into())
    }

    /// A refusal this program makes in the words of the catalogue, such as a name nobody bears.
    pub fn of(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::told(Exit::Failed, code.as_str(), code.advice(), message.into())
    }

    fn told(exit: Exit, code: &'static str, advice: &str, message: String) -> Self {
        Self(Box::new(Told {
            exit,
            code,
            message,
            causes: Vec::new(),
            details: Vec::new(),
            advice: advice.to_owned(),
            request_id: None,
        }))
    }

    /// An error with its own words as the message and its sources as the causes.
    pub fn from_error(code: Code, error: &(dyn Error + 'static)) -> Self {
        Self::new(code, error.to_string()).because(error.source())
    }

    /// Adds a cause and the causes behind it.
    pub fn because(mut self, cause: Option<&(dyn Error + 'static)>) -> Self {
        let mut next = cause;
        while let Some(error) = next {
            let text = error.to_string();
            // Some libraries repeat the source in their own text.
            if !self.0.causes.last().is_some_and(|last| last.contains(&text)) {
                self.0.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Ends the process in another way than is usual for the code.
    pub fn exiting(mut self, exit: Exit) -> Self {
        self.0.exit = exit;
        self
    }

    /// Adds particulars, each a line.
    pub fn listing(mut self, details: impl IntoIterator<Item = Detail>) -> Self {
        self.0.details.extend(details);
        self
    }

    pub fn advise(mut self, advice: String) -> Self {
        self.0.advice = advice;
        self
    }

    pub fn interrupted() -> Self {
        Self::new(Code::Interrupted, "interrupted")
    }

    pub fn code(&self) -> &'static str {
        self.0.code
    }

    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.0.exit as u8)
    }

    pub fn as_json(&self) -> serde_json::Value {
        serde_json::json!({ "error": &*self.0 })
    }

    /// The lines for people. What came from elsewhere is made harmless by whoever prints them.
    pub fn lines(&self) -> Vec<String> {
        let told = &self.0;
        let mut lines = vec![format!("error[{}]: {}", told.code, told.message)];
        for cause in &told.causes {
            let heads = std::iter::once("  because: ").chain(std::iter::repeat("           "));
            lines.extend(heads.zip(cause.lines()).map(|(head, line)| format!("{head}{line}")));
        }
        lines.extend(told.details.iter().map(|d| match d.field.as_str() {
            "" => format!("  - {}", d.message),
            field => format!("  - {field}: {}", d.message),
        }));
        lines.push(format!("  advice: {}", told.advice));
        lines.extend(told.request_id.iter().map(|id| format!("  request: {id}")));
        lines
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        let advice = match problem.code {
            // The catalogue speaks to programs here; this one renews tokens by itself.
            ErrorCode::Unauthenticated
            | ErrorCode::TokenExpired
            | ErrorCode::TokenInvalid
            | ErrorCode::RefreshInvalid => Code::NotLoggedIn.advice().to_owned(),
            ErrorCode::PasswordChangeRequired => {
                "change the password first: oms user passwd".into()
            }
            _ => problem.advice,
        };
        let request_id = (!problem.request_id.is_empty()).then_some(problem.request_id);
        let mut fault = Self::of(problem.code, problem.message).advise(advice);
        fault.0.details = problem.details;
        fault.0.request_id = request_id;
        fault
    }
}

impl From<ClientError> for Fault {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused { problem, .. } => (*problem).into(),
            ClientError::Unreachable { source, .. } => unreachable_fault(&source),
            ClientError::OffContract { service, status, source } => {
                let message = format!("{service} answered {status} with something unexpected");
                Self::new(Code::OffContract, message).because(Some(&source))
            }
            ClientError::Silent { .. } => Self::from_error(Code::NoAnswer, &error),
            ClientError::Unsigned { .. } => Self::from_error(Code::OffContract, &error),
        }
    }
}

fn unreachable_fault(source: &reqwest::Error) -> Fault {
    let address = source.url().map_or_else(
        || "the gateway".into(),
        |url| {
            let origin = url.origin().ascii_serialization();
            if origin == "null" { url.to_string() } else { origin }
        },
    );
    // The outer layers only repeat that sending failed.
    let mut root: &(dyn Error + 'static) = source;
    while let Some(inner) = root.source() {
        root = inner;
    }
    let (code, message) = if source.is_timeout() && !source.is_connect() {
        (Code::NoAnswer, format!("{address} gave no answer in time"))
    } else if source.is_connect() {
        (Code::Unreachable, format!("nothing answers at {address}"))
    } else {
        (Code::NoAnswer, format!("the connection to {address} broke"))
    };
    Fault::new(code, message).because(Some(root))
}

/// A file or directory that could not be used.
pub fn io_fault(code: Code, message: String, error: &io::Error) -> Fault {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let full = matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge);
    Fault::new(if full { Code::DiskFull } else { code }, message).because(Some(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_advise_without_a_full_stop() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{}", code.as_str());
            assert!(!code.advice().is_empty() && !code.advice().ends_with('.'), "{code:?}");
        }
    }

    #[test]
    fn a_refusal_is_told_with_details_advice_and_request() {
        let problem = Problem {
            code: ErrorCode::Invalid,
            message: "the user cannot be created".into(),
            advice: ErrorCode::Invalid.advice().into(),
            request_id: "0199aa".into(),
            details: vec![Detail::new("account", "it is empty"), Detail::new("", "so is the rest")],
        };
        let fault = Fault::from(problem);
        insta::assert_snapshot!(fault.lines().join("\n"), @r"
        error[COMMON-0006]: the user cannot be created
          - account: it is empty
          - so is the rest
          advice: correct the fields listed in details
          request: 0199aa
        ");
        assert_eq!(fault.as_json()["error"]["details"][0]["field"], "account");
        assert_eq!(fault.as_json()["error"]["requestId"], "0199aa");
    }

    #[test]
    fn a_disk_without_room_has_one_code_whatever_takes_the_room() {
        // No space left, quota exceeded, file too large, permission denied.
        for (errno, code) in
            [(28, "CLI-0027"), (122, "CLI-0027"), (27, "CLI-0027"), (13, "CLI-0004")]
        {
            let error = io::Error::from_raw_os_error(errno);
            assert_eq!(io_fault(Code::Unwritable, "x".into(), &error).code(), code, "{error}");
        }
    }

    #[test]
    fn an_expired_session_says_how_to_log_in() {
        let problem = Problem {
            code: ErrorCode::TokenExpired,
            message: "the token has expired".into(),
            advice: "use the refresh token".into(),
            request_id: String::new(),
            details: Vec::new(),
        };
        let lines = Fault::from(problem).lines();
        assert_eq!(lines.last().map(String::as_str), Some("  advice: log in first: oms login"));
    }

    #[test]
    fn a_cause_that_only_repeats_the_one_before_is_told_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer: inner")]
        struct Outer(#[source] Inner);
        #[derive(Debug, thiserror::Error)]
        #[error("inner")]
        struct Inner;
        let fault = Fault::new(Code::BadFile, "x").because(Some(&Outer(Inner)));
        assert_eq!(fault.0.causes, ["outer: inner"]);
    }

    #[test]
    fn a_cause_of_several_lines_keeps_them() {
        let cause = std::io::Error::other("here\n  ^ it is");
        let fault = Fault::new(Code::BadFile, "x").because(Some(&cause));
        assert_eq!(fault.lines()[1..3], ["  because: here", "             ^ it is"]);
    }
}
