//! Advisories with the versions that they call affected: OSV (one advisory, an array, or one a line), GitHub's advisory API, and CSAF.
//!
//! An advisory makes no issue: it answers who has what it names. Ranges are written as `>=1.0|<1.4|=2.1`: comparisons with `|` between,
//! each lower end with its upper end behind it; `*` is every version.

mod csaf;
mod github;
mod osv;

use serde_json::value::RawValue;

use crate::error::Refusal;
use crate::feed::Draft;

/// Most packages of one advisory that are kept.
const MOST_PACKAGES: usize = 5_000;
/// Longest summary, in characters.
const LONGEST_SUMMARY: usize = 300;

pub(crate) fn is(text: &str) -> bool {
    is_csaf(text) || github::is(text) || osv::is(text)
}

fn is_csaf(text: &str) -> bool {
    text.contains("\"csaf_version\"") && text.contains("\"document\"")
}

pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Draft, Refusal> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(64 * 1024)).unwrap_or(bytes));
    if is_csaf(&head) {
        return csaf::read(bytes, name);
    }
    let is_github = github::is(&head);
    let source = if is_github { "GitHub" } else { "OSV" };
    let mut draft = Draft::new(source);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Several documents may stand behind each other, each an advisory or an array of them.
    let mut number = 0u64;
    for document in serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>() {
        let document = document?;
        let rows: Vec<&RawValue> = if document.get().starts_with('[') { serde_json::from_str(document.get())? } else { vec![document] };
        for row in rows {
            number += 1;
            let read = if is_github { github::row(row.get(), &mut draft) } else { osv::row(row.get(), &mut draft) };
            if let Err(reason) = read {
                draft.warn(format!("advisory {number}"), reason);
            }
        }
    }
    Ok(draft)
}

fn summary(text: Option<String>) -> String {
    text.unwrap_or_default().lines().next().unwrap_or_default().chars().take(LONGEST_SUMMARY).collect()
}

/// Names in upper case, each once, the advisory's own first.
fn names(id: &str, others: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut out = vec![id.trim().to_ascii_uppercase()];
    for other in others {
        let other = other.trim().to_ascii_uppercase();
        if !other.is_empty() && other.len() <= 100 && !out.contains(&other) {
            out.push(other);
        }
    }
    out
}

#[cfg(test)]
mod tests;
