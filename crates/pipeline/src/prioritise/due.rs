//! When it is due.
//!
//! The clock starts when the issue is first open on a tracked ref. A CVE that enters KEV later makes the tier stricter from that day on:
//! due is the earlier of what it was and the day of the entry plus the new days. Due is the end of that day in UTC.

use ::model::{Tier, Timestamp};

use super::resolve::Facts;
use super::tier;

pub(super) fn due(facts: &Facts<'_>, tier: &Tier) -> Option<Timestamp> {
    let first = facts.input.first_seen;
    let after = |start: Timestamp, days: u32| start.plus_days(i64::from(days)).end_of_day();
    let entered_later = facts.kev.map(|kev| kev.added).filter(|added| *added > first);
    let Some(entered) = entered_later else {
        return tier.days.map(|days| after(first, days));
    };
    let before = tier::decide(facts, true).days.map(|days| after(first, days));
    let since = tier.days.map(|days| after(entered, days));
    [before, since].into_iter().flatten().min()
}
