//! What a row of a table decides.
//!
//! `next` has no deadline; `14d` is a deadline in days (1 to 999); `3d-triage` one with a search for traces of an attack. A table may name
//! outcomes of its own, from mild to strict, in lines before its rows, with days or without: `#outcome scheduled,60,Scheduled: fix in 60 days`.

/// A tier as a table gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The tier's id.
    pub id: String,
    /// What a person reads.
    pub label: String,
    /// Days from the clock's start; none where there is no deadline.
    pub days: Option<u32>,
}

/// The values of a row, its outcome, and its line.
type RowOf<T> = (Vec<String>, T, usize);

/// The outcomes of a table by their words.
pub(super) struct Scale {
    known: Vec<(String, Outcome)>,
    /// The table names its own; no others may stand in it.
    own: bool,
}

impl Scale {
    /// The outcomes that a table names itself.
    pub(super) fn defined(text: &str) -> Result<Self, String> {
        let mut known: Vec<(String, Outcome)> = Vec::new();
        for (line, number) in text.lines().zip(1usize..) {
            let Some(rest) = line.strip_prefix("#outcome ") else { continue };
            let mut cells = rest.splitn(3, ',').map(str::trim);
            let (id, days, label) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""), cells.next().unwrap_or(""));
            let days = if days.is_empty() { Ok(None) } else { number_of(days).map(Some).ok_or(()) };
            let days = days.map_err(|()| format!("line {number}: the days of an outcome are a number from 1 to 999, or nothing"))?;
            let id = id.to_ascii_lowercase();
            if id.is_empty() || label.is_empty() {
                return Err(format!("line {number}: an outcome is `#outcome id,days,label`"));
            }
            if known.iter().any(|(other, _)| *other == id) {
                return Err(format!("line {number}: the outcome `{id}` is named twice"));
            }
            known.push((id.clone(), Outcome { id, label: label.to_owned(), days }));
        }
        let own = !known.is_empty();
        Ok(Self { known, own })
    }

    /// Takes the word of a row.
    pub(super) fn take(&mut self, word: &str) -> Result<(), String> {
        if self.known.iter().any(|(known, _)| known == word) {
            return Ok(());
        }
        let outcome = if self.own { None } else { by_word(word) };
        let outcome = outcome.ok_or_else(|| {
            let words: Vec<&str> = self.known.iter().map(|(word, _)| word.as_str()).collect();
            let words = if self.own { words.join(", ") } else { "next, a number of days as 14d, 3d-triage".to_owned() };
            format!("`{word}` is no outcome; outcomes are {words}")
        })?;
        self.known.push((word.to_owned(), outcome));
        Ok(())
    }

    /// The scale from mild to strict, and the rows by place on it.
    pub(super) fn placed(mut self, rows: Vec<RowOf<String>>) -> (Vec<Outcome>, Vec<RowOf<usize>>) {
        if !self.own {
            // Fewer days are stricter; of two with the same days the one that also asks for a search.
            self.known.sort_by_key(|(word, outcome)| (std::cmp::Reverse(outcome.days.unwrap_or(u32::MAX)), word.ends_with("-triage")));
        }
        let place = |word: &str| self.known.iter().position(|(known, _)| known == word).unwrap_or(0);
        let rows = rows.into_iter().map(|(cells, word, number)| (cells, place(&word), number)).collect();
        (self.known.into_iter().map(|(_, outcome)| outcome).collect(), rows)
    }
}

fn by_word(word: &str) -> Option<Outcome> {
    if word == "next" {
        return Some(Outcome { id: word.to_owned(), label: "Fix with the next upgrade".to_owned(), days: None });
    }
    let (head, triage) = word.strip_suffix("-triage").map_or((word, false), |head| (head, true));
    let days = number_of(head.strip_suffix('d')?)?;
    let unit = if days == 1 { "day" } else { "days" };
    let look = if triage { " and look for traces of an attack" } else { "" };
    Some(Outcome { id: head.to_owned(), label: format!("Fix in {days} {unit}{look}"), days: Some(days) })
}

fn number_of(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::super::Table;

    #[test]
    fn own_outcomes_in_their_order() {
        let text = "# ours\n#outcome later,,Some day\n#outcome now,2,At once\nlive,outcome\nno,later\nyes,now\n";
        let table = Table::parse(text).unwrap();
        let strict = table.decide(&[None], true);
        assert_eq!((strict.id.as_str(), strict.label.as_str(), strict.days), ("now", "At once", Some(2)));
        assert_eq!(table.source, "ours");
        assert!(Table::parse(&text.replace("no,later", "no,14d")).unwrap_err().contains("outcomes are later, now"));
        assert!(Table::parse(&text.replace("now,2", "now,soon")).unwrap_err().contains("line 3"));
        assert!(Table::parse(&text.replace("#outcome now", "#outcome later")).unwrap_err().contains("named twice"));
        let turned = text.replace("no,later", "no,now").replace("yes,now", "yes,later");
        assert!(Table::parse(&turned).unwrap_err().contains("more risk gives a milder outcome"));
    }

    #[test]
    fn days_of_any_number() {
        let table = Table::parse("# ours\nlive,outcome\nno,30d\nyes,7d\n").unwrap();
        assert_eq!(table.decide(&[Some(0)], false).label, "Fix in 30 days");
        assert!(Table::parse("# ours\nlive,outcome\nno,7d\nyes,30d\n").unwrap_err().contains("milder"));
        assert!(Table::parse("# ours\nlive,outcome\nno,30d\nyes,4000d\n").is_err());
    }
}
