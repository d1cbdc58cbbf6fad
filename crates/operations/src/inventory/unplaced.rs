//! `inventory unplaced`: open issues that no service has, with what was looked for and where they may belong.

use std::collections::HashMap;

use model::{Issue, Timestamp};
use pipeline::correlate::PlaceSuggestion;
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::issues::IssueRow;
use store::queries::{findings, issues};

use crate::derive::{Member, place_input, placed};
use crate::load::{Streams, world};
use crate::{Muster, Result};

/// An issue that no service of the inventory has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Unplaced {
    pub issue: String,
    pub title: String,
    pub place: String,
    /// What was looked for.
    pub because: String,
    /// Findings in it.
    pub findings: u64,
    /// The implicit component that it has instead of a service: issues of one key are placed by one line.
    pub component: String,
    /// The tier that its due date counts by.
    pub tier: String,
    /// Services that it may belong to, likeliest first, each with the line that would place it.
    pub suggestions: Vec<PlaceSuggestion>,
}

/// Issues that are read at once.
const AT_ONCE: usize = 2000;

impl Muster {
    /// Open issues that no service of the inventory has, best first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unplaced(&self, limit: Option<usize>, now: Timestamp) -> Result<Vec<Unplaced>> {
        self.settle(now)?;
        self.db.try_read(|conn| {
            let mut ids = issues::unplaced(conn, self.org)?;
            ids.truncate(limit.unwrap_or(usize::MAX));
            let world = world(conn, self.org, now)?;
            let streams = Streams::load(conn, self.org, &world.index)?;
            let mut out = Vec::new();
            // One implicit component has many issues, and is asked about once.
            let mut known: HashMap<String, Vec<PlaceSuggestion>> = HashMap::new();
            for some in ids.chunks(AT_ONCE) {
                let mut rows: HashMap<String, Vec<_>> = HashMap::new();
                for row in findings::of_issues(conn, self.org, some)? {
                    rows.entry(row.issue.clone()).or_default().push(row);
                }
                let mut stored: HashMap<String, IssueRow> =
                    issues::by_ids(conn, self.org, some)?.into_iter().map(|row| (row.id.clone(), row)).collect();
                for id in some {
                    let Some(issue) = stored.remove(id) else { continue };
                    let issue = issue.issue()?;
                    let members = rows.remove(id).unwrap_or_default();
                    let findings = members.len() as u64;
                    let Some(first) = members.into_iter().next() else { continue };
                    let member = Member::read(first)?;
                    let place = placed(&world.index, &streams, &member.row, &member.finding).place;
                    let suggestions = match known.get(&place.key) {
                        Some(found) => found.clone(),
                        None => {
                            let found = place_input(&streams, &member.row, &member.finding, |input| world.index.suggest(input));
                            known.insert(place.key.clone(), found.clone());
                            found
                        }
                    };
                    let Issue { id, title, place: line, tier, .. } = issue;
                    let (component, because) = (place.key, place.because);
                    out.push(Unplaced { issue: id, title, place: line, because, findings, component, tier: tier.id, suggestions });
                }
            }
            Ok(out)
        })
    }
}
