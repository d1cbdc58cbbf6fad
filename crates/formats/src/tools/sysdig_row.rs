//! A row of Sysdig's vulnerability reports, whose columns have other names in each version and format.

use model::{Finding, Kind, Reachability, Severity, Suppression};

use super::sca;

/// The names of the columns.
pub(super) struct Names {
    id: &'static [&'static str],
    severity: &'static [&'static str],
    package: &'static [&'static str],
    version: &'static [&'static str],
    ecosystem: &'static [&'static str],
    path: &'static [&'static str],
    fixed: &'static [&'static str],
    image: &'static [&'static str],
    score: &'static [&'static str],
    vector: &'static [&'static str],
    link: &'static [&'static str],
    workload: [&'static [&'static str]; 5],
    accepted: &'static [&'static str],
    in_use: &'static [&'static str],
    exploit: &'static [&'static str],
}

impl Names {
    /// The members of a JSON report.
    pub(super) const JSON: Self = Self {
        id: &["vulnName", "vulnId"],
        severity: &["vulnSeverity"],
        package: &["packageName"],
        version: &["packageVersion"],
        ecosystem: &["packageType"],
        path: &["packagePath"],
        fixed: &["vulnFixVersion", "packageSuggestedFix"],
        image: &["imagePullString", "imageName", "image"],
        score: &["vulnCvssScore"],
        vector: &["vulnCvssVector"],
        link: &["vulnLink"],
        workload: [&["k8sClusterName"], &["k8sNamespaceName"], &["k8sWorkloadType"], &["k8sWorkloadName"], &["k8sPodContainerName"]],
        accepted: &["riskAccepted", "vulnRiskAccepted"],
        in_use: &["packageInUse", "inUse"],
        exploit: &["vulnExploitable"],
    };
    /// The columns of a CSV report and of the scanner's CSV.
    pub(super) const CSV: Self = Self {
        id: &["Vulnerability ID", "Vulnerability Name", "CVE ID", "Vuln ID"],
        severity: &["Severity", "Vulnerability Severity", "CVE Severity"],
        package: &["Package name"],
        version: &["Package version"],
        ecosystem: &["Package type"],
        path: &["Package path"],
        fixed: &["Fix version", "Package suggested fix"],
        image: &["Image", "Image Name", "Image Reference"],
        score: &["CVSS score"],
        vector: &["CVSS vector"],
        link: &["Vuln link", "CVE URL"],
        workload: [
            &["Kubernetes Cluster Name", "K8S cluster name"],
            &["Kubernetes Namespace Name", "K8S namespace name"],
            &["Kubernetes Workload Type", "K8S workload type"],
            &["Kubernetes Workload Name", "K8S workload name"],
            &["Kubernetes Container Name", "K8S container name"],
        ],
        accepted: &["Risk accepted"],
        in_use: &["Package In Use", "In use"],
        exploit: &["Public Exploit"],
    };
}

/// A finding of a row; `get` gives the text of the first of these columns that is there.
pub(super) fn finding(get: &dyn Fn(&[&str]) -> Option<String>, names: &Names) -> Result<Finding, String> {
    let yes = |names: &[&str]| get(names).map(|text| text.eq_ignore_ascii_case("true"));
    let id = get(names.id).ok_or("no vulnerability")?;
    let package = get(names.package).ok_or("no package")?;
    let raw = get(names.severity).ok_or("no severity")?;
    let mut finding = Finding::new(Kind::Container, id.clone(), format!("{id} in {package}"));
    sca::identify(&mut finding, &id, []);
    rate(&mut finding, raw);
    let score = get(names.score).and_then(|text| text.parse().ok());
    sca::assessed(&mut finding, get(names.vector).as_deref(), score, None);
    finding.references.extend(get(names.link));
    if yes(names.exploit) == Some(true) {
        finding.description = Some("An exploit is known.".to_owned());
    }
    let workload: Vec<String> = names.workload.iter().filter_map(|names| get(names)).collect();
    let to = &mut finding.location;
    to.image = get(names.image);
    if workload.len() == names.workload.len() {
        to.resource = Some(workload.join("/"));
        to.resource_type = workload.get(2).cloned();
    }
    to.path = get(names.path);
    if yes(names.accepted) == Some(true) {
        finding.suppressed = Some(Suppression { by: "Sysdig".to_owned(), reason: Some("risk accepted".to_owned()) });
    }
    finding.reachability = yes(names.in_use).map(loaded);
    let file = finding.location.path.clone();
    let to = finding.package_mut();
    to.name = Some(package);
    to.version = get(names.version);
    to.ecosystem = get(names.ecosystem);
    to.fixed = get(names.fixed).into_iter().collect();
    to.file = file;
    Ok(finding)
}

/// Sets the severity: `Negligible` is info.
pub(super) fn rate(finding: &mut Finding, raw: String) {
    let severity = if raw.eq_ignore_ascii_case("negligible") { Severity::Info } else { Severity::from_word(&raw) };
    finding.set_severity(raw, severity);
}

/// What the agent saw of a package in a running container.
pub(super) fn loaded(in_use: bool) -> Reachability {
    Reachability { verdict: if in_use { "loaded" } else { "not_loaded" }.to_owned(), source: Some("Sysdig".to_owned()) }
}
