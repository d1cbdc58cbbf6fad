//! Measures ranking: time for a million issues, and, where `MUSTER_SHARED` names a folder whose `intel/` holds the published files, how many
//! of the CVEs that entered KEV after a day stand among the first 500 of that day, beside CVSS and EPSS.
//!
//! `cargo run --release -p pipeline --example ranking [DAY]`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool: it prints, and stops where its files are not as expected")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use intel::{IntelRow, IntelView, VulnerabilityIntel, cve_year};
use model::{Exposure, Kind, Severity, Timestamp, Tri};
use pipeline::prioritise::{Model, RankInput, Runtime, RuntimeFact, Stated, rank, score};

#[derive(Default)]
struct View {
    cves: HashMap<String, VulnerabilityIntel>,
    medians: BTreeMap<u16, f64>,
}

impl IntelView for View {
    fn vulnerability(&self, cve: &str) -> Option<&VulnerabilityIntel> {
        self.cves.get(cve)
    }

    fn epss_median(&self, year: u16) -> Option<f64> {
        self.medians.get(&year).copied()
    }

    fn has_kev(&self) -> bool {
        true
    }
}

fn main() {
    let model = Model::default();
    speed(&model);
    match std::env::var_os("MUSTER_SHARED") {
        Some(shared) => history(&model, std::path::Path::new(&shared), &std::env::args().nth(1).unwrap_or_else(|| "2024-06-30".to_owned())),
        None => println!("history: skipped, MUSTER_SHARED is not set"),
    }
}

/// One core, everything that an answer holds: sentences, tier, deadline.
fn speed(model: &Model) {
    let now: Timestamp = "2026-11-20".parse().unwrap();
    let mut view = View::default();
    for i in 0..5_000 {
        let cve = format!("CVE-2024-{:05}", 10_000 + i);
        let known = view.cves.entry(cve.clone()).or_default();
        known.add(&IntelRow::Epss { cve: cve.clone(), score: f64::from(i) / 5_000.0, percentile: Some(0.5), date: Some(now) });
        let vector = Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H".to_owned());
        known.add(&IntelRow::Cvss { cve, version: Some("3.1".into()), vector, score: Some(8.8), source: "CNA".into() });
    }
    let inputs: Vec<RankInput> = (0..10_000)
        .map(|i| RankInput {
            kinds: vec![if i % 4 == 0 { Kind::Sast } else { Kind::Sca }],
            severity: Severity::High,
            severity_by: "Trivy".into(),
            title: "A weakness in a package with a title of the usual length".into(),
            identifiers: if i % 4 == 0 {
                vec![]
            } else {
                vec![format!("CVE-2024-{:05}", 10_000 + i % 6_000), "GHSA-AAAA-BBBB-CCCC".into()]
            },
            cwes: vec![79],
            runtime: vec![RuntimeFact {
                state: Runtime::Loaded,
                places: Some((6, 6)),
                calls: None,
                source: "sensor".into(),
                at: now.plus_days(-(i % 40)),
            }],
            exposure: Stated::new(Exposure::Internet, "muster.yaml:14"),
            production: Stated::new(Tri::Yes, "muster.yaml:15"),
            data: Some(Stated::new(vec!["pii".into()], "muster.yaml:16")),
            criticality: Stated::new(Severity::High, "muster.yaml:9"),
            first_seen: now.plus_days(-30),
            ..RankInput::default()
        })
        .collect();
    let start = Instant::now();
    let mut sum = 0i64;
    for _ in 0..100 {
        sum += inputs.iter().map(|input| i64::from(rank(input, &view, model, now).score)).sum::<i64>();
    }
    println!("speed: 1,000,000 issues ranked in {:.2} s on one core (sum of scores {sum})", start.elapsed().as_secs_f64());
}

fn history(model: &Model, shared: &std::path::Path, day: &str) {
    let folder = shared.join("intel");
    let rows = |name: &str| intel::load(&std::fs::read(folder.join(name)).unwrap(), name).unwrap().rows;
    let today: Timestamp = day.parse().unwrap();
    let mut view = View::default();
    let mut pool = BTreeSet::new();
    for row in rows(&format!("vulnrichment-{day}.csv.gz")) {
        if let IntelRow::Cve { cve, .. } | IntelRow::Cvss { cve, .. } | IntelRow::Ssvc { cve, .. } | IntelRow::Kev { cve, .. } = &row {
            pool.insert(cve.clone());
            view.cves.entry(cve.clone()).or_default().add(&row);
        }
    }
    let epss = rows(&format!("epss-{day}.csv.gz"));
    let scores =
        epss.iter().filter_map(|row| if let IntelRow::Epss { cve, score, .. } = row { Some((cve.as_str(), *score)) } else { None });
    view.medians = intel::medians_by_year(scores);
    let mut later: BTreeMap<String, Timestamp> = BTreeMap::new();
    let kev = rows("kev-2026-08-21.json.gz");
    for row in &kev {
        if let IntelRow::Kev { cve, added, .. } = row
            && *added > today
        {
            later.insert(cve.clone(), *added);
        }
    }
    let known = kev.iter().filter(|row| matches!(row, IntelRow::Kev { added, .. } if *added <= today));
    let exploits = rows("exploit-availability.csv.gz");
    let exploits = exploits.iter().filter(|row| matches!(row, IntelRow::Exploit { since, .. } if since.is_none_or(|since| since <= today)));
    for row in epss.iter().chain(known).chain(exploits) {
        if let IntelRow::Epss { cve, .. } | IntelRow::Kev { cve, .. } | IntelRow::Exploit { cve, .. } = row
            && let Some(known) = view.cves.get_mut(cve)
        {
            known.add(row);
        }
    }
    let of = |cve: &String| view.cves.get(cve).unwrap();
    let cvss = |cve: &String| intel::best_cvss(&of(cve).cvss).map_or(5.0, |(_, score)| score);
    let epss = |cve: &String| of(cve).epss.map_or(0.0, |epss| epss.score);
    let ours = |cve: &String| {
        let input = RankInput { kinds: vec![Kind::Sca], identifiers: vec![cve.clone()], ..RankInput::default() };
        f64::from(score(&input, &view, model, today))
    };
    println!("history: {day}, {} CVEs, {} of them enter KEV later", pool.len(), pool.iter().filter(|cve| later.contains_key(*cve)).count());
    let fresh: Vec<&String> = pool.iter().filter(|cve| of(cve).kev.is_none() && cve_year(cve).is_some()).collect();
    let all: Vec<&String> = pool.iter().collect();
    for (name, pool) in [("all", &all), ("not yet in KEV", &fresh)] {
        for days in [90i64, 180, 365, 10_000] {
            let truth = |cve: &String| later.get(cve).is_some_and(|added| *added <= today.plus_days(days));
            let total = pool.iter().filter(|cve| truth(cve)).count();
            let show = |key: &dyn Fn(&String) -> f64| hits(pool, key, &truth, 500);
            println!(
                "  {name}, next {days} days: {total} enter; in the first 500: CVSS {:.1}, EPSS {:.1}, EPSS×CVSS {:.1}, Muster {:.1}",
                show(&cvss),
                show(&epss),
                show(&|cve| cvss(cve) * epss(cve)),
                show(&ours)
            );
        }
    }
}

/// Expected hits among the first `size`; among equals every order is equally likely.
fn hits(pool: &[&String], key: &dyn Fn(&String) -> f64, truth: &dyn Fn(&String) -> bool, size: usize) -> f64 {
    let mut keyed: Vec<(f64, bool)> = pool.iter().map(|cve| (key(cve), truth(cve))).collect();
    keyed.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut left, mut found) = (size as f64, 0.0);
    for group in keyed.chunk_by(|a, b| a.0 == b.0) {
        let share = (left / group.len() as f64).min(1.0);
        found += share * group.iter().filter(|(_, hit)| *hit).count() as f64;
        left -= share * group.len() as f64;
        if left <= 0.0 {
            break;
        }
    }
    found
}
