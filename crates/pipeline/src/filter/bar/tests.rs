use model::{State, Timestamp};

use super::super::Filter;
use super::{bar_fields, from_bar};

const NOW: Timestamp = Timestamp(1_767_600_000_000); // 2026-01-05T08:00:00Z

#[track_caller]
fn gives(text: &str, wanted: &str) {
    let (condition, problems, ..) = from_bar(text, NOW);
    assert_eq!(problems, [], "{text}");
    assert_eq!(condition, wanted, "{text}");
    assert!(wanted.is_empty() || Filter::parse(wanted).is_ok());
}

#[test]
fn the_pages_examples() {
    gives("team:checkout tier:3d,14d state:open", r#"team == "checkout" && tier.id in ["3d", "14d"] && state == "open""#);
    gives("app:checkout kind:sast,dast -tool:zap", r#"application == "checkout" && kind in ["sast", "dast"] && !(tool == "zap")"#);
    gives("kev:yes exposed:? due:<7d", r#"kev && exposed == "unknown" && due < "2026-01-12T08:00:00Z""#);
    gives("cve:CVE-2025-55182", r#"cve == "CVE-2025-55182""#);
    gives("score:>40 age:>30d cwe:89", r#"score > 400 && age > duration("30d") && cwe == 89"#);
    gives("cwe:89+", "cwe in [89, 564]");
    gives(
        "is:late is:new is:unowned has:ticket has:suggestion",
        "overdue && age < duration(\"1d\") && !has(team) && has(tickets) && has(suggestions)",
    );
    gives("path:services/api/**", r#"path.startsWith("services/api/")"#);
    gives(r#"Next "auth bypass" -docs"#, r#"text("Next") && text("auth bypass") && !(text("docs"))"#);
}

#[test]
fn states() {
    let (condition, _, states, any) = from_bar("state:accepted_risk,deferred", NOW);
    assert_eq!((states, any), (vec![State::AcceptedRisk, State::Deferred], false));
    assert_eq!(condition, r#"state in ["accepted_risk", "deferred"]"#);
    let (condition, problems, states, any) = from_bar("state:any kev:no", NOW);
    assert_eq!((condition.as_str(), problems.len(), states.len(), any), (r#"kev == "no""#, 0, 0, true));
    let (condition, _, states, _) = from_bar("-state:open", NOW);
    assert_eq!((condition.as_str(), states.len()), (r#"!(state == "open")"#, 0));
}

#[test]
fn packages() {
    let (condition, problems, ..) = from_bar("purl:pkg:npm/next@<14.2.25 kev:yes", NOW);
    assert_eq!(condition, r#"package == "pkg:npm/next" && kev"#);
    assert!(problems[0].message.contains("versions are not compared"));
    gives("purl:pkg:npm/@scope/name", r#"package == "pkg:npm/%40scope/name""#);
    gives("purl:pkg:npm/next@14.1.0", r#"(package == "pkg:npm/next@14.1.0" || package.startsWith("pkg:npm/next@14.1.0?"))"#);
    gives("purl:pkg:npm/*", r#"package.matches("^pkg:npm/.*$")"#);
    gives("purl:pkg:npm/", r#"package.startsWith("pkg:npm/")"#);
    gives("package:lodash", r#"package == "lodash""#);
    gives(
        "pkg:npm/next https://x.example.com/a src/a.py:41 orders.py:3",
        r#"text("pkg:npm/next") && text("https://x.example.com/a") && text("src/a.py:41") && text("orders.py:3")"#,
    );
}

#[test]
fn bounds() {
    gives("score:10..40.5", "(score >= 100 && score <= 405)");
    gives("epss:>=50%", "epss >= 0.5");
    gives("severity:>=high -severity:critical", r#"severity >= "high" && !(severity == "critical")"#);
    gives("tier:<14d", "tier.days < 14");
    gives("team:? due:? -team:none", "!has(team) && !has(due) && !(!has(team))");
    gives("first_seen:<7d", r#"first_seen > "2025-12-29T08:00:00Z""#);
    gives("last_seen:1d..7d", r#"(last_seen <= "2026-01-04T08:00:00Z" && last_seen >= "2025-12-29T08:00:00Z")"#);
    gives("due:2026-02-01", r#"(due >= "2026-02-01T00:00:00Z" && due < "2026-02-02T00:00:00Z")"#);
    gives("due:today", r#"(due >= "2026-01-05T00:00:00Z" && due < "2026-01-06T00:00:00Z")"#);
    gives("due:>2026-02-01", r#"due >= "2026-02-02T00:00:00Z""#);
    gives("due:..2026-02-01", r#"(due < "2026-02-02T00:00:00Z")"#);
    gives("kev:?,yes", r#"(kev == "unknown" || kev)"#);
    gives("team:pay*,core", r#"(team == "core" || team.matches("^pay.*$"))"#);
    gives("title:Injection", r#"title.matches("(?i)Injection")"#);
    gives("path:src/*.py", r#"path.matches("^src/[^/]*\\.py$")"#);
    gives("path:**/test_?.py", r#"path.matches("^(.*/)?test_[^/]\\.py$")"#);
    gives("path:./services/api/", r#"(path == "services/api" || path.startsWith("services/api/"))"#);
    gives(r#"team:"pay*""#, r#"team == "pay*""#);
    gives("", "");
}

#[test]
fn a_wrong_term_is_marked_and_the_rest_runs() {
    let (condition, problems, ..) = from_bar("é🦀 sevrity:high kev:yes", NOW);
    assert_eq!(condition, r#"text("é🦀") && kev"#);
    assert_eq!(problems[0].message, "unknown field \"sevrity\"; did you mean severity?");
    // The crab is two code units.
    assert_eq!((problems[0].start, problems[0].end), (4, 11));

    let (condition, problems, ..) = from_bar("kind:sast,dats", NOW);
    assert_eq!(condition, r#"kind == "sast""#);
    assert_eq!((problems[0].start, problems[0].end), (10, 14));
    assert!(problems[0].message.contains("did you mean dast?"));

    for (text, says) in [
        ("assignee:me", "not kept"),
        ("changed:<1d", "not kept"),
        ("team:", "wants a value"),
        ("age:30d", "age:>30d"),
        ("age:>30", "not a span"),
        ("score:>high", "not a number"),
        ("due:<soon", "neither a span"),
        ("kind:>sast", "no order"),
        ("kev:maybe", "never"),
        ("is:lat", "did you mean late?"),
        ("has:tiket", "did you mean ticket?"),
        ("has:kev", "never"),
        ("cwe:sqli", "cwe:89"),
        ("-state:any", "negated"),
        ("banana:1", "in quotes"),
        ("team:\"a", "quote"),
    ] {
        let (condition, problems, ..) = from_bar(&format!("{text} "), NOW);
        assert!(problems.iter().any(|problem| problem.message.contains(says)), "{text}: {problems:?}");
        assert!(condition.is_empty() || text.contains('"'), "{text}: {condition}");
    }
}

#[test]
fn every_field_is_sorted_and_takes_a_value() {
    let fields: Vec<&str> = bar_fields().into_iter().map(|(field, _)| field).collect();
    assert!(fields.is_sorted());
    for (field, values) in bar_fields() {
        let other = match field {
            "age" => ">3d",
            "due" | "first_seen" | "last_seen" => ">3d",
            "score" | "epss" | "confidence" | "rank" => ">1",
            _ => "79",
        };
        let values = if values.is_empty() { vec![other] } else { values };
        for value in values {
            let (condition, problems, _, any) = from_bar(&format!("{field}:{value}"), NOW);
            assert_eq!(problems, [], "{field}:{value}");
            assert_eq!(condition.is_empty(), any, "{field}:{value}");
        }
    }
}
