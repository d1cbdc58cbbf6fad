//! Small things that the tests of this folder share.

use std::collections::BTreeMap;

use ::model::{Exposure, Kind, Severity, Timestamp, Tri};
use intel::{IntelView, VulnerabilityIntel};

use super::facts::{RankInput, Stated};

/// A view over a map, with lists loaded.
#[derive(Default)]
pub(super) struct View(pub(super) BTreeMap<String, VulnerabilityIntel>);

impl IntelView for View {
    fn vulnerability(&self, cve: &str) -> Option<&VulnerabilityIntel> {
        self.0.get(cve)
    }

    fn has_kev(&self) -> bool {
        true
    }

    fn has_exploits(&self) -> bool {
        true
    }
}

pub(super) fn day(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A view that knows what these rows say.
pub(super) fn view(rows: &[intel::IntelRow]) -> View {
    use intel::IntelRow::{Cve, Cvss, Epss, Exploit, Kev, Ssvc};
    let mut view = View::default();
    for row in rows {
        if let Kev { cve, .. } | Epss { cve, .. } | Cvss { cve, .. } | Ssvc { cve, .. } | Cve { cve, .. } | Exploit { cve, .. } = row {
            view.0.entry(cve.clone()).or_default().add(row);
        }
    }
    view
}

/// A CVE in a package of a service of which everything is declared.
pub(super) fn package(cve: &str) -> RankInput {
    RankInput {
        kinds: vec![Kind::Sca],
        severity: Severity::High,
        severity_by: "Trivy".into(),
        identifiers: vec![cve.to_owned()],
        exposure: Stated::new(Exposure::Internet, "muster.yaml:14"),
        production: Stated::new(Tri::Yes, "muster.yaml:15"),
        data: Some(Stated::new(vec!["pii".into()], "muster.yaml:16")),
        criticality: Stated::new(Severity::High, "muster.yaml:9"),
        first_seen: day("2026-06-01T08:00:00Z"),
        ..RankInput::default()
    }
}
