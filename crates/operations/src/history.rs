//! The queue as of a past moment: every issue derived from the times of its findings.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{Issue, Presence, Timestamp};
use store::Conn;
use store::queries::issues::IssueRow;
use store::queries::{findings, presence, reports};

use crate::Result;
use crate::derive::{Member, derive};
use crate::load::{Streams, world};
use crate::refresh::Loaded;

/// All issues as of a time, in the order of the queue, with their members when asked for.
pub(crate) fn as_of(conn: &mut Conn, org: i64, at: Timestamp) -> Result<Vec<(Issue, IssueRow)>> {
    let world = world(conn, org, at)?;
    let mut streams = Streams::load(conn, org, &world.index)?;
    latest_reports_by(conn, org, at, &mut streams)?;
    let mut times: HashMap<i64, Vec<_>> = HashMap::new();
    for row in presence::all(conn, org)?.into_iter().filter(|row| row.since <= at) {
        times.entry(row.finding).or_default().push(row);
    }
    let mut members: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for row in findings::all(conn, org)? {
        let Some(presence) = times.remove(&row.id) else { continue };
        let mut member = Member::read(row)?;
        member.presence = presence;
        members.entry(member.row.issue.clone()).or_default().push(member);
    }
    let loaded = Loaded::new(conn, org, &mut members, &streams, &world, at)?;
    let around = loaded.surroundings(&streams, &world, at);
    let mut out: Vec<(Issue, IssueRow)> = members.iter().filter_map(|(id, members)| derive(id, members, &around)).collect();
    out.sort_by(|(_, a), (_, b)| (a.order_key, &a.id).cmp(&(b.order_key, &b.id)));
    Ok(out)
}

/// Sets the streams back to the newest report that they had by then.
pub(crate) fn latest_reports_by(conn: &mut Conn, org: i64, at: Timestamp, streams: &mut Streams) -> Result<()> {
    let late: Vec<i64> = streams.by_id.values().filter(|info| info.row.latest_at > at).map(|info| info.row.id).collect();
    for id in late {
        let newest =
            reports::of_stream(conn, org, id)?.into_iter().filter(|report| report.scanned <= at).map(|report| report.scanned).max();
        match (streams.by_id.get_mut(&id), newest) {
            (Some(info), Some(newest)) => info.row.latest_at = newest,
            // A ref that was not known yet does not make others untracked; it simply was not there.
            (Some(_), None) => {
                streams.by_id.remove(&id);
            }
            (None, _) => {}
        }
    }
    Ok(())
}

/// Where findings stand in the newest report that saw them by a time, as (report path, index). Where a report and a bill of materials of one
/// ref both have a finding, the place in the other one follows.
pub(crate) fn sightings(
    conn: &mut Conn,
    org: i64,
    members: &[&Member],
    streams: &Streams,
    until: Option<Timestamp>,
) -> Result<HashMap<i64, Vec<(String, u32)>>> {
    let mut wanted: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for member in members {
        let tracked = |stream: i64| streams.by_id.get(&stream).is_some_and(|info| info.tracked);
        let any_tracked = member.presence.iter().any(|row| tracked(row.stream));
        for row in member.presence.iter().filter(|row| !any_tracked || tracked(row.stream)) {
            wanted.entry(row.stream).or_default().insert(member.row.id);
        }
    }
    let mut found: HashMap<i64, Vec<Sighting>> = HashMap::new();
    for (stream, mut missing) in wanted {
        let mut list = reports::of_stream(conn, org, stream)?;
        list.retain(|report| until.is_none_or(|until| report.scanned <= until));
        for report in list.into_iter().rev() {
            if missing.is_empty() {
                break;
            }
            let Some(hash) = &report.seen else { continue };
            for (finding, index) in reports::seen(conn, org, hash)? {
                if missing.remove(&finding) {
                    let (at, path) = ((report.scanned, report.id), report.path.clone());
                    found.entry(finding).or_default().push(Sighting { at, stream, path, index });
                }
            }
        }
    }
    let mut out = HashMap::with_capacity(found.len());
    for member in members {
        let Some(mut places) = found.remove(&member.row.id) else { continue };
        places.sort_by_key(|place| Reverse(place.at));
        let label = |place: &Sighting| streams.by_id.get(&place.stream).map(|info| (info.row.lineage, info.label.as_str()));
        let first = places.first().and_then(label);
        let present = member.present_at(until.unwrap_or(Timestamp(i64::MAX)));
        let is_there = |place: &Sighting| present.get(&place.stream).is_some_and(|(presence, _)| *presence != Presence::Closed);
        let shown = places.iter().enumerate().filter(|(nth, place)| *nth == 0 || label(place) == first && is_there(place));
        out.insert(member.row.id, shown.map(|(_, place)| (place.path.clone(), place.index)).collect());
    }
    Ok(out)
}

/// The newest report of a stream that saw a finding.
struct Sighting {
    /// When it was scanned, and its id.
    at: (Timestamp, i64),
    stream: i64,
    path: String,
    index: u32,
}
