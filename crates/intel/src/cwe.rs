//! CWE: weaknesses and how they specialise each other (MITRE; research view 1000).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;

/// The research view: the one whose `ChildOf` edges make a graph of all weaknesses.
const RESEARCH_VIEW: &str = "1000";

pub(crate) fn is(text: &str) -> bool {
    let head: String = text.chars().take(256).collect();
    head.contains("\"weaknesses\"") || (head.contains("\"categories\"") && text.contains("\"status\""))
}

#[derive(Deserialize)]
struct Catalogue<'a> {
    #[serde(default)]
    version: Option<String>,
    #[serde(borrow)]
    weaknesses: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
struct Weakness {
    name: String,
    #[serde(default)]
    parents: Vec<Vec<String>>,
    #[serde(default)]
    likelihood: Option<String>,
    #[serde(default)]
    impacts: Vec<(String, String)>,
    #[serde(default)]
    status: Option<String>,
}

pub(crate) fn read(bytes: &[u8], _name: &str) -> Result<Draft, Refusal> {
    let mut draft = Draft::new("MITRE CWE");
    let catalogue: Catalogue<'_> = serde_json::from_slice(bytes)?;
    draft.version = catalogue.version;
    for (id, raw) in catalogue.weaknesses {
        let place = format!("weaknesses.{id}");
        let (id, weakness) = match (id.parse::<u32>(), serde_json::from_str::<Weakness>(raw.get())) {
            (Ok(id), Ok(weakness)) => (id, weakness),
            (Err(_), _) => {
                draft.warn(place, "not a number");
                continue;
            }
            (_, Err(error)) => {
                draft.warn(place, error.to_string());
                continue;
            }
        };
        let mut parents: Vec<u32> = weakness.parents.iter().filter_map(|edge| parent(edge)).collect();
        parents.sort_unstable();
        parents.dedup();
        let deprecated = weakness.status.is_some_and(|status| status == "Deprecated");
        draft.rows.push(IntelRow::CweNode {
            id,
            name: weakness.name,
            parents,
            likelihood: weakness.likelihood,
            impacts: weakness.impacts,
            deprecated,
        });
    }
    draft.rows.sort_by_key(|row| if let IntelRow::CweNode { id, .. } = row { *id } else { 0 });
    Ok(draft)
}

/// `[view, id, nature]`.
fn parent(edge: &[String]) -> Option<u32> {
    match edge {
        [view, id, nature, ..] if view == RESEARCH_VIEW && nature == "ChildOf" => id.parse().ok(),
        _ => None,
    }
}

/// The graph of weaknesses. Cycles and unknown numbers in it do no harm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CweGraph {
    parents: BTreeMap<u32, Vec<u32>>,
    names: BTreeMap<u32, String>,
}

impl CweGraph {
    /// The graph of the `CweNode` rows.
    #[must_use]
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = &'a IntelRow>) -> Self {
        let mut graph = Self::default();
        for row in rows {
            if let IntelRow::CweNode { id, name, parents, .. } = row {
                graph.parents.insert(*id, parents.clone());
                graph.names.insert(*id, name.clone());
            }
        }
        graph
    }

    /// MITRE's name of a weakness.
    #[must_use]
    pub fn name(&self, id: u32) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// Every weakness that this one specialises, nearest first, without itself.
    #[must_use]
    pub fn ancestors(&self, id: u32) -> Vec<u32> {
        let (mut seen, mut out, mut queue) = (BTreeSet::from([id]), Vec::new(), VecDeque::from([id]));
        while let Some(next) = queue.pop_front() {
            for parent in self.parents.get(&next).into_iter().flatten() {
                if seen.insert(*parent) {
                    out.push(*parent);
                    queue.push_back(*parent);
                }
            }
        }
        out
    }

    /// True where `id` is `ancestor` or specialises it.
    #[must_use]
    pub fn is_a(&self, id: u32, ancestor: u32) -> bool {
        id == ancestor || self.ancestors(id).contains(&ancestor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load;

    const SMALL: &str = r#"{"version": "4.19.1", "weaknesses": {
        "74": {"name": "Injection", "parents": [["1000", "707", "ChildOf"]], "status": "Incomplete"},
        "943": {"name": "Data Query Logic", "parents": [["1000", "74", "ChildOf"]]},
        "89": {"name": "SQL Injection", "likelihood": "High", "impacts": [["Confidentiality", "Read Application Data"]],
               "parents": [["1000", "943", "ChildOf"], ["928", "1", "ChildOf"], ["1000", "456", "CanFollow"]]},
        "x": {"name": "odd"}}}"#;

    #[test]
    fn the_graph_is_that_of_the_research_view() {
        let loaded = load(SMALL.as_bytes(), "cwe.json").unwrap();
        assert_eq!((loaded.version.as_deref(), loaded.rows.len(), loaded.warnings.len()), (Some("4.19.1"), 3, 1));
        let graph = CweGraph::from_rows(&loaded.rows);
        assert_eq!(graph.ancestors(89), [943, 74, 707]);
        assert!(graph.is_a(89, 74) && graph.is_a(89, 89) && !graph.is_a(74, 89));
        assert_eq!(graph.name(89), Some("SQL Injection"));
    }

    #[test]
    fn a_cycle_ends() {
        let node = |id, parents: &[u32]| IntelRow::CweNode {
            id,
            name: String::new(),
            parents: parents.to_vec(),
            likelihood: None,
            impacts: vec![],
            deprecated: false,
        };
        let graph = CweGraph::from_rows(&[node(1, &[2]), node(2, &[3]), node(3, &[1])]);
        assert_eq!(graph.ancestors(1), [2, 3]);
    }

    #[test]
    fn cut_off() {
        assert!(load(&SMALL.as_bytes()[..200], "cwe.json").unwrap_err().reason.contains("cut off"));
    }
}
