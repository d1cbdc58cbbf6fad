//! VEX: what others say of a vulnerability in a product, whose word counts, and what we say.

use model::{Issue, State, Tri, VexVerdict};
use operations::{ImportFlags, IssueQuery, Muster, StateChange, VexAnswer, VexFormat};
use serde_json::{Value, json};
use store::testing::on_both_places;

use crate::reports::{npm_audit, osv, trivy};
use crate::schema_check::Schema;
use crate::support::{day, every_issue, import, now, open, queue, scan};

const TRUST: &str = "version: 1
vex:
  max_age_days: 365
  trusted:
    - Acme Product Security
    - {author: Vendor PSIRT, products: [\"pkg:pypi/*\"], statuses: [not_affected, fixed]}
";
const REPOSITORY: &str = "pkg:github/acme/shop";
const CVE: &str = "CVE-2023-45803";

/// A statement: (CVE, status, product, component), of a day.
fn statement(day_number: i64, (cve, status, product, component): (&str, &str, &str, Option<&str>)) -> Value {
    let mut product = json!({"@id": product});
    if let Some(component) = component {
        product["subcomponents"] = json!([{"@id": component}]);
    }
    let mut out = json!({"vulnerability": {"name": cve}, "timestamp": day(day_number), "status": status, "products": [product]});
    match status {
        "not_affected" => out["justification"] = json!("vulnerable_code_not_in_execute_path"),
        "affected" => out["action_statement"] = json!("Update the package."),
        _ => {}
    }
    out
}

fn openvex(author: &str, id: &str, day_number: i64, statements: Vec<Value>) -> Vec<u8> {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": id, "author": author, "timestamp": day(day_number), "version": 1, "statements": statements})
        .to_string()
        .into_bytes()
}

fn apply(muster: &Muster, document: Vec<u8>) -> VexAnswer {
    let answer = muster.apply_vex(&[("a.openvex.json".to_owned(), document)], false, now()).unwrap().remove(0);
    assert_eq!(answer.error, None);
    answer
}

/// One statement by one author.
fn say(muster: &Muster, author: &str, day_number: i64, said: (&str, &str, &str, Option<&str>)) -> VexAnswer {
    let id = format!("https://vex.example.com/{author}/{day_number}/{}", said.1);
    apply(muster, openvex(author, &id, day_number, vec![statement(day_number, said)]))
}

/// Two vulnerable packages of one repository, and the trust list.
fn shop(url: &str) -> Muster {
    let muster = open(url);
    import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5"), ("CVE-2024-3772", "pydantic", "1.10.2")]), &scan(1));
    muster.apply_trust("trust.yaml", TRUST, now()).unwrap();
    muster
}

fn of(muster: &Muster, cve: &str) -> Issue {
    every_issue(muster).into_iter().find(|issue| issue.identifiers.contains(&cve.to_owned())).unwrap()
}

fn state(muster: &Muster) -> State {
    of(muster, CVE).state
}

#[test]
fn a_trusted_statement_takes_the_issue_out_and_shows_why() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let answer = say(&muster, "Acme Product Security", 2, (CVE, "not_affected", REPOSITORY, Some("pkg:pypi/urllib3@1.26.5")));
        assert_eq!((answer.statements, answer.issues, answer.not_affected, answer.repeated), (1, 1, 1, false));
        let issue = of(&muster, CVE);
        assert_eq!(issue.state, State::NotAffected);
        assert_eq!(issue.facts.get("vex"), Some(&Tri::Yes));
        let [fact] = issue.vex.as_slice() else { panic!("{:?}", issue.vex) };
        assert_eq!((fact.verdict, fact.author.as_str(), fact.at), (VexVerdict::Counts, "Acme Product Security", day(2)));
        assert_eq!(fact.justification.as_deref(), Some("vulnerable_code_not_in_execute_path"));
        assert!(fact.because.contains("trust.yaml:5"), "{}", fact.because);
        let term = issue.because.iter().find(|term| term.signal == "vex").unwrap();
        assert_eq!((term.points, term.at), (0, Some(day(2))));
        assert_eq!(issue.because.iter().map(|term| term.points).sum::<i32>(), issue.score);
        let history = muster.issue(&issue.id, now()).unwrap().history;
        let entry = history.iter().find(|entry| entry.what == "state").unwrap();
        assert!(entry.detail.contains("Acme Product Security says not affected") && entry.by.contains("VEX"), "{entry:?}");
        assert_eq!(queue(&muster).len(), 1, "the other issue stays");
        let filtered = IssueQuery { filter: Some("vex".into()), any_state: true, ..IssueQuery::default() };
        assert_eq!(muster.issues(&filtered, now()).unwrap().issues.len(), 1);

        let again = say(&muster, "Acme Product Security", 2, (CVE, "not_affected", REPOSITORY, Some("pkg:pypi/urllib3@1.26.5")));
        assert!(again.repeated);
        // A later scan that sees it again changes nothing of that; another version is another matter.
        import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5")]), &scan(3));
        assert_eq!(state(&muster), State::NotAffected);
        import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.6")]), &scan(4));
        assert_eq!(state(&muster), State::Open, "nothing was said of this version");
    });
}

#[test]
fn a_finding_without_a_version_is_of_those_that_sensors_see_in_its_service() {
    const LOGGER: &str = "CVE-2024-30568";
    let advisory = "GHSA-77PQ-G9VX-CHHX";
    on_both_places(|place| {
        let muster = open(place.url());
        muster.apply_trust("trust.yaml", TRUST, now()).unwrap();
        let aliases = format!("id,alias,ecosystem,package\n{advisory},{LOGGER},npm,logger\n");
        muster.load_intel(&[("aliases.csv".into(), aliases.into_bytes())], now()).unwrap();
        let web = |n| ImportFlags { service: Some("web".to_owned()), ..scan(n) };
        import(&muster, "audit.json", &npm_audit(&[(advisory, "logger")]), &web(60));
        let of = |version: &str| statement(61, (LOGGER, "not_affected", REPOSITORY, Some(&format!("pkg:npm/logger@{version}"))));
        apply(&muster, openvex("Acme Product Security", "https://vex.example.com/logger", 61, vec![of("1.4.0"), of("1.5.0")]));
        let state = |at| {
            let query = IssueQuery { any_state: true, as_of: Some(at), ..IssueQuery::default() };
            muster.issues(&query, now()).unwrap().issues[0].state
        };
        assert_eq!(state(now()), State::Open, "which version it is, nobody knows");
        let see = |n, versions: &[&str]| {
            let rows: String = versions.iter().map(|version| format!("pkg:npm/logger@{version},yes,4\n")).collect();
            let sensor = ImportFlags { service: Some("web".to_owned()), at: Some(day(n)), ..ImportFlags::default() };
            muster
                .apply_facts(&[("loaded.csv".to_owned(), format!("purl,loaded,occurrences\n{rows}").into_bytes())], &sensor, now())
                .unwrap();
        };
        see(62, &["1.4.0", "1.5.0"]);
        assert_eq!(
            [state(day(61)), state(day(63)), state(day(91)), state(day(93))],
            [State::Open, State::NotAffected, State::NotAffected, State::Open]
        );
        see(95, &["1.4.0", "2.0.0"]);
        assert_eq!(state(now()), State::Open, "nothing was said of 2.0.0");
    });
}

#[test]
fn what_takes_nothing_out() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let own = Some("pkg:pypi/urllib3@1.26.5");
        say(&muster, "vex-notes-bot", 2, (CVE, "not_affected", REPOSITORY, own));
        assert_eq!(state(&muster), State::Open);
        let issue = of(&muster, CVE);
        assert_eq!((issue.vex[0].verdict, issue.facts.get("vex")), (VexVerdict::Untrusted, Some(&Tri::Unknown)));
        say(&muster, "Vendor PSIRT", 2, (CVE, "not_affected", REPOSITORY, own));
        assert_eq!(state(&muster), State::Open, "trusted for its own packages alone");
        say(&muster, "Acme Product Security", -300, (CVE, "not_affected", REPOSITORY, own));
        assert_eq!(state(&muster), State::Open, "too old");
        for other in [Some("pkg:pypi/urllib3@0.0.1"), Some("pkg:pypi/requests@1.26.5")] {
            say(&muster, "Acme Product Security", 3, (CVE, "fixed", REPOSITORY, other));
            assert_eq!(state(&muster), State::Open, "{other:?}");
        }
        say(&muster, "Acme Product Security", 4, ("CVE-2024-3772", "not_affected", REPOSITORY, own));
        assert_eq!(queue(&muster).len(), 2, "never the CVE alone, never the package alone");
        let verdicts: Vec<VexVerdict> = of(&muster, CVE).vex.iter().map(|fact| fact.verdict).collect();
        assert_eq!(verdicts, [VexVerdict::Expired, VexVerdict::Untrusted, VexVerdict::Untrusted]);
        say(&muster, "Vendor PSIRT", 5, (CVE, "fixed", "pkg:pypi/urllib3", None));
        assert_eq!(state(&muster), State::NotAffected, "fixed by the vendor of the package");
    });
}

#[test]
fn statements_hold_from_their_own_dates() {
    on_both_places(|place| {
        let muster = shop(place.url());
        import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5")]), &scan(50));
        let own = Some("pkg:pypi/urllib3@1.26.5");
        say(&muster, "Acme Product Security", 10, (CVE, "not_affected", REPOSITORY, own));
        say(&muster, "Acme Product Security", 20, (CVE, "affected", REPOSITORY, own));
        let at = |n: i64| {
            let query = IssueQuery { as_of: Some(day(n)), any_state: true, ..IssueQuery::default() };
            muster
                .issues(&query, now())
                .unwrap()
                .issues
                .into_iter()
                .find(|issue| issue.identifiers.contains(&CVE.to_owned()))
                .unwrap()
                .state
        };
        assert_eq!([at(5), at(10), at(19), at(20)], [State::Open, State::NotAffected, State::NotAffected, State::Open]);
        assert_eq!(state(&muster), State::Open, "taken back");
        let id = of(&muster, CVE).id;
        say(&muster, "Acme Product Security", 90, (CVE, "not_affected", REPOSITORY, own));
        let later = |days: i64| muster.issue(&id, day(90).plus_days(days)).unwrap().issue.state;
        assert_eq!((later(364), later(366)), (State::NotAffected, State::Open), "and ends by itself");
    });
}

#[test]
fn a_statement_dated_ahead_waits_for_its_day() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let answer = say(&muster, "Acme Product Security", 110, (CVE, "not_affected", REPOSITORY, Some("pkg:pypi/urllib3@1.26.5")));
        assert!(answer.warnings.iter().any(|warning| warning.message.contains("ahead")), "{answer:?}");
        let id = of(&muster, CVE).id;
        assert_eq!(muster.issue(&id, day(109)).unwrap().issue.state, State::Open);
        assert_eq!(muster.issue(&id, day(111)).unwrap().issue.state, State::NotAffected);
    });
}

#[test]
fn trust_decides_at_once_and_people_stand_over_it() {
    on_both_places(|place| {
        let muster = shop(place.url());
        say(&muster, "Second Team", 2, (CVE, "not_affected", REPOSITORY, Some("pkg:pypi/urllib3")));
        assert_eq!(state(&muster), State::Open);
        let more = format!("{TRUST}    - Second Team\n");
        let answer = muster.apply_trust("trust.yaml", &more, now()).unwrap();
        assert_eq!((answer.issues, answer.not_affected), (1, 1));
        assert_eq!(state(&muster), State::NotAffected);
        assert_eq!(muster.trust(now()).unwrap().trusted.len(), 3);
        let refused = muster.apply_trust("trust.yaml", "version: 1\nvex: {trust: [A]}\n", now());
        assert!(refused.is_err_and(|error| error.to_string().contains("trust.yaml:2")));
        assert_eq!(muster.trust(now()).unwrap().trusted.len(), 3, "the one before stays in force");

        let id = of(&muster, CVE).id;
        let decide =
            |state| muster.set_state(&id, &StateChange { state, reason: "seen it run".into(), until: None }, "ada", now()).unwrap();
        assert_eq!(decide(State::Open).issue.state, State::Open);
        assert_eq!(decide(State::InProgress).issue.state, State::InProgress);
        assert_eq!(decide(State::FalsePositive).issue.state, State::FalsePositive);
        assert_eq!(muster.apply_trust("trust.yaml", TRUST, now()).unwrap().not_affected, 0);
    });
}

#[test]
fn names_of_advisories_and_contradictions() {
    on_both_places(|place| {
        let muster = open(place.url());
        muster.apply_trust("trust.yaml", &format!("{TRUST}    - Second Team\n"), now()).unwrap();
        import(&muster, "osv.json", &osv(&[("GHSA-G4MX-Q9VG-27P4", CVE, "urllib3", "1.26.5")]), &scan(1));
        say(&muster, "Acme Product Security", 2, ("ghsa-g4mx-q9vg-27p4", "not_affected", REPOSITORY, Some("pkg:pypi/urllib3@1.26.5")));
        assert_eq!(state(&muster), State::NotAffected);
        say(&muster, "Second Team", 3, (CVE, "affected", REPOSITORY, None));
        let issue = of(&muster, CVE);
        assert_eq!(issue.state, State::Open, "the newest trusted word");
        assert!(issue.vex_conflict.is_some_and(|text| text.contains("Second Team says affected") && text.contains("Acme")));
        assert_eq!(issue.facts.get("vex"), Some(&Tri::No));
    });
}

#[test]
fn bad_documents_are_refused_one_by_one() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let good =
            openvex("Acme Product Security", "https://vex.example.com/1", 2, vec![statement(2, (CVE, "not_affected", REPOSITORY, None))]);
        let nobody = openvex(
            "Acme Product Security",
            "https://vex.example.com/2",
            2,
            vec![statement(2, (CVE, "fixed", "pkg:oci/x?repository_url=r.example/x", None))],
        );
        let files = [
            ("cut.json".to_owned(), good[..good.len() / 2].to_vec()),
            ("nobody.json".to_owned(), nobody.clone()),
            ("good.json".to_owned(), good),
            ("report.json".to_owned(), trivy(&[])),
        ];
        let answers = muster.apply_vex(&files, false, now()).unwrap();
        let errors: Vec<&str> = answers.iter().map(|answer| answer.error.as_deref().unwrap_or_default()).collect();
        assert!(errors[0].contains("cut.json") && errors[0].contains("cut off"), "{errors:?}");
        assert!(errors[1].contains("nobody.json: statements[0]: nobody here has `pkg:oci/x"), "{errors:?}");
        assert_eq!(errors[2], "");
        assert!(errors[3].contains("not a VEX document"), "{errors:?}");
        assert_eq!(state(&muster), State::NotAffected);
        let kept = muster.apply_vex(&[("nobody.json".to_owned(), nobody)], true, now()).unwrap();
        assert_eq!((kept[0].error.as_deref(), kept[0].issues, kept[0].warnings.len()), (None, 0, 1));
    });
}

/// Trivy's report in which the tool's own VEX source says that it is not affected.
fn suppressed() -> Vec<u8> {
    let row = json!({"VulnerabilityID": CVE, "PkgName": "urllib3", "InstalledVersion": "1.26.5", "Severity": "HIGH",
        "PkgIdentifier": {"PURL": "pkg:pypi/urllib3@1.26.5"}, "Title": "urllib3"});
    json!({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [{"Target": "requirements.txt", "Class": "lang-pkgs",
        "Type": "pip", "ExperimentalModifiedFindings": [{"Type": "vulnerability", "Status": "not_affected", "Statement": "never called",
        "Source": "OpenVEX", "Finding": row}]}]})
    .to_string()
    .into_bytes()
}

#[test]
fn what_a_report_suppresses_is_its_tools_statement() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "trivy.json", &suppressed(), &scan(1));
        let issue = of(&muster, CVE);
        assert_eq!((issue.state, issue.vex[0].verdict, issue.vex[0].author.as_str()), (State::Open, VexVerdict::Untrusted, "Trivy"));
        muster.apply_trust("trust.yaml", "version: 1\nvex: {trusted: [Trivy]}\n", now()).unwrap();
        assert_eq!(state(&muster), State::NotAffected);
    });
}

#[test]
fn what_we_export_says_the_same_elsewhere() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let decide = |cve: &str, state, reason: &str| {
            let change = StateChange { state, reason: reason.into(), until: None };
            muster.set_state(&of(&muster, cve).id, &change, "ada", now()).unwrap()
        };
        decide(CVE, State::NotAffected, "vulnerable_code_not_present: built without it");
        decide("CVE-2024-3772", State::AcceptedRisk, "the page is internal");
        for format in VexFormat::ALL {
            let text = muster.export_vex(format, None, now()).unwrap();
            assert_eq!(text, muster.export_vex(format, None, now().plus_days(1)).unwrap(), "the same content gives the same bytes");
            let other = store::testing::Place::sqlite();
            let elsewhere = open(other.url());
            import(&elsewhere, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5"), ("CVE-2024-3772", "pydantic", "1.10.2")]), &scan(1));
            let applied = elsewhere.apply_vex(&[("ours.json".to_owned(), text.clone().into_bytes())], false, now()).unwrap();
            assert_eq!((applied[0].error.as_deref(), applied[0].issues, applied[0].not_affected), (None, 2, 0), "{format:?} {text}");
            elsewhere.apply_trust("trust.yaml", "version: 1\nvex: {trusted: [default]}\n", now()).unwrap();
            let away = of(&elsewhere, CVE);
            assert_eq!(away.state, State::NotAffected, "{format:?}: {:?}", away.vex);
            assert!(away.vex[0].reason.as_deref().unwrap().contains("built without it"));
            assert!(away.vex[0].justification.is_some());
            let accepted = of(&elsewhere, "CVE-2024-3772");
            assert_eq!((accepted.state, accepted.vex[0].status), (State::Open, model::VexStatus::Affected));
            assert!(accepted.vex[0].reason.as_deref().unwrap().contains("the page is internal"));
        }
        against_published_schemas(&muster);
        let before: Value = serde_json::from_str(&muster.export_vex(VexFormat::OpenVex, None, now()).unwrap()).unwrap();
        decide("CVE-2024-3772", State::Open, "no longer");
        let after: Value = serde_json::from_str(&muster.export_vex(VexFormat::OpenVex, None, now()).unwrap()).unwrap();
        assert_eq!((before["version"].as_u64(), after["version"].as_u64()), (Some(1), Some(2)));
        assert_eq!(before["@id"], after["@id"]);
        let words: Vec<&str> = after["statements"].as_array().unwrap().iter().map(|s| s["status"].as_str().unwrap()).collect();
        assert!(words.contains(&"under_investigation") && words.contains(&"not_affected"), "{words:?}");
        assert!(muster.export_vex(VexFormat::Csaf, Some("nothing"), now()).is_err());
    });
}

/// Checks what we export against the schemas that the formats' makers publish, where the folder that has them is named.
fn against_published_schemas(muster: &Muster) {
    let Ok(shared) = std::env::var("MUSTER_SHARED") else {
        eprintln!("skipped: MUSTER_SHARED does not name a folder with schemas");
        return;
    };
    for (format, file) in [
        (VexFormat::OpenVex, "openvex/openvex-0.2.0.schema.json"),
        (VexFormat::Csaf, "csaf/csaf-2.0.schema.json"),
        (VexFormat::CycloneDx, "cyclonedx/bom-1.6.schema.json"),
    ] {
        let path = std::path::Path::new(&shared).join("schemas").join(file);
        let schema = Schema::read(path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap());
        let value: Value = serde_json::from_str(&muster.export_vex(format, None, now()).unwrap()).unwrap();
        assert_eq!(schema.problems(&value), Vec::<String>::new(), "{format:?}");
        let mut wrong = value;
        wrong["unheard of"] = json!(1);
        if format != VexFormat::Csaf {
            assert!(!schema.problems(&wrong).is_empty(), "{format:?}");
        }
    }
}
