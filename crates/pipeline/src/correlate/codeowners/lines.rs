//! The lines of a CODEOWNERS file: patterns, owners, sections, comments.

use std::collections::HashMap;

use model::SourceLine;

use super::dialect::is_section;
use super::pattern::Matcher;
use super::{Dialect, Rule};
use crate::correlate::Problem;

/// GitHub leaves a larger file out altogether; the others state no limit and get it too, as nobody maintains such a file by hand.
const MAX_BYTES: usize = 3 << 20;
/// Regular expressions (Gitea) that are compiled.
const MAX_EXPRESSIONS: usize = 500;
/// Warnings of one file.
const MAX_WARNINGS: usize = 100;

/// A section of a GitLab file. The first is what stands before any head.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// As its first head writes it.
    pub(super) name: String,
    /// `^[Name]`: approval is not required. Of several heads of one name, all have to say so.
    pub(super) optional: bool,
}

/// What the head above a line says of it.
#[derive(Clone, Debug)]
struct Head {
    section: usize,
    optional: bool,
    /// At least 1.
    approvals: u32,
    defaults: Vec<String>,
}

/// Reads all lines; bad ones are left out with a warning.
pub(super) fn read(dialect: Dialect, file: &str, text: &str) -> (Vec<Rule>, Vec<Section>, Vec<Problem>) {
    let mut reader = Reader {
        dialect,
        file,
        rules: Vec::new(),
        sections: vec![Section::default()],
        names: HashMap::new(),
        known: HashMap::new(),
        problems: Vec::new(),
    };
    if text.len() > MAX_BYTES {
        let message = format!("the file is larger than {} MB, so the code host ignores it", MAX_BYTES >> 20);
        reader.problems.push(Problem::warning(reader.at(0), message).instead("own folders rather than single files"));
        return (reader.rules, reader.sections, reader.problems);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut head = Head { section: 0, optional: false, approvals: 1, defaults: Vec::new() };
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if dialect == Dialect::GitLab && is_section(line) {
            head = reader.head(line, number);
        } else {
            reader.rule(line, number, &head);
        }
    }
    (reader.rules, reader.sections, reader.problems)
}

struct Reader<'a> {
    dialect: Dialect,
    file: &'a str,
    rules: Vec<Rule>,
    sections: Vec<Section>,
    /// Sections by their name in lower case.
    names: HashMap<String, usize>,
    /// GitLab: where the entry of a section and pattern stands.
    known: HashMap<(usize, bool, String), usize>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn at(&self, line: u32) -> SourceLine {
        SourceLine { file: self.file.to_owned(), line }
    }

    fn warn(&mut self, line: u32, message: impl Into<String>, instead: &str) {
        if self.problems.len() < MAX_WARNINGS {
            self.problems.push(Problem::warning(self.at(line), message).instead(instead));
        }
    }

    /// `[Name]`, `^[Name]`, `[Name][2]`, `[Name] @default`. Sections of one name, case ignored, are one.
    fn head(&mut self, line: &str, number: u32) -> Head {
        let (optional, rest) = line.strip_prefix('^').map_or((false, line), |rest| (true, rest));
        let (name, rest) = rest.trim_start_matches('[').split_once(']').unwrap_or((rest, ""));
        let (approvals, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((approvals, after)) => (Some(approvals), after),
            None => (None, rest),
        };
        let count = approvals.map_or(Some(1), |approvals| approvals.trim().parse::<u32>().ok().filter(|count| *count > 0));
        if count.is_none() {
            let given = short(approvals.unwrap_or_default());
            self.warn(number, format!("`[{given}]` is no number of approvals: the code host asks for one"), "write a number from 1");
        }
        let name = name.trim();
        let next = self.sections.len();
        let section = *self.names.entry(name.to_lowercase()).or_insert(next);
        if section == next {
            self.sections.push(Section { name: name.to_owned(), optional: true });
        }
        let defaults = rest.split_whitespace().filter(|word| is_owner(word)).map(ToOwned::to_owned).collect();
        Head { section, optional, approvals: count.unwrap_or(1), defaults }
    }

    fn rule(&mut self, line: &str, number: u32, head: &Head) {
        let (pattern, rest) = split_pattern(line);
        let (excludes, pattern) = match (self.dialect, pattern.strip_prefix('!')) {
            (Dialect::GitLab | Dialect::Gitea, Some(rest)) => (true, rest),
            (_, Some(_)) => {
                return self.warn(
                    number,
                    format!("`{}` is left out: `!` does not work here", short(pattern)),
                    "name the owners of that path on a line of its own",
                );
            }
            (_, None) => (false, pattern),
        };
        if matches!(self.dialect, Dialect::GitHub | Dialect::Bitbucket) {
            if pattern.contains('[') {
                return self.warn(number, format!("`{}` is left out: `[ ]` does not work here", short(pattern)), "write one line for each");
            }
            if pattern.starts_with("\\#") {
                return self.warn(number, format!("`{}` is left out: `\\#` does not work here", short(pattern)), "own the folder instead");
            }
        }
        let Some(matcher) = self.matcher(pattern, number) else { return };
        // GitLab has no comments after a pattern: owners named in one count.
        let comment_ends = self.dialect != Dialect::GitLab;
        let mut owners: Vec<String> = Vec::new();
        for word in rest.split_whitespace() {
            if comment_ends && word.starts_with('#') {
                break;
            }
            let owner = if self.dialect == Dialect::Bitbucket { without_suffix(word) } else { word };
            if is_owner(owner) {
                owners.push(owner.to_owned());
            } else if self.dialect == Dialect::GitHub {
                // GitHub leaves out the whole line.
                return self.warn(
                    number,
                    format!("the line is left out: `{}` is no owner", short(word)),
                    "write @user, @org/team or an e-mail address",
                );
            } else if comment_ends {
                self.warn(number, format!("`{}` is no owner", short(word)), "write @user, @group or an e-mail address");
            }
        }
        if owners.is_empty() && !excludes {
            owners.clone_from(&head.defaults);
        }
        if let Some(section) = self.sections.get_mut(head.section) {
            section.optional &= head.optional;
        }
        let root = !excludes && matcher.is_everything();
        let approvals = head.approvals;
        let rule = Rule { line: number, pattern: pattern.to_owned(), owners, root, approvals, section: head.section, excludes, matcher };
        self.put(rule);
    }

    /// GitLab keeps an entry that is written twice in a section where it stood first, with what the last one says.
    fn put(&mut self, rule: Rule) {
        if self.dialect == Dialect::GitLab {
            let key = (rule.section, rule.excludes, rule.pattern.clone());
            let at = *self.known.entry(key).or_insert(self.rules.len());
            if let Some(known) = self.rules.get_mut(at) {
                *known = rule;
                return;
            }
        }
        self.rules.push(rule);
    }

    fn matcher(&mut self, pattern: &str, number: u32) -> Option<Matcher> {
        match self.dialect {
            Dialect::GitHub | Dialect::Bitbucket => Matcher::gitignore(pattern),
            Dialect::GitLab => Matcher::fnmatch(pattern),
            Dialect::Gitea => {
                if self.rules.len() >= MAX_EXPRESSIONS {
                    self.warn(
                        number,
                        format!("more than {MAX_EXPRESSIONS} expressions: this one is left out"),
                        "own folders rather than single files",
                    );
                    return None;
                }
                let matcher = Matcher::expression(pattern);
                if matcher.is_none() {
                    self.warn(number, format!("`{}` is no regular expression", short(pattern)), "write for example `docs/.*\\.md`");
                }
                matcher
            }
        }
    }
}

/// The pattern, up to the first blank that no backslash escapes, and the rest.
fn split_pattern(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, letter) in line.char_indices() {
        if letter.is_whitespace() && !escaped {
            return line.split_at(at);
        }
        escaped = letter == '\\' && !escaped;
    }
    (line, "")
}

/// `@user`, `@org/team`, `@@role`, or an e-mail address.
fn is_owner(word: &str) -> bool {
    match word.strip_prefix('@') {
        Some(name) => !name.is_empty(),
        None => word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()),
    }
}

/// Bitbucket: `@workspace/group:random(2)` asks some of a group.
fn without_suffix(word: &str) -> &str {
    match word.rsplit_once(':') {
        Some((owner, how)) if how == "all" || how.starts_with("random") || how.starts_with("least_busy") => owner,
        _ => word,
    }
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
