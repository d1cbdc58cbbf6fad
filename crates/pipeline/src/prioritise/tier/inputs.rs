//! The inputs that tables may name, and where their values come from.

use ::model::{Exposure, Severity, Tri};

use super::table::Input;
use crate::prioritise::facts::Verification;
use crate::prioritise::resolve::{Answer, Exploit, Facts};
use crate::prioritise::words::day;

/// A value of an input with its reason; `place` is its position on the input's scale, `None` where it is not known.
pub(super) struct Value {
    pub(super) place: Option<usize>,
    pub(super) fact: String,
    pub(super) source: String,
}

const YES_NO: [&str; 2] = ["no", "yes"];
const LEVELS: [&str; 4] = ["low", "medium", "high", "critical"];
const IMPACTS: [&str; 4] = ["low", "medium", "high", "very high"];

/// The inputs that tables may name, with their values.
const KNOWN: [(&str, &[&str]); 12] = [
    ("automatable", &YES_NO),
    ("criticality", &LEVELS),
    ("exploitation", &["none", "poc", "active"]),
    ("exposed", &YES_NO),
    ("human_impact", &IMPACTS),
    ("kev", &YES_NO),
    ("live", &YES_NO),
    ("production", &YES_NO),
    ("proven", &YES_NO),
    ("severity", &LEVELS),
    ("system_exposure", &["small", "controlled", "open"]),
    ("total_impact", &YES_NO),
];

/// Whether a table may name this input with these values.
pub(super) fn takes(input: &Input) -> bool {
    KNOWN.iter().any(|(name, values)| *name == input.name && input.values == *values)
}

/// All inputs, for messages.
pub(super) fn names() -> String {
    KNOWN.map(|(name, values)| format!("{name} ({})", values.join(" < "))).join(", ")
}

/// The value of an input; a name that Muster does not know is an unknown value.
pub(super) fn value(input: &Input, facts: &Facts<'_>, without_kev: bool) -> Value {
    match input.name.as_str() {
        "kev" => kev(input, facts, without_kev),
        "exposed" => exposed(input, facts),
        "automatable" => answer(input, &facts.automatable),
        "total_impact" => answer(input, &facts.total_impact),
        "production" => answer(input, &facts.production),
        "proven" => proven(input, facts),
        "live" => live(input, facts),
        "severity" => severity(input, facts),
        "exploitation" => exploitation(input, facts, without_kev),
        "system_exposure" => system_exposure(input, facts),
        "criticality" | "human_impact" => criticality(input, facts),
        _ => stated(input, Tri::Unknown, ""),
    }
}

fn stated(input: &Input, value: Tri, source: &str) -> Value {
    let source = if source.is_empty() { "nobody has stated it" } else { source };
    Value { place: input.place_of(value), fact: format!("{}: {}", input.name, value.word()), source: source.to_owned() }
}

fn answer(input: &Input, answer: &Answer) -> Value {
    stated(input, answer.value, &answer.source)
}

fn kev(input: &Input, facts: &Facts<'_>, without_kev: bool) -> Value {
    match facts.kev {
        Some(kev) if !without_kev => stated(input, Tri::Yes, &format!("{}, {}", kev.source, day(kev.added))),
        _ if facts.cves.is_empty() => stated(input, Tri::No, "it has no CVE"),
        _ if facts.kev_known => stated(input, Tri::No, "not in the catalogue"),
        _ => stated(input, Tri::Unknown, "no catalogue is loaded"),
    }
}

fn exposed(input: &Input, facts: &Facts<'_>) -> Value {
    let value = match facts.exposure {
        Exposure::Unknown => Tri::Unknown,
        Exposure::Internet => Tri::Yes,
        Exposure::Internal | Exposure::None => Tri::No,
    };
    stated(input, value, &facts.input.exposure.source)
}

/// How reachable the system is for an attacker, in SSVC's words.
fn system_exposure(input: &Input, facts: &Facts<'_>) -> Value {
    let place = match facts.exposure {
        Exposure::Unknown => return stated(input, Tri::Unknown, &facts.input.exposure.source),
        Exposure::None => 0,
        Exposure::Internal => 1,
        Exposure::Internet => 2,
    };
    worded(input, Some(place), &facts.input.exposure.source)
}

/// The criticality of the application; it also stands for the impact on people and the mission.
fn criticality(input: &Input, facts: &Facts<'_>) -> Value {
    let stated_by = &facts.input.criticality;
    let place = match stated_by.value {
        Severity::Unknown => return stated(input, Tri::Unknown, &stated_by.source),
        Severity::Info | Severity::Low => 0,
        Severity::Medium => 1,
        Severity::High => 2,
        Severity::Critical => 3,
    };
    worded(input, Some(place), &stated_by.source)
}

fn worded(input: &Input, place: Option<usize>, source: &str) -> Value {
    let word = place.and_then(|place| input.values.get(place)).map_or("unknown", String::as_str);
    let source = if source.is_empty() { "not stated" } else { source };
    Value { place, fact: format!("{}: {word}", input.name), source: source.to_owned() }
}

/// Without a proof it is not proven: that is no unknown fact, it is the state of the evidence.
fn proven(input: &Input, facts: &Facts<'_>) -> Value {
    let proof = facts.input.verified.iter().find(|proof| proof.value > Verification::NotLive);
    match proof {
        Some(proof) => stated(input, Tri::Yes, &proof.source),
        None => stated(input, Tri::No, "no proof was reported"),
    }
}

fn live(input: &Input, facts: &Facts<'_>) -> Value {
    let best = facts.input.verified.iter().max_by_key(|proof| proof.value);
    match best {
        Some(proof) if proof.value == Verification::NotLive => stated(input, Tri::No, &proof.source),
        Some(proof) => stated(input, Tri::Yes, &proof.source),
        None => stated(input, Tri::Unknown, "it was not tried"),
    }
}

fn severity(input: &Input, facts: &Facts<'_>) -> Value {
    let word = match facts.input.severity {
        Severity::Unknown => return stated(input, Tri::Unknown, ""),
        Severity::Info => Severity::Low.word(),
        known => known.word(),
    };
    let source = if facts.input.severity_by.is_empty() { "not stated" } else { &facts.input.severity_by };
    Value { place: input.values.iter().position(|value| value == word), fact: format!("severity: {word}"), source: source.to_owned() }
}

fn exploitation(input: &Input, facts: &Facts<'_>, without_kev: bool) -> Value {
    let (word, source) = match (&facts.exploit, facts.kev) {
        (_, Some(kev)) if !without_kev => ("active", kev.source.clone()),
        (Exploit::Active(source, _), _) => ("active", source.clone()),
        (Exploit::Listed(lists, _), _) => ("poc", lists.join(", ")),
        (Exploit::ProofOfConcept(source, _), _) => ("poc", source.clone()),
        (Exploit::No, _) => ("none", "no list has it".to_owned()),
        (Exploit::Unknown, _) => return stated(input, Tri::Unknown, "no list is loaded"),
    };
    Value { place: input.values.iter().position(|value| value == word), fact: format!("exploitation: {word}"), source }
}
