//! How a command ends: exit codes and the message on stderr.

use std::io::Write;
use std::process::ExitCode;

use operations::OperationError;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request or an input was bad: exit 2.
    Bad(String),
    /// The system failed (database, network, disk): exit 3.
    System(String),
    /// Reported already; exit 2.
    Reported,
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::System(error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::System(error.to_string())
    }
}

impl From<OperationError> for Failure {
    fn from(error: OperationError) -> Self {
        if error.is_user_fault() { Self::Bad(error.to_string()) } else { Self::System(error.to_string()) }
    }
}

/// The exit code of a result, with its message on stderr.
pub(crate) fn exit_code(result: Result<(), Failure>) -> ExitCode {
    let (code, message) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Reported) => return ExitCode::from(2),
        Err(Failure::Bad(message)) => (2, message),
        // A reader that went away (`muster parse … | head`) is no failure.
        Err(Failure::System(message)) if message.contains("Broken pipe") => return ExitCode::SUCCESS,
        Err(Failure::System(message)) => (3, message),
    };
    for line in message.lines() {
        // If stderr is gone there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "error: {line}");
    }
    ExitCode::from(code)
}

/// Says something to the person, beside the output.
pub(crate) fn notice(text: &str) {
    // If stderr is gone there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}
