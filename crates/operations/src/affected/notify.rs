//! Who has to be told: what an advisory or a list of exploited vulnerabilities that is loaded says of packages that are there already, a row
//! for each owning team. Muster sends nothing; whoever does takes the rows from here. Loading the same again adds none.

use std::collections::{BTreeMap, BTreeSet};

use intel::{Feed, IntelRow, Loaded};
use model::{Timestamp, Warning};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::advisories;
use store::queries::components::SpanRow;
use store::queries::findings;
use store::queries::notifications::{self, NotificationRow};

use super::owners::by_owner;
use super::question::Question;
use super::{AffectedAnswer, AffectedOwner, Found, items};
use crate::components::PackagePlaces;
use crate::load::merged_at;
use crate::{Muster, Result};

/// Vulnerabilities of one file that are noted; a first load of a whole database of advisories is no news.
const MOST: usize = 500;
/// Rows that one answer has at most.
const MOST_LISTED: usize = 1000;

/// What became known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NotificationKind {
    /// An advisory calls a version affected that is there.
    #[default]
    Affected,
    /// It is listed as exploited.
    Exploited,
}

impl NotificationKind {
    /// As it is printed and stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::Exploited => "exploited",
        }
    }
}

/// A team that has to be told of a vulnerability of its packages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notification {
    /// Its CVE, else the name of the advisory.
    pub vulnerability: String,
    pub kind: NotificationKind,
    /// When it was noted first.
    pub first: Timestamp,
    /// When it last reached more packages, services or targets of the team.
    pub changed: Timestamp,
    /// All its names.
    pub names: Vec<String>,
    /// The advisory's first sentence; absent where a list of exploited ones alone names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The file that brought the news.
    pub file: String,
    /// Whose, what of theirs, and how they are reached.
    #[serde(flatten)]
    pub has: AffectedOwner,
}

/// What is asked of notifications.
#[derive(Clone, Debug, Default)]
pub struct NotificationQuery {
    /// `Some(None)`: places that nobody owns.
    pub team: Option<Option<String>>,
    /// Noted, or grown, then or later.
    pub since: Option<Timestamp>,
    /// At most so many; 1,000 where none are asked for, and no more than that.
    pub limit: Option<usize>,
}

/// What a load added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noted {
    /// Rows that are new or have grown.
    pub(crate) rows: u64,
    pub(crate) warnings: Vec<Warning>,
}

impl Muster {
    /// Who has to be told, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn notifications(&self, query: &NotificationQuery) -> Result<Vec<Notification>> {
        let owner = query.team.as_ref().map(|team| team.as_deref().unwrap_or_default());
        let most = i64::try_from(query.limit.unwrap_or(MOST_LISTED).min(MOST_LISTED)).unwrap_or_default();
        let rows = self.db.read(|conn| notifications::list(conn, self.org, query.since.unwrap_or_default(), owner, most))?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.body_json)?)).collect()
    }

    /// Notes who has packages that the rows of a feed are about. `news` are the identifiers of which a list says something new.
    pub(crate) fn note_owners(&self, tx: &mut Conn, loaded: &Loaded, news: &BTreeSet<String>, file: &str, now: Timestamp) -> Result<Noted> {
        let (kind, mut names) = match loaded.feed {
            Feed::Advisories => (NotificationKind::Affected, advisories::of_own_packages(tx, self.org, &ids(loaded))?),
            Feed::Kev => (NotificationKind::Exploited, self.known_here(tx, news)?),
            _ => return Ok(Noted::default()),
        };
        let mut noted = Noted::default();
        if names.len() > MOST {
            let message = format!("{} vulnerabilities concern packages that are here: owners of the first {MOST} were noted", names.len());
            noted.warnings.push(Warning { message, ..Warning::default() });
            names.truncate(MOST);
        }
        let mut answers: BTreeMap<String, (AffectedAnswer, Found)> = BTreeMap::new();
        for name in names {
            let (answer, found) = self.found(tx, &Question::Vulnerability(name.clone()), now)?;
            if !found.is_empty() {
                answers.insert(called(&name, &answer.names), (answer, found));
            }
        }
        if answers.is_empty() {
            return Ok(noted);
        }
        let spans: Vec<SpanRow> = answers.values().flat_map(|(_, found)| found.values().map(|draft| draft.span.clone())).collect();
        let mut places = PackagePlaces::load(tx, self.org, &spans, now)?;
        let teams = merged_at(tx, self.org, now)?.inventory.teams;
        let called: Vec<String> = answers.keys().cloned().collect();
        let known: BTreeMap<(String, String, String), NotificationRow> = notifications::of_vulnerabilities(tx, self.org, &called)?
            .into_iter()
            .map(|row| ((row.vulnerability.clone(), row.kind.clone(), row.owner.clone()), row))
            .collect();
        let summaries = summaries(loaded);
        let mut rows = Vec::new();
        for (vulnerability, (mut answer, found)) in answers {
            answer.items = items(found, &mut places);
            let names = std::mem::take(&mut answer.names);
            let summary = names.iter().find_map(|name| summaries.get(name.as_str())).map(|text| (*text).to_owned()).unwrap_or_default();
            for has in by_owner(answer, &teams).items {
                let owner = has.owner.clone().unwrap_or_default();
                let mut new = Notification {
                    vulnerability: vulnerability.clone(),
                    kind,
                    first: now,
                    changed: now,
                    names: names.clone(),
                    summary: summary.clone(),
                    file: file.to_owned(),
                    has,
                };
                let key = (vulnerability.clone(), kind.word().to_owned(), owner.clone());
                if let Some(row) = known.get(&key) {
                    let old: Notification = serde_json::from_str(&row.body_json)?;
                    if !grew(&old.has, &new.has) {
                        continue;
                    }
                    new.first = old.first;
                }
                noted.rows += 1;
                rows.push(NotificationRow {
                    vulnerability: vulnerability.clone(),
                    kind: kind.word().to_owned(),
                    owner,
                    first: new.first,
                    changed: new.changed,
                    body_json: serde_json::to_string(&new)?,
                });
            }
        }
        notifications::put(tx, self.org, &rows)?;
        Ok(noted)
    }

    /// Of these identifiers those that findings name, or advisories on packages that are here.
    fn known_here(&self, tx: &mut Conn, names: &BTreeSet<String>) -> Result<Vec<String>> {
        let ours: BTreeSet<String> = findings::all_identifiers(tx, self.org)?.into_iter().collect();
        let list: Vec<String> = names.iter().cloned().collect();
        let rows = advisories::of_names(tx, &list)?;
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let here: BTreeSet<String> = advisories::of_own_packages(tx, self.org, &ids)?.into_iter().collect();
        let by_advisory: BTreeSet<&String> = rows.iter().filter(|row| here.contains(&row.id)).flat_map(|row| &row.names).collect();
        Ok(names.iter().filter(|name| ours.contains(*name) || by_advisory.contains(*name)).cloned().collect())
    }
}

fn ids(loaded: &Loaded) -> Vec<String> {
    let id = |row: &IntelRow| match row {
        IntelRow::Advisory { id, withdrawn: None, .. } => Some(id.clone()),
        _ => None,
    };
    loaded.rows.iter().filter_map(id).collect::<BTreeSet<String>>().into_iter().collect()
}

/// What advisories are about, by each of their names.
fn summaries(loaded: &Loaded) -> BTreeMap<&str, &str> {
    let mut out = BTreeMap::new();
    for row in &loaded.rows {
        if let IntelRow::Advisory { names, summary, .. } = row {
            out.extend(names.iter().map(|name| (name.as_str(), summary.as_str())));
        }
    }
    out
}

/// The one CVE among the names, else the name that was asked for: an advisory may be about several.
fn called(name: &str, names: &[String]) -> String {
    let mut cves = names.iter().filter(|name| name.starts_with("CVE-"));
    match (cves.next(), cves.next()) {
        (Some(only), None) => only.clone(),
        _ => name.to_owned(),
    }
}

/// True where there is a package, service or target that was not told of.
fn grew(old: &AffectedOwner, new: &AffectedOwner) -> bool {
    let more = |of: fn(&AffectedOwner) -> &Vec<String>| of(new).iter().any(|each| !of(old).contains(each));
    more(|has| &has.packages) || more(|has| &has.services) || more(|has| &has.targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_news_when_it_reaches_more() {
        let has = |packages: &[&str], services: &[&str]| AffectedOwner {
            packages: packages.iter().map(|each| (*each).to_owned()).collect(),
            services: services.iter().map(|each| (*each).to_owned()).collect(),
            ..AffectedOwner::default()
        };
        let before = has(&["pkg:npm/a@1", "pkg:npm/b@1"], &["api"]);
        assert!(!grew(&before, &before));
        assert!(!grew(&before, &has(&["pkg:npm/b@1"], &["api"])), "less is no news");
        assert!(grew(&before, &has(&["pkg:npm/b@2"], &["api"])));
        assert!(grew(&before, &has(&["pkg:npm/a@1"], &["api", "web"])));
    }

    #[test]
    fn one_vulnerability_has_one_name_whichever_advisory_comes() {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(called("GHSA-X", &names(&["CVE-2026-1", "GHSA-X"])), "CVE-2026-1");
        assert_eq!(called("RHSA-1", &names(&["CVE-2026-1", "CVE-2026-2", "RHSA-1"])), "RHSA-1", "it is about two");
        assert_eq!(called("MAL-1", &names(&["MAL-1"])), "MAL-1");
    }
}
