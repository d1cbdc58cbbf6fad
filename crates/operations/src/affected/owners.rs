//! `affected --by-owner`: who has to be told, with what each of them has and how they are reached.

use std::collections::{BTreeMap, BTreeSet};

use model::{Team, TeamTargets, Timestamp, Tri};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Affected, AffectedAnswer};
use crate::load::merged_at;
use crate::{Muster, Result};

/// Most places that a row names.
const MOST_NAMED: usize = 100;

/// A team that owns places which have the package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AffectedOwner {
    /// Absent: places that nobody owns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How the team is reached, as the inventory says.
    pub contacts: TeamTargets,
    /// Users and addresses of the team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Since when the first of the places has it, by the scans that saw it.
    #[serde(default)]
    pub since: Timestamp,
    /// Packages with their versions, as `pkg:npm/next@14.1.0`.
    pub packages: Vec<String>,
    pub services: Vec<String>,
    /// Where nothing of a service is known: the repositories and images; at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// How many places have it.
    pub places: u64,
    /// In how many of them something is deployed.
    pub deployed: u64,
    /// In how many of them a service runs in production.
    pub production: u64,
    /// Versions that end it, as advisories and tools name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// Issues that scanners have raised of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<String>,
}

/// An answer of [`Muster::affected_owners`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AffectedOwners {
    /// What was asked, as it was understood.
    pub question: String,
    /// The day since which it is listed as exploited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_exploited_since: Option<Timestamp>,
    /// The time of which the answer speaks.
    pub at: Timestamp,
    /// Those with most in production first, then with most deployed, then by name; what nobody owns last.
    pub items: Vec<AffectedOwner>,
    /// What the answer does not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Muster {
    /// Who has what is vulnerable, by owning team, with how each is reached. The same question as [`Muster::affected`].
    ///
    /// # Errors
    /// When the question cannot be understood, the time lies ahead, or the database fails.
    pub fn affected_owners(&self, question: &str, as_of: Option<Timestamp>, now: Timestamp) -> Result<AffectedOwners> {
        let answer = self.affected(question, as_of, now)?;
        let teams = self.db.try_read(|conn| merged_at(conn, self.org, answer.at))?.inventory.teams;
        Ok(by_owner(answer, &teams))
    }
}

pub(super) fn by_owner(answer: AffectedAnswer, teams: &[Team]) -> AffectedOwners {
    let mut rows: BTreeMap<Option<String>, Vec<Affected>> = BTreeMap::new();
    for item in answer.items {
        rows.entry(item.has.at.owner.clone()).or_default().push(item);
    }
    let mut items: Vec<AffectedOwner> = rows.into_iter().map(|(owner, places)| row(owner, &places, teams)).collect();
    items.sort_by(|a, b| {
        let weight = |row: &AffectedOwner| (row.owner.is_some(), row.production, row.deployed, row.places);
        weight(b).cmp(&weight(a)).then_with(|| a.owner.cmp(&b.owner))
    });
    AffectedOwners {
        question: answer.question,
        known_exploited_since: answer.known_exploited_since,
        at: answer.at,
        items,
        warnings: answer.warnings,
    }
}

fn row(owner: Option<String>, places: &[Affected], teams: &[Team]) -> AffectedOwner {
    let team = teams.iter().find(|team| Some(&team.name) == owner.as_ref());
    let all = |of: fn(&Affected) -> Vec<String>| places.iter().flat_map(of).collect::<BTreeSet<String>>().into_iter().collect::<Vec<_>>();
    let count = |of: fn(&&Affected) -> bool| places.iter().filter(of).count() as u64;
    let mut targets = all(|place| if place.has.at.services.is_empty() { vec![place.has.at.target.clone()] } else { Vec::new() });
    targets.truncate(MOST_NAMED);
    AffectedOwner {
        contacts: team.map(|team| team.targets.clone()).unwrap_or_default(),
        members: team.map(|team| team.members.clone()).unwrap_or_default(),
        since: places.iter().map(|place| place.has.since).min().unwrap_or_default(),
        packages: all(|place| vec![versioned(&place.package, &place.has.version)]),
        services: all(|place| place.has.at.services.clone()),
        targets,
        places: places.len() as u64,
        deployed: count(|place| !place.has.at.deployments.is_empty()),
        production: count(|place| place.has.at.production == Tri::Yes),
        fixed: all(|place| place.fixed.clone()),
        issues: all(|place| place.issues.clone()),
        owner,
    }
}

/// `pkg:npm/next@15.0.1`; without a version where no report states one.
fn versioned(package: &str, version: &str) -> String {
    if version.is_empty() { package.to_owned() } else { format!("{package}@{version}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::{ComponentUse, Where};

    fn place(owner: Option<&str>, service: &str, production: Tri) -> Affected {
        let services = if service.is_empty() { Vec::new() } else { vec![service.to_owned()] };
        let at = Where { owner: owner.map(Into::into), services, target: "github.com/acme/x".into(), production, ..Where::default() };
        Affected {
            package: "pkg:npm/next".into(),
            has: ComponentUse { version: "14.1.0".into(), at, ..ComponentUse::default() },
            ..Affected::default()
        }
    }

    #[test]
    fn those_with_most_in_production_are_told_first() {
        let items = vec![
            place(None, "", Tri::Unknown),
            place(Some("a"), "one", Tri::No),
            place(Some("b"), "two", Tri::Yes),
            place(Some("b"), "two", Tri::Yes),
        ];
        let reached = TeamTargets { email: Some("b@acme.example".into()), ..TeamTargets::default() };
        let teams = [Team { name: "b".into(), targets: reached, ..Team::default() }];
        let answer = by_owner(AffectedAnswer { items, ..AffectedAnswer::default() }, &teams);
        let shown: Vec<_> = answer.items.iter().map(|row| (row.owner.as_deref(), row.places, row.production)).collect();
        assert_eq!(shown, [(Some("b"), 2, 2), (Some("a"), 1, 0), (None, 1, 0)]);
        let [b, a, nobody] = answer.items.as_slice() else { panic!("three rows") };
        assert_eq!((b.contacts.email.as_deref(), b.services.as_slice()), (Some("b@acme.example"), &["two".to_owned()][..]));
        assert_eq!(b.packages, ["pkg:npm/next@14.1.0"], "a package is named once");
        assert_eq!(a.contacts, TeamTargets::default());
        assert_eq!(nobody.targets, ["github.com/acme/x"], "what has no service is named by its target");
    }
}
