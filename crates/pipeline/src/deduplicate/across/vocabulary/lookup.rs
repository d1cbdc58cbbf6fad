//! Reads the tables and looks names up in them.

use std::collections::HashMap;

use regex::{Regex, RegexSet};

/// Names with patterns, in the order of the file.
pub(super) struct Patterns {
    names: Vec<&'static str>,
    set: RegexSet,
    /// Patterns of families of which a sentence may name several; only these are needed one by one.
    singles: Vec<Option<Regex>>,
}

/// Lines of a table that say something: two fields parted by a tab.
pub(super) fn rows(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, rest)| (name.trim(), rest.trim()))
}

impl Patterns {
    pub(super) fn read(text: &'static str) -> Self {
        let rows: Vec<_> = rows(text).collect();
        Self {
            names: rows.iter().map(|row| row.0).collect(),
            // A pattern that does not compile is caught by the test of the tables; an empty set matches nothing.
            set: RegexSet::new(rows.iter().map(|row| row.1)).unwrap_or_else(|_| RegexSet::empty()),
            singles: rows.iter().map(|row| if row.0.starts_with("header.") { Regex::new(row.1).ok() } else { None }).collect(),
        }
    }

    /// The first name whose pattern fits.
    pub(super) fn first(&self, text: &str) -> Option<&'static str> {
        if text.is_empty() {
            return None;
        }
        self.set.matches(text).iter().next().and_then(|at| self.names.get(at)).copied()
    }

    /// Of the names with that head, the one whose pattern fits furthest to the left: a sentence is about what it names first.
    pub(super) fn earliest(&self, text: &str, head: &str) -> Option<&'static str> {
        if text.is_empty() {
            return None;
        }
        let found = self.set.matches(text);
        let place = |at: usize| Some((self.singles.get(at)?.as_ref()?.find(text)?.start(), at));
        let named = found.iter().filter(|&at| self.names.get(at).is_some_and(|name| name.starts_with(head)));
        named.filter_map(place).min().and_then(|(_, at)| self.names.get(at)).copied()
    }

    #[cfg(test)]
    pub(super) fn names(&self) -> &[&'static str] {
        &self.names
    }
}

/// Rule ids of many tools with the name that each stands for.
pub(super) struct Ids {
    by_id: HashMap<&'static str, &'static str>,
}

impl Ids {
    pub(super) fn read(files: &[(&'static str, &'static str)]) -> Self {
        Self { by_id: files.iter().flat_map(|(_, text)| rows(text)).collect() }
    }

    /// The name of a rule id; of `a.b.rule.rule` also by its last part, of `B608:hardcoded` and `python:S2076` also by the id in it.
    pub(super) fn get(&self, rule: &str) -> Option<&'static str> {
        if rule.len() > 300 {
            return None;
        }
        let parts = [Some(rule), rule.rsplit('.').next(), rule.split(':').next(), rule.rsplit(':').next(), rule.strip_prefix("AVD-")];
        parts.into_iter().flatten().find_map(|part| self.by_id.get(part)).copied()
    }
}
