//! Properties that hold for every input.

use ::model::{Cvss, Exposure, Kind, Severity, Timestamp, Tri};
use intel::{EpssFact, ExploitFact, Exploitation, KevFact, SsvcFact, VulnerabilityIntel};
use proptest::prelude::*;

use super::facts::{RankInput, Reach, Runtime, RuntimeFact, Said, Stated, Verification};
use super::testing::View;
use super::{Model, rank};

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const CVE: &str = "CVE-2024-1000";

const VECTORS: [Option<&str>; 4] = [
    None,
    Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
    Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"),
    Some("CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:N"),
];

fn tri() -> impl Strategy<Value = Tri> {
    prop_oneof![Just(Tri::Yes), Just(Tri::No), Just(Tri::Unknown)]
}

fn severity() -> impl Strategy<Value = Severity> {
    prop::sample::select(Severity::ALL.to_vec())
}

fn stated<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Stated<T>> {
    (value, prop::option::of(0i64..400)).prop_map(|(value, age)| Stated {
        value,
        source: "s".into(),
        at: age.map(|age| NOW.plus_days(-age)),
    })
}

fn input() -> impl Strategy<Value = RankInput> {
    let exposure = prop::sample::select(vec![Exposure::Unknown, Exposure::None, Exposure::Internal, Exposure::Internet]);
    let reach = prop::sample::select(vec![Reach::Reachable, Reach::Unreachable]);
    let state = prop::sample::select(vec![Runtime::NotLoaded, Runtime::Loaded, Runtime::Executed]);
    let runtime = (state, 0i64..60).prop_map(|(state, age)| RuntimeFact {
        state,
        places: Some((3, 6)),
        calls: None,
        source: "s".into(),
        at: NOW.plus_days(-age),
    });
    let proof = prop::sample::select(vec![
        Verification::NotLive,
        Verification::Pentest,
        Verification::Iast,
        Verification::Dast,
        Verification::LiveSecret,
    ]);
    let said = (prop::sample::select(vec!["exposed", "reachable", "automatable", "total_impact", "production"]), any::<bool>());
    let said = said.prop_map(|(fact, value)| Said { fact: fact.into(), value, by: "p".into(), at: None });
    let cvss = (prop::option::of(0u32..=100), prop::sample::select(VECTORS.to_vec())).prop_map(|(score, vector)| Cvss {
        version: Some("3.1".into()),
        vector: vector.map(str::to_owned),
        score: score.map(|tenths| f64::from(tenths) / 10.0),
        source: None,
    });
    let what = (
        prop::collection::vec(prop::sample::select(Kind::ALL.to_vec()), 0..3),
        severity(),
        any::<bool>(),
        prop::collection::vec(prop::sample::select(vec![79u32, 89, 502, 798]), 0..3),
        prop::collection::vec(proptest::option::of(stated(reach)).prop_filter_map("some", |s| s), 0..3),
        prop::collection::vec(runtime, 0..3),
        prop::collection::vec(stated(proof), 0..3),
        prop::collection::vec(said, 0..2),
        prop::collection::vec(cvss, 0..3),
    );
    let context = (
        stated(exposure),
        stated(tri()),
        prop::option::of(stated(prop::collection::vec("[a-z]{3}|pii|health", 0..3))),
        stated(severity()),
        0i64..900,
    );
    (what, context).prop_map(
        |((kinds, severity, cve, cwes, reachability, runtime, verified, said, cvss), (exposure, production, data, criticality, age))| {
            RankInput {
                kinds,
                severity,
                identifiers: if cve { vec![CVE.to_owned()] } else { vec!["GHSA-1".to_owned()] },
                cwes,
                reachability,
                runtime,
                verified,
                said,
                cvss,
                exposure,
                production,
                data,
                criticality,
                first_seen: NOW.plus_days(-age),
                ..RankInput::default()
            }
        },
    )
}

fn vulnerability() -> impl Strategy<Value = VulnerabilityIntel> {
    let epss = prop::option::of((0.0f64..=1.0).prop_map(|score| EpssFact { score, percentile: Some(score), date: None }));
    let kev = prop::option::of((-900i64..30, any::<bool>()).prop_map(|(days, ransomware)| kev(days, ransomware)));
    let ssvc = prop::option::of((prop::option::of(any::<bool>()), prop::option::of(any::<bool>())).prop_map(|(automatable, total)| {
        SsvcFact { exploitation: None, automatable, technical_impact_total: total, date: None, source: "v".into() }
    }));
    let vendor = prop::option::of((0u32..120).prop_map(|entries| intel::VendorFact { name: "Acme".into(), entries }));
    (epss, kev, ssvc, any::<bool>(), vendor).prop_map(|(epss, kev, ssvc, exploit, vendor)| VulnerabilityIntel {
        vendor,
        epss,
        kev,
        ssvc,
        exploits: if exploit { vec![ExploitFact { source: "Nuclei".into(), since: None }] } else { vec![] },
        ..VulnerabilityIntel::default()
    })
}

fn stated_ssvc(intel: &mut VulnerabilityIntel) -> &mut SsvcFact {
    let none = SsvcFact { exploitation: None, automatable: None, technical_impact_total: None, date: None, source: "v".into() };
    intel.ssvc.get_or_insert(none)
}

fn kev(days: i64, ransomware: bool) -> KevFact {
    KevFact { added: NOW.plus_days(days), due: None, ransomware, name: "n".into(), source: "CISA KEV".into() }
}

fn of(intel: &VulnerabilityIntel) -> View {
    View([(CVE.to_owned(), intel.clone())].into())
}

/// From mild to strict.
fn strictness(id: &str) -> usize {
    ["next", "60d", "14d", "3d"].iter().position(|known| *known == id).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_terms_add_up_and_one_is_the_base((input, intel) in (input(), vulnerability())) {
        let model = model();
        let ranked = rank(&input, &of(&intel), model, NOW);
        prop_assert_eq!(ranked.because.iter().map(|term| term.points).sum::<i32>(), ranked.score);
        let bases = ranked.because.iter().filter(|term| ["epss", "epss_median", "class_prior"].contains(&term.signal.as_str())).count();
        prop_assert_eq!(bases, 1);
        prop_assert!(ranked.because.iter().all(|term| !term.fact.is_empty() && !term.source.is_empty()));
        prop_assert_eq!(ranked, rank(&input, &of(&intel), model, NOW));
    }

    #[test]
    fn turning_a_risk_fact_on_never_lowers((input, intel, which) in (input(), vulnerability(), 0usize..21)) {
        let model = model();
        let (mut more, mut known) = (input.clone(), intel.clone());
        match which {
            0 => known.kev = known.kev.filter(|kev| kev.added <= NOW).or(Some(kev(-5, false))),
            1 => known.exploits = vec![ExploitFact { source: "Metasploit".into(), since: None }],
            2 => more.reachability.push(Stated::new(Reach::Reachable, "t").at(NOW)),
            3 => more.runtime.push(RuntimeFact { state: Runtime::Loaded, places: None, calls: Some(4), source: "t".into(), at: NOW }),
            4 => more.exposure = Stated::new(Exposure::Internet, "t"),
            5 => more.production = Stated::new(Tri::Yes, "t"),
            6 => more.data = more.data.map(|mut data| { data.value.push("health".into()); data }).or(Some(Stated::new(vec!["health".into()], "t"))),
            7 => more.criticality = Stated::new(Severity::Critical, "t"),
            8 => more.verified.push(Stated::new(Verification::LiveSecret, "t")),
            9 => more.severity = Severity::Critical,
            10 => stated_ssvc(&mut known).automatable = Some(true),
            11 => stated_ssvc(&mut known).technical_impact_total = Some(true),
            12 => stated_ssvc(&mut known).exploitation = Some(Exploitation::Active),
            13 => known.kev = Some(kev(known.kev.filter(|kev| kev.added <= NOW).map_or(-5, |kev| (kev.added.0 - NOW.0) / Timestamp::DAY), true)),
            14 => known.epss = Some(EpssFact { score: 1.0, percentile: None, date: None }),
            15 => known.cvss.push(Cvss { version: Some("3.1".into()), vector: None, score: Some(10.0), source: None }),
            20 => known.vendor.get_or_insert_default().entries += 1,
            16 => more.runtime.push(RuntimeFact { state: Runtime::Executed, places: None, calls: None, source: "t".into(), at: NOW }),
            17 => more.verified.push(Stated::new(Verification::Iast, "t")),
            18 => more.compliance = Stated::new(vec!["pci-dss".into()], "t"),
            _ => more.cwes.push(89),
        }
        let before = rank(&input, &of(&intel), model, NOW);
        let after = rank(&more, &of(&known), model, NOW);
        prop_assert!(after.score >= before.score, "{} -> {}: {:?} {:?}", before.score, after.score, before.because, after.because);
        // A fact that was unknown narrows the range; the strict end never gets milder unless unknown had made it strict.
        if before.tier.range.is_none() {
            prop_assert!(strictness(&after.tier.id) >= strictness(&before.tier.id), "{:?} -> {:?}", before.tier, after.tier);
        }
    }

    #[test]
    fn a_later_kev_entry_never_moves_the_deadline_back((input, mut intel, days) in (input(), vulnerability(), -400i64..0)) {
        let model = model();
        intel.kev = None;
        let before = rank(&input, &of(&intel), model, NOW).due;
        intel.kev = Some(kev(days, false));
        let after = rank(&input, &of(&intel), model, NOW).due;
        if let Some(before) = before {
            prop_assert!(after.is_some_and(|after| after <= before));
        }
    }
}

fn model() -> &'static Model {
    static MODEL: std::sync::OnceLock<Model> = std::sync::OnceLock::new();
    MODEL.get_or_init(Model::default)
}
