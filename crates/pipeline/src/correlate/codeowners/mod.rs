//! CODEOWNERS: who owns a path, as the code host itself evaluates it.
//!
//! One file name, four dialects: GitHub and Bitbucket read patterns like gitignore's and one line decides (Bitbucket: all that match);
//! GitLab has sections of which each has its own last match; Gitea and Forgejo read regular expressions. A look-up has three answers:
//! no line matches, the deciding line names nobody, or somebody owns the path. Sources: docs.github.com "About code owners",
//! docs.gitlab.com "Code Owners" and its reference, support.atlassian.com "Set up and use code owners", docs.gitea.com "Code owners".
//!
//! Invariant: a look-up is linear in the number of patterns whatever they hold, and patterns that start with a literal folder, name a file or an
//! extension are found through tables.

mod dialect;
mod lines;
mod pattern;
mod table;

pub use dialect::Dialect;

use model::{CodeOwnersFile, SourceLine};

use self::lines::Section;
use self::pattern::Matcher;
use self::table::Table;
use super::Problem;

/// Longest path that is looked up, bytes; file systems allow no more.
const MAX_PATH: usize = 4096;

/// One line that names a pattern.
#[derive(Clone, Debug)]
pub struct Rule {
    /// 1-based.
    pub line: u32,
    /// As written.
    pub pattern: String,
    /// As written, the section's default owners filled in. Empty: the line says that nobody owns it.
    pub owners: Vec<String>,
    /// True where it covers the whole repository (`*`), and so says no more than that the repository has an owner.
    pub root: bool,
    /// How many approvals the head of its section asks for (GitLab), at least 1.
    pub approvals: u32,
    section: usize,
    excludes: bool,
    matcher: Matcher,
}

/// What a file says of a path.
#[derive(Clone, Debug)]
pub enum Ruling<'a> {
    /// No line is about it.
    NotMatched,
    /// The deciding line names nobody.
    Unowned(&'a Rule),
    /// The deciding line first. GitLab: one line a section, required sections first; Bitbucket and Gitea: all lines that match, the last first.
    Owned(Vec<&'a Rule>),
}

/// A CODEOWNERS file, read.
#[derive(Clone, Debug)]
pub struct CodeOwners {
    pub repository: String,
    pub file: String,
    pub dialect: Dialect,
    rules: Vec<Rule>,
    sections: Vec<Section>,
    table: Table,
}

impl CodeOwners {
    /// Reads a file by the rules of its code host. Bad lines are left out, as code hosts do, and reported as warnings.
    #[must_use]
    pub fn read(file: &CodeOwnersFile) -> (Self, Vec<Problem>) {
        let dialect = Dialect::of(&file.repository, &file.file, &file.text);
        let (rules, sections, problems) = lines::read(dialect, &file.file, &file.text);
        let table = Table::new(rules.iter().map(|rule| &rule.matcher));
        (Self { repository: file.repository.clone(), file: file.file.clone(), dialect, rules, sections, table }, problems)
    }

    /// Who owns a path. The path is relative to the repository's root.
    #[must_use]
    pub fn ruling(&self, path: &str) -> Ruling<'_> {
        let path = path.trim_start_matches("./").trim_matches('/');
        if path.is_empty() || path.len() > MAX_PATH {
            return Ruling::NotMatched;
        }
        let segments: Vec<&str> = path.split('/').collect();
        let candidates = self.table.candidates(path, &segments);
        let mut hits = candidates.filter_map(|at| self.rules.get(at)).filter(|rule| rule.matcher.matches(path, &segments));
        match self.dialect {
            Dialect::GitHub => match hits.next() {
                None => Ruling::NotMatched,
                Some(rule) if rule.owners.is_empty() => Ruling::Unowned(rule),
                Some(rule) => Ruling::Owned(vec![rule]),
            },
            Dialect::GitLab => self.by_section(hits),
            Dialect::Bitbucket => all(hits),
            Dialect::Gitea => {
                // Here a rule is a regular expression; a negated one applies to all paths that it does not match.
                let hits = self.rules.iter().rev().filter(|rule| rule.matcher.matches(path, &segments) != rule.excludes);
                all(hits)
            }
        }
    }

    /// Who owns the repository as a whole: the last line that covers all of it.
    #[must_use]
    pub fn whole(&self) -> Ruling<'_> {
        match self.rules.iter().rev().find(|rule| rule.root) {
            None => Ruling::NotMatched,
            Some(rule) if rule.owners.is_empty() => Ruling::Unowned(rule),
            Some(rule) => Ruling::Owned(vec![rule]),
        }
    }

    /// The place of a rule.
    #[must_use]
    pub fn source(&self, rule: &Rule) -> SourceLine {
        SourceLine { file: self.file.clone(), line: rule.line }
    }

    /// Name of the section of a rule (GitLab); empty outside of one.
    #[must_use]
    pub fn section(&self, rule: &Rule) -> &str {
        self.sections.get(rule.section).map_or("", |section| section.name.as_str())
    }

    /// What the code host asks of the owners that a rule names: approvals of its section. Empty outside of a section.
    #[must_use]
    pub fn asks(&self, rule: &Rule) -> String {
        match self.sections.get(rule.section) {
            Some(section) if section.name.is_empty() => String::new(),
            Some(section) if section.optional => format!("approval of section {} is optional", section.name),
            Some(section) if rule.approvals == 1 => format!("1 approval of section {}", section.name),
            Some(section) => format!("{} approvals of section {}", rule.approvals, section.name),
            None => String::new(),
        }
    }

    /// All rules; an entry that a GitLab section holds twice stands where it stood first.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The last match of each section counts; an exclusion takes the path out of its section for good.
    fn by_section<'a>(&'a self, hits: impl Iterator<Item = &'a Rule>) -> Ruling<'a> {
        let mut last: Vec<Option<&Rule>> = vec![None; self.sections.len()];
        let mut excluded = vec![false; self.sections.len()];
        // Hits come last line first.
        for rule in hits {
            if rule.excludes {
                if let Some(flag) = excluded.get_mut(rule.section) {
                    *flag = true;
                }
            } else if let Some(slot) = last.get_mut(rule.section) {
                slot.get_or_insert(rule);
            }
        }
        let mut deciding: Vec<&Rule> =
            last.into_iter().zip(excluded).filter(|(_, excluded)| !excluded).filter_map(|(rule, _)| rule).collect();
        deciding.sort_by_key(|rule| (self.sections.get(rule.section).is_some_and(|section| section.optional), rule.root, rule.section));
        let owned: Vec<&Rule> = deciding.iter().copied().filter(|rule| !rule.owners.is_empty()).collect();
        match (owned.is_empty(), deciding.first()) {
            (false, _) => Ruling::Owned(owned),
            (true, Some(rule)) => Ruling::Unowned(rule),
            (true, None) => Ruling::NotMatched,
        }
    }
}

/// Every rule that matches adds its owners.
fn all<'a>(hits: impl Iterator<Item = &'a Rule>) -> Ruling<'a> {
    let hits: Vec<&Rule> = hits.collect();
    let owned: Vec<&Rule> = hits.iter().copied().filter(|rule| !rule.owners.is_empty()).collect();
    match (owned.is_empty(), hits.first()) {
        (false, _) => Ruling::Owned(owned),
        (true, Some(rule)) => Ruling::Unowned(rule),
        (true, None) => Ruling::NotMatched,
    }
}

#[cfg(test)]
mod documented;
#[cfg(test)]
mod tests;
