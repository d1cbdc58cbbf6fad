//! Why formats are read-only: what in a report of theirs may be left out although it is still there.

use crate::{Format, Status};

/// By id, sorted.
static BECAUSE: &[(&str, &str)] = &[
    ("asff", "an export holds what a filter let through"),
    ("burp", "a person chooses which issues a report holds"),
    ("cyberwatch", "an export holds what a filter let through"),
    ("cycognito", "a page of issues may be one of several"),
    ("dependabot", "a page of alerts may be one of several"),
    ("dsop", "a workbook that people edit says nothing about what was looked at"),
    ("fortify-report", "a template says which issues a report holds"),
    ("generic-csv", "a list that people wrote says nothing about what was looked at"),
    ("generic-json", "a list that people wrote says nothing about what was looked at"),
    ("github-code-scanning", "a page of alerts may be one of several"),
    ("github-secret-scanning", "a page of alerts may be one of several"),
    ("hackerone", "reports that people write say nothing about what was looked at"),
    ("hackerone-csv", "reports that people write say nothing about what was looked at"),
    ("immuniweb", "an export holds what a filter let through"),
    ("intsights", "an export holds what a filter let through"),
    ("intsights-csv", "an export holds what a filter let through"),
    ("iriusrisk", "a model that people make says nothing about what was looked at"),
    ("jfrog-xray", "an export is one page of the product"),
    ("jfrog-xray-unified", "a report holds what its filter let through"),
    ("kiuwan", "an export holds what a filter let through"),
    ("kiuwan-sca", "an export holds what a filter let through"),
    ("ms-defender", "a page does not say that others went before it"),
    ("nikto-csv", "rows have no id of the check, so that they are not those of the tool's other reports"),
    ("openvex", "a document speaks of single products"),
    ("orca-security", "an export holds what a filter let through"),
    ("orca-security-csv", "an export holds what a filter let through"),
    ("picus", "a simulation says what was tried, not what is vulnerable"),
    ("qualys-csv", "an export holds what a filter let through, and does not say so"),
    ("qualys-vmdr", "an export holds what a filter let through, and does not say so"),
    ("runtime-csv", "observations say what was seen, not what is absent"),
    ("semgrep-cloud", "a page of a search is part of the findings"),
    ("sonarqube", "a search may be filtered, and is a page of several"),
    ("sonarqube-html", "it is made from a filtered search"),
    ("spdx", "a bill of materials says what is there, not that somebody looked for vulnerabilities"),
    ("threatmapper", "an export holds what a filter let through"),
];

/// Why reports of that format close nothing; absent for supported formats.
#[must_use]
pub fn read_only_because(format: &Format) -> Option<&'static str> {
    if format.status == Status::Supported {
        return None;
    }
    let found = BECAUSE.binary_search_by_key(&format.id, |(id, _)| id).ok().and_then(|at| BECAUSE.get(at));
    Some(found.map_or("its reports may leave out what is still there", |(_, because)| because))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FORMATS;

    #[test]
    fn reasons_are_sorted_and_of_read_only_formats() {
        let listed: Vec<&str> = BECAUSE.iter().map(|(id, _)| *id).collect();
        assert!(listed.is_sorted(), "{listed:?}");
        for id in listed {
            let format = FORMATS.iter().find(|format| format.id == id);
            assert!(format.is_some_and(|format| format.status == Status::ReadOnly), "{id} is no read-only format");
        }
    }
}
