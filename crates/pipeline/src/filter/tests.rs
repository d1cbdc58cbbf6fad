use model::{Exposure, Finding, Issue, Kind, Owner, Package, Severity, State, Suggestion, Tier, Timestamp, Tri};

use super::{Filter, Subject};

const NOW: Timestamp = Timestamp(1_767_600_000_000); // 2026-01-05T08:00:00Z

fn issue() -> Issue {
    let fact = |name: &str, value| (name.to_owned(), value);
    let mut finding = Finding::new(Kind::Sca, "r", "t");
    finding.tool = "Trivy".into();
    finding.package = Some(Package { name: Some("next".into()), file: Some("web/package-lock.json".into()), ..Package::default() });
    Issue {
        id: "I-7".into(),
        rank: Some(3),
        tier: Tier { id: "3d".into(), label: "Fix in 3 days".into(), days: Some(3), ..Tier::default() },
        score: 412,
        severity: Severity::High,
        severity_by: "Trivy".into(),
        title: "Authorization bypass in middleware".into(),
        kind: Kind::Sca,
        kinds: vec![Kind::Sca, Kind::Container],
        identifiers: vec!["CVE-2025-29927".into(), "GHSA-F82V-JWR5-MFFW".into()],
        cwes: vec![285, 863],
        state: State::Open,
        owner: Owner { team: Some("payments".into()), because: Vec::new() },
        place: "pkg:npm/next@14.1.0 in package-lock.json".into(),
        application: Some("checkout".into()),
        services: vec!["checkout-api".into(), "checkout-web".into()],
        exposure: Exposure::Internet,
        refs: vec!["main".into(), "release/2".into()],
        first_seen: NOW.plus_days(-40),
        last_seen: NOW.plus_days(-1),
        due: Some(NOW.plus_days(-2)),
        confidence: 0.97,
        facts: [fact("kev", Tri::Yes), fact("exploit", Tri::No), fact("reachable", Tri::Unknown), fact("vex", Tri::No)].into(),
        suggestions: vec![Suggestion { issue: "I-9".into(), ..Suggestion::default() }],
        outgrown: Some("a new kind of evidence".into()),
        fix: Some("upgrade next to 14.2.25".into()),
        tickets: vec!["PAY-12".into()],
        epss: Some(0.91),
        data: vec!["pii".into(), "payment".into()],
        criticality: Severity::Critical,
        compliance: vec!["pci-dss".into()],
        tools: vec![finding.tool.clone()],
        paths: vec!["web/package-lock.json".into()],
        end_of_life: vec![model::EndOfLife { release: "Node.js 16".into(), ..model::EndOfLife::default() }],
        packages: finding.package.as_ref().and_then(|package| package.name.clone()).into_iter().collect(),
        ..Issue::default()
    }
}

fn asked(issue: &Issue, text: &str) -> bool {
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{error}"));
    filter.matches(&Subject { issue, now: NOW, is_new: true })
}

#[track_caller]
fn all_true(texts: &[&str]) {
    let issue = issue();
    for text in texts {
        assert!(asked(&issue, text), "{text}");
    }
}

#[track_caller]
fn all_false(texts: &[&str]) {
    let issue = issue();
    for text in texts {
        assert!(!asked(&issue, text), "{text}");
    }
}

#[track_caller]
fn refused(text: &str) -> super::FilterError {
    match Filter::parse(text) {
        Ok(_) => panic!("{text} was taken"),
        Err(error) => error,
    }
}

#[test]
fn every_name_has_a_question_that_it_answers() {
    let questions = [
        ("age", r#"age > duration("30d")"#),
        ("app", r#"app == "checkout""#),
        ("application", r#"application == "checkout""#),
        ("compliance", r#""pci-dss" in compliance"#),
        ("confidence", "confidence >= 0.9"),
        ("criticality", r#"criticality >= "high""#),
        ("cve", r#"cve == "CVE-2025-29927""#),
        ("cwe", r#"cwe == "CWE-863""#),
        ("cwes", "863 in cwes"),
        ("data", r#"data == "pii""#),
        ("due", r#"due < "2026-01-04T00:00:00Z""#),
        ("end_of_life", r#"end_of_life.startsWith("Node.js")"#),
        ("epss", "epss > 0.9"),
        ("exploit", r#"exploit == "no""#),
        ("exposed", "exposed"),
        ("exposure", r#"exposure == "internet""#),
        ("first_seen", r#"first_seen <= timestamp("2025-12-01T00:00:00Z")"#),
        ("fix", r#"fix.contains("14.2.25")"#),
        ("id", r#"id == "I-7""#),
        ("identifier", r#"identifier.startsWith("ghsa-")"#),
        ("identifiers", r#""ghsa-f82v-jwr5-mffw" in identifiers"#),
        ("kev", "kev"),
        ("kind", r#"kind == "sca""#),
        ("kinds", r#""container" in kinds"#),
        ("last_seen", r#"last_seen > "2026-01-01""#),
        ("loaded", r#"loaded == "unknown""#),
        ("new", "new"),
        ("outgrown", "has(outgrown)"),
        ("overdue", "overdue"),
        ("owner.team", r#"owner.team == "payments""#),
        ("package", r#"package == "next""#),
        ("path", r#"path == "web/package-lock.json""#),
        ("place", r#"place.startsWith("pkg:npm/")"#),
        ("production", "!production"),
        ("rank", "rank <= 3"),
        ("reachable", r#"reachable != "no""#),
        ("refs", r#""release/2" in refs"#),
        ("score", "score > 400"),
        ("service", r#"service == "checkout-web""#),
        ("services", r#"services in ["x", "checkout-api"]"#),
        ("severity", r#"severity == "high""#),
        ("severity_by", r#"severity_by == "trivy""#),
        ("state", r#"state == "open""#),
        ("suggestions", r#""I-9" in suggestions"#),
        ("team", r#"team == "payments""#),
        ("ticket", r#"ticket == "PAY-12""#),
        ("tickets", "has(tickets)"),
        ("tier.days", "tier.days <= 3"),
        ("tier.id", r#"tier.id == "3d""#),
        ("tier.label", r#"tier.label.contains("3 days")"#),
        ("title", r#"title.matches("^Auth.*middleware$")"#),
        ("tool", r#"tool == "trivy""#),
        ("vex", r#"vex == "no""#),
    ];
    let names: Vec<&str> = Filter::names().into_iter().map(|(name, _)| name).collect();
    assert_eq!(questions.map(|(name, _)| name).to_vec(), names);
    let (full, empty) = (issue(), Issue::default());
    for (name, question) in questions {
        assert!(asked(&full, question), "{question}");
        // `!production`, `unknown` facts and `new` (the subject's) also hold for an issue that says nothing.
        if !matches!(name, "age" | "first_seen" | "loaded" | "new" | "production" | "reachable" | "rank") {
            let other = Issue { kind: Kind::Sast, state: State::Fixed, ..empty.clone() };
            assert!(!asked(&other, question), "{question} of an empty issue");
        }
    }
}

#[test]
fn the_contracts_examples() {
    all_true(&[
        "new && tier.days <= 3",
        r#"!(severity == "critical" && "pii" in data)"#,
        r#"age > duration("30d") && "pci-dss" in compliance"#,
        r#""main" in refs"#,
    ]);
    all_false(&[r#"production && severity in ["high","critical"] && reachable != "no""#]);
}

#[test]
fn operators() {
    all_true(&[
        "score == 412",
        "score != 411",
        "score < 412.5",
        "score <= 412",
        "score > -1",
        "score >= 412",
        "412 == score",
        "411 < score",
        r#"team == 'payments'"#,
        r#"team != "x""#,
        r#"team in ["x", "payments",]"#,
        "first_seen < last_seen",
        "!(last_seen < first_seen)",
        "overdue == true",
        "new != false",
        "true",
        "!false",
        "(kev)",
        "kev || production",
        "!(kev && production)",
        "!!kev",
        r#"startsWith(title, "Auth")"#,
        r#"contains(title, "bypass")"#,
        r#"matches(place, r"next@\d+")"#,
        r#"title.matches("(?i)auth")"#,
        r#"services == "checkout-api""#,
        r#"services.contains("web")"#,
        r#"kind in ["sca"]"#,
        r#"kinds in ["sast", "container"]"#,
        r#"text("BYPASS")"#,
        r#"text("cve-2025-29927")"#,
        r#"text("next@14")"#,
        "kev && !production || production",
        "cwe in [89, 863]",
        r#"cwe in ["CWE-863"]"#,
        r#"age < duration("6w")"#,
        r#"age >= duration("40d")"#,
        r#"age != duration("1h30m")"#,
        r#"due in ["2026-01-03T08:00:00Z"]"#,
        r#"reachable in ["yes", "unknown"]"#,
        r#"severity in ["low", "high"]"#,
        r#""no" != kev"#,
        r#"package == "pkg:npm/next""#,
        r#"package == "pkg:npm/next@14.1.0""#,
        r#"path == "package-lock.json""#,
    ]);
    all_false(&[
        "score == 411",
        "score < 412",
        "score > 412",
        "false",
        "!kev",
        "kev && production",
        r#"team in []"#,
        r#"team.startsWith("Pay")"#,
        r#"services != "checkout-api""#,
        r#"text("absent words")"#,
        r#"age > duration("41d")"#,
        r#"package == "nex""#,
        "!true || production",
    ]);
    // `&&` binds more tightly than `||`.
    all_true(&["true || false && false"]);
    all_false(&["(true || false) && false"]);
}

#[test]
fn a_comparison_with_an_absent_value_is_false() {
    let bare = Issue::default();
    for text in [
        r#"team == "x""#,
        r#"team != "x""#,
        r#"application != "x""#,
        "epss < 1",
        "epss != 1",
        r#"due != "2026-01-01""#,
        "tier.days <= 3",
        r#"services != "x""#,
        r#""x" in refs"#,
        r#"cve.startsWith("")"#,
        r#"fix.contains("")"#,
        r#"title.matches("")"#,
        "has(due)",
        "has(team)",
        "has(services)",
        "has(kev)",
        "has(severity)",
        "has(exposure)",
        "has(tool)",
        "overdue",
        "rank > 0",
    ] {
        assert!(!asked(&bare, text), "{text}");
    }
    for text in [r#"!(team == "x")"#, "!has(due)", r#"severity != "high""#, "has(age)", "has(state)"] {
        assert!(asked(&bare, text), "{text}");
    }
    all_true(&[
        "has(due)",
        "has(kev)",
        "has(severity)",
        "has(services)",
        "has(exposure)",
        "has(exposed)",
        "has(owner.team)",
        "has(overdue)",
    ]);
    all_false(&["has(reachable)", "has(production)"]);
}

#[test]
fn facts_are_yes_no_or_unknown() {
    all_true(&[r#"kev == "yes""#, r#"kev != "no""#, "!exploit", r#"!reachable && reachable == "unknown""#, r#"production == "unknown""#]);
    all_false(&["exploit", "reachable", "production", r#"production == "no""#, r#"reachable == "no""#]);
    // What the issue states wins over its exposure.
    let mut hidden = issue();
    hidden.facts.insert("exposed".into(), Tri::No);
    assert!(!asked(&hidden, "exposed"));
    let internal = Issue { exposure: Exposure::Internal, ..Issue::default() };
    assert!(asked(&internal, r#"exposed == "no""#));
    assert!(asked(&Issue::default(), r#"exposed == "unknown""#));
}

#[test]
fn what_would_hold_if_unknown_were_yes() {
    let issue = issue();
    let would =
        |text: &str| Filter::parse(text).unwrap().matches_only_if_unknown_were_yes(&Subject { issue: &issue, now: NOW, is_new: false });
    assert!(would("reachable && kev"));
    assert!(!would("kev"), "holds as written");
    assert!(!would("exploit"), "known not to be");
    assert!(!would("loaded"), "does not apply");
    assert!(!would("new"), "not a fact");
}

#[test]
fn severity_and_criticality_compare_by_rank() {
    all_true(&[r#"severity > "medium""#, r#"severity < "critical""#, r#"severity >= "info""#, r#""medium" < severity"#]);
    all_false(&[r#"severity == "unknown""#, r#"severity > "unknown""#, r#"severity < "unknown""#, r#"severity > "high""#]);
    let unknown = Issue::default();
    for text in [r#"severity == "unknown""#, r#"severity <= "unknown""#, r#"criticality != "critical""#] {
        assert!(asked(&unknown, text), "{text}");
    }
    for text in [r#"severity < "low""#, r#"severity >= "info""#, r#"criticality <= "critical""#] {
        assert!(!asked(&unknown, text), "{text}");
    }
}

#[test]
fn overdue_is_of_the_queue() {
    let fixed = Issue { state: State::Fixed, ..issue() };
    assert!(!asked(&fixed, "overdue"));
    let later = Issue { due: Some(NOW), ..issue() };
    assert!(!asked(&later, "overdue"));
}

#[test]
fn packages_by_name() {
    let named = |place: &str, text: &str| asked(&Issue { place: place.into(), ..Issue::default() }, text);
    let log4j = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1 in pom.xml";
    for name in ["log4j-core", "org.apache.logging.log4j:log4j-core", "pkg:maven/org.apache.logging.log4j/log4j-core"] {
        assert!(named(log4j, &format!("package == \"{name}\"")), "{name}");
    }
    assert!(named("org.slf4j:slf4j-api 1.7 in pom.xml", r#"package == "slf4j-api" && path == "pom.xml""#));
    assert!(named("pkg:npm/%40types/node@1.0.0", r#"package == "@types/node""#));
    assert!(!named("pkg:npm/%40types/node@1.0.0", r#"package == "node""#));
}

#[test]
fn errors_mark_the_part_and_say_what_to_write() {
    let error = refused(r#"kev && sevrity == "high""#);
    assert_eq!(error.to_string(), "unknown name \"sevrity\"; did you mean severity?\n  kev && sevrity == \"high\"\n         ^^^^^^^");
    for (text, part, says) in [
        (r#"severity == "hgih""#, "\"hgih\"", "did you mean high?"),
        (r#"kev == "maybe""#, "\"maybe\"", "yes, no, unknown"),
        ("kev == true", "true", "kev alone means yes"),
        (r#"state == "opne""#, "\"opne\"", "did you mean open?"),
        (r#"kind in ["sast", "dats"]"#, "\"dats\"", "did you mean dast?"),
        ("score", "score", "not a condition"),
        (r#"score > "40""#, "\"40\"", "without quotes"),
        (r#"age > "30d""#, "\"30d\"", "duration(\"30d\")"),
        (r#"age > duration("30 days")"#, "\"30 days\"", "not a duration"),
        (r#"due < duration("7d")"#, "duration(\"7d\")", "compare age"),
        (r#"due < "soon""#, "\"soon\"", "RFC 3339"),
        (r#"tier.id < "14d""#, "tier.id < \"14d\"", "tier.days"),
        (r#"tier == "3d""#, "tier", "tier.id"),
        (r#"owner == "x""#, "owner", "owner.team"),
        (r#""x" in title"#, "title", "contains"),
        (r#"title in "x""#, "\"x\"", "wants a list"),
        (r#"team == ["a"]"#, "[\"a\"]", "team in"),
        ("1 == 1", "1 == 1", "neither side"),
        ("score == team", "score == team", "team is a text"),
        ("kev == exploit", "kev == exploit", "not compared"),
        (r#"score.contains("4")"#, "score", "looks into texts"),
        (r#"kev.matches("y")"#, "kev", "looks into texts"),
        (r#"title.startWith("x")"#, "startWith", "did you mean startsWith?"),
        (r#"title.matches("(")"#, "\"(\"", "not a pattern"),
        (r#"title.matches("\\1")"#, "\"\\\\1\"", "not a pattern"),
        ("title.contains(4)", "4", "text in quotes"),
        ("has(\"due\")", "has(\"due\")", "one name"),
        ("has(duee)", "duee", "did you mean due?"),
        ("due == null", "null", "name"),
        ("kev and new", "and", "`&&`"),
        ("kev = new", "=", "`==`"),
        ("kev &&", "", "found the end"),
        ("(kev", "", "expected `)`"),
        ("a.b.c", "a.b.c", "unknown name"),
        ("1 < score < 3", "<", "do not chain"),
        ("duration(\"3d\")", "duration(\"3d\")", "is a value"),
        ("\"kev\"", "\"kev\"", "text is no condition"),
        ("cwe == \"sqli\"", "\"sqli\"", "CWE-89"),
        ("has(data", "", "expected `)`"),
        ("size(refs) > 1", "size", "has(list)"),
        ("  ", "", "empty"),
    ] {
        let error = refused(text);
        assert!(error.message.contains(says), "{text}: {}", error.message);
        assert_eq!(&text[error.start..error.end], part, "{text}: {}", error.message);
    }
}

#[test]
fn what_a_filter_names() {
    let filter = |text: &str| Filter::parse(text).unwrap();
    assert!(filter(r#"kev || "feature/x" in refs"#).names_refs());
    assert!(!filter(r#"title == "refs""#).names_refs());
    assert!(filter("new").names_new() && filter("rank < 5").names_rank());
}
