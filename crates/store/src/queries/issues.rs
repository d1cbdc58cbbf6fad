//! Issues, as the queue shows them: the columns that are filtered and sorted in one table, texts that are only searched for in another, what
//! else is said of them, packed, in a third, and what ranking says in a fourth: feeds and the risk model change that of many at once, and
//! nothing else. What hangs on an issue is found by its number.

use std::collections::HashMap;
use std::ops::ControlFlow;

use model::{Issue, IssueRank, Timestamp};
use serde::de::DeserializeOwned;

use super::counters;
use super::differing::{Differing, overwrite};
use super::numbers::numbers_from;
use crate::{Conn, Packed, Result, Row, Value, params};

/// An issue as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IssueRow {
    /// Its number in the record; 0 before it is stored.
    pub number: i64,
    pub id: String,
    /// Ascending: the highest score first.
    pub order_key: i64,
    pub queued: bool,
    pub state: String,
    pub tracked: bool,
    pub tier: String,
    pub tier_days: Option<i64>,
    pub due: Option<Timestamp>,
    pub kind: String,
    pub team: Option<String>,
    pub application: Option<String>,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub next_change: Option<Timestamp>,
    pub suggestions: i64,
    /// 0 unknown, 1 informational … 5 critical.
    pub severity: i64,
    pub exposure: String,
    /// Services affected, with U+001F before, between and behind them; empty where there is none.
    pub services: String,
    /// Values of [`SEARCHED`], in its order: what filters ask of beside the above.
    pub searched: Vec<Value>,
    /// Values of [`TEXTS`], in its order: what filters search for.
    pub texts: Texts,
    /// `model::Issue` without findings, as JSON. Its rank is empty where `rank` is not.
    pub body: Packed,
    /// `model::IssueRank` as JSON; empty in rows of older versions, whose `body` has it.
    pub rank: Packed,
    /// What the issue can be ranked again by, in the words of whoever ranks; none where that takes its findings.
    pub input: Option<Vec<u8>>,
}

impl IssueRow {
    /// True where both say the same of an issue. What is only searched follows from the rest and is not read back.
    #[must_use]
    pub fn says_what(&self, other: &Self) -> bool {
        let Self { id, order_key, queued, state, tracked, tier, tier_days, due, kind, team, application, .. } = self;
        let Self { first_seen, last_seen, next_change, suggestions, severity, exposure, services, body, rank, input, texts, .. } = self;
        (*order_key, *queued, *tracked, *tier_days) == (other.order_key, other.queued, other.tracked, other.tier_days)
            && (*due, *first_seen, *last_seen, *next_change) == (other.due, other.first_seen, other.last_seen, other.next_change)
            && (id, state, tier, kind) == (&other.id, &other.state, &other.tier, &other.kind)
            && (*suggestions, *severity) == (other.suggestions, other.severity)
            && (exposure, services, texts.hash) == (&other.exposure, &other.services, other.texts.hash)
            && (team, application, body) == (&other.team, &other.application, &other.body)
            && (rank, input) == (&other.rank, &other.input)
    }

    /// The issue, without findings.
    ///
    /// # Errors
    /// When what is stored is none.
    pub fn issue(&self) -> Result<Issue> {
        issue(&self.body, &self.rank)
    }

    /// What ranking says of it. `T` is [`IssueRank`] or has some of its members.
    ///
    /// # Errors
    /// When what is stored is none.
    pub fn ranked<T: DeserializeOwned>(&self) -> Result<T> {
        if self.rank.is_empty() { self.body.read() } else { self.rank.read() }
    }
}

/// Texts that filters search for. Read back, only their hash is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts {
    values: Vec<Value>,
    /// 0 where it is not known.
    hash: i64,
}

impl Texts {
    /// Values of [`TEXTS`], in its order.
    #[must_use]
    pub fn of(values: Vec<Value>) -> Self {
        let mut hash = blake3::Hasher::new();
        for value in &values {
            let text = if let Value::Text(text) = value { text.as_str() } else { "" };
            // With its length, so that what moves from one text to the next is told.
            hash.update(&text.len().to_le_bytes());
            hash.update(text.as_bytes());
        }
        let mut first = [0; 8];
        hash.finalize_xof().fill(&mut first);
        Self { values, hash: i64::from_le_bytes(first) }
    }
}

/// The columns that are read back.
const LEADING: [&str; 21] = [
    "number",
    "org",
    "id",
    "order_key",
    "queued",
    "state",
    "tracked",
    "tier",
    "tier_days",
    "due",
    "kind",
    "team",
    "application",
    "first_seen",
    "last_seen",
    "next_change",
    "suggestions",
    "severity",
    "exposure",
    "services",
    "texts_hash",
];

/// How many of [`LEADING`], the first, an issue is known by: they never change.
const KEY: usize = 3;

/// The columns that filters ask of and nobody reads back.
pub const SEARCHED: [&str; 12] =
    ["criticality", "score", "confidence", "epss", "exploit", "exposed", "kev", "loaded", "production", "reachable", "vex", "cve"];

/// The texts that filters search for and nobody reads back, in a table of their own.
pub const TEXTS: [&str; 11] =
    ["severity_by", "compliance", "cwes", "data", "identifiers", "kinds", "packages", "paths", "refs", "tools", "search"];

/// An issue of its two parts, as [`words`] gives them.
///
/// # Errors
/// When what is stored is none.
pub fn issue(body: &Packed, rank: &Packed) -> Result<Issue> {
    let mut issue: Issue = body.read()?;
    if !rank.is_empty() {
        issue.put_rank(rank.read::<IssueRank>()?);
    }
    Ok(issue)
}

fn read(row: &Row) -> Result<IssueRow> {
    Ok(IssueRow {
        number: row.int(0)?,
        id: row.text(2)?,
        order_key: row.int(3)?,
        queued: row.bool(4)?,
        state: row.text(5)?,
        tracked: row.bool(6)?,
        tier: row.text(7)?,
        tier_days: row.opt_int(8)?,
        due: row.opt_time(9)?,
        kind: row.text(10)?,
        team: row.opt_text(11)?,
        application: row.opt_text(12)?,
        first_seen: row.time(13)?,
        last_seen: row.time(14)?,
        next_change: row.opt_time(15)?,
        suggestions: row.int(16)?,
        severity: row.int(17)?,
        exposure: row.text(18)?,
        services: row.text(19)?,
        texts: Texts { values: Vec::new(), hash: row.int(20)? },
        searched: Vec::new(),
        body: Packed::stored(row.bytes(21)?),
        rank: Packed::stored(row.opt_bytes(22)?.unwrap_or_default()),
        input: row.opt_bytes(23)?,
    })
}

impl IssueRow {
    /// The values of [`LEADING`], those that are only asked of, and the texts.
    fn into_values(self, org: i64) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
        let leading = vec![
            self.number.into(),
            org.into(),
            self.id.into(),
            self.order_key.into(),
            self.queued.into(),
            self.state.into(),
            self.tracked.into(),
            self.tier.into(),
            self.tier_days.into(),
            self.due.into(),
            self.kind.into(),
            self.team.into(),
            self.application.into(),
            self.first_seen.into(),
            self.last_seen.into(),
            self.next_change.into(),
            self.suggestions.into(),
            self.severity.into(),
            self.exposure.into(),
            self.services.into(),
            self.texts.hash.into(),
        ];
        (leading, self.searched, self.texts.values)
    }
}

/// Numbers of those of these issues that are stored.
fn numbers(conn: &mut Conn, org: i64, ids: &[String]) -> Result<HashMap<String, i64>> {
    let ids = ids.iter().map(|id| Value::Text(id.clone())).collect();
    let sql = "SELECT id, number FROM issue WHERE org = $1 AND id = ANY($2)";
    Ok(conn.query_in_map(sql, params![org], ids, |row| Ok((row.text(0)?, row.int(1)?)))?.into_iter().collect())
}

/// Adds issues or overwrites them.
///
/// # Errors
/// Whatever the database says; also when a row has not a value for each of [`SEARCHED`] and [`TEXTS`].
pub fn upsert(conn: &mut Conn, org: i64, mut rows: Vec<IssueRow>) -> Result<()> {
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut known = numbers(conn, org, &ids)?;
    let new = ids.len().saturating_sub(known.len());
    let mut next = if new == 0 { 0 } else { counters::take(conn, org, "issue", i64::try_from(new).unwrap_or(i64::MAX))? };
    let mut words = Words::default();
    let mut texts = Vec::with_capacity(rows.len());
    let mut narrow = Vec::with_capacity(rows.len());
    for (mut row, id) in rows.drain(..).zip(ids) {
        row.number = *known.entry(id).or_insert_with(|| {
            next += 1;
            numbers_from(org) + next - 1
        });
        words.body(row.number, std::mem::take(&mut row.body));
        words.rank(row.number, std::mem::take(&mut row.rank), row.input.take());
        let number = row.number.into();
        let (leading, searched, text) = row.into_values(org);
        texts.push(std::iter::once(number).chain(text).collect());
        narrow.push(leading.into_iter().chain(searched).collect());
    }
    let columns: Vec<&str> = LEADING.into_iter().chain(SEARCHED).collect();
    conn.upsert_many("issue", &columns, &["number"], narrow)?;
    write_texts(conn, texts)?;
    words.write(conn)
}

/// Each row starts with the number of an issue.
fn write_texts(conn: &mut Conn, rows: Vec<Vec<Value>>) -> Result<()> {
    let columns: Vec<&str> = std::iter::once("number").chain(TEXTS).collect();
    conn.upsert_many("issue_search", &columns, &["number"], rows)?;
    Ok(())
}

/// What is said of issues, and what ranking says, as rows of the tables where each is to be.
#[derive(Default)]
struct Words {
    bodies: Vec<Vec<Value>>,
    ranks: Vec<Vec<Value>>,
}

impl Words {
    fn body(&mut self, number: i64, body: Packed) {
        self.bodies.push(vec![number.into(), body.into()]);
    }

    fn rank(&mut self, number: i64, rank: Packed, input: Option<Vec<u8>>) {
        self.ranks.push(vec![number.into(), rank.into(), input.into()]);
    }

    fn write(self, conn: &mut Conn) -> Result<()> {
        conn.upsert_many("issue_body", &["number", "body"], &["number"], self.bodies)?;
        conn.upsert_many("issue_rank", &["number", "rank", "input"], &["number"], self.ranks)?;
        Ok(())
    }
}

/// What differs between an issue and what is stored of it. Made apart from the writing, so that many can be made on several threads.
#[derive(Clone, Debug, PartialEq)]
pub struct IssueChange {
    id: String,
    number: i64,
    columns: Differing,
    texts: Option<Vec<Value>>,
    body: Option<Packed>,
    rank: Option<(Packed, Option<Vec<u8>>)>,
}

impl IssueChange {
    /// What to write of an issue that is stored as `old`.
    #[must_use]
    pub fn between(mut new: IssueRow, old: IssueRow) -> Self {
        let (id, number) = (new.id.clone(), old.number);
        let body = (new.body != old.body).then(|| std::mem::take(&mut new.body));
        let rank = (new.rank != old.rank || new.input != old.input).then(|| (std::mem::take(&mut new.rank), new.input.take()));
        let other_texts = new.texts.hash != old.texts.hash;
        let mut columns = Differing::default();
        let ((leading, searched, texts), (before, ..)) = (new.into_values(0), old.into_values(0));
        for ((column, value), was) in LEADING.into_iter().zip(leading).zip(&before).skip(KEY) {
            columns.put_unless_was(was, column, value);
        }
        columns.put_all(&SEARCHED, searched);
        Self { id, number, columns, texts: other_texts.then_some(texts), body, rank }
    }

    /// The issue that changed.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The columns that are written of those that indexes may hold.
    pub fn moved(&self) -> impl Iterator<Item = &'static str> {
        self.columns.columns().filter(|column| LEADING.contains(column))
    }
}

/// Overwrites issues that are stored, each once: only what differs is written.
///
/// # Errors
/// As [`upsert`].
pub fn update(conn: &mut Conn, changes: Vec<IssueChange>) -> Result<()> {
    let mut words = Words::default();
    let mut all_texts = Vec::new();
    let mut rows = Vec::with_capacity(changes.len());
    for IssueChange { id: _, number, columns, texts, body, rank } in changes {
        if let Some(body) = body {
            words.body(number, body);
        }
        if let Some((rank, input)) = rank {
            words.rank(number, rank, input);
        }
        all_texts.extend(texts.map(|texts| std::iter::once(number.into()).chain(texts).collect()));
        rows.push((number, columns));
    }
    words.write(conn)?;
    write_texts(conn, all_texts)?;
    overwrite(conn, ("issue", "number"), rows)
}

/// Removes issues that no finding belongs to any more.
///
/// # Errors
/// Whatever the database says.
pub fn delete(conn: &mut Conn, org: i64, ids: &[String]) -> Result<()> {
    let numbers: Vec<i64> = numbers(conn, org, ids)?.into_values().collect();
    for table in ["issue", "issue_search", "issue_body", "issue_rank"] {
        conn.delete_many(table, &["number"], numbers.iter().map(|number| params![*number].to_vec()))?;
    }
    Ok(())
}

/// What is said of an issue beside its columns. Rows of older versions have no rank of their own.
const WITH_WORDS: &str = "JOIN issue_body ON issue_body.number = issue.number LEFT JOIN issue_rank ON issue_rank.number = issue.number";

/// `from` is `issue`, alone or with the texts that are searched for.
fn select(from: &str, rest: &str) -> String {
    let columns: Vec<String> = LEADING.iter().map(|column| format!("issue.{column}")).collect();
    let words = "issue_body.body, issue_rank.rank, issue_rank.input";
    format!("SELECT {}, {words} FROM {from} {WITH_WORDS} WHERE issue.org = $1{rest}", columns.join(", "))
}

/// Issues by id.
///
/// # Errors
/// Whatever the database says.
pub fn by_ids(conn: &mut Conn, org: i64, ids: &[String]) -> Result<Vec<IssueRow>> {
    let ids = ids.iter().map(|id| Value::Text(id.clone())).collect();
    conn.query_in_map(&select("issue", " AND issue.id = ANY($2) ORDER BY issue.id"), params![org], ids, read)
}

/// The order of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Highest score first.
    #[default]
    Rank,
    /// Earliest deadline first, those without one last.
    Due,
}

/// Which issues are asked for, all in terms of the columns.
#[derive(Clone, Debug, Default)]
pub struct Narrow<'a> {
    /// Only the queue (open or in progress on a tracked ref).
    pub queued: bool,
    /// Only what is or was seen on a tracked ref, or nowhere else.
    pub tracked: bool,
    /// Only what left the tracked refs: its history says that it was on one, and it is on none.
    pub untracked_since: bool,
    /// Only these states; empty for all.
    pub states: Vec<&'static str>,
    /// `Some(None)`: issues without a team.
    pub team: Option<Option<&'a str>>,
    pub application: Option<&'a str>,
    pub service: Option<&'a str>,
    /// A condition on the columns with parameters from [`FIRST_PARAMETER`] on, and their values.
    pub condition: Option<(String, Vec<Value>)>,
}

/// The number of the first parameter of [`Narrow::condition`].
pub const FIRST_PARAMETER: usize = 2;

impl Narrow<'_> {
    /// The tables that the conditions ask.
    fn from(&self) -> &'static str {
        let names_text = |sql: &str| sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| TEXTS.contains(&word));
        match &self.condition {
            Some((condition, _)) if names_text(condition) => "issue JOIN issue_search ON issue_search.number = issue.number",
            _ => "issue",
        }
    }

    /// The rest of a WHERE clause behind `org = $1`, and all parameters.
    fn conditions(&self, org: i64) -> (String, Vec<Value>) {
        let mut params: Vec<Value> = vec![org.into()];
        let mut sql = String::new();
        if let Some((condition, values)) = &self.condition {
            params.extend(values.iter().cloned());
            sql.push_str(" AND ");
            sql.push_str(condition);
        }
        let mut also = |condition: &str, value: Value| {
            params.push(value);
            sql.push_str(" AND ");
            sql.push_str(&condition.replace('?', &format!("${}", params.len())));
        };
        if self.queued {
            also("queued = ?", 1i64.into());
        }
        if self.tracked {
            also("tracked = ?", 1i64.into());
        }
        if self.untracked_since {
            also(
                "tracked = 0 AND EXISTS (SELECT 1 FROM event WHERE event.org = $1 AND event.issue = issue.id AND event.change_json LIKE ?)",
                "%\"tracked\":%".into(),
            );
        }
        if let Some(Some(team)) = self.team {
            also("team = ?", team.into());
        }
        if let Some(application) = self.application {
            also("application = ?", application.into());
        }
        if let Some(service) = self.service {
            also("instr(services, ?) > 0", format!("\u{1f}{service}\u{1f}").into());
        }
        if !self.states.is_empty() {
            also("state = ANY(?)", Value::list(self.states.iter().copied()));
        }
        if self.team == Some(None) {
            sql.push_str(" AND team IS NULL");
        }
        (sql, params)
    }
}

/// Issues in order, handed over until `each` breaks. `after` is the place behind which they start (order key, id), in the order of rank
/// only; `limit` the most that are wanted. Served by `issue_queue`, `issue_queue_of_team`, `issue_queue_of_application` and `issue_by_due`.
///
/// # Errors
/// Whatever the database or `each` says.
pub fn in_order(
    conn: &mut Conn,
    org: i64,
    narrow: &Narrow<'_>,
    page: &Page,
    mut each: impl FnMut(IssueRow) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let (mut sql, mut params) = narrow.conditions(org);
    if let Some((key, id)) = &page.after {
        params.push((*key).into());
        params.push(id.as_str().into());
        sql.push_str(&format!(" AND (issue.order_key, issue.id) > (${}, ${})", params.len() - 1, params.len()));
    }
    sql.push_str(match page.order {
        Order::Rank => " ORDER BY issue.order_key, issue.id",
        Order::Due => " ORDER BY issue.due IS NULL, issue.due, issue.order_key, issue.id",
    });
    if let Some(limit) = page.limit {
        params.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        sql.push_str(&format!(" LIMIT ${}", params.len()));
    }
    conn.query_each(&select(narrow.from(), &sql), &params, |row| each(read(row)?))
}

/// What is said of issues (body, rank; see [`IssueRow`]), in no order, handed over until `each` breaks. For answers that put issues together:
/// nothing is sorted, and no column is read that only a list shows.
///
/// # Errors
/// Whatever the database or `each` says.
pub fn words(
    conn: &mut Conn,
    org: i64,
    narrow: &Narrow<'_>,
    mut each: impl FnMut(&Packed, &Packed) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let (sql, params) = narrow.conditions(org);
    let sql = format!("SELECT issue_body.body, issue_rank.rank FROM {} {WITH_WORDS} WHERE issue.org = $1{sql}", narrow.from());
    conn.query_each(&sql, &params, |row| each(&Packed::stored(row.bytes(0)?), &Packed::stored(row.opt_bytes(1)?.unwrap_or_default())))
}

/// Which part of an answer is wanted.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub order: Order,
    /// The place behind which it starts: (order key, id).
    pub after: Option<(i64, String)>,
    pub limit: Option<usize>,
}

/// How many issues there are, counted no further than `most`: a page must not wait for a million rows.
///
/// # Errors
/// Whatever the database says.
pub fn count_to(conn: &mut Conn, org: i64, narrow: &Narrow<'_>, most: i64) -> Result<i64> {
    let (sql, mut params) = narrow.conditions(org);
    params.push(most.into());
    let from = narrow.from();
    let counted = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {from} WHERE org = $1{sql} LIMIT ${}) AS counted", params.len());
    conn.query_one(&counted, &params)?.int(0)
}

/// Issues that are alike in all that is counted for the filter bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetRow {
    pub tier: String,
    pub kind: String,
    pub team: Option<String>,
    pub application: Option<String>,
    /// 0 (unknown) to 5 (critical).
    pub severity: i64,
    pub count: i64,
}

/// Counts for the filter bar. Of the whole queue served by `issue_facets` alone.
///
/// # Errors
/// Whatever the database says.
pub fn facets(conn: &mut Conn, org: i64, narrow: &Narrow<'_>) -> Result<Vec<FacetRow>> {
    let (sql, params) = narrow.conditions(org);
    let from = narrow.from();
    let alike = "tier, kind, team, application, severity";
    let sql = format!("SELECT {alike}, COUNT(*) FROM {from} WHERE org = $1{sql} GROUP BY {alike}");
    conn.query_map(&sql, &params, |row| {
        Ok(FacetRow {
            tier: row.text(0)?,
            kind: row.text(1)?,
            team: row.opt_text(2)?,
            application: row.opt_text(3)?,
            severity: row.int(4)?,
            count: row.int(5)?,
        })
    })
}

/// What the built-in views of the queue count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewCounts {
    /// A deadline of 14 days or less from the clock's start.
    pub urgent: i64,
    pub late: i64,
    pub due_in_7_days: i64,
    /// First seen within a day.
    pub new: i64,
    pub no_owner: i64,
    pub suggested: i64,
    pub all: i64,
}

/// Counts of the built-in views over the whole queue.
///
/// # Errors
/// Whatever the database says.
pub fn views(conn: &mut Conn, org: i64, now: Timestamp) -> Result<ViewCounts> {
    let sql = "SELECT \
        COALESCE(SUM(CASE WHEN tier_days <= 14 THEN 1 ELSE 0 END), 0), \
        COALESCE(SUM(CASE WHEN due < $2 THEN 1 ELSE 0 END), 0), \
        COALESCE(SUM(CASE WHEN due >= $2 AND due < $3 THEN 1 ELSE 0 END), 0), \
        COALESCE(SUM(CASE WHEN first_seen > $4 THEN 1 ELSE 0 END), 0), \
        COALESCE(SUM(CASE WHEN team IS NULL THEN 1 ELSE 0 END), 0), \
        COALESCE(SUM(CASE WHEN suggestions > 0 THEN 1 ELSE 0 END), 0), \
        COUNT(*) FROM issue WHERE org = $1 AND queued = 1";
    let row = conn.query_one(sql, params![org, now, now.plus_days(7), now.plus_days(-1)])?;
    Ok(ViewCounts {
        urgent: row.int(0)?,
        late: row.int(1)?,
        due_in_7_days: row.int(2)?,
        new: row.int(3)?,
        no_owner: row.int(4)?,
        suggested: row.int(5)?,
        all: row.int(6)?,
    })
}

/// Issues of the queue that are alike in where they are, whose, and how urgent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceCount {
    pub services: Vec<String>,
    pub application: Option<String>,
    pub team: Option<String>,
    pub tier: String,
    pub count: u64,
    /// Due before the time asked for.
    pub overdue: u64,
}

/// Counts of the queue by services, application, team and tier.
///
/// # Errors
/// Whatever the database says.
pub fn counts_by_place(conn: &mut Conn, org: i64, now: Timestamp) -> Result<Vec<PlaceCount>> {
    let sql = "SELECT services, application, team, tier, COUNT(*), COALESCE(SUM(CASE WHEN due < $2 THEN 1 ELSE 0 END), 0) \
               FROM issue WHERE org = $1 AND queued = 1 GROUP BY services, application, team, tier";
    conn.query_map(sql, params![org, now], |row| {
        Ok(PlaceCount {
            services: row.text(0)?.split('\u{1f}').filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect(),
            application: row.opt_text(1)?,
            team: row.opt_text(2)?,
            tier: row.text(3)?,
            count: row.int(4)?.unsigned_abs(),
            overdue: row.int(5)?.unsigned_abs(),
        })
    })
}

/// Ids of issues of the queue that have no service, best first.
///
/// # Errors
/// Whatever the database says.
pub fn unplaced(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    let sql = "SELECT id FROM issue WHERE org = $1 AND queued = 1 AND instr(services, $2) = 0 ORDER BY order_key, id";
    conn.query_map(sql, params![org, "\u{1f}"], |row| row.text(0))
}

/// Issues whose state or facts change by time alone before `now`.
///
/// # Errors
/// Whatever the database says.
pub fn due_for_change(conn: &mut Conn, org: i64, now: Timestamp) -> Result<Vec<String>> {
    conn.query_map("SELECT id FROM issue WHERE org = $1 AND next_change <= $2", params![org, now], |row| row.text(0))
}

/// How many issues stand in the queue.
///
/// # Errors
/// Whatever the database says.
pub fn count_queued(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM issue WHERE org = $1 AND queued = 1", params![org])?.int(0)
}

/// How many issues there are in any state.
///
/// # Errors
/// Whatever the database says.
pub fn count(conn: &mut Conn, org: i64) -> Result<i64> {
    conn.query_one("SELECT COUNT(*) FROM issue WHERE org = $1", params![org])?.int(0)
}

/// All ids.
///
/// # Errors
/// Whatever the database says.
pub fn ids(conn: &mut Conn, org: i64) -> Result<Vec<String>> {
    conn.query_map("SELECT id FROM issue WHERE org = $1 ORDER BY id", params![org], |row| row.text(0))
}

/// Ids of the queue from its first place on, at most so many. Served by `issue_queue`.
///
/// # Errors
/// Whatever the database says.
pub fn queue_head(conn: &mut Conn, org: i64, most: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT order_key, id FROM issue WHERE org = $1 AND queued = 1 ORDER BY order_key, id LIMIT $2";
    conn.query_map(sql, params![org, most], |row| Ok((row.int(0)?, row.text(1)?)))
}

/// Lets old ids lead to new ones, and ids that live again to nothing but themselves.
///
/// # Errors
/// Whatever the database says.
pub fn redirect(conn: &mut Conn, org: i64, pairs: &[(String, String)], alive: &[String], since: Timestamp) -> Result<()> {
    let rows = pairs.iter().map(|(old, new)| params![org, old, new, since].to_vec());
    conn.upsert_many("redirect", &["org", "old", "new", "since"], &["org", "old"], rows)?;
    // New issues are alive too, and mostly there is nothing to take back.
    if conn.query_opt("SELECT 1 FROM redirect WHERE org = $1 LIMIT 1", params![org])?.is_some() {
        conn.delete_many("redirect", &["org", "old"], alive.iter().map(|id| params![org, id].to_vec()))?;
    }
    Ok(())
}

/// Most steps from an old id to the one that lives: an issue that merged with another so often.
const MOST_STEPS: usize = 64;

/// Where an old id leads in the end.
///
/// # Errors
/// Whatever the database says.
pub fn redirected(conn: &mut Conn, org: i64, old: &str) -> Result<Option<String>> {
    let mut at = None;
    for _ in 0..MOST_STEPS {
        let from = at.as_deref().unwrap_or(old);
        match conn.query_opt("SELECT new FROM redirect WHERE org = $1 AND old = $2", params![org, from])? {
            Some(row) => at = Some(row.text(0)?),
            None => break,
        }
    }
    Ok(at)
}

/// Old ids that lead to this one, directly or through others.
///
/// # Errors
/// Whatever the database says.
pub fn former_ids(conn: &mut Conn, org: i64, id: &str) -> Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let mut asked = vec![id.to_owned()];
    for _ in 0..MOST_STEPS {
        let ids = std::mem::take(&mut asked).into_iter().map(Value::Text).collect();
        let sql = "SELECT old FROM redirect WHERE org = $1 AND new = ANY($2) ORDER BY old";
        for row in conn.query_in(sql, params![org], ids)? {
            let old = row.text(0)?;
            if old != id && !found.contains(&old) {
                asked.push(old.clone());
                found.push(old);
            }
        }
        if asked.is_empty() {
            break;
        }
    }
    found.sort();
    Ok(found)
}
