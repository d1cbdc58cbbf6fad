//! What a person reads, and the rules of the design one by one.

use ::model::{Exposure, Kind, Severity, Tri};
use intel::{Exploitation, IntelRow, NoIntel, VulnerabilityIntel};

use super::*;
use crate::prioritise::facts::{Reach, Runtime, RuntimeFact, Said, Stated, Verification};
use crate::prioritise::testing::{day, package, view};

const CVE: &str = "CVE-2025-55182";

fn react() -> Vec<IntelRow> {
    vec![
        IntelRow::Epss { cve: CVE.into(), score: 0.9962, percentile: Some(0.9993), date: Some(day("2026-11-18")) },
        IntelRow::Kev {
            cve: CVE.into(),
            added: day("2025-12-03"),
            due: None,
            ransomware: true,
            name: "React".into(),
            source: "CISA KEV".into(),
            vendor: String::new(),
        },
        IntelRow::Exploit { cve: CVE.into(), source: "Metasploit".into(), since: Some(day("2025-12-20")) },
        IntelRow::Cvss {
            cve: CVE.into(),
            version: Some("3.1".into()),
            vector: Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H".into()),
            score: Some(10.0),
            source: "CNA".into(),
        },
    ]
}

fn now() -> Timestamp {
    day("2026-11-20T08:00:00Z")
}

fn seen(state: Runtime, at: &str) -> RuntimeFact {
    RuntimeFact { state, places: Some((6, 6)), calls: None, source: "runtime SBOM".into(), at: day(at) }
}

fn sentence<'r>(ranked: &'r Ranked, signal: &str) -> &'r str {
    ranked.because.iter().find(|term| term.signal == signal).map_or("", |term| term.fact.as_str())
}

fn points(ranked: &Ranked, signal: &str) -> i32 {
    ranked.because.iter().filter(|term| term.signal == signal).map(|term| term.points).sum()
}

#[test]
fn what_a_person_reads() {
    let mut input = package(CVE);
    input.runtime = vec![seen(Runtime::Loaded, "2026-11-19")];
    input.reachability = vec![Stated::new(Reach::Reachable, "Snyk").at(day("2026-11-10"))];
    let ranked = rank(&input, &view(&react()), &Model::default(), now());
    let facts: Vec<&str> = ranked.because.iter().map(|term| term.fact.as_str()).collect();
    assert_eq!(
        facts,
        [
            "EPSS 99.6 %, higher than 99.9 % of all CVEs",
            "Known exploited (KEV) since 3 Dec 2025, used by ransomware",
            "CVSS base score 10.0",
            "Attack can be automated (derived)",
            "Attacker gains control of the component (derived)",
            "The code can reach it, analysed 10 Nov 2026",
            "Loaded in 6 of 6 pods, last seen 19 Nov 2026",
            "Service is reachable from the internet",
            "Runs in production",
            "Handles pii",
            "Application is of high criticality",
        ]
    );
    assert_eq!(ranked.unknown, Vec::<String>::new());
    assert_eq!((ranked.tier.id.as_str(), ranked.tier.days), ("3d", Some(3)));
    assert_eq!(ranked.due, Some(day("2026-06-04T23:59:59.999Z")));
    assert_eq!(ranked.epss, Some(0.9962));
    assert!(ranked.facts.iter().filter(|(name, _)| name.as_str() != "vex").all(|(_, value)| *value == Tri::Yes), "{:?}", ranked.facts);
}

#[test]
fn calls_are_counted_in_words() {
    let mut input = package(CVE);
    let called = |calls| RuntimeFact { calls: Some(calls), places: None, ..seen(Runtime::Loaded, "2026-11-19") };
    for (calls, words) in [(1, "Loaded, called once, last seen 19 Nov 2026"), (12, "Loaded, called 12 times, last seen 19 Nov 2026")] {
        input.runtime = vec![called(calls)];
        assert_eq!(sentence(&rank(&input, &view(&react()), &Model::default(), now()), "loaded"), words);
    }
}

#[test]
fn fresh_not_loaded_outweighs_reachable_and_says_so() {
    let mut input = package(CVE);
    input.reachability = vec![Stated::new(Reach::Reachable, "Snyk")];
    input.runtime = vec![seen(Runtime::NotLoaded, "2026-11-19")];
    let ranked = rank(&input, &view(&react()), &Model::default(), now());
    assert_eq!(points(&ranked, "reachable"), 0);
    assert_eq!(
        sentence(&ranked, "loaded"),
        "Installed but not loaded in any of 6 pods, last looked 19 Nov 2026; what was seen running outweighs Snyk's word `reachable`"
    );
    assert_eq!((ranked.facts["loaded"], ranked.facts["reachable"]), (Tri::No, Tri::No));

    // A month later nobody knows any more, and the static word counts again.
    let later = rank(&input, &view(&react()), &Model::default(), day("2026-12-25"));
    assert!(points(&later, "reachable") > 0 && points(&later, "loaded") == 0);
    assert_eq!(later.unknown, ["loaded (last seen 19 Nov 2026, more than 30 days ago)"]);
}

#[test]
fn facts_of_the_future_do_not_count() {
    let mut input = package(CVE);
    input.runtime = vec![seen(Runtime::Loaded, "2026-11-19")];
    let ranked = rank(&input, &view(&react()), &Model::default(), day("2025-11-01"));
    assert_eq!((points(&ranked, "kev"), points(&ranked, "exploit"), points(&ranked, "loaded")), (0, 0, 0));
    assert_eq!(ranked.facts["kev"], Tri::No);
}

#[test]
fn a_later_kev_entry_counts_from_its_day() {
    let mut input = package(CVE);
    input.first_seen = day("2025-11-28T10:00:00Z");
    let ranked = rank(&input, &view(&react()), &Model::default(), now());
    // Exposed, automatable and total is 3 days even before the entry: the earlier date stays.
    assert_eq!(ranked.due, Some(day("2025-12-01T23:59:59.999Z")));
    input.exposure = Stated::new(Exposure::Internal, "muster.yaml:14");
    let ranked = rank(&input, &view(&react()), &Model::default(), now());
    assert_eq!((ranked.tier.id.as_str(), ranked.due), ("3d", Some(day("2025-12-06T23:59:59.999Z"))));
}

#[test]
fn unknown_inputs_leave_a_range() {
    let mut input = package("CVE-2026-2000");
    input.exposure = Stated::default();
    input.cvss = vec![::model::Cvss::from_vector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")];
    let rows = vec![IntelRow::Epss { cve: "CVE-2026-2000".into(), score: 0.01, percentile: None, date: None }];
    let ranked = rank(&input, &view(&rows), &Model::default(), now());
    assert_eq!(ranked.tier.range, Some(["3d".to_owned(), "60d".to_owned()]));
    assert_eq!(ranked.tier.id, "60d");
    assert_eq!(ranked.unknown, ["reachable", "loaded", "exposed"]);
    assert!(
        ranked.tier.because.iter().any(|fact| fact.fact == "automatable: yes" && fact.source == "derived from the CVSS vector"),
        "{:?}",
        ranked.tier.because
    );

    // A known exploited one counts by the strict end.
    let kev = IntelRow::Kev {
        cve: "CVE-2026-2000".into(),
        added: day("2026-01-01"),
        due: None,
        ransomware: false,
        name: String::new(),
        source: "CISA KEV".into(),
        vendor: String::new(),
    };
    let ranked = rank(&input, &view(&[rows, vec![kev]].concat()), &Model::default(), now());
    assert_eq!((ranked.tier.id.as_str(), ranked.tier.label.as_str()), ("3d", "Fix in 3 days and look for traces of an attack"));
}

#[test]
fn entries_of_the_vendor_weigh_by_their_doublings() {
    let mut model = Model::default();
    model.vendor_history.per_doubling = 10;
    let known = |entries| {
        let vendor = intel::VendorFact { name: "Acme".into(), entries };
        One(VulnerabilityIntel { vendor: Some(vendor), ..VulnerabilityIntel::default() })
    };
    let input = RankInput { kinds: vec![Kind::Sca], identifiers: vec![CVE.into()], ..RankInput::default() };
    let term = |entries| rank(&input, &known(entries), &model, now()).because.into_iter().find(|term| term.signal == "vendor_history");
    assert_eq!([1, 3, 4, 100].map(|entries| term(entries).unwrap().points), [10, 20, 23, 67]);
    assert!(term(0).is_none(), "none is no term, and lowers nothing");
    assert!(term(3).unwrap().fact.starts_with("3 entries of Acme"));
}

/// The same for every CVE.
struct One(VulnerabilityIntel);

impl IntelView for One {
    fn vulnerability(&self, _cve: &str) -> Option<&VulnerabilityIntel> {
        Some(&self.0)
    }
}

#[test]
fn a_persons_word_comes_first() {
    let mut input = package(CVE);
    input.said = vec![Said { fact: "exposed".into(), value: false, by: "Ada".into(), at: None }];
    let ranked = rank(&input, &view(&react()), &Model::default(), now());
    let term = ranked.because.iter().find(|term| term.signal == "exposed").unwrap();
    assert_eq!((term.fact.as_str(), term.source.as_str()), ("Service is reachable from inside only", "Ada"));
}

#[test]
fn without_a_score_the_median_stands_in_and_says_so() {
    let ranked = rank(&package("CVE-2026-9999"), &NoIntel, &Model::default(), now());
    assert_eq!(ranked.because[0].signal, "epss_median");
    assert_eq!(ranked.because[0].fact, "No EPSS score; the median of the CVEs of 2026, 0.26 %, stands in");
    assert!(ranked.epss.is_none());
    assert_eq!(ranked.facts["kev"], Tri::Unknown);
}

#[test]
fn secrets_and_code_have_a_prior() {
    let mut secret = RankInput {
        kinds: vec![Kind::Secret],
        severity: Severity::High,
        severity_by: "Gitleaks".into(),
        rules: vec!["github-pat".into()],
        ..RankInput::default()
    };
    let model = Model::default();
    let untried = rank(&secret, &NoIntel, &model, now());
    assert_eq!(sentence(&untried, "class_prior"), "Secret in the repository, a credential of a named service");
    assert_eq!(untried.tier.range, Some(["3d".to_owned(), "next".to_owned()]));
    secret.verified = vec![Stated::new(Verification::LiveSecret, "TruffleHog").at(day("2026-11-19"))];
    let live = rank(&secret, &NoIntel, &model, now());
    assert_eq!(sentence(&live, "verified"), "Secret was tried on 19 Nov 2026 and works");
    assert!(live.score > untried.score);
    assert!(!live.facts.contains_key("kev") && !live.facts.contains_key("loaded"));

    let code = RankInput { kinds: vec![Kind::Sast], cwes: vec![89], severity: Severity::High, ..RankInput::default() };
    let sql = rank(&code, &NoIntel, &model, now());
    let other = rank(&RankInput { cwes: vec![117], ..code }, &NoIntel, &model, now());
    assert!(sql.score > other.score);
}

#[test]
fn exploit_code_counts_until_it_is_known_exploited() {
    let mut rows = react();
    rows.remove(1);
    let ranked = rank(&package(CVE), &view(&rows), &Model::default(), now());
    assert_eq!(sentence(&ranked, "exploit"), "Exploit code in Metasploit, seen there by 20 Dec 2025");
    let poc = IntelRow::Ssvc {
        cve: CVE.into(),
        exploitation: Some(Exploitation::Poc),
        automatable: None,
        technical_impact_total: None,
        date: None,
        source: "CISA Vulnrichment".into(),
    };
    rows.retain(|row| !matches!(row, IntelRow::Exploit { .. }));
    rows.push(poc);
    let ranked = rank(&package(CVE), &view(&rows), &Model::default(), now());
    assert_eq!(sentence(&ranked, "exploit"), "A proof of concept is public");
}

#[test]
fn the_key_puts_the_higher_score_first() {
    assert!(order_key(300) < order_key(-20));
    assert!(order_key(i32::MIN) > order_key(i32::MAX));
}
