//! How a command ends: exit codes and the message on stderr.

use std::io::Write;
use std::process::ExitCode;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The answer is "no": exit 1, nothing more to say.
    No,
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

/// The exit code of a result, with its message on stderr.
pub(crate) fn exit_code(result: Result<(), Failure>) -> ExitCode {
    let (code, message) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::No) => return ExitCode::from(1),
        Err(Failure::Reported) => return ExitCode::from(2),
        Err(Failure::Bad(message)) => (2, message),
        // A reader that went away (`muster parse … | head`) is no failure.
        Err(Failure::System(message)) if message.contains("Broken pipe") => return ExitCode::SUCCESS,
        Err(Failure::System(message)) => (3, message),
    };
    // If stderr is gone there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::from(code)
}
