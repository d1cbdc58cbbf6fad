//! No text makes the parsers panic, and what parses has an answer for every issue.

use model::{Exposure, Issue, Kind, Severity, State, Timestamp, Tri};
use proptest::prelude::*;

use super::{Filter, Subject, from_bar};

/// Pieces that make texts which come close to filters.
const PIECES: [&str; 56] = [
    "severity",
    "kev",
    "age",
    "due",
    "refs",
    "tier",
    ".",
    "tier.days",
    "cwe",
    "new",
    "title",
    "path",
    "has(",
    "text(",
    "(",
    ")",
    "[",
    "]",
    ",",
    "!",
    "-",
    "&&",
    "||",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "\"high\"",
    "'yes'",
    "\"",
    "'",
    "\\",
    "duration(\"30d\")",
    "timestamp(\"2026-01-01\")",
    ".startsWith(",
    ".matches(",
    ".contains(",
    "true",
    "false",
    "1",
    "2.5",
    "1e9",
    "é",
    " ",
    "\n",
    "r\"",
    "owner.team",
    "score",
    "kinds",
    "\"sast\"",
    "\"(a|b)*\"",
    "null",
    "🦀",
];

const BAR_PIECES: [&str; 44] = [
    "team",
    "tier",
    "state",
    "kev",
    "exposed",
    "due",
    "cve",
    "purl",
    "score",
    "age",
    "cwe",
    "is",
    "has",
    "path",
    "tool",
    ":",
    ":",
    ":",
    ",",
    "-",
    "?",
    "<",
    ">",
    "..",
    "7d",
    "2026-01-01",
    "40",
    "any",
    "open",
    "late",
    "ticket",
    "pkg:npm/next@<14.2.25",
    "\"",
    "\\",
    " ",
    " ",
    "**",
    "*",
    "89+",
    "é",
    "🦀",
    "none",
    "yes",
    "today",
];

fn from_pieces(pieces: &'static [&'static str], separator: &'static str) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(pieces), 0..24).prop_map(move |parts| parts.join(separator))
}

fn an_issue() -> impl Strategy<Value = Issue> {
    let words = || proptest::collection::vec("[a-zA-Z0-9:/@. -]{0,12}", 0..3);
    let fact = proptest::sample::select(&[Tri::Yes, Tri::No, Tri::Unknown][..]);
    let some = (words(), words(), any::<i64>(), any::<Option<i64>>(), any::<i32>(), any::<Option<f64>>());
    let rest = (proptest::sample::select(&Severity::ALL[..]), proptest::sample::select(&State::ALL[..]), fact, "\\PC{0,20}");
    (some, rest).prop_map(|((texts, more, first, due, score, epss), (severity, state, fact, place))| Issue {
        identifiers: texts.clone(),
        refs: more.clone(),
        services: texts,
        data: more,
        first_seen: Timestamp(first),
        due: due.map(Timestamp),
        score,
        epss,
        severity,
        state,
        exposure: Exposure::Internal,
        kinds: vec![Kind::Sca],
        facts: [("kev".to_owned(), fact)].into(),
        place: place.clone(),
        title: place,
        ..Issue::default()
    })
}

/// Answers, twice the same; a negation answers the opposite.
fn check(text: &str, issue: &Issue) {
    let Ok(filter) = Filter::parse(text) else { return };
    let subject = Subject { issue, now: Timestamp(i64::MAX), is_new: true };
    let answer = filter.matches(&subject);
    assert_eq!(answer, filter.matches(&subject));
    let _ = filter.matches_only_if_unknown_were_yes(&subject);
    let negated = Filter::parse(&format!("!({text})"));
    if let Ok(negated) = negated {
        assert_ne!(answer, negated.matches(&subject), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,80}", issue in an_issue()) {
        check(&text, &issue);
    }

    #[test]
    fn pieces_of_filters(text in from_pieces(&PIECES, " "), tight in from_pieces(&PIECES, ""), issue in an_issue()) {
        for text in [text, tight] {
            if let Err(error) = Filter::parse(&text) {
                prop_assert!(error.start <= error.end && error.end <= text.len());
                prop_assert!(text.is_char_boundary(error.start) && text.is_char_boundary(error.end), "{}", text);
                prop_assert!(error.to_string().lines().count() == 3, "{}", error);
            }
            check(&text, &issue);
        }
    }

    #[test]
    fn the_bar_gives_a_filter_or_nothing(text in from_pieces(&BAR_PIECES, ""), any_text in "\\PC{0,60}", now in any::<i64>(), issue in an_issue()) {
        for text in [text, any_text] {
            let (condition, problems, ..) = from_bar(&text, Timestamp(now));
            if !condition.is_empty() {
                let parsed = Filter::parse(&condition);
                prop_assert!(parsed.is_ok(), "{text} gave {condition}: {}", parsed.unwrap_err());
                check(&condition, &issue);
            }
            let units = text.encode_utf16().count();
            prop_assert!(problems.iter().all(|problem| problem.start <= problem.end && problem.end <= units));
        }
    }
}

#[test]
fn long_and_deep_texts_are_refused_or_run() {
    for deep in ["(", "!", "has(", "[", "-", "a.b(", "title.contains("] {
        assert!(Filter::parse(&deep.repeat(10_000)).is_err(), "{deep}");
    }
    assert!(Filter::parse(&format!("{}true{}", "(".repeat(60), ")".repeat(60))).unwrap_err().message.contains("nested"));
    assert!(Filter::parse(&format!("{}true{}", "(".repeat(40), ")".repeat(40))).is_ok());
    let chain = vec!["kev"; 8000].join("||");
    assert!(Filter::parse(&chain).is_ok());
    assert!(Filter::parse(&vec!["kev"; 20_000].join("||")).unwrap_err().message.contains("longer"));
    let patterns = vec![r#"title.matches("a")"#; 40].join("||");
    assert!(Filter::parse(&patterns).unwrap_err().message.contains("patterns"));
    assert!(Filter::parse(r#"title.matches("(a{900}){900}")"#).unwrap_err().message.contains("too large"));
    let (condition, problems, ..) = from_bar(&"path:*a,*b* ".repeat(1000), Timestamp(0));
    assert!(Filter::parse(&condition).is_ok() && !problems.is_empty());
    let (condition, ..) = from_bar(&"cwe:74+,74+,74+ a ".repeat(1000), Timestamp(0));
    assert!(Filter::parse(&condition).is_ok());
}
