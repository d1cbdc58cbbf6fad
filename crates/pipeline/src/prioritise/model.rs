//! The model: every weight, prior and table that ranking uses, as one YAML file.
//!
//! Points are integers in tenths of a deciban: 100 multiplies the odds by ten, 30 by two. A model is checked when it is read: weights out of
//! range, or weights under which a risk fact would lower a rank, refuse it, the latter with the counter-example.

use std::collections::BTreeMap;

use ::model::{Issue, Kind, RankTerm, Severity, Timestamp};
use serde::{Deserialize, Serialize};

use super::own;
use super::place::line_of;
use super::tier::Tables;

pub use super::check::CounterExample;
pub use super::own::OwnSignal;

/// The shipped model.
pub const DEFAULT: &str = include_str!("risk.yaml");

/// Largest absolute number of points that a weight may have: odds of a hundred million to one.
const MAX_POINTS: i32 = 800;

/// Why a model is refused. The one before stays in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("not a model: {0}")]
    Shape(String),
    #[error("`{place}`: {reason}")]
    Range { place: String, reason: String },
    #[error("a risk fact would lower a rank: {0}")]
    NotMonotone(CounterExample),
}

impl ModelError {
    /// The error as a line about a file, `file:line: reason`.
    #[must_use]
    pub fn at(&self, file: &str, yaml: &str) -> String {
        let line = match self {
            // The reader names the line in its own words.
            Self::Shape(reason) => reason.split_once("line ").and_then(|(_, rest)| {
                let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                rest.get(..digits)?.parse().ok()
            }),
            Self::Range { place, .. } => line_of(yaml, place),
            Self::NotMonotone(example) => line_of(yaml, &example.place),
        };
        match line {
            Some(line) => format!("{file}:{line}: {self}"),
            None => format!("{file}: {self}"),
        }
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Version of this format: 1.
    pub version: u32,
    /// Name of these weights, printed with every answer.
    pub name: String,
    pub epss: EpssWeights,
    pub class_prior: ClassPrior,
    pub kev: KevWeights,
    pub exploit: ExploitWeights,
    pub cvss: CvssWeights,
    pub automatable: i32,
    pub total_impact: i32,
    /// Absent in files from before it: no points.
    #[serde(default)]
    pub vendor_history: VendorWeights,
    pub reachable: YesNo,
    pub runtime: RuntimeWeights,
    pub exposure: ExposureWeights,
    pub production: YesNo,
    pub data: DataWeights,
    pub criticality: CriticalityWeights,
    pub compliance: i32,
    pub verified: VerifiedWeights,
    /// Signals of one's own, after Muster's.
    #[serde(default)]
    pub signals: Vec<OwnSignal>,
    pub tables: Tables,
    #[serde(skip)]
    own: own::Read,
}

/// How EPSS becomes the base: `percent` of the log odds of the score, kept between `lowest` and `highest`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpssWeights {
    pub percent: i32,
    pub lowest: f64,
    pub highest: f64,
    /// Median EPSS by age in years (the first is the current year) for a CVE without a score, where no day of scores is loaded.
    pub medians: Vec<f64>,
    pub medians_source: String,
}

/// Base of a finding without a CVE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassPrior {
    pub source: String,
    pub kinds: BTreeMap<Kind, i32>,
    pub severity: SeverityPoints,
    /// Kinds whose severity is the detector's, the same for every hit, and so says nothing.
    #[serde(default)]
    pub without_severity: Vec<Kind>,
    pub families: Vec<Family>,
}

/// Points by the severity that the tools give. An unknown severity counts as medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityPoints {
    pub critical: i32,
    pub high: i32,
    pub medium: i32,
    pub low: i32,
    pub info: i32,
}

impl SeverityPoints {
    pub(super) fn of(&self, severity: Severity) -> i32 {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium | Severity::Unknown => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }
}

/// Weaknesses that are attacked more often than others of their kind. The family with the most points counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Completes *this is …*: `an injection`.
    pub name: String,
    pub kinds: Vec<Kind>,
    #[serde(default)]
    pub cwes: Vec<u32>,
    /// In the title or the rule's id, without regard to case.
    #[serde(default)]
    pub words: Vec<String>,
    pub points: i32,
    pub source: String,
}

/// Known exploitation adds `points`, and more where the base is so low that base and `points` stay below `floor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KevWeights {
    pub points: i32,
    pub floor: i32,
    /// On top, where ransomware is known to use it.
    pub ransomware: i32,
}

/// Public exploit code; counts only where the CVE is not known exploited, which says more of the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExploitWeights {
    /// In a list of working exploits, or SSVC says *active*.
    pub listed: i32,
    /// SSVC says that a proof of concept is public.
    pub proof_of_concept: i32,
}

/// Points for each 1.0 of the base score above (below: less) `neutral`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CvssWeights {
    pub per_point: i32,
    pub neutral: f64,
}

/// Points for each doubling of one more than the entries of the CVE's vendor in the list of known exploited vulnerabilities, of the year
/// before the CVE was published: 1 entry is one doubling, 3 are two, 7 are three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorWeights {
    pub per_doubling: i32,
}

/// To the nearest integer, halves away from zero.
#[expect(clippy::cast_possible_truncation, reason = "weights are bounded, and what does not fit saturates")]
pub(super) fn scaled(points: f64) -> i32 {
    points.round() as i32
}

/// A fact that is yes, no, or unknown and then no term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YesNo {
    pub yes: i32,
    pub no: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeWeights {
    pub executed: i32,
    pub loaded: i32,
    pub not_loaded: i32,
    /// Days after which an observation no longer counts.
    pub expires_days: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExposureWeights {
    pub internet: i32,
    pub internal: i32,
    pub none: i32,
    /// Days after which an observation no longer counts; a declaration holds.
    pub expires_days: i64,
}

/// The class with the most points counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataWeights {
    pub classes: BTreeMap<String, i32>,
    /// A class that is not listed.
    pub other: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriticalityWeights {
    pub critical: i32,
    pub high: i32,
    pub medium: i32,
    pub low: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifiedWeights {
    pub live_secret: i32,
    pub dast: i32,
    pub iast: i32,
    pub pentest: i32,
    /// A secret that was tried and could not be shown to work.
    pub not_live: i32,
}

impl Model {
    /// Reads and checks a model.
    ///
    /// # Errors
    /// When it is no model, a weight is out of range, a table has a hole or is not monotone, or a risk fact would lower a rank.
    pub fn parse(yaml: &str) -> Result<Self, ModelError> {
        let model = Self::read(yaml)?;
        if let Some(at) = super::check::too_many(&model) {
            let reason = "its condition names so many facts that they cannot all be tried; make two signals of it".to_owned();
            return Err(ModelError::Range { place: format!("signals.{at}"), reason });
        }
        super::check::monotone(&model).map_err(ModelError::NotMonotone)?;
        Ok(model)
    }

    /// Everything but the search for a counter-example, which takes some milliseconds: for a model that was checked before.
    ///
    /// # Errors
    /// As [`Model::parse`], but for the last.
    pub fn read(yaml: &str) -> Result<Self, ModelError> {
        let mut model: Self = serde_saphyr::from_str(yaml).map_err(|error| ModelError::Shape(error.to_string()))?;
        if model.version != 1 {
            return Err(ModelError::Shape(format!("version {} is not known; this Muster reads version 1", model.version)));
        }
        model.tables.prepare().map_err(|(place, reason)| ModelError::Range { place, reason })?;
        model.own = own::read(&model.signals).map_err(|(at, reason)| ModelError::Range { place: format!("signals.{at}"), reason })?;
        model.check_ranges()?;
        Ok(model)
    }

    fn check_ranges(&self) -> Result<(), ModelError> {
        let refuse = |place: &str, reason: String| Err(ModelError::Range { place: place.to_owned(), reason });
        let e = &self.epss;
        if !(e.lowest > 0.0 && e.lowest < e.highest && e.highest < 1.0) {
            return refuse("epss", format!("`lowest` {} and `highest` {} are not 0 < lowest < highest < 1", e.lowest, e.highest));
        }
        if !(0..=200).contains(&e.percent) {
            return refuse("epss.percent", format!("{} is not between 0 and 200", e.percent));
        }
        if e.medians.is_empty() || e.medians.iter().any(|median| !(0.0..=1.0).contains(median)) {
            return refuse("epss.medians", "a median is missing or not between 0 and 1".to_owned());
        }
        if !(0.0..=10.0).contains(&self.cvss.neutral) || !(0..=100).contains(&self.cvss.per_point) {
            return refuse("cvss", "`neutral` is between 0 and 10, `per_point` between 0 and 100".to_owned());
        }
        if !(0..=100).contains(&self.vendor_history.per_doubling) {
            return refuse("vendor_history.per_doubling", format!("{} is not between 0 and 100", self.vendor_history.per_doubling));
        }
        if self.runtime.expires_days < 1 || self.exposure.expires_days < 1 {
            return refuse("expires_days", "a fact holds for at least a day".to_owned());
        }
        if let Some(missing) = Kind::ALL.iter().find(|kind| !self.class_prior.kinds.contains_key(kind)) {
            return refuse("class_prior.kinds", format!("`{}` is missing", missing.word()));
        }
        if let Some((place, points)) = self.points().into_iter().find(|(_, points)| points.abs() > MAX_POINTS) {
            return refuse(&place, format!("{points} points are more than {MAX_POINTS}"));
        }
        Ok(())
    }

    /// The terms of own signals for an issue of which everything but score, tier and state is known.
    #[must_use]
    pub fn own_terms(&self, issue: &Issue, now: Timestamp) -> Vec<RankTerm> {
        own::weigh(&self.signals, &self.own, issue, now)
    }

    /// True of a model that asks more of an issue than [`super::RankInput`] has.
    #[must_use]
    pub fn has_own_signals(&self) -> bool {
        !self.signals.is_empty()
    }

    /// Own signals with their conditions.
    pub(super) fn own_signals(&self) -> impl Iterator<Item = (&OwnSignal, &crate::filter::Filter)> {
        self.signals.iter().zip(&self.own.0)
    }

    /// Every weight in points with its place.
    fn points(&self) -> Vec<(String, i32)> {
        let (s, k, x, v) = (&self.class_prior.severity, &self.kev, &self.exploit, &self.verified);
        let (r, e, c) = (&self.runtime, &self.exposure, &self.criticality);
        let fixed: [(&str, Vec<i32>); 13] = [
            ("class_prior.severity", vec![s.critical, s.high, s.medium, s.low, s.info]),
            ("kev", vec![k.points, k.floor, k.ransomware]),
            ("exploit", vec![x.listed, x.proof_of_concept]),
            ("automatable", vec![self.automatable]),
            ("total_impact", vec![self.total_impact]),
            ("reachable", vec![self.reachable.yes, self.reachable.no]),
            ("runtime", vec![r.executed, r.loaded, r.not_loaded]),
            ("exposure", vec![e.internet, e.internal, e.none]),
            ("production", vec![self.production.yes, self.production.no]),
            ("data.other", vec![self.data.other]),
            ("criticality", vec![c.critical, c.high, c.medium, c.low]),
            ("compliance", vec![self.compliance]),
            ("verified", vec![v.live_secret, v.dast, v.iast, v.pentest, v.not_live]),
        ];
        let mut out: Vec<(String, i32)> = Vec::new();
        for (place, points) in fixed {
            out.extend(points.into_iter().map(|p| (place.to_owned(), p)));
        }
        out.extend(self.class_prior.kinds.iter().map(|(kind, p)| (format!("class_prior.kinds.{}", kind.word()), *p)));
        out.extend(self.class_prior.families.iter().map(|family| (format!("class_prior.families.{}", family.name), family.points)));
        out.extend(self.signals.iter().enumerate().map(|(at, own)| (format!("signals.{at}"), own.points)));
        out.extend(self.data.classes.iter().map(|(class, p)| (format!("data.classes.{class}"), *p)));
        out
    }
}

impl Default for Model {
    /// The shipped model.
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "the file is part of the binary, and a test parses it in full")]
        Self::read(DEFAULT).expect("the shipped model is a model")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_a_model() {
        let model = Model::parse(DEFAULT).unwrap();
        assert_eq!(model.version, 1);
    }

    fn refused(from: &str, to: &str) -> String {
        let changed = DEFAULT.replacen(from, to, 1);
        assert_ne!(changed, DEFAULT, "`{from}` does not stand in the shipped model");
        Model::parse(&changed).unwrap_err().to_string()
    }

    #[test]
    fn bad_models_are_refused_with_the_place() {
        assert!(refused("version: 1", "version: 7").contains("version 7"));
        assert!(refused("percent:", "percents:").contains("percents"));
        assert!(refused("lowest: 0.", "lowest: 4.").contains("`epss`"));
        assert!(refused("compliance: ", "compliance: 999").contains("points are more than 800"));
        assert!(Model::parse("").is_err());
        assert!(Model::parse("[").is_err());
    }

    #[test]
    fn a_model_that_turns_risk_round_is_refused_with_the_counter_example() {
        let text = refused("automatable: ", "automatable: -");
        assert!(text.contains("a risk fact would lower a rank") && text.contains("automatable"), "{text}");
        let text = refused("internet: ", "internet: -");
        assert!(text.contains("exposed to the internet"), "{text}");
    }

    fn with_signals(list: &str) -> Result<Model, String> {
        let yaml = DEFAULT.replace("signals: []", &format!("signals:\n{list}"));
        assert_ne!(yaml, DEFAULT);
        Model::parse(&yaml).map_err(|error| error.at("mine.yaml", &yaml))
    }

    fn line_with(list: &str, part: &str) -> usize {
        let yaml = DEFAULT.replace("signals: []", &format!("signals:\n{list}"));
        yaml.lines().position(|line| line.contains(part)).unwrap() + 1
    }

    #[test]
    fn own_signals_are_read_and_weighed() {
        let model = with_signals(
            "  - {signal: crown-jewel, when: 'application == \"checkout\" && exposed', points: 30, source: judgement}\n  \
             - {signal: wiki, when: 'application == \"wiki\"', points: -40, source: Ada, fact: Nobody needs it}\n",
        )
        .unwrap();
        let mut issue = Issue { application: Some("checkout".into()), ..Issue::default() };
        assert!(model.own_terms(&issue, Timestamp(0)).is_empty());
        issue.facts = [("exposed".to_owned(), ::model::Tri::Yes)].into();
        let terms = model.own_terms(&issue, Timestamp(0));
        assert_eq!((terms.len(), terms[0].signal.as_str(), terms[0].points), (1, "crown-jewel", 30));
        issue.application = Some("wiki".into());
        assert_eq!(model.own_terms(&issue, Timestamp(0))[0].fact, "Nobody needs it");
    }

    #[test]
    fn own_signals_that_turn_risk_round_are_refused_with_file_and_line() {
        let refused = |list: &str| with_signals(list).unwrap_err();
        // Inside only is worth less than the internet by far more than 30 points, so this lowers nobody's rank; 300 would.
        let inside = "  - {signal: inside, when: '!exposed && team == \"ops\"', points: 30, source: x}\n";
        assert!(with_signals(inside).is_ok());
        let text = refused(&inside.replace("30", "300"));
        let line = line_with(inside, "inside");
        assert!(text.starts_with(&format!("mine.yaml:{line}: a risk fact would lower a rank: exposed")), "{text}");
        assert!(text.contains("`inside`"), "{text}");
        for condition in
            ["kev", "severity == \"high\"", "epss > 0.2 && epss < 0.3", "\"pii\" in data && !(\"health\" in data)", "loaded == \"no\""]
        {
            let points = if condition == "kev" {
                -100
            } else if condition.starts_with("loaded") {
                400
            } else {
                100
            };
            let text = refused(&format!("  - {{signal: odd, when: '{condition}', points: {points}, source: x}}\n"));
            assert!(text.contains("would lower a rank") && text.contains("`odd`"), "{condition}: {text}");
        }
    }

    #[test]
    fn own_signals_that_cannot_be_are_refused() {
        let refused = |list: &str| with_signals(list).unwrap_err();
        let one = |signal: &str, when: &str| format!("  - {{signal: {signal}, when: '{when}', points: 5, source: x}}\n");
        assert!(refused(&one("late", "overdue")).contains("names `overdue`"));
        assert!(refused(&one("kev", "exposed")).contains("there is a signal `kev` already"));
        assert!(refused(&one("Odd One", "exposed")).contains("is no name"));
        assert!(refused(&one("odd", "expsed")).contains("unknown name"));
        assert!(refused(&(one("a", "exposed") + &one("a", "exposed"))).contains("already"));
        let list = one("a", "exposed") + &one("b", "expsed");
        assert!(refused(&list).starts_with(&format!("mine.yaml:{}: `signals.1`", line_with(&list, "expsed"))), "{}", refused(&list));
        assert!(refused("  - {signal: a, when: exposed, points: 5, source: ''}\n").contains("no source"));
        assert!(refused("  - {signal: a, when: exposed, points: 5000, source: x}\n").contains("more than 800"));
    }

    #[test]
    fn places_of_errors_have_lines() {
        let changed = DEFAULT.replacen("    sast: ", "    sast: 9", 1).replacen("    sast: 9-", "    sast: -9", 1);
        let error = Model::parse(&changed).unwrap_err().at("m.yaml", &changed);
        let line = changed.lines().position(|line| line.contains("sast: -9")).unwrap() + 1;
        assert!(error.starts_with(&format!("m.yaml:{line}: ")), "{error}");
        let odd = DEFAULT.replacen("percent:", "percents:", 1);
        let line = odd.lines().position(|line| line.contains("percents:")).unwrap() + 1;
        let error = Model::parse(&odd).unwrap_err().at("m.yaml", &odd);
        assert!(error.starts_with(&format!("m.yaml:{line}: ")), "{error}");
    }
}
