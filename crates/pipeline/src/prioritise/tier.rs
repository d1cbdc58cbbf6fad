//! Tiers by decision tables. A table is data: inputs that are a small number of ordered values, and an outcome for every combination.
//!
//! An input that is not known leaves the tier a range, from the outcome of the mildest possible values to that of the strictest. Which end
//! counts is the table's `unknown` rule; a known exploited vulnerability always counts by the strict end.

mod inputs;
mod outcome;
mod table;

use std::collections::BTreeMap;

use ::model::{Kind, OwnerFact, Tier};
use serde::{Deserialize, Serialize};

use super::resolve::Facts;
pub use outcome::Outcome;
pub use table::{Input, Table};

/// Which end of a range counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownRule {
    Strict,
    #[default]
    Mild,
}

/// A table by name, and its rule for what is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The name of a shipped table or of one in `custom`.
    pub table: String,
    #[serde(default)]
    pub unknown: UnknownRule,
}

/// Which table decides for which findings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tables {
    /// Vulnerabilities of packages, and everything with a CVE.
    pub vulnerability: Choice,
    /// Code, and run time and testers' findings.
    pub code: Choice,
    /// Web and interface findings; those of `code` where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web: Option<Choice>,
    pub secret: Choice,
    /// Infrastructure, cloud, pipeline and configuration.
    pub infrastructure: Choice,
    pub malware: Choice,
    pub license: Choice,
    /// Tables of one's own, as CSV text of the same shape.
    #[serde(default)]
    pub custom: BTreeMap<String, String>,
    #[serde(skip)]
    parsed: BTreeMap<String, Table>,
}

/// The shipped tables.
const SHIPPED: [(&str, &str); 8] = [
    ("bod-26-04", include_str!("tables/bod_26_04.csv")),
    ("code-1", include_str!("tables/code.csv")),
    ("infrastructure-1", include_str!("tables/infrastructure.csv")),
    ("license-1", include_str!("tables/license.csv")),
    ("malware-1", include_str!("tables/malware.csv")),
    ("secret-1", include_str!("tables/secret.csv")),
    ("ssvc-deployer", include_str!("tables/ssvc_deployer.csv")),
    ("web-1", include_str!("tables/web.csv")),
];

impl Tables {
    /// Reads the tables that are chosen and checks that each is complete and monotone. The error is (place, reason).
    pub(super) fn prepare(&mut self) -> Result<(), (String, String)> {
        let chosen = self.choices().map(|(_, choice)| choice.table.clone());
        let names: Vec<String> = chosen.into_iter().chain(self.custom.keys().cloned()).collect();
        for name in names {
            let place = format!("tables.{name}");
            let shipped = SHIPPED.iter().find(|(id, _)| *id == name).map(|(_, text)| *text);
            let Some(text) = self.custom.get(&name).map(String::as_str).or(shipped) else {
                return Err((place, "neither a shipped table nor one of `custom`".to_owned()));
            };
            let table = Table::parse(text).map_err(|reason| (place.clone(), reason))?;
            if let Some(input) = table.inputs.iter().find(|input| !inputs::takes(input)) {
                let reason = format!("`{}` is no input with these values; inputs are {}", input.name, inputs::names());
                return Err((place, reason));
            }
            self.parsed.insert(name, table);
        }
        Ok(())
    }

    /// The text of each table that is chosen, by name.
    #[must_use]
    pub fn texts(&self) -> BTreeMap<String, String> {
        let text = |name: &String| {
            let shipped = || SHIPPED.iter().find(|(id, _)| id == name).map(|(_, text)| (*text).to_owned());
            self.custom.get(name).cloned().or_else(shipped)
        };
        self.choices().iter().filter_map(|(_, choice)| text(&choice.table).map(|text| (choice.table.clone(), text))).collect()
    }

    /// The tables that are chosen or stand in `custom`, by name, with what each decides for.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Table, Vec<&'static str>)> {
        self.parsed.iter().map(|(name, table)| {
            let used = self.choices().into_iter().filter(|(_, choice)| choice.table == *name).map(|(what, _)| what).collect();
            (name.as_str(), table, used)
        })
    }

    fn choices(&self) -> [(&'static str, &Choice); 7] {
        [
            ("vulnerability", &self.vulnerability),
            ("code", &self.code),
            ("web", self.web.as_ref().unwrap_or(&self.code)),
            ("secret", &self.secret),
            ("infrastructure", &self.infrastructure),
            ("malware", &self.malware),
            ("license", &self.license),
        ]
    }

    fn choice(&self, facts: &Facts<'_>) -> &Choice {
        if facts.has_kind(&[Kind::Malware]) {
            &self.malware
        } else if !facts.cves.is_empty() || facts.is_package() {
            &self.vulnerability
        } else if facts.has_kind(&[Kind::Secret]) {
            &self.secret
        } else if facts.has_kind(&[Kind::Dast, Kind::Api]) {
            self.web.as_ref().unwrap_or(&self.code)
        } else if facts.has_kind(&[Kind::Sast, Kind::Iast, Kind::Runtime, Kind::Pentest]) {
            &self.code
        } else if facts.has_kind(&[Kind::Iac, Kind::Cloud, Kind::Pipeline, Kind::Config]) {
            &self.infrastructure
        } else if facts.has_kind(&[Kind::License]) {
            &self.license
        } else {
            &self.code
        }
    }
}

/// The tier of an issue with the row that gave it; `without_kev` asks what it would be were the CVE not known exploited.
pub(super) fn decide(facts: &Facts<'_>, without_kev: bool) -> Tier {
    let tables = &facts.model.tables;
    let choice = tables.choice(facts);
    let Some(table) = tables.parsed.get(&choice.table) else {
        // `Model::parse` prepares every chosen table.
        return Tier::default();
    };
    let known: Vec<inputs::Value> = table.inputs.iter().map(|input| inputs::value(input, facts, without_kev)).collect();
    let values: Vec<Option<usize>> = known.iter().map(|value| value.place).collect();
    let (mild, strict) = (table.decide(&values, false), table.decide(&values, true));
    let exploited = facts.kev.is_some() && !without_kev;
    let counts_strict = exploited || choice.unknown == UnknownRule::Strict;
    let counts = if counts_strict { &strict } else { &mild };
    let mut because: Vec<OwnerFact> = Vec::with_capacity(known.len() + 1);
    because.push(OwnerFact { fact: format!("table {}: {}", choice.table, counts.label), source: table.source.clone() });
    because.extend(known.into_iter().map(|value| OwnerFact { fact: value.fact, source: value.source }));
    if mild != strict {
        let end = if counts_strict { "strict" } else { "mild" };
        let why = if exploited { "it is known exploited" } else { "the model's rule for what is not known" };
        because.push(OwnerFact { fact: format!("the {end} end of the range counts"), source: why.to_owned() });
    }
    let range = (mild.id != strict.id).then(|| [strict.id.clone(), mild.id.clone()]);
    Tier { id: counts.id.clone(), label: counts.label.clone(), days: counts.days, range, because }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_table_is_complete_and_monotone() {
        for (name, text) in SHIPPED {
            let table = Table::parse(text).unwrap_or_else(|reason| panic!("{name}: {reason}"));
            assert!(table.inputs.iter().all(inputs::takes), "{name}");
        }
    }

    #[test]
    fn ssvc_deployer_decides_as_published() {
        let (_, text) = SHIPPED.iter().find(|(name, _)| *name == "ssvc-deployer").unwrap();
        let table = Table::parse(text).unwrap();
        let id = |places: [usize; 4]| table.decide(&places.map(Some), false).id;
        assert_eq!(table.rows().count(), 72);
        assert_eq!(
            [id([0, 0, 0, 0]), id([1, 2, 1, 2]), id([2, 2, 0, 3]), id([2, 2, 0, 2])],
            ["defer", "out-of-cycle", "immediate", "out-of-cycle"]
        );
    }
}
