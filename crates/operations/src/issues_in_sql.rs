//! A filter answered by the database is the filter answered in memory: every name with every operator, alone and in combinations, over
//! issues drawn from small pools, on both engines.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use model::{Exposure, Issue, Kind, Owner, Severity, State, Suggestion, Tier, Timestamp, Tri};
use pipeline::filter::{Columns, Filter, Subject};
use store::queries::issues::{self, FIRST_PARAMETER, IssueRow, Narrow, Page};

use crate::derive::put_columns;
use crate::issues::value;

const NOW: Timestamp = Timestamp(1_760_000_000_000);
const ORG: i64 = 1;

/// A small generator of numbers (PCG's multiplier): the same draws on every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn of<T: Clone>(&mut self, pool: &[T]) -> T {
        pool[self.below(pool.len())].clone()
    }

    fn some(&mut self, pool: &[&str]) -> Vec<String> {
        let kept: BTreeSet<String> = (0..self.below(3)).map(|_| self.of(pool).to_owned()).collect();
        kept.into_iter().collect()
    }

    fn maybe(&mut self, pool: &[&str]) -> Option<String> {
        (self.below(3) > 0).then(|| self.of(pool).to_owned())
    }
}

const WORDS: [&str; 6] = ["pay", "payments", "a pay", "Pay", "x'y%_", "é"];
const FACTS: [&str; 7] = ["kev", "exploit", "reachable", "loaded", "exposed", "production", "vex"];

fn an_issue(number: usize, draw: &mut Draw) -> Issue {
    let facts = FACTS.iter().filter(|_| draw.below(3) > 0).map(|name| (*name).to_owned()).collect::<Vec<_>>();
    Issue {
        id: format!("I-{number}"),
        owner: Owner { team: draw.maybe(&WORDS), because: Vec::new() },
        application: draw.maybe(&WORDS),
        services: draw.some(&WORDS),
        title: draw.of(&["SQL injection in pay", "Pay to win", ""]).to_owned(),
        place: draw.of(&["src/pay.py:4", "next 14.1.0 in web/package-lock.json", "GET /pay (q)", ""]).to_owned(),
        severity: draw.of(&Severity::ALL),
        severity_by: draw.of(&["Semgrep", "trivy", ""]).to_owned(),
        criticality: draw.of(&[Severity::Unknown, Severity::Low, Severity::Critical]),
        exposure: draw.of(&[Exposure::Unknown, Exposure::Internet, Exposure::Internal]),
        kind: draw.of(&[Kind::Sast, Kind::Sca]),
        kinds: draw.of(&[vec![Kind::Sast], vec![Kind::Sca, Kind::Container], vec![]]),
        identifiers: draw.some(&["CVE-2025-1", "CVE-2025-12", "GHSA-AAAA-CVE-2025", "ghsa-x"]),
        cwes: draw.of(&[vec![], vec![8], vec![89], vec![79, 89]]),
        state: draw.of(&State::ALL),
        refs: draw.some(&["main", "feature/x"]),
        data: draw.some(&["pii", "payment"]),
        compliance: draw.some(&["pci-dss"]),
        tools: draw.some(&["Semgrep", "semgrep pro", "Trivy"]),
        paths: draw.some(&["src/pay.py", "src/payments/a.py"]),
        packages: draw.some(&["pkg:npm/next@14.1.0", "pkg:maven/org.a/pay@1", "pay"]),
        tickets: draw.some(&["PAY-12"]),
        fix: draw.maybe(&["Upgrade pay"]),
        outgrown: draw.maybe(&["more"]),
        suggestions: if draw.below(3) == 0 { vec![Suggestion { issue: "I-9".into(), ..Suggestion::default() }] } else { Vec::new() },
        first_seen: NOW.plus_days(-draw.of(&[0, 1, 29, 30, 31, 400])),
        last_seen: NOW.plus_days(-draw.of(&[0, 1, 3])),
        due: (draw.below(3) > 0).then(|| NOW.plus_days(draw.of(&[-3, 0, 1, 9]))),
        tier: draw.of(&[
            Tier { id: "3d".into(), label: "Fix in 3 days".into(), days: Some(3), ..Tier::default() },
            Tier { id: "next".into(), ..Tier::default() },
            Tier::default(),
        ]),
        score: draw.of(&[-30, 0, 100, 412]),
        epss: draw.of(&[None, Some(0.0), Some(0.1), Some(0.5)]),
        confidence: draw.of(&[0.5, 0.97, 1.0]),
        facts: facts.into_iter().map(|name| (name, draw.of(&[Tri::Yes, Tri::No, Tri::Unknown]))).collect(),
        ..Issue::default()
    }
}

/// Conditions that use every name and every operator.
fn conditions() -> Vec<String> {
    let mut out = vec!["true".to_owned(), "false".to_owned(), "overdue".to_owned(), "overdue == false".to_owned()];
    let known: Vec<(&str, Vec<&str>)> = Filter::names();
    let text = [
        "\"pay\"",
        "\"Pay\"",
        "\"\"",
        "\"x'y%_\"",
        "\"é\"",
        "\"CVE-2025-1\"",
        "\"cve-\"",
        "\"semgrep\"",
        "\"src/pay.py\"",
        "\"next\"",
        "\"3d\"",
        "\"I-7\"",
    ];
    let constants =
        ["0", "3", "89", "0.1", "100", "duration(\"30d\")", "\"2025-10-08T08:53:20Z\"", "timestamp(\"2025-10-10T08:53:20Z\")", "true"];
    for (name, vocabulary) in known {
        out.push(format!("has({name})"));
        out.push(name.to_owned());
        let words: Vec<String> = vocabulary.iter().map(|word| format!("\"{word}\"")).collect();
        let values = words.iter().map(String::as_str).chain(text).chain(constants);
        for value in values {
            for operator in ["==", "!=", "<", "<=", ">", ">="] {
                out.push(format!("{name} {operator} {value}"));
            }
            out.push(format!("{name}.startsWith({value})"));
            out.push(format!("{name}.contains({value})"));
            out.push(format!("{name} in [{value}]"));
            out.push(format!("{name} in [{value}, \"payments\", \"main\", \"high\", \"sca\"]"));
        }
        out.push(format!("{name}.matches(\"[pP]ay|main\")"));
    }
    out.extend(["text(\"pay\")", "text(\"CVE-2025\")", "team == application", "!(team == application)"].map(str::to_owned));
    out.retain(|condition| Filter::parse(condition).is_ok_and(|filter| !filter.names_new() && !filter.names_rank()));
    out
}

fn combined(simple: &[String], draw: &mut Draw) -> Vec<String> {
    let mut part = |depth: usize| {
        let mut text = draw.of(simple);
        for _ in 0..draw.below(depth) {
            let other = draw.of(simple);
            text = match draw.below(4) {
                0 => format!("({text}) && ({other})"),
                1 => format!("({text}) || ({other})"),
                2 => format!("!({text}) && !({other})"),
                _ => format!("!({text} || {other})"),
            };
        }
        text
    };
    (0..600).map(|_| part(5)).collect()
}

fn check(db: &store::Db) {
    let mut draw = Draw(7);
    let all: Vec<Issue> = (0..120).map(|number| an_issue(number, &mut draw)).collect();
    let rows: Vec<IssueRow> = all
        .iter()
        .map(|issue| {
            let mut row = IssueRow {
                id: issue.id.clone(),
                state: issue.state.word().to_owned(),
                tier: issue.tier.id.clone(),
                tier_days: issue.tier.days.map(i64::from),
                due: issue.due,
                kind: issue.kind.word().to_owned(),
                team: issue.owner.team.clone(),
                application: issue.application.clone(),
                first_seen: issue.first_seen,
                last_seen: issue.last_seen,
                suggestions: i64::try_from(issue.suggestions.len()).unwrap(),
                body: store::Packed::of(&serde_json::to_vec(issue).unwrap()),
                ..IssueRow::default()
            };
            put_columns(&mut row, Columns::of(issue));
            row
        })
        .collect();
    db.write(|tx| issues::upsert(tx, ORG, rows.clone())).unwrap();
    let simple = conditions();
    let mut asked = simple.clone();
    asked.extend(combined(&simple, &mut draw));
    let mut exact = 0;
    for text in &asked {
        let filter = Filter::parse(text).unwrap();
        let expected: BTreeSet<&str> =
            all.iter().filter(|issue| filter.matches(&Subject { issue, now: NOW, is_new: false })).map(|issue| issue.id.as_str()).collect();
        let condition = filter.to_sql(NOW, FIRST_PARAMETER);
        exact += usize::from(condition.exact);
        let values = condition.parameters.into_iter().map(value).collect();
        let narrow = Narrow { condition: Some((condition.sql.clone(), values)), ..Narrow::default() };
        let mut found = BTreeSet::new();
        db.read(|conn| {
            issues::in_order(conn, ORG, &narrow, &Page::default(), |row| {
                found.insert(row.id);
                Ok(ControlFlow::Continue(()))
            })
        })
        .unwrap();
        let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        if condition.exact {
            assert_eq!(found, expected, "{text}\n{}", condition.sql);
        } else {
            assert!(found.is_superset(&expected), "{text}\n{}", condition.sql);
        }
    }
    assert!(exact * 10 > asked.len() * 6, "{exact} of {} run wholly in the database", asked.len());
}

#[test]
fn the_database_answers_as_memory_does() {
    store::testing::on_both_engines(check);
}
