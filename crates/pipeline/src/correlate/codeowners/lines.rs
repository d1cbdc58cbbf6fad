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
    pub(super) name: String,
    /// `^[Name]`: approval is not required.
    pub(super) optional: bool,
    defaults: Vec<String>,
}

/// Reads all lines; bad ones are left out with a warning.
pub(super) fn read(dialect: Dialect, file: &str, text: &str) -> (Vec<Rule>, Vec<Section>, Vec<Problem>) {
    let mut reader =
        Reader { dialect, file, rules: Vec::new(), sections: vec![Section::default()], names: HashMap::new(), problems: Vec::new() };
    if text.len() > MAX_BYTES {
        let message = format!("the file is larger than {} MB, so the code host ignores it", MAX_BYTES >> 20);
        reader.problems.push(Problem::warning(reader.at(0), message).instead("own folders rather than single files"));
        return (reader.rules, reader.sections, reader.problems);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut section = 0;
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if dialect == Dialect::GitLab && is_section(line) {
            section = reader.section(line);
        } else {
            reader.rule(line, number, section);
        }
    }
    (reader.rules, reader.sections, reader.problems)
}

struct Reader<'a> {
    dialect: Dialect,
    file: &'a str,
    rules: Vec<Rule>,
    sections: Vec<Section>,
    names: HashMap<String, usize>,
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

    /// `[Name]`, `^[Name]`, `[Name][2]`, `[Name] @default`. Sections of one name, case ignored, are one; the first head decides.
    fn section(&mut self, line: &str) -> usize {
        let (optional, rest) = line.strip_prefix('^').map_or((false, line), |rest| (true, rest));
        let (name, rest) = rest.trim_start_matches('[').split_once(']').unwrap_or((rest, ""));
        let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((approvals, after)) if approvals.bytes().all(|byte| byte.is_ascii_digit()) => after,
            _ => rest,
        };
        let defaults = rest.split_whitespace().filter(|word| is_owner(word)).map(ToOwned::to_owned).collect();
        let name = name.trim();
        let next = self.sections.len();
        let section = *self.names.entry(name.to_lowercase()).or_insert(next);
        if section == next {
            self.sections.push(Section { name: name.to_owned(), optional, defaults });
        }
        section
    }

    fn rule(&mut self, line: &str, number: u32, section: usize) {
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
            owners = self.sections.get(section).map(|section| section.defaults.clone()).unwrap_or_default();
        }
        let root = !excludes && matcher.is_everything();
        self.rules.push(Rule { line: number, pattern: pattern.to_owned(), owners, root, section, excludes, matcher });
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
