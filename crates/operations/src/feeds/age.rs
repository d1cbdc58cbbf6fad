//! When a feed is old. The limits are data; the day that counts is the one that the feed speaks of, not the one of its loading.

use std::collections::BTreeMap;

use model::{Issue, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::intel as queries;

use super::FeedList;
use crate::Result;

/// How old the newest file of a feed is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FeedAge {
    /// Days since the day that it speaks of.
    pub days: i64,
    /// Days after which it is old; absent where it does not age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    pub stale: bool,
}

impl FeedAge {
    pub(crate) fn of(feed: &str, dated: Timestamp, at: Timestamp, list: &FeedList) -> Self {
        let days = (at.0 - dated.0).div_euclid(Timestamp::DAY).max(0);
        let limit = list.max_age_days.get(feed).copied();
        Self { days, limit, stale: limit.is_some_and(|limit| days > i64::from(limit)) }
    }
}

/// A sentence on each feed, and each of its lists, whose newest file of that time was old then. A feed that was loaded later only says nothing of that time.
fn old_feeds(conn: &mut Conn, at: Timestamp) -> Result<Vec<String>> {
    let mut newest: BTreeMap<(String, String), Timestamp> = BTreeMap::new();
    // Advisories answer who has a package: no issue rests on them.
    let about_issues = |row: &queries::FeedRow| row.dated <= at && row.feed != intel::Feed::Advisories.word();
    for row in queries::feeds(conn)?.into_iter().filter(about_issues) {
        newest.insert((row.feed, row.list), row.dated);
    }
    let list = FeedList::shipped();
    let old = newest.into_iter().filter_map(|((feed, whose), dated)| {
        let age = FeedAge::of(&feed, dated, at, &list);
        let limit = age.limit.filter(|_| age.stale)?;
        let day: String = dated.to_string().chars().take(10).collect();
        let title = intel::Feed::ALL.into_iter().find(|known| known.word() == feed).map(intel::Feed::title)?;
        let whose = if whose.is_empty() { whose } else { format!(" ({whose})") };
        Some(format!(
            "{title}{whose}: the newest file is of {day}, {} days old (more than {limit}); `muster intel fetch` or `intel load` brings a newer one",
            age.days
        ))
    });
    Ok(old.collect())
}

/// The sentences on old feeds that an answer with these issues rests on.
pub(crate) fn stale_warnings(conn: &mut Conn, issues: &[Issue], at: Timestamp) -> Result<Vec<String>> {
    if !issues.iter().any(|issue| issue.identifiers.iter().any(|id| id.starts_with("CVE-"))) {
        return Ok(Vec::new());
    }
    old_feeds(conn, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_old_after_its_limit() {
        let list = FeedList { max_age_days: [("epss".to_owned(), 3)].into(), ..FeedList::default() };
        let age = |feed: &str, days: i64| FeedAge::of(feed, Timestamp(0), Timestamp(0).plus_days(days), &list);
        assert_eq!((age("epss", 3).stale, age("epss", 4).stale), (false, true));
        assert_eq!(age("cwe", 4000), FeedAge { days: 4000, limit: None, stale: false });
        assert_eq!(age("epss", -2).days, 0);
    }
}
