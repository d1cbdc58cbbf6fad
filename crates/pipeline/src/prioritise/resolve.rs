//! The facts that count: the chain of sources of each, what has grown old, and which side wins a contradiction.

use ::model::{Exposure, Kind, Timestamp, Tri};
use intel::{DerivedSsvc, EpssFact, Exploitation, IntelView, KevFact, VendorFact, VulnerabilityIntel, canonical_cve};

use super::facts::{RankInput, Reach, ReachFact, Runtime, RuntimeFact, Said};
use super::model::Model;
use super::words::day;

/// A yes or no with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) value: Tri,
    pub(super) source: String,
    pub(super) at: Option<Timestamp>,
    /// Read off a CVSS vector.
    pub(super) derived: bool,
}

impl Answer {
    const UNKNOWN: Self = Self { value: Tri::Unknown, source: String::new(), at: None, derived: false };

    fn said(said: &Said) -> Self {
        Self { value: Tri::from(Some(said.value)), source: said.by.clone(), at: said.at, derived: false }
    }
}

/// Public exploit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exploit {
    Unknown,
    No,
    ProofOfConcept(String, Option<Timestamp>),
    /// SSVC says *active*.
    Active(String, Option<Timestamp>),
    /// Names of the lists, and the first date.
    Listed(Vec<String>, Option<Timestamp>),
}

/// All facts of an issue as ranking sees them at one time.
pub(super) struct Facts<'a> {
    pub(super) input: &'a RankInput,
    pub(super) model: &'a Model,
    pub(super) now: Timestamp,
    /// A vulnerability of a package (with or without CVE), or a finding with a CVE.
    pub(super) cves: Vec<String>,
    pub(super) kev: Option<&'a KevFact>,
    pub(super) kev_known: bool,
    /// The highest score among the CVEs.
    pub(super) epss: Option<EpssFact>,
    pub(super) exploit: Exploit,
    /// Highest base score with its source.
    pub(super) cvss: Option<(f64, String)>,
    /// The one with the most entries.
    pub(super) vendor: Option<&'a VendorFact>,
    pub(super) automatable: Answer,
    pub(super) total_impact: Answer,
    /// The fresh observation that counts.
    pub(super) runtime: Option<&'a RuntimeFact>,
    /// The newest observation that has grown old, where none is fresh.
    pub(super) runtime_expired: Option<Timestamp>,
    pub(super) reach: Option<ReachFact>,
    pub(super) exposure: Exposure,
    pub(super) exposure_expired: Option<Timestamp>,
    pub(super) production: Answer,
}

impl<'a> Facts<'a> {
    pub(super) fn resolve(input: &'a RankInput, intel: &'a dyn IntelView, model: &'a Model, now: Timestamp) -> Self {
        let mut cves: Vec<String> = input.identifiers.iter().filter_map(|id| canonical_cve(id)).collect();
        cves.sort_unstable();
        cves.dedup();
        let known: Vec<(usize, &VulnerabilityIntel)> =
            cves.iter().enumerate().filter_map(|(i, cve)| intel.vulnerability(cve).map(|known| (i, known))).collect();
        // An entry of the future is none; the caller's view may be wider than the day asked for.
        let kev = known.iter().filter_map(|(_, v)| v.kev.as_ref()).filter(|kev| kev.added <= now).min_by_key(|kev| kev.added);
        let epss = known.iter().filter_map(|(_, v)| v.epss).max_by(|a, b| a.score.total_cmp(&b.score));
        let cvss = best_cvss(input, &known);
        let vendor = known.iter().filter_map(|(_, v)| v.vendor.as_ref()).max_by_key(|vendor| vendor.entries);
        let (automatable, total_impact) = ssvc(input, &known);
        let (runtime, runtime_expired) = fresh_runtime(input, model, now);
        let (exposure, exposure_expired) = exposure(input, model, now);
        let production = match said(input, "production") {
            Some(said) => Answer::said(said),
            None => {
                Answer { value: input.production.value, source: input.production.source.clone(), at: input.production.at, derived: false }
            }
        };
        let exploit = exploit(&known, intel, now);
        Self {
            kev,
            kev_known: intel.has_kev() || kev.is_some(),
            exploit,
            input,
            model,
            now,
            cves,
            epss,
            cvss,
            vendor,
            automatable,
            total_impact,
            runtime,
            runtime_expired,
            reach: reach(input),
            exposure,
            exposure_expired,
            production,
        }
    }

    pub(super) fn has_kind(&self, kinds: &[Kind]) -> bool {
        self.input.kinds.iter().any(|kind| kinds.contains(kind))
    }

    /// A vulnerability of a package.
    pub(super) fn is_package(&self) -> bool {
        self.has_kind(&[Kind::Sca, Kind::Container])
    }

    /// Attacked through the service that runs it, so that the service's exposure matters. A leaked secret or an open bucket is not.
    pub(super) fn behind_service(&self) -> bool {
        self.input.kinds.is_empty()
            || self.has_kind(&[Kind::Sca, Kind::Container, Kind::Sast, Kind::Dast, Kind::Iast, Kind::Api, Kind::Runtime, Kind::Pentest])
            || !self.cves.is_empty()
    }

    /// Fresh runtime observation, one word of which outweighs static analysis.
    pub(super) fn runtime_state(&self) -> Option<Runtime> {
        self.runtime.map(|fact| fact.state)
    }

    /// What static analysis says, where no runtime fact contradicts it: seen *not loaded* outweighs *reachable*, seen *executed* outweighs
    /// *unreachable*.
    pub(super) fn reach_that_counts(&self) -> Option<&ReachFact> {
        self.reach.as_ref().filter(|fact| {
            !matches!(
                (fact.value, self.runtime_state()),
                (Reach::Reachable, Some(Runtime::NotLoaded)) | (Reach::Unreachable, Some(Runtime::Executed))
            )
        })
    }

    /// Sentence on a static word that a runtime fact outweighs.
    pub(super) fn outweighed(&self) -> Option<String> {
        let fact = self.reach.as_ref()?;
        if self.reach_that_counts().is_some() {
            return None;
        }
        let word = if fact.value == Reach::Reachable { "reachable" } else { "not reachable" };
        Some(format!("what was seen running outweighs {}'s word `{word}`", fact.source))
    }

    /// Names of facts that are not known and would change the score.
    pub(super) fn unknown(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut add = |name: &str| out.push(name.to_owned());
        let has_cve = !self.cves.is_empty();
        if has_cve && !self.kev_known {
            add("kev");
        }
        if has_cve && self.exploit == Exploit::Unknown {
            add("exploit");
        }
        if has_cve && self.epss.is_none() {
            add("epss");
        }
        if has_cve && self.cvss.is_none() {
            add("cvss");
        }
        if has_cve && self.automatable.value == Tri::Unknown {
            add("automatable");
        }
        if has_cve && self.total_impact.value == Tri::Unknown {
            add("total_impact");
        }
        let severity_counts = self.input.kinds.iter().any(|kind| !self.model.class_prior.without_severity.contains(kind));
        if !has_cve && severity_counts && self.input.severity == ::model::Severity::Unknown {
            add("severity");
        }
        if (self.is_package() || self.has_kind(&[Kind::Sast])) && self.reach.is_none() {
            add("reachable");
        }
        if self.is_package() && self.runtime.is_none() {
            match self.runtime_expired {
                Some(at) => add(&format!("loaded (last seen {}, more than {} days ago)", day(at), self.model.runtime.expires_days)),
                None => add("loaded"),
            }
        }
        if self.behind_service() && self.exposure == Exposure::Unknown {
            match self.exposure_expired {
                Some(at) => add(&format!("exposed (last seen {}, more than {} days ago)", day(at), self.model.exposure.expires_days)),
                None => add("exposed"),
            }
        }
        if self.production.value == Tri::Unknown {
            add("production");
        }
        if self.input.data.is_none() {
            add("data");
        }
        if self.input.criticality.value == ::model::Severity::Unknown {
            add("criticality");
        }
        if self.has_kind(&[Kind::Secret]) && self.input.verified.is_empty() {
            add("live");
        }
        out
    }
}

fn said<'a>(input: &'a RankInput, fact: &str) -> Option<&'a Said> {
    input.said.iter().rev().find(|said| said.fact == fact)
}

/// The highest score with its source, over the feeds and the reports.
fn best_cvss(input: &RankInput, known: &[(usize, &VulnerabilityIntel)]) -> Option<(f64, String)> {
    let mut best: Option<(f64, String)> = None;
    for list in cvss_lists(input, known) {
        let Some((index, score)) = intel::best_cvss(list) else { continue };
        if best.as_ref().is_none_or(|(was, _)| score > *was)
            && let Some(cvss) = list.get(index)
        {
            let version = cvss.version.as_deref().map(|v| format!("CVSS {v}")).unwrap_or_else(|| "CVSS".to_owned());
            let source = cvss.source.as_deref().map_or(version.clone(), |source| format!("{version}, {source}"));
            best = Some((score, source));
        }
    }
    best
}

fn cvss_lists<'a>(input: &'a RankInput, known: &'a [(usize, &VulnerabilityIntel)]) -> impl Iterator<Item = &'a [::model::Cvss]> {
    known.iter().map(|(_, v)| v.cvss.as_slice()).chain(std::iter::once(input.cvss.as_slice()))
}

/// What the vectors say, the riskier word of each: one more opinion never lowers an issue.
fn derived(input: &RankInput, known: &[(usize, &VulnerabilityIntel)]) -> Option<DerivedSsvc> {
    let words = cvss_lists(input, known).flatten().filter_map(|cvss| intel::derived_ssvc(cvss.vector.as_deref()?));
    words.reduce(|a, b| DerivedSsvc {
        automatable: a.automatable || b.automatable,
        technical_impact_total: a.technical_impact_total || b.technical_impact_total,
    })
}

fn ssvc(input: &RankInput, known: &[(usize, &VulnerabilityIntel)]) -> (Answer, Answer) {
    let stated = |pick: fn(&intel::SsvcFact) -> Option<bool>| {
        // Of several CVEs the riskier word counts.
        let words = known.iter().filter_map(|(_, v)| v.ssvc.as_ref()).filter_map(|ssvc| pick(ssvc).map(|value| (value, ssvc)));
        words.max_by_key(|(value, _)| *value).map(|(value, ssvc)| Answer {
            value: Tri::from(Some(value)),
            source: ssvc.source.clone(),
            at: ssvc.date,
            derived: false,
        })
    };
    let mut automatable = said(input, "automatable").map(Answer::said).or_else(|| stated(|ssvc| ssvc.automatable));
    let mut total = said(input, "total_impact").map(Answer::said).or_else(|| stated(|ssvc| ssvc.technical_impact_total));
    if (automatable.is_none() || total.is_none())
        && let Some(DerivedSsvc { automatable: a, technical_impact_total: t }) = derived(input, known)
    {
        let answer =
            |value| Answer { value: Tri::from(Some(value)), source: "derived from the CVSS vector".to_owned(), at: None, derived: true };
        automatable = automatable.or_else(|| Some(answer(a)));
        total = total.or_else(|| Some(answer(t)));
    }
    (automatable.unwrap_or(Answer::UNKNOWN), total.unwrap_or(Answer::UNKNOWN))
}

fn exploit(known: &[(usize, &VulnerabilityIntel)], intel: &dyn IntelView, now: Timestamp) -> Exploit {
    let listed = || known.iter().flat_map(|(_, v)| &v.exploits).filter(|fact| fact.since.is_none_or(|since| since <= now));
    let mut lists: Vec<String> = listed().map(|fact| fact.source.clone()).collect();
    if !lists.is_empty() {
        lists.sort_unstable();
        lists.dedup();
        return Exploit::Listed(lists, listed().filter_map(|fact| fact.since).min());
    }
    let ssvc = known.iter().filter_map(|(_, v)| v.ssvc.as_ref()).max_by_key(|ssvc| ssvc.exploitation);
    match ssvc.and_then(|ssvc| ssvc.exploitation.map(|word| (word, ssvc))) {
        Some((Exploitation::Active, ssvc)) => Exploit::Active(ssvc.source.clone(), ssvc.date),
        Some((Exploitation::Poc, ssvc)) => Exploit::ProofOfConcept(ssvc.source.clone(), ssvc.date),
        Some((Exploitation::None, _)) => Exploit::No,
        None if intel.has_exploits() => Exploit::No,
        None => Exploit::Unknown,
    }
}

fn fresh_runtime<'a>(input: &'a RankInput, model: &Model, now: Timestamp) -> (Option<&'a RuntimeFact>, Option<Timestamp>) {
    let oldest = now.plus_days(-model.runtime.expires_days);
    let fresh = input.runtime.iter().filter(|fact| fact.at >= oldest && fact.at <= now).max_by_key(|fact| (fact.state, fact.at));
    let expired = if fresh.is_none() { input.runtime.iter().map(|fact| fact.at).filter(|at| *at < oldest).max() } else { None };
    (fresh, expired)
}

fn exposure(input: &RankInput, model: &Model, now: Timestamp) -> (Exposure, Option<Timestamp>) {
    if let Some(said) = said(input, "exposed") {
        return (if said.value { Exposure::Internet } else { Exposure::Internal }, None);
    }
    match input.exposure.at {
        Some(at) if at < now.plus_days(-model.exposure.expires_days) => (Exposure::Unknown, Some(at)),
        _ => (input.exposure.value, None),
    }
}

fn reach(input: &RankInput) -> Option<ReachFact> {
    if let Some(said) = said(input, "reachable") {
        let value = if said.value { Reach::Reachable } else { Reach::Unreachable };
        return Some(ReachFact { value, source: said.by.clone(), at: said.at });
    }
    input.reachability.iter().max_by_key(|fact| (fact.value, fact.at)).cloned()
}
