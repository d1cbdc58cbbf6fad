//! A decision table as CSV text: names of the inputs and `outcome` in the first line, one line a combination. `#` begins a comment; the
//! first one is the table's source. Outcomes are described in [`super::outcome`].

use std::collections::BTreeMap;

use ::model::Tri;

use super::outcome::{Outcome, Scale};

/// Most rows of a table.
const MAX_ROWS: usize = 4096;

/// An input with its values from least to most risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub name: String,
    pub values: Vec<String>,
}

impl Input {
    /// Place of a yes or no among the values.
    pub(super) fn place_of(&self, value: Tri) -> Option<usize> {
        match value {
            Tri::Unknown => None,
            known => self.values.iter().position(|v| v == known.word()),
        }
    }
}

/// Orders of values that tables may use, from least to most risk.
const SCALES: [&[&str]; 5] = [
    &["no", "yes"],
    &["low", "medium", "high", "critical"],
    &["none", "poc", "active"],
    &["small", "controlled", "open"],
    &["low", "medium", "high", "very high"],
];

/// A complete, monotone table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub source: String,
    pub inputs: Vec<Input>,
    /// From mild to strict.
    scale: Vec<Outcome>,
    /// Place on the scale of each combination; the last input changes fastest.
    outcomes: Vec<usize>,
}

impl Table {
    /// Reads and checks a table.
    ///
    /// # Errors
    /// With the line, when a value or outcome is not known, a row stands twice or is missing, or more risk gives a milder outcome.
    pub fn parse(text: &str) -> Result<Self, String> {
        let source = text.lines().find_map(|line| line.strip_prefix('#')).unwrap_or("").trim().trim_end_matches('.').to_owned();
        let mut lines = text.lines().zip(1usize..).filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
        let (header, _) = lines.next().ok_or("the table is empty")?;
        let mut names: Vec<String> = header.split(',').map(|name| name.trim().to_owned()).collect();
        if names.pop().as_deref() != Some("outcome") || names.is_empty() {
            return Err("the first line names the inputs and ends with `outcome`".to_owned());
        }
        let mut scale = Scale::defined(text)?;
        let mut rows: Vec<(Vec<String>, String, usize)> = Vec::new();
        for (line, number) in lines {
            let mut cells: Vec<String> = line.split(',').map(|cell| cell.trim().to_ascii_lowercase()).collect();
            let word = cells.pop().unwrap_or_default();
            if cells.len() != names.len() || rows.len() >= MAX_ROWS {
                return Err(format!(
                    "line {number}: {} inputs where the table has {}, or more than {MAX_ROWS} rows",
                    cells.len(),
                    names.len()
                ));
            }
            scale.take(&word).map_err(|reason| format!("line {number}: {reason}"))?;
            rows.push((cells, word, number));
        }
        let inputs = names
            .into_iter()
            .enumerate()
            .map(|(column, name)| {
                let used: Vec<&str> = rows.iter().filter_map(|(cells, ..)| cells.get(column).map(String::as_str)).collect();
                let scale = SCALES.iter().find(|scale| used.iter().all(|value| scale.contains(value)));
                let scale = scale
                    .ok_or_else(|| format!("the values of `{name}` are not on one scale ({})", SCALES.map(|s| s.join(" < ")).join("; ")))?;
                Ok(Input { name, values: scale.iter().map(|value| (*value).to_owned()).collect() })
            })
            .collect::<Result<Vec<_>, String>>()?;
        let (scale, rows) = scale.placed(rows);
        Self::fill(source, inputs, scale, rows)
    }

    fn fill(source: String, inputs: Vec<Input>, scale: Vec<Outcome>, rows: Vec<(Vec<String>, usize, usize)>) -> Result<Self, String> {
        let size = inputs.iter().try_fold(1usize, |size, input| size.checked_mul(input.values.len())).filter(|size| *size <= MAX_ROWS);
        let size = size.ok_or("too many combinations")?;
        let mut by_place: BTreeMap<usize, usize> = BTreeMap::new();
        for (cells, outcome, number) in rows {
            let places = cells.iter().zip(&inputs).map(|(cell, input)| input.values.iter().position(|value| value == cell).unwrap_or(0));
            if by_place.insert(index(&inputs, places), outcome).is_some() {
                return Err(format!("line {number}: the same inputs stand in the table twice"));
            }
        }
        let outcomes: Vec<usize> = by_place.values().copied().collect();
        if outcomes.len() != size {
            let hole = (0..size).find(|place| !by_place.contains_key(place)).unwrap_or(0);
            return Err(format!("no row for {}", words(&inputs, hole)));
        }
        let table = Self { source, inputs, scale, outcomes };
        table.check_monotone()?;
        Ok(table)
    }

    /// Every combination: the values of the inputs in order, and the outcome.
    pub fn rows(&self) -> impl Iterator<Item = (Vec<String>, &Outcome)> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.filter_map(|(place, outcome)| Some((values(&self.inputs, place), self.scale.get(*outcome)?)))
    }

    /// Raising one input by one step never gives a milder outcome.
    fn check_monotone(&self) -> Result<(), String> {
        let mut step = 1;
        for input in self.inputs.iter().rev() {
            let count = input.values.len();
            for (place, outcome) in self.outcomes.iter().enumerate() {
                let at = (place / step) % count;
                if at + 1 < count
                    && let Some(higher) = self.outcomes.get(place + step)
                    && higher < outcome
                {
                    let (low, high) = (words(&self.inputs, place), words(&self.inputs, place + step));
                    let label = |place: usize| self.scale.get(place).map_or("", |outcome| outcome.label.as_str());
                    return Err(format!(
                        "more risk gives a milder outcome: {low} is \"{}\", {high} is \"{}\"",
                        label(*outcome),
                        label(*higher)
                    ));
                }
            }
            step *= count;
        }
        Ok(())
    }

    /// The outcome of places on the inputs' scales; an unknown input takes its most (`strict`) or least risky value. Because the table is
    /// monotone these are the ends of all possible outcomes.
    #[must_use]
    pub fn decide(&self, places: &[Option<usize>], strict: bool) -> Outcome {
        let places = self.inputs.iter().enumerate().map(|(i, input)| {
            let most = input.values.len().saturating_sub(1);
            places.get(i).copied().flatten().map_or(if strict { most } else { 0 }, |place| place.min(most))
        });
        // A table that was read is complete; what is not in it would be the strictest.
        let outcome = self.outcomes.get(index(&self.inputs, places)).and_then(|place| self.scale.get(*place)).or(self.scale.last());
        outcome.cloned().unwrap_or_default()
    }
}

fn index(inputs: &[Input], places: impl Iterator<Item = usize>) -> usize {
    inputs.iter().zip(places).fold(0, |index, (input, place)| index * input.values.len() + place)
}

/// The values of a combination, in the order of the inputs.
fn values(inputs: &[Input], mut place: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for input in inputs.iter().rev() {
        let count = input.values.len().max(1);
        out.push(input.values.get(place % count).cloned().unwrap_or_default());
        place /= count;
    }
    out.reverse();
    out
}

/// `kev yes, exposed no` of a combination.
fn words(inputs: &[Input], place: usize) -> String {
    let pairs: Vec<String> = inputs.iter().zip(values(inputs, place)).map(|(input, value)| format!("{} {value}", input.name)).collect();
    pairs.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "# ours\nkev,exposed,outcome\nno,no,next\nno,yes,60d\nyes,no,14d\nyes,yes,3d\n";

    #[test]
    fn known_and_unknown_inputs() {
        let table = Table::parse(SMALL).unwrap();
        assert_eq!(table.source, "ours");
        let id = |places: &[Option<usize>], strict: bool| table.decide(places, strict).id;
        assert_eq!(id(&[Some(1), Some(0)], false), "14d");
        assert_eq!((id(&[Some(1), None], false), id(&[Some(1), None], true)), ("14d".into(), "3d".into()));
        assert_eq!((id(&[None, None], false), id(&[None, None], true)), ("next".into(), "3d".into()));
        assert_eq!(table.rows().map(|(_, outcome)| outcome.days).collect::<Vec<_>>(), [None, Some(60), Some(14), Some(3)]);
    }

    #[test]
    fn bad_tables_are_refused() {
        let refused = |from: &str, to: &str| Table::parse(&SMALL.replace(from, to)).unwrap_err();
        assert_eq!(refused("no,yes,60d\n", ""), "no row for kev no, exposed yes");
        assert!(refused("yes,yes,3d", "yes,yes,60d").contains("more risk gives a milder outcome"));
        assert!(refused("yes,no,14d", "yes,yes,14d").contains("twice"));
        assert!(refused("14d", "soon").contains("line 5: `soon` is no outcome"));
        assert!(refused("14d", "0d").contains("`0d` is no outcome"));
        assert!(refused("yes,no,", "maybe,no,").contains("not on one scale"));
        assert!(refused("yes,no,", "yes,").contains("line 5"));
        assert!(Table::parse("").is_err());
    }
}
