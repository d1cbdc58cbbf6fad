//! Why formats are read-only: what in a report of theirs may be left out although it is still there.

use crate::{Format, Status};

/// By id, sorted.
static BECAUSE: &[(&str, &str)] = &[
    ("aide", "a report lists what differs from a database that is renewed at will"),
    ("alertlogic", "an export holds what a filter let through"),
    ("appcheck", "an export holds what a filter let through"),
    ("asff", "an export holds what a filter let through"),
    ("aws-inspector", "an export holds what a filter let through"),
    ("aws-inspector-csv", "a report holds what a filter let through"),
    ("azure-assessments", "an answer of the API is a page, and may be filtered"),
    ("azure-recommendations", "an export holds what a filter let through"),
    ("bandit-html", "a page that is compared with a baseline leaves out what was known"),
    ("blackduck-rapid", "what violates no policy may be left out"),
    ("bugcrowd", "people wrote it: absence says nothing"),
    ("burp", "a person chooses which issues a report holds"),
    ("burp-dast", "rules are named otherwise than in the tool's other reports"),
    ("burp-html", "a person chooses which issues a report holds"),
    ("chkrootkit", "a quiet report that is empty tells nothing"),
    ("cloudflare-insights", "an export holds what a filter let through"),
    ("cobalt", "the findings of a pentest are no scan"),
    ("coverity-api", "an export holds what a filter let through"),
    ("csaf", "an advisory is no scan"),
    ("cyberwatch", "an export holds what a filter let through"),
    ("cycognito", "a page of issues may be one of several"),
    ("dependabot", "a page of alerts may be one of several"),
    ("dsop", "a workbook that people edit says nothing about what was looked at"),
    ("edgescan", "an export holds what a filter let through"),
    ("fortify-api", "an answer of the API is a page, and may be filtered"),
    ("fortify-report", "a template says which issues a report holds"),
    ("gcp-scc", "a list holds what a filter let through"),
    ("generic-csv", "a list that people wrote says nothing about what was looked at"),
    ("generic-json", "a list that people wrote says nothing about what was looked at"),
    ("github-code-scanning", "a page of alerts may be one of several"),
    ("github-secret-scanning", "a page of alerts may be one of several"),
    ("gitlab-vulnerabilities", "an export holds what a filter let through"),
    ("gosec-csv", "rows have no id of the rule, so that they are not those of the tool's other reports"),
    ("guardduty", "findings say what was seen, not what is absent"),
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
    ("ocsf", "a stream of events is no scan"),
    ("openvex", "a document speaks of single products"),
    ("orca-security", "an export holds what a filter let through"),
    ("orca-security-csv", "an export holds what a filter let through"),
    ("picus", "a simulation says what was tried, not what is vulnerable"),
    ("prisma-cloud-alerts", "a list holds what a filter let through"),
    ("ptart", "the findings of a pentest are no scan"),
    ("qualys-csv", "an export holds what a filter let through, and does not say so"),
    ("qualys-detections", "an answer of the API is a page, and may be filtered"),
    ("qualys-vmdr", "an export holds what a filter let through, and does not say so"),
    ("risk-recon", "an answer of the API is a page, and may be filtered"),
    ("runtime-csv", "observations say what was seen, not what is absent"),
    ("scantist", "an export holds what a filter let through"),
    ("semgrep-cloud", "a page of a search is part of the findings"),
    ("semgrep-cloud-csv", "an export holds what a filter let through"),
    ("skf", "people wrote it: absence says nothing"),
    ("snyk-csv", "an export holds what a filter let through"),
    ("snyk-issue-api", "an answer of the API is a page, and may be filtered"),
    ("solar-appscreener", "an export holds what a filter let through"),
    ("sonarqube", "a search may be filtered, and is a page of several"),
    ("sonarqube-html", "it is made from a filtered search"),
    ("spdx", "a bill of materials says what is there, not that somebody looked for vulnerabilities"),
    ("sysdig-csv", "a report is a selection of what runs"),
    ("tenable", "a chunk is one of several, and may be filtered"),
    ("threat-composer", "a model that people made: absence says nothing"),
    ("threatmapper", "an export holds what a filter let through"),
    ("trivy-operator", "reports come and go with the workloads of a cluster"),
    ("trustwave", "an export holds what a filter let through"),
    ("trustwave-fusion", "an answer of the API is a page, and may be filtered"),
    ("twistlock-csv", "an export holds what a filter let through"),
    ("veracode-json", "an answer of the API is a page, and may be filtered"),
    ("veracode-pipeline", "what a threshold or a baseline left over looks the same"),
    ("veracode-sca", "an answer of the API is a page, and may be filtered"),
    ("veracode-sca-csv", "an export holds what a filter let through"),
    ("vulners", "an answer of the API is a page, and may be filtered"),
    ("wazuh", "an answer is a page, or one agent of many"),
    ("whitehat-sentinel", "an answer of the API is a page, and may be filtered"),
    ("wiz", "an export holds what a filter let through"),
    ("wiz-api", "an answer of the API is a page, and may be filtered"),
    ("yara", "nothing tells that a run ended"),
    ("zap-alerts", "an answer of the API is a page, and may be filtered"),
    ("zap-html", "risks, confidences and sections can be left out of the page"),
    ("zap-md", "risks and sections may be left out of the report, and it does not say so"),
    ("zora", "an export holds what a filter let through"),
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
    fn every_read_only_format_says_why_and_no_other() {
        let read_only: Vec<&str> = FORMATS.iter().filter(|format| format.status == Status::ReadOnly).map(|format| format.id).collect();
        let listed: Vec<&str> = BECAUSE.iter().map(|(id, _)| *id).collect();
        assert_eq!(listed, read_only, "read_only.rs says of each read-only format, sorted by id, why it closes nothing");
    }
}
