//! What moved since a time, and why.

use std::collections::BTreeSet;

use model::{Issue, State, Timestamp, Tri};
use operations::{ChangedIssue, ChangedQuery, ImportFlags, IssueQuery, Muster, StateChange, Upload};
use serde_json::json;
use store::testing::on_both_places;

use crate::reports::{EVAL, MD5, SQL, npm_audit, osv, semgrep, trivy};
use crate::risk::with_prior_of_code;
use crate::support::{import, now, open, queue, scan};

const URLLIB: &str = "CVE-2023-45803";
const PYDANTIC: &str = "CVE-2024-3772";

fn shop(url: &str) -> Muster {
    let muster = open(url);
    import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL, MD5]), &scan(1));
    import(&muster, "trivy.json", &trivy(&[(URLLIB, "urllib3", "1.26.5"), (PYDANTIC, "pydantic", "1.10.2")]), &scan(1));
    muster
}

fn kev(cve: &str, day: &str) -> Vec<u8> {
    json!({"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.01.05", "dateReleased": "2026-01-05T15:00:00Z",
        "count": 1, "vulnerabilities": [{"cveID": cve, "vendorProject": "A", "product": "B", "vulnerabilityName": "C", "dateAdded": day,
        "shortDescription": "D", "requiredAction": "E", "dueDate": day, "knownRansomwareCampaignUse": "Unknown", "notes": "", "cwes": []}]})
    .to_string()
    .into_bytes()
}

fn epss(score: f64) -> Vec<u8> {
    format!(
        "#model_version:v2025.03.14,score_date:2026-02-0{}T00:00:00+0000\ncve,epss,percentile\n{URLLIB},{score},0.5\n",
        if score < 0.1 { 1 } else { 2 }
    )
    .into_bytes()
}

fn changed(muster: &Muster, since: Timestamp, at: Timestamp) -> Vec<ChangedIssue> {
    let query = ChangedQuery { since, ..ChangedQuery::default() };
    muster.changed_since(&query, at).unwrap().0
}

fn title_of(muster: &Muster, cve: &str) -> String {
    queue(muster).into_iter().find(|issue| issue.identifiers.contains(&cve.to_owned())).unwrap().id
}

#[test]
fn what_names_an_advisory_alone_is_ranked_by_its_cve_however_that_becomes_known() {
    let (log, merge) = (("GHSA-JFH8-C2JP-5V3Q", "log4j"), ("GHSA-77PQ-G9VX-CHHX", "merge"));
    let both = [("GHSA-JFH8-C2JP-5V3Q", "CVE-2021-44228", "log4j", "2.14.1")];
    let of = |muster: &Muster, name: &str| {
        let all = muster.issues(&IssueQuery::default(), now()).unwrap().issues;
        all.into_iter().find(|issue| issue.title.contains(name) || issue.place.contains(name)).unwrap()
    };
    let known = |issue: &Issue, cve: &str| (issue.identifiers.contains(&cve.to_owned()), issue.facts.get("kev") == Some(&Tri::Yes));
    let elsewhere = ImportFlags { repo: Some("github.com/acme/elsewhere".to_owned()), ..scan(2) };
    on_both_places(|place| {
        let muster = open(place.url());
        muster.load_intel(&[("kev.json".into(), kev("CVE-2021-44228", "2021-12-10"))], now()).unwrap();
        import(&muster, "audit.json", &npm_audit(&[log, merge]), &scan(1));
        assert_eq!(known(&of(&muster, "log4j"), "CVE-2021-44228"), (false, false));
        // A report of another repository says that the two are one.
        import(&muster, "osv.json", &osv(&both), &elsewhere);
        let issue = of(&muster, "log4j");
        assert_eq!(known(&issue, "CVE-2021-44228"), (true, true), "{issue:?}");
        assert_eq!(known(&of(&muster, "merge"), "CVE-2024-0001"), (false, false));
        // A feed says it; then another lists the CVE.
        let aliases = "id,alias,ecosystem,package\nGHSA-77PQ-G9VX-CHHX,CVE-2024-0001,npm,merge\n";
        muster.load_intel(&[("aliases.csv".into(), aliases.into())], now()).unwrap();
        assert_eq!(known(&of(&muster, "merge"), "CVE-2024-0001"), (true, false));
        muster.load_intel(&[("kev.json".into(), kev("CVE-2024-0001", "2026-01-05"))], now()).unwrap();
        assert_eq!(known(&of(&muster, "merge"), "CVE-2024-0001"), (true, true));
    });
}

#[test]
fn a_kev_entry_moves_an_issue_and_says_by_how_many_places() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let at = now().plus_days(1);
        assert!(changed(&muster, now(), now()).is_empty());
        let id = title_of(&muster, PYDANTIC);
        let before = muster.issue(&id, now()).unwrap();
        muster.load_intel(&[("kev.json".into(), kev(PYDANTIC, "2026-01-05"))], at).unwrap();
        let after = muster.issue(&id, at).unwrap();
        let list = changed(&muster, now(), at);
        let moved = list.iter().find(|row| row.issue == id).unwrap();
        let from = moved.from.as_ref().unwrap();
        assert_eq!((from.place, moved.to.place), (before.rank, after.rank));
        assert_eq!((from.score, from.tier.as_str()), (before.issue.score, before.issue.tier.id.as_str()));
        assert_eq!((moved.to.score, moved.to.tier.as_str()), (after.issue.score, after.issue.tier.id.as_str()));
        assert_eq!(moved.places, Some(before.rank.unwrap().cast_signed() - after.rank.unwrap().cast_signed()));
        assert!(moved.places > Some(0), "{moved:?}");
        let [cause] = moved.causes.as_slice() else { panic!("{:?}", moved.causes) };
        assert_eq!((cause.what.as_str(), cause.by.as_str(), cause.at), ("tier", "feed kev", at));
        let term = &cause.because[0];
        assert_eq!((term.signal.as_str(), term.before, term.source.as_str()), ("kev", None, "CISA KEV"));
        assert_eq!(term.at, Some("2026-01-05T00:00:00Z".parse().unwrap()));
        let entry = after.history.last().unwrap();
        assert!(entry.detail.starts_with("up ") && entry.detail.contains("Known exploited (KEV) since 5 Jan 2026"), "{}", entry.detail);
        assert!(entry.detail.ends_with(&format!("tier from {} to {}", from.tier, moved.to.tier)), "{}", entry.detail);
        // What was only passed is no change of its own.
        assert_eq!(list.len(), 1, "{list:?}");
    });
}

#[test]
fn small_steps_of_epss_are_silent_and_jumps_are_told() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let day = |n: i64| now().plus_days(n);
        muster.load_intel(&[("epss.csv".into(), epss(0.010))], day(1)).unwrap();
        muster.load_intel(&[("epss.csv".into(), epss(0.011))], day(2)).unwrap();
        assert!(changed(&muster, day(2), day(2)).is_empty());
        muster.load_intel(&[("epss.csv".into(), epss(0.6))], day(3)).unwrap();
        let list = changed(&muster, day(3), day(3));
        assert_eq!(list.len(), 1);
        assert!(list[0].causes[0].detail.contains("EPSS 60"), "{:?}", list[0].causes);
        // Over the whole time it is the first and the last that count.
        let whole = changed(&muster, day(1), day(3));
        assert_eq!(whole.iter().filter(|row| row.issue == list[0].issue).count(), 1);
    });
}

#[test]
fn the_summary_counts_what_happened() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let (since, at) = (now(), now().plus_days(1));
        muster.load_intel(&[("kev.json".into(), kev(PYDANTIC, "2026-01-05"))], at).unwrap();
        let set = |state, reason: &str| StateChange { state, reason: reason.into(), until: None };
        let urllib = title_of(&muster, URLLIB);
        muster.set_state(&urllib, &set(State::FalsePositive, "never called"), "robin", at).unwrap();
        let summary = muster.since(since, &IssueQuery::default(), None, at).unwrap();
        let counts =
            [&summary.new, &summary.fixed, &summary.reopened, &summary.moved_up, &summary.moved_down, &summary.outgrown, &summary.decided];
        assert_eq!(counts.map(|group| group.count), [0, 0, 0, 1, 0, 0, 1], "{summary:?}");
        assert_eq!(summary.decided.issues[0].issue, urllib);

        // Exploited: the decision was about something else.
        let later = at.plus_days(1);
        muster.load_intel(&[("kev.json".into(), kev(URLLIB, "2026-01-06"))], later).unwrap();
        let summary = muster.since(at.plus_days(1), &IssueQuery::default(), None, later).unwrap();
        assert_eq!((summary.outgrown.count, summary.outgrown.issues[0].issue.as_str()), (1, urllib.as_str()));

        // From before the first scan on, all are new, and the deadlines since are counted.
        let all = muster.since(now().plus_days(-120), &IssueQuery::default(), Some(2), later).unwrap();
        assert_eq!((all.new.count, all.new.issues.len()), (5, 2));
        let due: BTreeSet<String> =
            queue(&muster).into_iter().filter(|issue| issue.due.is_some_and(|due| due < later)).map(|issue| issue.id).collect();
        assert!(!due.is_empty());
        assert_eq!(all.newly_due.count, due.len() as u64);
        let nobody = IssueQuery { team: Some(Some("nobody".into())), ..IssueQuery::default() };
        assert_eq!(muster.since(now().plus_days(-120), &nobody, None, later).unwrap().new.count, 0);
    });
}

#[test]
fn a_report_moves_what_it_fixes_and_finds() {
    on_both_places(|place| {
        let muster = shop(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(5));
        let since = crate::support::day(4);
        let list = changed(&muster, since, now());
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].from.as_ref().unwrap().state, list[0].to.state), (State::Open, State::Fixed));
        assert_eq!(list[0].causes[0].what, "fixed");
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL, MD5]), &scan(6));
        let list = changed(&muster, since, now());
        let words: Vec<&str> = list[0].causes.iter().map(|cause| cause.what.as_str()).collect();
        assert_eq!((words, list[0].to.state), (vec!["fixed", "reopened"], State::Open));
        let refused = ChangedQuery { since: now().plus_days(3), ..ChangedQuery::default() };
        assert!(muster.changed_since(&refused, now()).unwrap_err().is_user_fault());
    });
}

#[test]
fn a_model_that_is_applied_is_a_cause() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let yaml = with_prior_of_code(&muster.risk_model(None, now()).unwrap().yaml, 0);
        let at = now().plus_days(1);
        muster.risk_apply("mine.yaml", &yaml, "robin", at, |_, _| {}).unwrap();
        let list = changed(&muster, at, at);
        assert_eq!(list.len(), 3, "the three weaknesses in code");
        assert!(list.iter().all(|row| row.causes[0].by.contains("risk model") && row.causes[0].by.ends_with("robin")), "{list:?}");
    });
}

#[test]
fn a_signal_of_ones_own_moves_what_it_fits() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let own = "signals:\n  - {signal: parser, when: 'cve == \"CVE-2024-3772\"', points: 45, source: judgement}";
        let yaml = muster.risk_model(None, now()).unwrap().yaml.replace("signals: []", own);
        let at = now().plus_days(1);
        let answer = muster.risk_apply("mine.yaml", &yaml, "robin", at, |_, _| {}).unwrap();
        assert_eq!(answer.diff.unwrap().rescored, 1);
        let issue = muster.issue(&title_of(&muster, PYDANTIC), at).unwrap().issue;
        let term = issue.because.iter().find(|term| term.signal == "parser").unwrap();
        assert_eq!((term.points, term.source.as_str()), (45, "judgement"));
        assert_eq!(issue.because.iter().map(|term| term.points).sum::<i32>(), issue.score);
    });
}

fn inventory(exposure: &str) -> Vec<(String, String)> {
    let text = format!(
        "version: 1\nteams: [{{name: payments}}]\napplications:\n  - name: checkout\n    owner: payments\n    services:\n      - name: checkout-api\n        \
         repository: github.com/acme/shop\n        exposure: {exposure}\n"
    );
    vec![("muster.yaml".to_owned(), text)]
}

#[test]
fn a_service_that_goes_to_the_internet_and_a_package_that_is_loaded_are_causes() {
    on_both_places(|place| {
        let muster = shop(place.url());
        muster.apply_inventory(&inventory("internal"), None, None, now()).unwrap();
        let day = |n: i64| now().plus_days(n);
        muster.apply_inventory(&inventory("internet"), None, None, day(1)).unwrap();
        let list = changed(&muster, day(1), day(1));
        assert_eq!(list.len(), 5, "{list:?}");
        for row in &list {
            let cause = &row.causes[0];
            assert!(cause.by.starts_with("inventory"), "{cause:?}");
            assert!(cause.because.iter().any(|term| term.signal == "exposed" && term.source.starts_with("muster.yaml:")), "{cause:?}");
        }

        // Seen not loaded, and a day later loaded.
        let id = title_of(&muster, URLLIB);
        let seen = |loaded: &str| format!("purl,loaded,occurrences\npkg:pypi/urllib3@1.26.5,{loaded},4\n");
        let sensor = |n: i64| ImportFlags { service: Some("checkout-api".into()), at: Some(day(n)), ..ImportFlags::default() };
        let import_at = |loaded: &str, n: i64| {
            let upload = vec![Upload::Bytes("loaded.csv".into(), seen(loaded).into_bytes())];
            let answer = muster.import(upload, &sensor(n), day(n), |_| {}).unwrap();
            assert_eq!(answer.reports[0].error, None, "{answer:?}");
        };
        import_at("no", 2);
        import_at("yes", 3);
        let list = changed(&muster, day(3), day(3));
        let moved = list.iter().find(|row| row.issue == id).unwrap_or_else(|| panic!("{list:?}"));
        assert!(moved.places >= Some(0) && moved.causes[0].because.iter().any(|term| term.signal == "loaded"), "{moved:?}");
        assert_eq!(moved.causes[0].at, day(3));
    });
}

#[test]
fn a_vex_statement_is_a_cause() {
    on_both_places(|place| {
        let muster = shop(place.url());
        muster.apply_trust("trust.yaml", "version: 1\nvex:\n  trusted: [Acme Product Security]\n", now()).unwrap();
        let document = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://vex.example.com/1", "author": "Acme Product Security",
            "timestamp": now(), "version": 1, "statements": [{"vulnerability": {"name": URLLIB}, "timestamp": now(), "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "products": [{"@id": "pkg:github/acme/shop", "subcomponents": [{"@id": "pkg:pypi/urllib3@1.26.5"}]}]}]});
        let at = now().plus_days(1);
        muster.apply_vex(&[("a.openvex.json".to_owned(), document.to_string().into_bytes())], false, at).unwrap();
        let list = changed(&muster, at, at);
        let [row] = list.as_slice() else { panic!("{list:?}") };
        assert_eq!((row.from.as_ref().unwrap().state, row.to.state, row.to.place), (State::Open, State::NotAffected, None));
        assert!(row.causes[0].detail.contains("Acme Product Security says not affected"), "{row:?}");
    });
}
