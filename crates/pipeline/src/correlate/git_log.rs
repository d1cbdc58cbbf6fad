//! The log of a repository: who works where, as a *suggestion* of an owner. It decides nothing.
//!
//! Read is what `git log --no-merges --name-only --date=iso-strict` prints. Only commits of the last 180 days before the newest one count, and of each folder
//! (down to three levels) the ten people with the most commits are kept. Source: git-scm.com, "git log", format `medium`.

use std::collections::{BTreeMap, HashMap};

use model::{Inventory, Service, SourceLine, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::repository_key;
use super::owner::TeamNames;
use super::{Declared, FileId, Problem};

/// Days before the newest commit that count.
const WINDOW: i64 = 180;
/// Deepest folders that are told apart.
const DEPTH: usize = 3;
/// Most folders of one log, and people of one folder.
const MOST: (usize, usize) = (20_000, 10);

/// What somebody did in a folder of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    /// Empty: the whole repository.
    pub path: String,
    /// E-mail address, in lower case.
    pub who: String,
    /// Commits within the window.
    pub commits: u64,
    pub last: Timestamp,
}

/// A team that may own a service, because its people work there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OwnerSuggestion {
    /// Absent where no team has these people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Who works there, most commits first.
    pub people: Vec<Activity>,
    pub because: String,
}

/// True where a text looks like a log.
#[must_use]
pub fn recognise(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.strip_prefix("commit ").is_some_and(|id| id.len() >= 40 && id.bytes().take(40).all(|byte| byte.is_ascii_hexdigit()))
}

/// Reads a log.
#[must_use]
pub fn read(file: FileId, text: &str) -> (Declared, Vec<Problem>) {
    let at = |line: u32| SourceLine { file: file.path.clone(), line };
    let mut problems = Vec::new();
    if file.repository.is_empty() {
        let problem = Problem::error(at(0), "of which repository this log is was not said");
        problems.push(problem.instead("apply it with `--repo github.com/acme/checkout`"));
    }
    let newest = text.lines().filter_map(|line| line.strip_prefix("Date:")).filter_map(Timestamp::lenient).max();
    let Some(newest) = newest else {
        let problem = Problem::error(at(1), "no commit with a date that can be read");
        problems.push(problem.instead("write the log with `git log --no-merges --name-only --date=iso-strict`"));
        return (Declared { file, lenient: true, ..Declared::default() }, problems);
    };
    let since = newest.plus_days(-WINDOW);
    let mut counted: HashMap<(String, String), (u64, Timestamp)> = HashMap::new();
    let mut folders: BTreeMap<String, ()> = BTreeMap::new();
    let mut commit = Commit::default();
    for line in text.lines() {
        if line.starts_with("commit ") {
            commit.count(since, &mut folders, &mut counted);
            commit = Commit::default();
        } else if let Some(author) = line.strip_prefix("Author:") {
            commit.who = author.rsplit_once('<').map(|(_, mail)| mail.trim_end_matches('>').trim().to_lowercase());
        } else if let Some(date) = line.strip_prefix("Date:") {
            commit.at = Timestamp::lenient(date);
        } else if !line.starts_with([' ', '\t']) && !line.trim().is_empty() && !line.starts_with("Merge:") && commit.at.is_some() {
            commit.touch(line.trim());
        }
    }
    commit.count(since, &mut folders, &mut counted);
    let mut by_folder: BTreeMap<String, Vec<Activity>> = BTreeMap::new();
    for ((path, who), (commits, last)) in counted {
        by_folder.entry(path.clone()).or_default().push(Activity { path, who, commits, last });
    }
    let mut activity = Vec::new();
    for mut people in by_folder.into_values() {
        people.sort_by(|a, b| (b.commits, b.last, &a.who).cmp(&(a.commits, a.last, &b.who)));
        people.truncate(MOST.1);
        activity.extend(people);
    }
    (Declared { file, lenient: true, activity, ..Declared::default() }, problems)
}

#[derive(Default)]
struct Commit {
    who: Option<String>,
    at: Option<Timestamp>,
    /// Folders that it touched, each once.
    folders: Vec<String>,
}

impl Commit {
    fn touch(&mut self, path: &str) {
        let path = path.trim_matches('"');
        let ends = path.match_indices('/').map(|(at, _)| at).take(DEPTH);
        for folder in std::iter::once("").chain(ends.filter_map(|end| path.get(..end))) {
            // A commit that touches a thousand folders says nothing of any.
            if self.folders.len() < 200 && !self.folders.iter().any(|known| known == folder) {
                self.folders.push(folder.to_owned());
            }
        }
    }

    fn count(&mut self, since: Timestamp, known: &mut BTreeMap<String, ()>, out: &mut HashMap<(String, String), (u64, Timestamp)>) {
        let (Some(who), Some(at)) = (self.who.take(), self.at.filter(|at| *at >= since)) else { return };
        if who.contains("[bot]") {
            return;
        }
        for folder in self.folders.drain(..) {
            if known.len() >= MOST.0 && !known.contains_key(&folder) {
                continue;
            }
            known.insert(folder.clone(), ());
            let entry = out.entry((folder, who.clone())).or_insert((0, at));
            entry.0 += 1;
            entry.1 = entry.1.max(at);
        }
    }
}

/// Who may own a service, by who works in its folder: the nearest folder of which a log speaks.
#[must_use]
pub fn suggest_owner(files: &[Declared], inventory: &Inventory, service: &Service) -> Option<OwnerSuggestion> {
    let home = repository_key(service.repository.as_deref()?);
    let teams = TeamNames::new(inventory);
    let mut folder = service.path.as_str();
    loop {
        let of_folder = |file: &&Declared| repository_key(&file.file.repository) == home;
        let found = files.iter().filter(of_folder).flat_map(|file| file.activity.iter().map(move |one| (file, one)));
        let people: Vec<(&Declared, &Activity)> = found.filter(|(_, one)| one.path == folder).collect();
        if let Some((file, _)) = people.first() {
            let mut by_team: BTreeMap<&str, u64> = BTreeMap::new();
            for (_, one) in &people {
                if let Some(team) = teams.resolve(&one.who) {
                    *by_team.entry(team).or_default() += one.commits;
                }
            }
            let all: u64 = people.iter().map(|(_, one)| one.commits).sum();
            let best = by_team.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
            let where_ = if folder.is_empty() { "the repository".to_owned() } else { folder.to_owned() };
            let because = match best {
                Some((team, commits)) => {
                    format!("{commits} of {all} commits in {where_} within {WINDOW} days are of team {team}'s people ({})", file.file)
                }
                None => format!("{all} commits in {where_} within {WINDOW} days, by people of no team ({})", file.file),
            };
            let people = people.into_iter().map(|(_, one)| one.clone()).collect();
            return Some(OwnerSuggestion { team: best.map(|(team, _)| team.to_owned()), people, because });
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

#[cfg(test)]
mod tests {
    use model::Team;

    use super::*;

    const LOG: &str = "commit 1111111111111111111111111111111111111111
Author: Ana <Ana@acme.example>
Date:   2026-11-02T10:00:00+01:00

    A change: commit nothing

services/api/a.py
services/api/b.py

commit 2222222222222222222222222222222222222222
Author: Ben <ben@acme.example>
Date:   2026-10-02T10:00:00+00:00

    Another

services/api/a.py
web/x.ts

commit 3333333333333333333333333333333333333333
Author: Old <old@acme.example>
Date:   2025-10-02T10:00:00+00:00

    Long ago

services/api/a.py
";

    #[test]
    fn who_works_where() {
        let id = FileId { repository: "github.com/acme/shop".into(), path: "git log".into() };
        assert!(recognise(LOG) && !recognise("commit abc\n"));
        let (declared, problems) = read(id, LOG);
        assert_eq!(problems, []);
        let shown: Vec<_> = declared.activity.iter().map(|one| (one.path.as_str(), one.who.as_str(), one.commits)).collect();
        assert_eq!(
            shown,
            [
                ("", "ana@acme.example", 1),
                ("", "ben@acme.example", 1),
                ("services", "ana@acme.example", 1),
                ("services", "ben@acme.example", 1),
                ("services/api", "ana@acme.example", 1),
                ("services/api", "ben@acme.example", 1),
                ("web", "ben@acme.example", 1),
            ]
        );
        let team = Team { name: "red".into(), members: vec!["ben@acme.example".into()], ..Team::default() };
        let inventory = Inventory { teams: vec![team], ..Inventory::default() };
        let service =
            Service { repository: Some("github.com/Acme/shop".into()), path: "services/api/deep/er".into(), ..Service::default() };
        let found = suggest_owner(&[declared], &inventory, &service).unwrap();
        assert_eq!((found.team.as_deref(), found.people.len()), (Some("red"), 2));
        assert!(found.because.starts_with("1 of 2 commits in services/api"), "{}", found.because);
    }

    #[test]
    fn logs_that_say_too_little() {
        let (_, problems) = read(FileId::default(), "commit 1111111111111111111111111111111111111111\n");
        assert_eq!(problems.len(), 2);
    }
}
