//! SSVC decision tables as CERT/CC publishes them: `row,<decision point> v1.0.0,…,<outcome> v1.0.0`, one line for each combination.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Refusal;
use crate::feed::Draft;
use crate::row::IntelRow;
use crate::table::Table;

/// Rows of one table that Muster takes; the largest published has 144.
const MAX_ROWS: usize = 10_000;

pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Draft, Refusal> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let table_name = file.trim_end_matches(".gz").trim_end_matches(".csv").to_owned();
    let mut draft = Draft::new("SSVC decision table");
    let mut table = Table::open(bytes, &["row"])?;
    let header = table.header();
    let (Some(points), Some(_)) = (header.get(1..header.len().saturating_sub(1)), header.last()) else {
        return Err(Refusal::at("header", "a decision table has `row`, inputs and an outcome"));
    };
    let mut seen = BTreeSet::new();
    while let Some(row) = table.next()? {
        let inputs: Vec<(String, String)> =
            points.iter().enumerate().map(|(i, point)| (point.clone(), row.get(i + 1).to_ascii_lowercase())).collect();
        let outcome = row.get(points.len() + 1).to_owned();
        if outcome.is_empty() || inputs.iter().any(|(_, value)| value.is_empty()) {
            return Err(Refusal::line(row.line, "a value is missing"));
        }
        if !seen.insert(inputs.clone()) {
            return Err(Refusal::line(row.line, "these inputs stand in the table twice"));
        }
        if draft.rows.len() >= MAX_ROWS {
            return Err(Refusal::line(row.line, format!("more than {MAX_ROWS} rows")));
        }
        let number = row.get(0).parse().map_err(|_| Refusal::line(row.line, "the row has no number"))?;
        draft.rows.push(IntelRow::Decision { table: table_name.clone(), row: number, inputs, outcome });
    }
    let complete = DecisionTable::from_rows(&draft.rows).missing();
    if let Some(missing) = complete {
        return Err(Refusal::at("end of file", format!("no row for {missing}: the file is cut off")));
    }
    Ok(draft)
}

/// A decision table: inputs with their values, and an outcome for each combination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionTable {
    pub name: String,
    /// Inputs in the table's order with their values in the order of appearance.
    pub inputs: Vec<(String, Vec<String>)>,
    rows: BTreeMap<Vec<String>, String>,
}

impl DecisionTable {
    /// The table of `Decision` rows; rows of a second table are left out.
    #[must_use]
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = &'a IntelRow>) -> Self {
        let mut out = Self::default();
        for row in rows {
            let IntelRow::Decision { table, inputs, outcome, .. } = row else { continue };
            if out.name.is_empty() {
                out.name.clone_from(table);
                out.inputs = inputs.iter().map(|(point, _)| (point.clone(), Vec::new())).collect();
            }
            if &out.name != table {
                continue;
            }
            for ((_, values), (_, value)) in out.inputs.iter_mut().zip(inputs) {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
            out.rows.insert(inputs.iter().map(|(_, value)| value.clone()).collect(), outcome.clone());
        }
        out
    }

    /// The outcome of a combination of values in the order of the inputs.
    #[must_use]
    pub fn outcome(&self, values: &[&str]) -> Option<&str> {
        let key: Vec<String> = values.iter().map(|value| value.to_ascii_lowercase()).collect();
        self.rows.get(&key).map(String::as_str)
    }

    /// The first combination without a row, in words.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        let combinations = self.inputs.iter().map(|(_, values)| values.len()).try_fold(1usize, usize::checked_mul)?;
        if combinations == self.rows.len() {
            return None;
        }
        let mut keys: Vec<Vec<String>> = vec![Vec::new()];
        for (_, values) in &self.inputs {
            keys = keys.iter().flat_map(|key| values.iter().map(move |v| [key.as_slice(), std::slice::from_ref(v)].concat())).collect();
            if keys.len() > MAX_ROWS {
                return Some("some combination".to_owned());
            }
        }
        keys.iter().find(|key| !self.rows.contains_key(*key)).map(|key| format!("`{}`", key.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load;

    const TABLE: &str =
        "row,In KEV v1.0.0,Exposed v1.0.0,Timeline v1.0.0\n0,no,no,upgrade\n1,yes,no,14 days\n2,no,yes,60 days\n3,yes,yes,3 days\n";

    #[test]
    fn a_complete_table() {
        let loaded = load(TABLE.as_bytes(), "ssvc/small_1_0_0.csv").unwrap();
        let table = DecisionTable::from_rows(&loaded.rows);
        assert_eq!((table.name.as_str(), table.inputs.len()), ("small_1_0_0", 2));
        assert_eq!(table.outcome(&["Yes", "no"]), Some("14 days"));
        assert_eq!(table.outcome(&["maybe", "no"]), None);
    }

    #[test]
    fn a_cut_off_or_double_row_is_refused() {
        let cut = TABLE.replace("3,yes,yes,3 days\n", "");
        assert!(load(cut.as_bytes(), "t.csv").unwrap_err().reason.contains("no row for `yes, yes`"));
        let double = format!("{TABLE}4,yes,yes,60 days\n");
        assert_eq!(load(double.as_bytes(), "t.csv").unwrap_err().place, "line 6");
    }
}
