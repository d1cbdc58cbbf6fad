//! The model: every weight, prior and table that ranking uses, as one YAML file.
//!
//! Points are integers in tenths of a deciban: 100 multiplies the odds by ten, 30 by two. A model is checked when it is read: weights out of
//! range, or weights under which a risk fact would lower a rank, refuse it, the latter with the counter-example.

use std::collections::BTreeMap;

use ::model::{Kind, Severity};
use serde::{Deserialize, Serialize};

use super::tier::Tables;

pub use super::check::CounterExample;

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
    pub reachable: YesNo,
    pub runtime: RuntimeWeights,
    pub exposure: ExposureWeights,
    pub production: YesNo,
    pub data: DataWeights,
    pub criticality: CriticalityWeights,
    pub compliance: i32,
    pub verified: VerifiedWeights,
    pub tables: Tables,
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
        super::check::monotone(&model).map_err(ModelError::NotMonotone)?;
        Ok(model)
    }

    /// Everything but the search for a counter-example, which takes some milliseconds.
    fn read(yaml: &str) -> Result<Self, ModelError> {
        let mut model: Self = serde_saphyr::from_str(yaml).map_err(|error| ModelError::Shape(error.to_string()))?;
        if model.version != 1 {
            return Err(ModelError::Shape(format!("version {} is not known; this Muster reads version 1", model.version)));
        }
        model.tables.prepare().map_err(|(place, reason)| ModelError::Range { place, reason })?;
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
}
