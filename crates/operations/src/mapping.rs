//! `formats suggest`: a mapping for an unknown file, and what it would import.

use std::sync::Arc;

use formats::Mapping;
use formats::mapping::suggest as proposal;
use model::{Finding, Warning};
use pipeline::normalise::redact_text;
use schemars::JsonSchema;
use serde::Serialize;

use crate::import::{ImportFlags, Upload, members};
use crate::parse::streamed;
use crate::{OperationError, Result};

/// Findings that an answer shows.
const SHOWN: usize = 20;

/// A column that was taken for a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GuessRow {
    /// As a mapping names it.
    pub field: String,
    /// Column or path.
    pub from: String,
    /// `sure`, `likely` or `unsure`.
    pub sure: String,
    pub because: String,
    pub examples: Vec<String>,
}

/// A mapping for a file, and what it would import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct SuggestAnswer {
    pub report: String,
    /// Id of the format that knows this file already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// `json`, `jsonl`, `csv`, `xml` or `xlsx`.
    pub media: String,
    /// The mapping, YAML.
    pub mapping: String,
    /// What was guessed; none where the mapping was given.
    pub guesses: Vec<GuessRow>,
    /// Columns and paths that were given to no field.
    pub unused: Vec<String>,
    /// Findings that it would import.
    pub count: u64,
    /// The first of them.
    pub findings: Vec<Finding>,
    pub warnings: Vec<Warning>,
    /// Why the file cannot be read by the mapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Reads a mapping. `name` is what messages call its file.
///
/// # Errors
/// All that is wrong with it, with line and key.
pub fn mapping(name: &str, text: &str) -> Result<Arc<Mapping>> {
    Mapping::parse(name, text).map(Arc::new).map_err(OperationError::Problems)
}

/// Proposes a mapping for a file, or takes the one of the flags, and shows what it would import. Stores nothing.
///
/// # Errors
/// When it is not one file, or no mapping can be proposed for it.
pub fn suggest(upload: Upload, flags: &ImportFlags) -> Result<SuggestAnswer> {
    let mut found = members(vec![upload]);
    let (Some(mut member), true) = (found.pop(), found.is_empty()) else {
        return Err(OperationError::Bad("a mapping is for one file; folders and archives are imported with it".to_owned()));
    };
    member.named = true;
    let name = member.name.clone();
    let Some(input) = &member.input else {
        return Err(OperationError::Bad(format!("{name}: {}", member.error.or(member.warning).unwrap_or_default())));
    };
    let mut answer = SuggestAnswer { report: name.clone(), ..SuggestAnswer::default() };
    answer.format = formats::recognise(input).ok().map(|format| format.id.to_owned());
    let used = match &flags.mapping {
        Some(given) => Arc::clone(given),
        None => {
            let mask = |text: &str| redact_text(text).into_owned();
            let suggestion = proposal::suggest(input, &mask).map_err(|reason| OperationError::Bad(format!("{name}: {reason}")))?;
            answer.guesses = suggestion.guesses.into_iter().map(row).collect();
            answer.unused = suggestion.unused;
            mapping("proposal", &suggestion.yaml)?
        }
    };
    used.text().clone_into(&mut answer.mapping);
    used.media().word().clone_into(&mut answer.media);
    let flags = ImportFlags { mapping: Some(used), format: None, ..flags.clone() };
    let mut findings = Vec::new();
    let mut count = 0;
    let parsed = streamed(&member, &flags, &mut |finding| {
        count += 1;
        if findings.len() < SHOWN {
            findings.push(finding);
        }
    });
    (answer.findings, answer.count, answer.warnings, answer.error) = (findings, count, parsed.warnings, parsed.error);
    Ok(answer)
}

fn row(guess: proposal::Guess) -> GuessRow {
    GuessRow {
        field: guess.field.to_owned(),
        from: guess.reference,
        sure: guess.sure.word().to_owned(),
        because: guess.because,
        examples: guess.examples,
    }
}
