//! Asking the person at the terminal. Without a terminal nothing is asked: the command ends and
//! says how to give the value instead.

use crate::fault::{Code, Fault};
use inquire::{Confirm, InquireError, Password, PasswordDisplayMode, Text};
use secrecy::{ExposeSecret, SecretString};
use std::io::{self, IsTerminal, Read};

/// More than any password or token has; keeps a wrong redirection from filling the memory.
const LONGEST_SECRET: u64 = 64 << 10;

/// Whether there is somebody to ask.
#[derive(Debug, Clone, Copy)]
pub struct Asker {
    interactive: bool,
}

/// Where else a secret may come from, besides asking for it.
#[derive(Debug, Clone, Copy)]
pub struct SecretSource {
    pub what: &'static str,
    /// `--password-stdin` was given.
    pub stdin: bool,
    /// The flag by that name.
    pub flag: &'static str,
    pub variable: &'static str,
}

impl Asker {
    pub fn of_process(no_input: bool) -> Self {
        let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self { interactive: terminal && !no_input }
    }

    pub fn is_interactive(self) -> bool {
        self.interactive
    }

    /// Asks for a text that a flag would have given.
    pub fn text(self, question: &str, flag: &str) -> Result<String, Fault> {
        if !self.interactive {
            return Err(needs(&format!("{question} is needed: give {flag}")));
        }
        Text::new(&format!("{question}:")).prompt().map_err(unanswered)
    }

    /// A secret from stdin, the environment, or the person.
    pub fn secret(self, source: SecretSource) -> Result<SecretString, Fault> {
        if source.stdin {
            return from_stdin(source.what);
        }
        if let Some(given) = from_environment(source.variable)? {
            return Ok(given);
        }
        if !self.interactive {
            let SecretSource { what, flag, variable, .. } = source;
            return Err(needs(&format!("the {what} is needed: give {flag}, or set {variable}")));
        }
        hidden(&format!("{}:", capital(source.what)), None)
    }

    /// A secret that is typed twice where it is typed at all.
    pub fn new_secret(self, source: SecretSource) -> Result<SecretString, Fault> {
        if source.stdin || !self.interactive || std::env::var_os(source.variable).is_some() {
            return self.secret(source);
        }
        hidden(&format!("{}:", capital(source.what)), Some("Once more:"))
    }

    /// Makes sure that something is meant; `--yes` says so without being asked.
    pub fn confirm(self, question: &str, yes: bool) -> Result<(), Fault> {
        if yes {
            return Ok(());
        }
        if !self.interactive {
            return Err(needs(&format!("{question} To confirm it, give --yes")));
        }
        match Confirm::new(question).with_default(false).prompt().map_err(unanswered)? {
            true => Ok(()),
            false => {
                Err(Fault::new(Code::Interrupted, "not confirmed")
                    .advise("nothing was changed".into()))
            }
        }
    }

    /// Lets the person type a name again before something is lost for good.
    pub fn confirm_name(self, what: &str, name: &str, flag: &str) -> Result<(), Fault> {
        let again = format!("give {flag}");
        if !self.interactive {
            let message = format!("deleting the {what} {name} is to be confirmed: {again}");
            return Err(needs(&message));
        }
        let question = format!("This deletes the {what} for good. Type its name to confirm:");
        match Text::new(&question).prompt().map_err(unanswered)? {
            typed if typed == name => Ok(()),
            _ => Err(Fault::new(Code::Usage, format!("that is not the name of the {what}"))
                .advise("nothing was deleted; repeat the command".into())),
        }
    }
}

/// The first line of stdin.
pub fn from_stdin(what: &str) -> Result<SecretString, Fault> {
    Ok(lines_from_stdin(what, 1)?.swap_remove(0))
}

/// The first lines of stdin, all of which must be there.
pub fn lines_from_stdin(what: &str, count: usize) -> Result<Vec<SecretString>, Fault> {
    let mut text = String::new();
    io::stdin().lock().take(LONGEST_SECRET).read_to_string(&mut text).map_err(|error| {
        Fault::new(Code::Usage, format!("the {what} could not be read from stdin"))
            .because(Some(&error))
    })?;
    let lines: Vec<SecretString> = text.lines().take(count).map(SecretString::from).collect();
    if lines.len() < count || lines.iter().any(|line| line.expose_secret().is_empty()) {
        let message = format!("stdin has no {what} for --password-stdin");
        return Err(Fault::new(Code::Usage, message)
            .advise(format!("write {count} line(s), none of them empty, to stdin")));
    }
    Ok(lines)
}

/// A secret of the environment; an empty one is none.
pub fn from_environment(variable: &str) -> Result<Option<SecretString>, Fault> {
    match std::env::var(variable) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text.into())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Fault::new(Code::Usage, format!("{variable} is not UTF-8")))
        }
    }
}

fn hidden(question: &str, again: Option<&str>) -> Result<SecretString, Fault> {
    let prompt = Password::new(question).with_display_mode(PasswordDisplayMode::Hidden);
    let prompt = match again {
        Some(again) => prompt
            .with_custom_confirmation_message(again)
            .with_custom_confirmation_error_message("The two are not the same."),
        None => prompt.without_confirmation(),
    };
    prompt.prompt().map(SecretString::from).map_err(unanswered)
}

fn unanswered(error: InquireError) -> Fault {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            Fault::interrupted()
        }
        error => Fault::from_error(Code::NeedsInput, &error),
    }
}

fn needs(message: &str) -> Fault {
    Fault::new(Code::NeedsInput, message)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Asker = Asker { interactive: false };

    #[test]
    fn nobody_is_asked_without_a_terminal() {
        let source = SecretSource {
            what: "password",
            stdin: false,
            flag: "--password-stdin",
            variable: "OMS_TEST_THAT_NOBODY_SETS",
        };
        let fault = NOBODY.secret(source).unwrap_err();
        assert_eq!(fault.code(), "CLI-0002");
        let told = fault.lines().join("\n");
        assert!(told.contains("give --password-stdin, or set OMS_TEST_THAT_NOBODY_SETS"), "{told}");
        assert!(NOBODY.text("the account", "--account").is_err());
        assert!(NOBODY.confirm_name("project", "p", "--yes").is_err());
    }

    #[test]
    fn a_question_starts_with_a_capital() {
        assert_eq!(capital("new password"), "New password");
        assert_eq!(capital(""), "");
    }
}
