//! Whether a model keeps the promise that turning a risk fact on never lowers a score. Every step from less to more risk is tried in every
//! situation of the facts that act on each other (EPSS, known exploited, exploit code, static reach, run time); the rest is additive and is
//! tried in a few. What own signals add is tried in every situation of the facts that their conditions name.

mod own;

pub(super) use own::too_many;

use ::model::{Cvss, Exposure, Kind, Severity, Timestamp, Tri};
use intel::{EpssFact, ExploitFact, Exploitation, IntelView, KevFact, SsvcFact, VulnerabilityIntel};

use super::facts::{RankInput, Reach, Runtime, RuntimeFact, Stated, Verification};
use super::model::Model;

/// A situation in which a model lets a risk fact lower a score.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fact} moves the score from {before} to {after} tenths of a deciban, where {situation}")]
pub struct CounterExample {
    pub fact: String,
    pub situation: String,
    /// The weight that does it, as a dotted place in the file.
    pub place: String,
    pub before: i32,
    pub after: i32,
}

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const CVE: &str = "CVE-2020-1000";

#[derive(Clone)]
struct Case {
    input: RankInput,
    intel: VulnerabilityIntel,
    words: Vec<String>,
}

impl IntelView for Case {
    fn vulnerability(&self, _cve: &str) -> Option<&VulnerabilityIntel> {
        Some(&self.intel)
    }
}

/// A step: what it is called, and the case with less and with more risk.
struct Step {
    name: String,
    /// The weight in the file.
    place: &'static str,
    /// The fact that the step turns, as the filter language names it; empty for what it does not name.
    turns: &'static str,
    less: Box<dyn Fn(&mut Case)>,
    more: Box<dyn Fn(&mut Case)>,
}

fn step((name, place, turns): Named<'_>, less: impl Fn(&mut Case) + 'static, more: impl Fn(&mut Case) + 'static) -> Step {
    Step { name: name.to_owned(), place, turns, less: Box::new(less), more: Box::new(more) }
}

/// A step's name, place and fact.
type Named<'a> = (&'a str, &'static str, &'static str);

/// The first situation that breaks the promise, if there is one.
pub(super) fn monotone(model: &Model) -> Result<(), CounterExample> {
    let vulnerabilities = situations();
    let some: Vec<Case> = vulnerabilities.iter().step_by(37).cloned().collect();
    let findings: Vec<Case> = Kind::ALL.iter().map(|kind| finding(*kind)).collect();
    for step in interacting() {
        try_step(model, &step, &vulnerabilities)?;
    }
    for step in additive(model) {
        try_step(model, &step, &some)?;
        try_step(model, &step, &findings)?;
    }
    own::monotone(model)
}

fn try_step(model: &Model, step: &Step, cases: &[Case]) -> Result<(), CounterExample> {
    for case in cases {
        let score = |change: &dyn Fn(&mut Case)| {
            let mut case = case.clone();
            change(&mut case);
            super::score(&case.input, &case, model, NOW)
        };
        let (before, after) = (score(&step.less), score(&step.more));
        if after < before {
            let place = step.place.to_owned();
            return Err(CounterExample { fact: step.name.clone(), situation: case.words.join(", "), place, before, after });
        }
    }
    Ok(())
}

fn set_epss(case: &mut Case, score: f64) {
    case.intel.epss = Some(EpssFact { score, percentile: None, date: None });
}

fn set_kev(case: &mut Case, ransomware: bool) {
    case.intel.kev = Some(KevFact { added: Timestamp(0), due: None, ransomware, name: String::new(), source: String::new() });
}

fn ssvc(case: &mut Case) -> &mut SsvcFact {
    let none = SsvcFact { exploitation: None, automatable: None, technical_impact_total: None, date: None, source: String::new() };
    case.intel.ssvc.get_or_insert(none)
}

fn set_exploit(case: &mut Case, word: Exploitation, listed: bool) {
    ssvc(case).exploitation = Some(word);
    case.intel.exploits = if listed { vec![ExploitFact { source: "list".to_owned(), since: None }] } else { Vec::new() };
}

fn set_reach(case: &mut Case, reach: Option<Reach>) {
    case.input.reachability = reach.map(|reach| Stated::new(reach, "tool")).into_iter().collect();
}

fn set_runtime(case: &mut Case, state: Option<Runtime>) {
    let fact = |state| RuntimeFact { state, places: None, calls: None, source: "sensor".to_owned(), at: NOW };
    case.input.runtime = state.map(fact).into_iter().collect();
}

fn finding(kind: Kind) -> Case {
    let input = RankInput { kinds: vec![kind], severity: Severity::Medium, ..RankInput::default() };
    Case { input, intel: VulnerabilityIntel::default(), words: vec![format!("kind {}", kind.word())] }
}

const REACHES: [Option<Reach>; 3] = [None, Some(Reach::Unreachable), Some(Reach::Reachable)];
const RUNTIMES: [Option<Runtime>; 4] = [None, Some(Runtime::NotLoaded), Some(Runtime::Loaded), Some(Runtime::Executed)];
const EPSS: [f64; 4] = [0.0, 0.01, 0.4, 1.0];

/// Every combination of the facts that act on each other.
fn situations() -> Vec<Case> {
    let mut cases = vec![finding(Kind::Sca)];
    for case in &mut cases {
        case.input.identifiers = vec![CVE.to_owned()];
    }
    cases = expand(&cases, &EPSS, |case, epss| {
        set_epss(case, *epss);
        format!("EPSS {epss}")
    });
    cases = expand(&cases, &[false, true], |case, kev| {
        if *kev {
            set_kev(case, false);
        }
        format!("known exploited {kev}")
    });
    cases = expand(&cases, &[Exploitation::None, Exploitation::Poc, Exploitation::Active], |case, word| {
        set_exploit(case, *word, false);
        format!("exploitation {}", word.word())
    });
    cases = expand(&cases, &REACHES, |case, reach| {
        set_reach(case, *reach);
        format!("static {reach:?}")
    });
    expand(&cases, &RUNTIMES, |case, state| {
        set_runtime(case, *state);
        format!("run time {state:?}")
    })
}

fn expand<T>(cases: &[Case], values: &[T], set: impl Fn(&mut Case, &T) -> String) -> Vec<Case> {
    let with = |case: &Case, value: &T| {
        let mut case = case.clone();
        let word = set(&mut case, value);
        case.words.push(word);
        case
    };
    cases.iter().flat_map(|case| values.iter().map(move |value| (case, value))).map(|(case, value)| with(case, value)).collect()
}

fn interacting() -> Vec<Step> {
    let mut steps = vec![
        step(("known exploited", "kev.points", "kev"), |c| c.intel.kev = None, |c| set_kev(c, false)),
        step(("used by ransomware", "kev.ransomware", "kev"), |c| set_kev(c, false), |c| set_kev(c, true)),
        step(
            ("a proof of concept", "exploit.proof_of_concept", "exploit"),
            |c| set_exploit(c, Exploitation::None, false),
            |c| set_exploit(c, Exploitation::Poc, false),
        ),
        step(
            ("exploit code", "exploit.listed", "exploit"),
            |c| set_exploit(c, Exploitation::Poc, false),
            |c| set_exploit(c, Exploitation::Poc, true),
        ),
        step(
            ("active exploitation", "exploit.listed", "exploit"),
            |c| set_exploit(c, Exploitation::Poc, false),
            |c| set_exploit(c, Exploitation::Active, false),
        ),
    ];
    for pair in EPSS.windows(2) {
        if let &[less, more] = pair {
            steps.push(step(
                (&format!("EPSS from {less} to {more}"), "epss.percent", "epss"),
                move |c| set_epss(c, less),
                move |c| set_epss(c, more),
            ));
        }
    }
    for less in [None, Some(Reach::Unreachable)] {
        steps.push(step(
            ("reachable", "reachable.yes", "reachable"),
            move |c| set_reach(c, less),
            |c| set_reach(c, Some(Reach::Reachable)),
        ));
    }
    for (less, more) in [(0, 2), (1, 2), (2, 3), (0, 3)] {
        let [less, more] = [less, more].map(|i: usize| RUNTIMES.get(i).copied().flatten());
        let name = if more == Some(Runtime::Loaded) { "loaded" } else { "executed" };
        steps.push(step(
            (name, if more == Some(Runtime::Loaded) { "runtime.loaded" } else { "runtime.executed" }, "loaded"),
            move |c| set_runtime(c, less),
            move |c| set_runtime(c, more),
        ));
    }
    steps
}

fn additive(model: &Model) -> Vec<Step> {
    let mut steps = vec![
        step(("automatable", "automatable", ""), |c| ssvc(c).automatable = Some(false), |c| ssvc(c).automatable = Some(true)),
        step(
            ("total impact", "total_impact", ""),
            |c| ssvc(c).technical_impact_total = Some(false),
            |c| ssvc(c).technical_impact_total = Some(true),
        ),
        step(
            ("in scope of a framework", "compliance", "compliance"),
            |c| c.input.compliance.value.clear(),
            |c| c.input.compliance.value = vec!["x".to_owned()],
        ),
        step(
            ("a higher CVSS score", "cvss.per_point", ""),
            |c| c.intel.cvss = vec![Cvss::from_score(3.0)],
            |c| c.intel.cvss = vec![Cvss::from_score(9.0)],
        ),
    ];
    let exposures =
        [(Exposure::None, Exposure::Internal), (Exposure::Internal, Exposure::Internet), (Exposure::Unknown, Exposure::Internet)];
    for (less, more) in exposures {
        let name = if more == Exposure::Internet { "exposed to the internet" } else { "exposed inside" };
        steps.push(step(
            (name, if more == Exposure::Internet { "exposure.internet" } else { "exposure.internal" }, "exposed"),
            move |c| c.input.exposure.value = less,
            move |c| c.input.exposure.value = more,
        ));
    }
    for less in [Tri::No, Tri::Unknown] {
        steps.push(step(
            ("production", "production.yes", "production"),
            move |c| c.input.production.value = less,
            |c| c.input.production.value = Tri::Yes,
        ));
    }
    let scale = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    let pairs = scale.windows(2).filter_map(|pair| if let &[less, more] = pair { Some((less, more)) } else { None });
    for (less, more) in pairs.chain([(Severity::Unknown, Severity::High), (Severity::Unknown, Severity::Critical)]) {
        let name = |what: &str| format!("{what} from {} to {}", less.word(), more.word());
        steps.push(step(
            (&name("criticality"), "criticality", "criticality"),
            move |c| c.input.criticality.value = less,
            move |c| c.input.criticality.value = more,
        ));
        steps.push(step(
            (&name("severity"), "class_prior.severity", "severity"),
            move |c| c.input.severity = less,
            move |c| c.input.severity = more,
        ));
    }
    for class in model.data.classes.keys().cloned().chain(["another class".to_owned()]) {
        let name = format!("handling {class}");
        let none = |c: &mut Case| c.input.data = None;
        steps.push(step((&name, "data", "data"), none, move |c| c.input.data = Some(Stated::new(vec![class.clone()], ""))));
    }
    for proof in [Verification::Pentest, Verification::Iast, Verification::Dast, Verification::LiveSecret] {
        let name = format!("proof {proof:?}");
        let verified = move |c: &mut Case| c.input.verified = vec![Stated::new(proof, "")];
        steps.push(step((&name, "verified", ""), |c| c.input.verified.clear(), verified));
        let not_live = |c: &mut Case| c.input.verified = vec![Stated::new(Verification::NotLive, "")];
        steps.push(step((&name, "verified", ""), not_live, verified));
    }
    steps
}
