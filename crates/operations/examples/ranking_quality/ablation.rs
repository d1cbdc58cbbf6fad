//! A model without one of its signals.

use pipeline::prioritise::Model;

/// The signals that can be left out.
pub(crate) const SIGNALS: [&str; 13] = [
    "EPSS",
    "known exploited",
    "exploit code",
    "CVSS",
    "automatable, total impact",
    "vendor history",
    "verified",
    "reachable",
    "loaded",
    "exposed",
    "production",
    "data",
    "criticality",
];

/// The model without a signal: its weights are nothing. Without *known exploited*, an entry in KEV counts as exploit code does.
pub(crate) fn without(model: &Model, signal: &str) -> Model {
    let mut m = model.clone();
    match signal {
        "EPSS" => m.epss.percent = 0,
        "known exploited" => (m.kev.points, m.kev.floor, m.kev.ransomware) = (m.exploit.listed, -10_000, 0),
        "exploit code" => (m.exploit.listed, m.exploit.proof_of_concept) = (0, 0),
        "CVSS" => m.cvss.per_point = 0,
        "automatable, total impact" => (m.automatable, m.total_impact) = (0, 0),
        "vendor history" => m.vendor_history.per_doubling = 0,
        "verified" => {
            let v = &mut m.verified;
            (v.live_secret, v.dast, v.iast, v.pentest, v.not_live) = (0, 0, 0, 0, 0);
        }
        "reachable" => (m.reachable.yes, m.reachable.no) = (0, 0),
        "loaded" => (m.runtime.executed, m.runtime.loaded, m.runtime.not_loaded) = (0, 0, 0),
        "exposed" => (m.exposure.internet, m.exposure.internal, m.exposure.none) = (0, 0, 0),
        "production" => (m.production.yes, m.production.no) = (0, 0),
        "data" => {
            m.data.classes.values_mut().for_each(|points| *points = 0);
            m.data.other = 0;
        }
        "criticality" => {
            let c = &mut m.criticality;
            (c.critical, c.high, c.medium, c.low) = (0, 0, 0, 0);
        }
        other => panic!("no signal {other}"),
    }
    m
}
