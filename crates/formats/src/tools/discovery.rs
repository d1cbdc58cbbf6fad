//! What dirsearch, ffuf, Gobuster and wfuzz have in common: an address that answered, found by guessing names.

use model::{Finding, Kind, Severity};

/// The rule of every address that was found.
pub(super) const RULE: &str = "content-discovered";

/// A finding for an address that answered with that status. The tools rate nothing: info.
pub(super) fn answered(url: &str, status: Option<&str>) -> Finding {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
    let title = match status {
        Some(status) => format!("HTTP {status}: {path}"),
        None => format!("Found: {path}"),
    };
    let mut finding = Finding::new(Kind::Dast, RULE, title);
    finding.severity = Severity::Info;
    finding.location.url = Some(url.to_owned());
    finding
}
