//! Random histories of imports, decisions, merges, splits and second thoughts: no finding is ever hidden that nobody saw.

use std::collections::{BTreeMap, BTreeSet};

use model::{Issue, State, Timestamp};
use operations::{ImportFlags, IssueQuery, Muster, StateChange, Upload};
use proptest::prelude::*;
use store::testing::Place;

use crate::reports::{EVAL, MD5, SQL, Weak, bandit, osv, semgrep, trivy};
use crate::support::{day, open};

/// One step of a history. Numbers choose among what there is then.
#[derive(Clone, Debug)]
enum Act {
    /// A tool reports these weaknesses (a bit each), shifted by some lines.
    Scan {
        tool: u8,
        weak: u8,
        shift: u32,
    },
    Set {
        issue: usize,
        state: usize,
        days: Option<i64>,
    },
    Merge {
        issue: usize,
        other: usize,
    },
    Split {
        issue: usize,
        apart: usize,
    },
    Judge {
        issue: usize,
        other: usize,
        accept: bool,
    },
    Undo {
        issue: usize,
    },
    /// Time passes: terms end.
    Wait {
        days: i64,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (0..4u8, 0..8u8, 0..3u32).prop_map(|(tool, weak, shift)| Act::Scan { tool, weak, shift }),
        4 => (0..9usize, 0..6usize, proptest::option::of(1..20i64)).prop_map(|(issue, state, days)| Act::Set { issue, state, days }),
        3 => (0..9usize, 0..9usize).prop_map(|(issue, other)| Act::Merge { issue, other }),
        2 => (0..9usize, 0..4usize).prop_map(|(issue, apart)| Act::Split { issue, apart }),
        2 => (0..9usize, 0..9usize, any::<bool>()).prop_map(|(issue, other, accept)| Act::Judge { issue, other, accept }),
        3 => (0..9usize).prop_map(|issue| Act::Undo { issue }),
        1 => (1..15i64).prop_map(|days| Act::Wait { days }),
    ]
}

/// What a person said, as that person would remember it.
#[derive(Clone, Debug)]
struct Said {
    /// Findings that the person saw.
    saw: BTreeSet<String>,
    /// Takes them out of the queue until then. `None`: a word on links, or one that keeps them in it.
    hides: Option<Timestamp>,
    about_state: bool,
    undone: bool,
}

/// A Muster with what its users remember.
struct History {
    muster: Muster,
    clock: Timestamp,
    scans: i64,
    said: Vec<Said>,
    /// What each tool reported last: rule or package, and path.
    reported: BTreeMap<u8, BTreeSet<(String, String)>>,
    known_ids: BTreeSet<String>,
}

const WEAK: [Weak; 3] = [SQL, EVAL, MD5];
const STATES: [State; 6] = [State::Open, State::InProgress, State::AcceptedRisk, State::Deferred, State::FalsePositive, State::NotAffected];

impl History {
    fn new(place: &Place) -> Self {
        let (said, reported, known_ids) = Default::default();
        Self { muster: open(place.url()), clock: day(100), scans: 0, said, reported, known_ids }
    }

    fn issues(&self) -> Vec<Issue> {
        let query = IssueQuery { any_state: true, with_findings: true, ..IssueQuery::default() };
        let mut issues = self.muster.issues(&query, self.clock).unwrap().issues;
        issues.sort_by(|a, b| a.id.cmp(&b.id));
        issues
    }

    fn act(&mut self, act: &Act) {
        self.clock = Timestamp(self.clock.0 + 1000);
        let issues = self.issues();
        let chosen = |number: usize| (!issues.is_empty()).then(|| &issues[number % issues.len()]);
        match *act {
            Act::Scan { tool, weak, shift } => self.scan(tool, weak, shift),
            Act::Wait { days } => self.clock = self.clock.plus_days(days),
            Act::Set { issue, state, days } => {
                let (Some(issue), state) = (chosen(issue), STATES[state]) else { return };
                let days = days.or((state == State::Deferred).then_some(3));
                let until = days.map(|days| self.clock.plus_days(days));
                let change = StateChange { state, reason: "looked at".into(), until };
                self.muster.set_state(&issue.id, &change, "ada", self.clock).unwrap();
                let hides = !state.in_queue();
                self.say(identities(issue), hides.then(|| until.unwrap_or(Timestamp(i64::MAX))), true);
            }
            Act::Merge { issue, other } => {
                let (Some(issue), Some(other)) = (chosen(issue), chosen(other)) else { return };
                if issue.id != other.id {
                    self.muster.merge(&issue.id, std::slice::from_ref(&other.id), "one change", "ada", self.clock).unwrap();
                    self.say(&identities(issue) | &identities(other), None, false);
                    let all = self.muster.issue(&issue.id, self.clock).unwrap().issue;
                    assert!(identities(&all).is_superset(&(&identities(issue) | &identities(other))), "merged is merged");
                }
            }
            Act::Split { issue, apart } => {
                let Some(issue) = chosen(issue) else { return };
                let all: Vec<String> = identities(issue).into_iter().collect();
                if all.len() > 1 {
                    let one = &all[apart % all.len()];
                    self.muster.split(&issue.id, std::slice::from_ref(one), "two places", "ada", self.clock).unwrap();
                    self.say(identities(issue), None, false);
                    let company = self.issues().into_iter().map(|issue| identities(&issue)).find(|all| all.contains(one)).unwrap();
                    assert!(all.iter().all(|other| other == one || !company.contains(other)), "split is split");
                }
            }
            Act::Judge { issue, other, accept } => {
                let (Some(issue), Some(other)) = (chosen(issue), chosen(other)) else { return };
                let finding = identities(other).into_iter().next().unwrap();
                if self.muster.judge_link(&issue.id, &finding, accept, "", "ada", self.clock).is_ok() {
                    let mut saw = identities(issue);
                    saw.insert(finding);
                    self.say(saw, None, false);
                }
            }
            Act::Undo { issue } => {
                let Some(issue) = chosen(issue) else { return };
                let saw = identities(issue);
                let newest = self.said.iter_mut().rev().find(|said| !said.undone && !said.saw.is_disjoint(&saw));
                let done = self.muster.undo(&issue.id, "ada", self.clock);
                assert_eq!(done.is_ok(), newest.is_some(), "there is something to take back where something was said");
                if let Some(said) = newest {
                    said.undone = true;
                }
            }
        }
    }

    fn say(&mut self, saw: BTreeSet<String>, hides: Option<Timestamp>, about_state: bool) {
        self.said.push(Said { saw, hides, about_state, undone: false });
    }

    fn scan(&mut self, tool: u8, weak: u8, shift: u32) {
        self.scans += 1;
        let seen: Vec<Weak> = WEAK.iter().enumerate().filter(|(n, _)| weak & (1 << n) != 0).map(|(_, w)| w.at(w.line + shift)).collect();
        let (cve, ghsa, name, version) = ("CVE-2023-45803", "GHSA-g4mx-q9vg-27p4", "urllib3", "1.26.5");
        let has_package = weak & 1 != 0;
        let (report, bytes) = match tool {
            0 => ("semgrep.json", semgrep(&seen)),
            1 => ("bandit.json", bandit(&seen)),
            2 if has_package => ("trivy.json", trivy(&[(cve, name, version)])),
            2 => ("trivy.json", trivy(&[("CVE-2024-3772", "pydantic", "1.10.2")])),
            _ if has_package => ("osv.json", osv(&[(ghsa, cve, name, version)])),
            _ => ("osv.json", osv(&[])),
        };
        let flags = ImportFlags { repo: Some("github.com/acme/shop".into()), at: Some(day(self.scans)), ..ImportFlags::default() };
        let answer = self.muster.import(vec![Upload::Bytes(report.into(), bytes)], &flags, self.clock, |_| {}).unwrap();
        if answer.has_errors() {
            return;
        }
        let reported = match tool {
            0 | 1 => seen.iter().map(|weak| (String::new(), weak.path.to_owned())).collect(),
            2 => BTreeSet::from([(if has_package { name } else { "pydantic" }.to_owned(), String::new())]),
            _ if !has_package => BTreeSet::new(),
            _ => BTreeSet::from([(name.to_owned(), String::new())]),
        };
        self.reported.insert(tool, reported);
    }

    /// True where a person who saw the finding took it out of the queue, and nobody said anything newer about it.
    fn may_be_hidden(&self, identity: &str) -> bool {
        let newest = self.said.iter().rev().find(|said| said.about_state && !said.undone && said.saw.contains(identity));
        newest.is_some_and(|said| said.hides.is_some_and(|until| until > self.clock))
    }

    fn check(&mut self) {
        let issues = self.issues();
        let queue: BTreeSet<String> =
            self.muster.issues(&IssueQuery::default(), self.clock).unwrap().issues.into_iter().map(|issue| issue.id).collect();
        let mut home: BTreeMap<String, &Issue> = BTreeMap::new();
        for issue in &issues {
            for identity in identities(issue) {
                assert!(home.insert(identity, issue).is_none(), "a finding is in one issue");
            }
        }
        for (tool, reported) in &self.reported {
            let names = [["Semgrep"], ["Bandit"], ["Trivy"], ["OSV-Scanner"]];
            for (package, path) in reported {
                let found = issues.iter().flat_map(|issue| issue.findings.iter().flatten()).find(|found| {
                    let finding = &found.finding;
                    let named = finding.package.as_ref().and_then(|package| package.name.clone()).unwrap_or_default();
                    names[usize::from(*tool)].contains(&finding.tool.as_str())
                        && if package.is_empty() { finding.location.path.as_deref() == Some(path) } else { named == *package }
                });
                let identity = found.and_then(|found| found.finding.identity.clone());
                let identity = identity.unwrap_or_else(|| panic!("what tool {tool} reports of {package}{path} is there"));
                let issue = home[&identity];
                assert!(
                    queue.contains(&issue.id) || self.may_be_hidden(&identity),
                    "{identity} is hidden in {} ({:?}, {:?}) though nobody who saw it said so: {:?}",
                    issue.id,
                    issue.state,
                    issue.decisions,
                    self.said
                );
            }
        }
        self.known_ids.extend(issues.iter().map(|issue| issue.id.clone()));
        for id in &self.known_ids {
            let view = self.muster.issue(id, self.clock).unwrap_or_else(|error| panic!("{id} leads nowhere: {error}"));
            assert!(home.values().any(|issue| issue.id == view.issue.id));
            assert!(!issues.iter().any(|issue| issue.id == *id) || view.issue.id == *id, "an id that lives leads to itself");
        }
        let diff = self.muster.identity_diff(self.clock).unwrap();
        assert_eq!((diff.merged, diff.split), (0, 0), "all at once would make the same: {diff:?}");
    }
}

fn identities(issue: &Issue) -> BTreeSet<String> {
    issue.findings.iter().flatten().filter_map(|found| found.finding.identity.clone()).collect()
}

fn live(acts: &[Act]) {
    let place = Place::sqlite();
    let mut history = History::new(&place);
    history.act(&Act::Scan { tool: 0, weak: 7, shift: 0 });
    for act in acts {
        history.act(act);
        history.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_finding_is_ever_hidden_unseen(acts in proptest::collection::vec(act(), 4..14)) {
        live(&acts);
    }
}
