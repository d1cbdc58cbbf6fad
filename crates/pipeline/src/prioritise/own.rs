//! An organisation's own signals: a condition in the filter language, points, and who says so.
//!
//! ```yaml
//! signals:
//!   - {signal: crown-jewel, when: 'application == "checkout" && exposed', points: 30, source: judgement}
//! ```
//!
//! A condition may ask for whatever is known of an issue before it is ranked; what follows from the rank, from decisions or from the time
//! alone is refused.

use ::model::{Issue, RankTerm, Timestamp};
use serde::{Deserialize, Serialize};

use crate::filter::{Filter, MOST_GIVEN, Subject};

/// Most own signals of a model.
const MOST: usize = 100;

/// Names of the terms that Muster itself makes.
const TAKEN: [&str; 17] = [
    "automatable",
    "class_prior",
    "compliance",
    "criticality",
    "cvss",
    "data",
    "epss",
    "epss_median",
    "exploit",
    "exposed",
    "kev",
    "loaded",
    "production",
    "reachable",
    "total_impact",
    "verified",
    "vex",
];

/// A signal of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnSignal {
    /// Names the term: lower-case letters, digits, `-` and `_`.
    pub signal: String,
    /// A condition in the filter language.
    pub when: String,
    /// Tenths of a deciban.
    pub points: i32,
    /// Whose word the points are: `judgement`, a measurement, a decision.
    pub source: String,
    /// The sentence that the issue shows; the condition where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
}

/// The conditions, read. Equal where the signals are, so equality looks at nothing here.
#[derive(Clone, Debug, Default)]
pub(super) struct Read(pub(super) Vec<Filter>);

impl PartialEq for Read {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().map(Filter::text).eq(other.0.iter().map(Filter::text))
    }
}

/// Reads the conditions. The error is (position, what is wrong).
pub(super) fn read(signals: &[OwnSignal]) -> Result<Read, (usize, String)> {
    if signals.len() > MOST {
        return Err((MOST, format!("more than {MOST} signals")));
    }
    let mut out = Vec::with_capacity(signals.len());
    for (at, own) in signals.iter().enumerate() {
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if own.signal.is_empty() || !own.signal.chars().all(named) {
            return Err((at, format!("`{}` is no name for a signal: lower-case letters, digits, - and _", own.signal)));
        }
        if TAKEN.contains(&own.signal.as_str()) || signals.iter().take(at).any(|other| other.signal == own.signal) {
            return Err((at, format!("there is a signal `{}` already", own.signal)));
        }
        if own.source.trim().is_empty() {
            return Err((at, format!("`{}` has no source: whose word are the points?", own.signal)));
        }
        let filter = Filter::parse(&own.when).map_err(|error| (at, format!("`when` of `{}`: {error}", own.signal)))?;
        if let Some(name) = filter.result_named() {
            return Err((
                at,
                format!("`when` of `{}` names `{name}`, which follows from the rank, from decisions or from the time", own.signal),
            ));
        }
        if filter.given_parts() > MOST_GIVEN {
            return Err((
                at,
                format!("`when` of `{}` has more than {MOST_GIVEN} parts that are no facts; make two signals of it", own.signal),
            ));
        }
        out.push(filter);
    }
    Ok(Read(out))
}

/// The terms of own signals for an issue of which everything but score, tier and state is known.
pub(super) fn weigh(signals: &[OwnSignal], read: &Read, issue: &Issue, now: Timestamp) -> Vec<RankTerm> {
    let subject = Subject { issue, now, is_new: false };
    signals
        .iter()
        .zip(&read.0)
        .filter(|(_, filter)| filter.matches(&subject))
        .map(|(own, _)| RankTerm {
            signal: own.signal.clone(),
            points: own.points,
            fact: own.fact.clone().unwrap_or_else(|| own.when.clone()),
            source: own.source.clone(),
            at: None,
        })
        .collect()
}
