//! Patterns: gitignore's (GitHub, Bitbucket), `fnmatch`'s (GitLab), regular expressions (Gitea).
//!
//! Own matcher rather than a set of compiled regular expressions: a file of many thousand lines is read in milliseconds, and each test is
//! linear in the path for patterns as people write them, at worst pattern × path.

use regex::{Regex, RegexBuilder};

/// Longest pattern, bytes.
const MAX_PATTERN: usize = 4096;
/// Largest compiled regular expression, bytes.
const MAX_COMPILED: usize = 1 << 20;

/// What a path must look like.
#[derive(Clone, Debug)]
pub(super) enum Matcher {
    Path { segments: Vec<Segment>, reach: Reach },
    Expression(Regex),
    Nothing,
}

/// What may follow the last segment of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing: the path ends there.
    Exact,
    /// Nothing, or what is below that folder.
    OrBelow,
    /// Something below that folder.
    Below,
}

/// One segment of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// `**`: any number of folders, none included.
    AnyDepth,
    /// `*`
    AnyName,
    Name(String),
    /// `*.tf`: what the name ends with.
    Ending(String),
    Glob(Vec<Part>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Letter(char),
    /// `?`
    One,
    /// `*`
    Many,
    /// `[a-z]` (GitLab).
    Class {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
}

impl Matcher {
    /// A pattern as GitHub reads it: most of gitignore. `None` for what matches nothing and is no pattern.
    pub(super) fn gitignore(pattern: &str) -> Option<Self> {
        if pattern.is_empty() || pattern.len() > MAX_PATTERN {
            return None;
        }
        let folder = pattern.ends_with('/');
        let body = pattern.strip_suffix('/').unwrap_or(pattern);
        let anchored = body.contains('/');
        let body = body.strip_prefix('/').unwrap_or(body);
        if body.is_empty() {
            // `/` alone owns nothing on GitHub.
            return Some(Self::Nothing);
        }
        let mut segments = Vec::new();
        if !anchored {
            segments.push(Segment::AnyDepth);
        }
        for text in body.split('/') {
            push(&mut segments, if text == "**" { Segment::AnyDepth } else { Segment::read(text, false) });
        }
        let reach = match segments.last() {
            _ if folder => Reach::Below,
            // `docs/**` is what is in docs; `docs/*` is what is directly in it.
            Some(Segment::AnyDepth) => Reach::Below,
            Some(Segment::AnyName) => Reach::Exact,
            _ => Reach::OrBelow,
        };
        if reach == Reach::Below && segments.last() == Some(&Segment::AnyDepth) {
            segments.pop();
        }
        Some(Self::Path { segments, reach })
    }

    /// A pattern as GitLab reads it: Ruby's `File.fnmatch` with dot files matched and `*` within a segment; what does not start with `/`
    /// stands anywhere, and a folder is meant only with a slash at the end.
    pub(super) fn fnmatch(pattern: &str) -> Option<Self> {
        if pattern.is_empty() || pattern.len() > MAX_PATTERN {
            return None;
        }
        if pattern == "*" || pattern == "/" {
            return Some(Self::Path { segments: Vec::new(), reach: Reach::Below });
        }
        let folder = pattern.ends_with('/');
        let body = pattern.strip_suffix('/').unwrap_or(pattern);
        let mut segments = Vec::new();
        let body = match body.strip_prefix('/') {
            Some(body) => body,
            None => {
                segments.push(Segment::AnyDepth);
                body
            }
        };
        let count = body.split('/').count();
        for (at, text) in body.split('/').enumerate() {
            // `**` is recursive only before a slash; at the end it is `*`.
            let recursive = text == "**" && (folder || at + 1 < count);
            push(&mut segments, if recursive { Segment::AnyDepth } else { Segment::read(text, true) });
        }
        Some(Self::Path { segments, reach: if folder { Reach::Below } else { Reach::Exact } })
    }

    /// A regular expression that the whole path must match (Gitea). `None` where it is none or too large.
    pub(super) fn expression(pattern: &str) -> Option<Self> {
        if pattern.is_empty() || pattern.len() > MAX_PATTERN {
            return None;
        }
        RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(MAX_COMPILED).build().ok().map(Self::Expression)
    }

    /// True where the path matches. `segments` are those of `path`.
    pub(super) fn matches(&self, path: &str, segments: &[&str]) -> bool {
        match self {
            Self::Path { segments: pattern, reach } => path_matches(pattern, segments, *reach),
            Self::Expression(expression) => expression.is_match(path),
            Self::Nothing => false,
        }
    }

    /// True where every path matches: tried on a file in the root and on one deep below, with names that no pattern holds.
    pub(super) fn is_everything(&self) -> bool {
        let (high, deep) = ("\u{1}a", "\u{1}b/\u{2}c/\u{3}d");
        self.matches(high, &[high]) && self.matches(deep, &deep.split('/').collect::<Vec<_>>())
    }
}

/// Adds a segment; `**/**` is `**`.
fn push(segments: &mut Vec<Segment>, segment: Segment) {
    if segment != Segment::AnyDepth || segments.last() != Some(&Segment::AnyDepth) {
        segments.push(segment);
    }
}

/// Walks pattern and path together. On a mismatch only the last `**` takes one folder more: an earlier one could not do better.
fn path_matches(pattern: &[Segment], path: &[&str], reach: Reach) -> bool {
    let (mut p, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match pattern.get(p) {
            None => {
                let fits = match reach {
                    Reach::Exact => at == path.len(),
                    Reach::OrBelow => true,
                    Reach::Below => at < path.len(),
                };
                if fits {
                    return true;
                }
            }
            Some(Segment::AnyDepth) => {
                p += 1;
                retry = Some((p, at));
                continue;
            }
            Some(segment) => {
                if path.get(at).is_some_and(|name| segment.matches(name)) {
                    p += 1;
                    at += 1;
                    continue;
                }
            }
        }
        match retry {
            Some((after, from)) if from < path.len() => {
                p = after;
                at = from + 1;
                retry = Some((after, at));
            }
            _ => return false,
        }
    }
}

impl Segment {
    fn read(text: &str, classes: bool) -> Self {
        let mut parts = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            let part = match letter {
                '\\' => Part::Letter(letters.next().unwrap_or('\\')),
                '?' => Part::One,
                '*' if parts.last() == Some(&Part::Many) => continue,
                '*' => Part::Many,
                '[' if classes => match class(letters.as_str()) {
                    Some((part, rest)) => {
                        letters = rest.chars();
                        part
                    }
                    None => Part::Letter('['),
                },
                letter => Part::Letter(letter),
            };
            parts.push(part);
        }
        let text_of = |parts: &[Part]| {
            parts.iter().map(|part| if let Part::Letter(letter) = part { Some(*letter) } else { None }).collect::<Option<String>>()
        };
        if let Some(name) = text_of(&parts) {
            return Self::Name(name);
        }
        match parts.split_first() {
            Some((Part::Many, [])) => Self::AnyName,
            Some((Part::Many, rest)) => text_of(rest).map_or(Self::Glob(parts.clone()), Self::Ending),
            _ => Self::Glob(parts),
        }
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            // `**` is handled where whole paths are walked.
            Self::AnyDepth | Self::AnyName => true,
            Self::Name(known) => known == name,
            Self::Ending(ending) => name.ends_with(ending.as_str()),
            Self::Glob(parts) => glob_matches(parts, name),
        }
    }
}

/// `[a-z]`, `[!a]`, `[^a]`; the text starts after the bracket. The part and what follows it, `None` where it is not closed.
fn class(text: &str) -> Option<(Part, &str)> {
    let (negated, body) = match text.strip_prefix(['!', '^']) {
        Some(body) => (true, body),
        None => (false, text),
    };
    let mut ranges = Vec::new();
    let mut letters = body.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == ']' && !ranges.is_empty() {
            return Some((Part::Class { ranges, negated }, body.get(at + 1..).unwrap_or_default()));
        }
        let low = if letter == '\\' { letters.next().map_or('\\', |(_, next)| next) } else { letter };
        let mut high = low;
        if let Some((dash, '-')) = letters.peek().copied()
            && let Some(end) = body.get(dash + 1..).and_then(|rest| rest.chars().next()).filter(|end| *end != ']')
        {
            letters.next();
            letters.next();
            high = end;
        }
        ranges.push((low, high));
    }
    None
}

/// Walks pattern and name together; on a mismatch only the last `*` takes one letter more.
fn glob_matches(parts: &[Part], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let fits = match (parts.get(p), name.get(at)) {
            (None, None) => return true,
            (Some(Part::Many), _) => {
                p += 1;
                retry = Some((p, at));
                continue;
            }
            (Some(Part::One), Some(_)) => true,
            (Some(Part::Letter(letter)), Some(found)) => letter == found,
            (Some(Part::Class { ranges, negated }), Some(found)) => {
                ranges.iter().any(|(low, high)| (low..=high).contains(&found)) != *negated
            }
            _ => false,
        };
        if fits {
            p += 1;
            at += 1;
            continue;
        }
        match retry {
            Some((after, from)) if from < name.len() => {
                p = after;
                at = from + 1;
                retry = Some((after, at));
            }
            _ => return false,
        }
    }
}
