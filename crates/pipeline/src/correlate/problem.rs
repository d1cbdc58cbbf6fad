//! What is wrong with an inventory file, and what to write instead.

use model::SourceLine;
use serde::{Deserialize, Serialize};

/// Whether a problem stops the file from being applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemLevel {
    /// The file is refused (exit code 2).
    #[default]
    Error,
    /// The file is applied; the line does not do what its author may think.
    Warning,
}

/// One thing that is wrong, with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    pub at: SourceLine,
    pub level: ProblemLevel,
    pub message: String,
    /// What to write instead, where that can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

impl Problem {
    /// A problem that refuses the file.
    #[must_use]
    pub fn error(at: SourceLine, message: impl Into<String>) -> Self {
        Self { at, level: ProblemLevel::Error, message: message.into(), instead: None }
    }

    /// A problem that does not.
    #[must_use]
    pub fn warning(at: SourceLine, message: impl Into<String>) -> Self {
        Self { at, level: ProblemLevel::Warning, message: message.into(), instead: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn instead(mut self, advice: impl Into<String>) -> Self {
        self.instead = Some(advice.into());
        self
    }

    /// True where the file must be refused.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == ProblemLevel::Error
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.message)?;
        if let Some(instead) = &self.instead {
            write!(f, "; {instead}")?;
        }
        Ok(())
    }
}
