//! Whether a report looked at the place of a finding (import rule 3).

use std::collections::BTreeSet;

use model::{Coverage, CoverageState, Kind};
use serde::{Deserialize, Serialize};

/// What closing needs to know of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    pub kind: Kind,
    /// Canonical rule.
    pub rule: &'a str,
    /// Path inside the scanned root, where it has one.
    pub path: Option<&'a str>,
}

/// What a report looked at. Kept with the report, so that history can be replayed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Nothing is covered by a report that is not complete.
    pub complete: bool,
    pub failed: bool,
    /// Common folder of the stated roots; absent: the whole category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// Files or folders that could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// All active rules, where the format's page says that the report names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<BTreeSet<String>>,
    /// Kinds that the run looked for; empty: every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
}

impl Scope {
    /// The scope of a report with that coverage. `kinds_seen` are the kinds of its results, `kinds_known` those that the tool has
    /// ever shown for this target: a tool of several kinds covers only those that the report states or has results of.
    /// `whole` is true where a person said `--complete`.
    #[must_use]
    pub fn new(coverage: &Coverage, kinds_seen: &BTreeSet<Kind>, kinds_known: &BTreeSet<Kind>, whole: bool) -> Self {
        let claims = &coverage.claims;
        let all: BTreeSet<Kind> = kinds_known | kinds_seen;
        let mut kinds = Vec::new();
        if !claims.kinds.is_empty() {
            kinds = claims.kinds.iter().copied().chain(kinds_seen.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect();
        } else if all.len() > 1 && !whole {
            kinds = kinds_seen.iter().copied().collect();
        }
        let nothing = all.len() > 1 && kinds.is_empty() && !whole;
        Self {
            complete: coverage.state == CoverageState::Complete && !nothing,
            failed: coverage.state == CoverageState::Failed,
            root: common_root(&claims.roots),
            unread: claims.unread.iter().map(|path| clean(path).to_owned()).collect(),
            rules: claims.rules.as_ref().map(|rules| rules.iter().cloned().collect()),
            kinds,
        }
    }

    /// True where the absence of that finding from the report means that it is gone.
    #[must_use]
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        // People's findings never close because a later report does not repeat them (rule 6).
        if !self.complete || subject.kind == Kind::Pentest {
            return false;
        }
        if !self.kinds.is_empty() && !self.kinds.contains(&subject.kind) {
            return false;
        }
        if self.rules.as_ref().is_some_and(|rules| !rules.contains(subject.rule)) {
            return false;
        }
        let Some(path) = subject.path.map(clean) else { return true };
        let inside = self.root.as_deref().is_none_or(|root| is_under(path, root));
        inside
            && !self.unread.iter().any(|unread| {
                is_under(path, unread)
                    || is_under(unread, path)
                    || path.ends_with(&format!("/{unread}"))
                    || unread.ends_with(&format!("/{path}"))
            })
    }
}

fn clean(path: &str) -> &str {
    path.trim_start_matches("file://").trim_start_matches("./").trim_end_matches('/')
}

fn is_under(path: &str, folder: &str) -> bool {
    folder.is_empty() || folder == "." || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The longest folder that all roots share; absent where none is stated, or where a root is absolute and so says nothing about
/// paths inside the repository.
fn common_root(roots: &[String]) -> Option<String> {
    let mut common: Option<Vec<&str>> = None;
    for root in roots {
        if root.starts_with('/') || root.contains(":\\") || root.contains("://") {
            return None;
        }
        let segments: Vec<&str> = clean(root).split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect();
        common = Some(match common {
            None => segments,
            Some(before) => before.into_iter().zip(segments).take_while(|(a, b)| a == b).map(|(a, _)| a).collect(),
        });
    }
    common.map(|segments| segments.join("/")).filter(|root| !root.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ScanClaims;

    fn scope(claims: ScanClaims, seen: &[Kind], known: &[Kind]) -> Scope {
        let coverage = Coverage { state: CoverageState::Complete, reason: None, claims };
        Scope::new(&coverage, &seen.iter().copied().collect(), &known.iter().copied().collect(), false)
    }

    fn at(path: &str) -> Subject<'_> {
        Subject { kind: Kind::Sast, rule: "r", path: Some(path) }
    }

    #[test]
    fn roots_and_unread_files_limit_what_closes() {
        let claims =
            ScanClaims { roots: vec!["src/a".into(), "src/b".into()], unread: vec!["src/b/broken.py".into()], ..ScanClaims::default() };
        let scope = scope(claims, &[Kind::Sast], &[Kind::Sast]);
        assert!(scope.covers(&at("src/a/deleted.py")) && scope.covers(&at("src/c/x.py")));
        assert!(!scope.covers(&at("lib/x.py")) && !scope.covers(&at("src/b/broken.py")));
        assert!(!scope.covers(&at("srcs/x.py")), "a folder's name is not a prefix of another's");
    }

    #[test]
    fn a_tool_of_several_kinds_closes_only_what_it_shows() {
        let both = [Kind::Sca, Kind::Secret];
        assert!(!scope(ScanClaims::default(), &[Kind::Sca], &both).covers(&Subject { kind: Kind::Secret, rule: "r", path: None }));
        assert!(scope(ScanClaims::default(), &[Kind::Sca], &both).covers(&Subject { kind: Kind::Sca, rule: "r", path: None }));
        assert!(!scope(ScanClaims::default(), &[], &both).covers(&Subject { kind: Kind::Sca, rule: "r", path: None }));
        assert!(scope(ScanClaims::default(), &[], &[Kind::Sca]).covers(&Subject { kind: Kind::Sca, rule: "r", path: None }));
    }

    #[test]
    fn rules_and_pentests() {
        let claims = ScanClaims { rules: Some(vec!["other".into()]), ..ScanClaims::default() };
        assert!(!scope(claims, &[Kind::Sast], &[Kind::Sast]).covers(&at("x")));
        assert!(!scope(ScanClaims::default(), &[Kind::Pentest], &[Kind::Pentest]).covers(&Subject {
            kind: Kind::Pentest,
            rule: "r",
            path: None
        }));
    }
}
