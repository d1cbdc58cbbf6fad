//! A labelled programme, imported.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use model::Timestamp;
use operations::{ImportFlags, IssueQuery, Muster, SecretKey, Upload};

/// A result: report and index in it.
pub(crate) type Member = (String, u32);

/// What labels say of two results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Relation {
    Same,
    Different,
    /// The labels leave it open; the pair does not count.
    Open,
}

/// Labels of a programme.
#[derive(Default)]
pub(crate) struct Truth {
    /// Result to flaw.
    pub(crate) flaw: BTreeMap<Member, usize>,
    pub(crate) tool: BTreeMap<Member, String>,
    /// Class of each flaw.
    pub(crate) class: BTreeMap<usize, String>,
    /// Pairs of flaws, the smaller first, that the labels leave open.
    pub(crate) open: BTreeSet<(usize, usize)>,
}

impl Truth {
    pub(crate) fn relation(&self, a: &Member, b: &Member) -> Relation {
        let (x, y) = (self.flaw[a], self.flaw[b]);
        match x == y {
            true => Relation::Same,
            false if self.open.contains(&(x.min(y), x.max(y))) => Relation::Open,
            false => Relation::Different,
        }
    }
}

/// A report with the flags of its import.
pub(crate) struct Import {
    pub(crate) path: PathBuf,
    /// As the labels name it.
    pub(crate) name: String,
    pub(crate) flags: ImportFlags,
}

/// A programme in a database of its own, and what Muster made of it.
pub(crate) struct Programme {
    pub(crate) truth: Truth,
    pub(crate) issue: HashMap<Member, String>,
    identity: HashMap<Member, String>,
    confidence: HashMap<Member, f64>,
    /// Pairs of issues, the smaller id first, that are suggested, and how confidently.
    pub(crate) suggested: BTreeMap<(String, String), f64>,
    muster: Muster,
    _folder: tempfile::TempDir,
}

pub(crate) fn now() -> Timestamp {
    "2027-01-01T00:00:00Z".parse().expect("a time")
}

impl Programme {
    /// Imports reports in that order. `prepare` says what has to be known before.
    pub(crate) fn import(imports: &[Import], truth: Truth, prepare: impl FnOnce(&Muster)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("muster.db").display());
        let muster = Muster::open(&url, "default", SecretKey::new([7; 32]), now()).expect("an empty database opens");
        prepare(&muster);
        let mut made = Self {
            truth,
            issue: HashMap::new(),
            identity: HashMap::new(),
            confidence: HashMap::new(),
            suggested: BTreeMap::new(),
            muster,
            _folder: folder,
        };
        for import in imports {
            let bytes = std::fs::read(&import.path).expect("a report");
            made.muster.import(vec![Upload::Bytes(import.name.clone(), bytes)], &import.flags, now(), |_| {}).expect("the database works");
            // A later report of the stream may take the place of this one: what it showed is remembered.
            made.look();
        }
        for issue in made.issue.values_mut() {
            if let Ok(view) = made.muster.issue(issue, now()) {
                *issue = view.issue.id;
            }
        }
        made
    }

    fn look(&mut self) {
        let query = IssueQuery { any_state: true, with_findings: true, ..IssueQuery::default() };
        self.suggested.clear();
        for issue in self.muster.issues(&query, now()).expect("issues").issues {
            for found in issue.findings.iter().flatten() {
                let member = (found.finding.report.clone(), found.finding.index);
                self.issue.insert(member.clone(), issue.id.clone());
                self.identity.insert(member.clone(), found.finding.identity.clone().unwrap_or_default());
                self.confidence.insert(member, found.link.confidence);
            }
            for suggestion in &issue.suggestions {
                let (a, b) = (issue.id.clone().min(suggestion.issue.clone()), issue.id.clone().max(suggestion.issue.clone()));
                self.suggested.insert((a, b), suggestion.confidence);
            }
        }
    }

    /// Results and their issues without evidence on these fields.
    pub(crate) fn without(&self, fields: &[&str]) -> HashMap<Member, String> {
        let parts = self.muster.partition_without(fields, now()).expect("a partition");
        let of: HashMap<String, String> = parts
            .into_iter()
            .enumerate()
            .flat_map(|(number, part)| part.into_iter().map(move |identity| (identity, number.to_string())))
            .collect();
        self.identity.iter().filter_map(|(member, identity)| Some((member.clone(), of.get(identity)?.clone()))).collect()
    }

    /// Confidence of each link between labelled results and of each suggestion, and whether it is right.
    pub(crate) fn points(&self) -> Vec<(f64, bool)> {
        let mut by_issue: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
        for member in self.truth.flaw.keys() {
            if let Some(issue) = self.issue.get(member) {
                by_issue.entry(issue).or_default().push(member);
            }
        }
        let judge = |pairs: &mut dyn Iterator<Item = (&Member, &Member)>| {
            let said: Vec<Relation> = pairs.map(|(a, b)| self.truth.relation(a, b)).filter(|r| *r != Relation::Open).collect();
            (!said.is_empty()).then(|| said.iter().all(|relation| *relation == Relation::Same))
        };
        let mut points = Vec::new();
        for members in by_issue.values() {
            for member in members {
                let right = judge(&mut members.iter().filter(|other| *other != member).map(|other| (*member, *other)));
                if let (Some(right), Some(confidence)) = (right, self.confidence.get(*member)) {
                    points.push((*confidence, right));
                }
            }
        }
        for ((a, b), confidence) in &self.suggested {
            let (Some(left), Some(right)) = (by_issue.get(a.as_str()), by_issue.get(b.as_str())) else { continue };
            let right = judge(&mut left.iter().flat_map(|x| right.iter().map(move |y| (*x, *y))));
            points.extend(right.map(|right| (*confidence, right)));
        }
        points
    }
}

/// Files of a folder, by name.
pub(crate) fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths
}
