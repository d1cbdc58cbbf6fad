//! What the formats of services share that keep a list of findings of their own, with numbers and states.

use model::{Finding, Suppression, Timestamp};

use crate::read::csv::fold;

/// States in which the weakness is no longer there, folded.
const RESOLVED: [&str; 7] = ["fixed", "mitigated", "patched", "remediated", "remediationcomplete", "resolved", "validfix"];

/// States in which a service no longer counts a finding as open although it may still be there, folded.
const SETTLED: [&str; 27] = [
    "accepted",
    "acceptedrisk",
    "acceptrisk",
    "archived",
    "cancelled",
    "closed",
    "completed",
    "dismissed",
    "done",
    "duplicate",
    "exception",
    "falsepositive",
    "ignored",
    "inactive",
    "intentional",
    "invalid",
    "notaffected",
    "notanissue",
    "notapplicable",
    "notaproblem",
    "notexploitable",
    "notreproducible",
    "outofscope",
    "riskaccepted",
    "suppressed",
    "wontdo",
    "wontfix",
];

/// True for a state in which the service no longer counts the finding as open although it may still be there.
pub(crate) fn is_settled(state: &str) -> bool {
    SETTLED.binary_search(&fold(state).as_str()).is_ok()
}

/// Records that the service no longer counts the finding as open: as resolved where its word says that the weakness is gone, else as
/// suppressed with its word. Such exports close nothing by absence, so the service's own word is the only one that there is.
pub(crate) fn settle(finding: &mut Finding, service: &str, state: Option<&str>) {
    let Some(state) = state else { return };
    if RESOLVED.binary_search(&fold(state).as_str()).is_ok() {
        finding.resolve(service, state);
    } else if is_settled(state) {
        finding.suppressed = Some(Suppression { by: service.to_owned(), reason: Some(state.to_owned()) });
    }
}

/// Records the service's number of the finding, which stays the same for as long as the service knows it.
pub(crate) fn track(finding: &mut Finding, name: &'static str, id: Option<String>) {
    if let Some(id) = id {
        finding.fingerprint(name, id);
        finding.trusted_fingerprint = Some(name);
    }
}

/// Takes over where the finding is: a web address, else a host or another name of the thing.
pub(crate) fn at_address(finding: &mut Finding, address: &str) {
    let address = address.trim();
    if address.starts_with("http://") || address.starts_with("https://") {
        finding.location.url = Some(address.to_owned());
    } else if !address.is_empty() {
        finding.location.resource = Some(address.to_owned());
    }
}

/// Takes over when the service first saw the finding.
pub(crate) fn first_seen(finding: &mut Finding, text: Option<String>) {
    finding.first_seen_by_tool = text.as_deref().and_then(Timestamp::lenient);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states() {
        let mut sorted = SETTLED;
        sorted.sort_unstable();
        assert_eq!(sorted, SETTLED);
        assert!(is_settled("False Positive") && is_settled("WONT_FIX") && is_settled("out-of-scope"));
        assert!(!is_settled("open") && !is_settled("need_fix") && !is_settled(""));
    }
}
