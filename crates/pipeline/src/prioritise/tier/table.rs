//! A decision table as CSV text: names of the inputs and `outcome` in the first line, one line a combination. `#` begins a comment; the
//! first one is the table's source.

use std::collections::BTreeMap;

use ::model::Tri;

/// Most rows of a table.
const MAX_ROWS: usize = 4096;

/// What a row decides. Ordered from mild to strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Next,
    Days60,
    Days14,
    Days3,
    Days3Triage,
}

impl Outcome {
    const ALL: [(&'static str, Self); 5] =
        [("next", Self::Next), ("60d", Self::Days60), ("14d", Self::Days14), ("3d", Self::Days3), ("3d-triage", Self::Days3Triage)];

    /// The tier's id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Days60 => "60d",
            Self::Days14 => "14d",
            Self::Days3 | Self::Days3Triage => "3d",
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Next => "Fix with the next upgrade",
            Self::Days60 => "Fix in 60 days",
            Self::Days14 => "Fix in 14 days",
            Self::Days3 => "Fix in 3 days",
            Self::Days3Triage => "Fix in 3 days and look for traces of an attack",
        }
    }

    /// Days from the clock's start; none where there is no deadline.
    #[must_use]
    pub fn days(self) -> Option<u32> {
        match self {
            Self::Next => None,
            Self::Days60 => Some(60),
            Self::Days14 => Some(14),
            Self::Days3 | Self::Days3Triage => Some(3),
        }
    }
}

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
const SCALES: [&[&str]; 3] = [&["no", "yes"], &["low", "medium", "high", "critical"], &["none", "poc", "active"]];

/// A complete, monotone table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub source: String,
    pub inputs: Vec<Input>,
    /// Outcome of each combination; the last input changes fastest.
    outcomes: Vec<Outcome>,
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
        let mut rows: Vec<(Vec<String>, Outcome, usize)> = Vec::new();
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
            let outcome = Outcome::ALL.iter().find(|(id, _)| *id == word).map(|(_, outcome)| *outcome);
            rows.push((cells, outcome.ok_or_else(|| format!("line {number}: `{word}` is no outcome"))?, number));
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
        Self::fill(source, inputs, rows)
    }

    fn fill(source: String, inputs: Vec<Input>, rows: Vec<(Vec<String>, Outcome, usize)>) -> Result<Self, String> {
        let size = inputs.iter().try_fold(1usize, |size, input| size.checked_mul(input.values.len())).filter(|size| *size <= MAX_ROWS);
        let size = size.ok_or("too many combinations")?;
        let mut by_place: BTreeMap<usize, Outcome> = BTreeMap::new();
        for (cells, outcome, number) in rows {
            let places = cells.iter().zip(&inputs).map(|(cell, input)| input.values.iter().position(|value| value == cell).unwrap_or(0));
            if by_place.insert(index(&inputs, places), outcome).is_some() {
                return Err(format!("line {number}: the same inputs stand in the table twice"));
            }
        }
        let outcomes: Vec<Outcome> = by_place.values().copied().collect();
        if outcomes.len() != size {
            let hole = (0..size).find(|place| !by_place.contains_key(place)).unwrap_or(0);
            return Err(format!("no row for {}", words(&inputs, hole)));
        }
        let table = Self { source, inputs, outcomes };
        table.check_monotone()?;
        Ok(table)
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
                    return Err(format!("more risk gives a milder outcome: {low} is {}, {high} is {}", outcome.label(), higher.label()));
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
        self.outcomes.get(index(&self.inputs, places)).copied().unwrap_or(Outcome::Days3Triage)
    }
}

fn index(inputs: &[Input], places: impl Iterator<Item = usize>) -> usize {
    inputs.iter().zip(places).fold(0, |index, (input, place)| index * input.values.len() + place)
}

/// `kev yes, exposed no` of a combination.
fn words(inputs: &[Input], mut place: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    for input in inputs.iter().rev() {
        let count = input.values.len().max(1);
        let value = input.values.get(place % count).map_or("", String::as_str);
        out.push(format!("{} {value}", input.name));
        place /= count;
    }
    out.reverse();
    out.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "# ours\nkev,exposed,outcome\nno,no,next\nno,yes,60d\nyes,no,14d\nyes,yes,3d\n";

    #[test]
    fn known_and_unknown_inputs() {
        let table = Table::parse(SMALL).unwrap();
        assert_eq!(table.source, "ours");
        assert_eq!(table.decide(&[Some(1), Some(0)], false), Outcome::Days14);
        assert_eq!((table.decide(&[Some(1), None], false), table.decide(&[Some(1), None], true)), (Outcome::Days14, Outcome::Days3));
        assert_eq!((table.decide(&[None, None], false), table.decide(&[None, None], true)), (Outcome::Next, Outcome::Days3));
    }

    #[test]
    fn bad_tables_are_refused() {
        let refused = |from: &str, to: &str| Table::parse(&SMALL.replace(from, to)).unwrap_err();
        assert_eq!(refused("no,yes,60d\n", ""), "no row for kev no, exposed yes");
        assert!(refused("yes,yes,3d", "yes,yes,60d").contains("more risk gives a milder outcome"));
        assert!(refused("yes,no,14d", "yes,yes,14d").contains("twice"));
        assert!(refused("14d", "15d").contains("`15d` is no outcome"));
        assert!(refused("yes,no,", "maybe,no,").contains("not on one scale"));
        assert!(refused("yes,no,", "yes,").contains("line 5"));
        assert!(Table::parse("").is_err());
    }
}
