//! `/streams`: what comes regularly from where, and which of it has fallen silent or fails.

use std::collections::BTreeMap;

use model::{ReportRow, StreamKey, Timestamp};
use pipeline::correlate::InventoryIndex;
use schemars::JsonSchema;
use serde::Serialize;
use store::queries::{reports, streams};

use crate::load::{Streams, merged};
use crate::{Muster, Result};

const DAY_MS: i64 = 86_400_000;
/// A stream is silent when this many of its usual intervals have passed.
const INTERVALS: i64 = 3;
/// Scans from which an interval can be told.
const TELLING: i64 = 3;
/// A stream whose interval cannot be told is silent after these days; so long is a scan fresh.
const SILENT_AFTER_DAYS: i64 = 30;

/// How a stream stands. In this order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StreamState {
    /// The newest report says that its scan failed.
    Failed,
    /// Nothing has come for longer than is usual.
    Silent,
    /// The newest report covers only part.
    Partial,
    Regular,
}

impl StreamState {
    /// As answers have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Silent => "silent",
            Self::Partial => "partial",
            Self::Regular => "regular",
        }
    }
}

/// What one tool says of one target on one ref.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StreamStanding {
    pub stream: StreamKey,
    pub state: StreamState,
    /// Scans that came.
    pub scans: u64,
    /// The newest report.
    pub report: String,
    /// When its scan ran.
    pub last: Timestamp,
    /// When the newest complete scan ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_complete: Option<Timestamp>,
    /// Mean interval of the scans in days, rounded up; from three scans on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_days: Option<u64>,
    /// Why it stands so.
    pub because: String,
}

impl Muster {
    /// The tracked streams by how they stand, those that need a look first, of these the longest untouched first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn streams(&self, now: Timestamp) -> Result<Vec<StreamStanding>> {
        self.db.try_read(|conn| {
            let index = InventoryIndex::new(&merged(conn, self.org)?.inventory);
            let known = Streams::load(conn, self.org, &index)?;
            let spans: BTreeMap<i64, reports::Span> = reports::spans(conn, self.org)?.into_iter().map(|span| (span.stream, span)).collect();
            let mut out = Vec::new();
            for row in streams::all(conn, self.org)? {
                let Some(span) = spans.get(&row.id) else { continue };
                if !known.by_id.get(&row.id).is_some_and(|info| info.tracked) {
                    continue;
                }
                let said = if span.newest_coverage == "complete" { None } else { reports::find(conn, self.org, span.newest)? };
                let said = said.map(|report| serde_json::from_str::<ReportRow>(&report.row_json)).transpose()?;
                out.push(standing(row.key, span, said.and_then(|row| row.coverage_reason), now));
            }
            out.sort_by(|a, b| (a.state, a.last).cmp(&(b.state, b.last)).then_with(|| a.stream.cmp(&b.stream)));
            Ok(out)
        })
    }
}

fn standing(stream: StreamKey, span: &reports::Span, reason: Option<String>, now: Timestamp) -> StreamStanding {
    let between = span.last.0.saturating_sub(span.first.0);
    let interval = (span.scans >= TELLING).then(|| between / (span.scans - 1).max(1)).filter(|interval| *interval > 0);
    let waited = now.0.saturating_sub(span.last.0);
    // An hourly scan that pauses for a night has not fallen silent.
    let allowed = interval.map_or(SILENT_AFTER_DAYS * DAY_MS, |interval| interval.saturating_mul(INTERVALS).max(2 * DAY_MS));
    let every_days = interval.map(|interval| (interval.saturating_add(DAY_MS - 1) / DAY_MS).unsigned_abs());
    let days = waited / DAY_MS;
    let (state, because) = if span.newest_coverage == "failed" {
        (StreamState::Failed, reason.unwrap_or_else(|| "the report says that its scan failed".to_owned()))
    } else if waited > allowed {
        let usual = match every_days {
            Some(1) => "it came daily or more often".to_owned(),
            Some(every) => format!("it came about every {every} days"),
            None => format!("a scan counts as fresh for {SILENT_AFTER_DAYS} days"),
        };
        (StreamState::Silent, format!("nothing has come for {days} days; {usual}"))
    } else if span.newest_coverage == "complete" {
        (StreamState::Regular, "complete".to_owned())
    } else {
        (StreamState::Partial, reason.unwrap_or_else(|| "the newest report covers only part".to_owned()))
    };
    StreamStanding {
        stream,
        state,
        scans: span.scans.unsigned_abs(),
        report: span.newest.to_string(),
        last: span.last,
        last_complete: span.last_complete,
        every_days,
        because,
    }
}

#[cfg(test)]
mod tests {
    use model::{Ref, Target, TargetKind};

    use super::*;

    fn at(days: i64) -> Timestamp {
        Timestamp(days * DAY_MS)
    }

    fn state(scans: i64, first: i64, last: i64, coverage: &str, now: i64) -> StreamStanding {
        let key = StreamKey {
            target: Target { kind: TargetKind::Repository, name: "git.example.com/a/b".to_owned() },
            reference: Ref(String::new()),
            tool: "zap".to_owned(),
            category: String::new(),
        };
        let span = reports::Span {
            stream: 1,
            scans,
            first: at(first),
            last: at(last),
            last_complete: None,
            newest: 9,
            newest_coverage: coverage.to_owned(),
        };
        standing(key, &span, None, at(now))
    }

    #[test]
    fn a_weekly_scan_is_silent_after_three_weeks_and_not_before() {
        assert_eq!(state(5, 0, 28, "complete", 49).state, StreamState::Regular);
        let silent = state(5, 0, 28, "complete", 50);
        assert_eq!(silent.state, StreamState::Silent);
        assert_eq!(silent.because, "nothing has come for 22 days; it came about every 7 days");
        assert_eq!(silent.every_days, Some(7));
    }

    #[test]
    fn one_scan_tells_no_interval() {
        assert_eq!(state(1, 3, 3, "complete", 33).state, StreamState::Regular);
        assert_eq!(state(1, 3, 3, "complete", 34).state, StreamState::Silent);
        assert_eq!(state(2, 3, 4, "complete", 30).every_days, None);
    }

    #[test]
    fn a_failed_scan_is_said_before_its_silence() {
        assert_eq!(state(5, 0, 28, "failed", 90).state, StreamState::Failed);
        assert_eq!(state(5, 0, 28, "partial", 30).state, StreamState::Partial);
    }
}
