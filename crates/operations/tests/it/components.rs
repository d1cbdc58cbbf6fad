//! Packages over time, and who has a vulnerable one.

use model::Deployment;
use operations::{AffectedAnswer, ImportFlags, Muster, NotificationKind, NotificationQuery};
use serde_json::{Value, json};
use store::testing::on_both_places;

use crate::reports::trivy;
use crate::support::{day, import, now, open, queue, scan};

/// A CycloneDX SBOM of a repository: (package URL, direct).
fn sbom(packages: &[(&str, &str, bool)]) -> Vec<u8> {
    let purl = |name: &str, version: &str| format!("pkg:maven/{name}@{version}");
    let components: Vec<Value> = packages
        .iter()
        .map(|(name, version, _)| {
            json!({"type": "library", "bom-ref": purl(name, version), "name": name.rsplit('/').next(), "version": version, "purl": purl(name, version),
                "licenses": [{"license": {"id": "Apache-2.0"}}]})
        })
        .collect();
    // The first is needed by the application, the others by the first.
    let direct: Vec<String> = packages.iter().filter(|(.., direct)| *direct).map(|(name, version, _)| purl(name, version)).collect();
    let other: Vec<String> = packages.iter().filter(|(.., direct)| !*direct).map(|(name, version, _)| purl(name, version)).collect();
    let edges = json!([{"ref": "root", "dependsOn": direct}, {"ref": direct.first(), "dependsOn": other}]);
    json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "shop"},
        "tools": {"components": [{"type": "application", "name": "syft", "version": "1.0.0"}]}}, "components": components, "dependencies": edges})
    .to_string()
    .into_bytes()
}

const LOG4J: &str = "org.apache.logging.log4j/log4j-core";
const STARTER: &str = "org.springframework.boot/spring-boot-starter-log4j2";

fn ask(muster: &Muster, question: &str) -> AffectedAnswer {
    muster.affected(question, None, now()).unwrap()
}

fn versions(answer: &AffectedAnswer) -> Vec<&str> {
    answer.items.iter().map(|item| item.has.version.as_str()).collect()
}

#[test]
fn who_has_it_direct_or_transitive_then_and_now() {
    on_both_places(|place| {
        let muster = open(place.url());
        let inventory = "version: 1\nteams: [{name: payments}]\napplications:\n  - name: shop\n    owner: payments\n    services:\n      - name: api\n        repository: github.com/acme/shop\n        environments: [production]\n";
        muster.apply_inventory(&[("muster.yaml".into(), inventory.into())], None, None, now()).unwrap();
        import(&muster, "bom.json", &sbom(&[(STARTER, "2.6.0", true), (LOG4J, "2.14.1", false)]), &scan(1));
        let deployment = Deployment {
            service: "api".into(),
            environment: "production".into(),
            image: None,
            commit: Some("abc1234".into()),
            since: day(2),
            ..Deployment::default()
        };
        muster.deploy(deployment, now()).unwrap();
        let answer = ask(&muster, "log4j-core < 2.17.1");
        assert_eq!(answer.items.len(), 1, "{answer:?}");
        let item = &answer.items[0];
        assert_eq!((item.has.version.as_str(), item.has.direct), ("2.14.1", Some(false)));
        assert_eq!((item.has.at.services.as_slice(), item.has.at.owner.as_deref()), (&["api".to_owned()][..], Some("payments")));
        assert_eq!((item.has.at.deployments.len(), item.has.since), (1, day(1)));
        assert_eq!(item.has.licenses, ["Apache-2.0"]);
        assert_eq!(ask(&muster, &format!("pkg:maven/{LOG4J}<2.14.1")).items.len(), 0);
        assert_eq!(ask(&muster, &format!("pkg:maven/{LOG4J}@2.14.1")).items.len(), 1);

        // A later SBOM without it: gone now, there then.
        import(&muster, "bom.json", &sbom(&[(STARTER, "2.7.0", true), (LOG4J, "2.17.1", false)]), &scan(20));
        assert_eq!(ask(&muster, "log4j-core < 2.17.1").items.len(), 0);
        assert_eq!(versions(&ask(&muster, "log4j-core")), ["2.17.1"]);
        let then = |n: i64| muster.affected("log4j-core < 2.17.1", Some(day(n)), now()).unwrap();
        assert_eq!([then(0).items.len(), then(1).items.len(), then(19).items.len(), then(20).items.len()], [0, 1, 1, 0]);
        assert_eq!(then(1).items[0].has.at.deployments.len(), 0, "it was deployed on day 2");
        assert!(muster.affected("log4j-core", Some(now().plus_days(2)), now()).is_err());

        // A late report between the two changes what lies between, and taking it back changes it again.
        let late = import(&muster, "bom.json", &sbom(&[(STARTER, "2.6.5", true), (LOG4J, "2.16.0", false)]), &scan(10));
        assert_eq!(versions(&then(15)), ["2.16.0"]);
        assert_eq!(versions(&then(5)), ["2.14.1"]);
        muster.retract(late.reports[0].id.as_ref().unwrap(), "another shop's", "ada", now()).unwrap();
        assert_eq!(versions(&then(15)), ["2.14.1"]);

        let page = muster.components("log4j", None, None, 50, now()).unwrap();
        assert_eq!(page.items.iter().map(|row| row.package.as_str()).collect::<Vec<_>>().len(), 2);
        assert!(muster.component("pkg:maven/no/such", None, now()).is_err());
        assert_eq!(queue(&muster).len(), 0, "an SBOM makes no issue");
    });
}

#[test]
fn who_has_to_be_told_is_noted_once_and_again_when_it_reaches_more() {
    on_both_places(|place| {
        let muster = open(place.url());
        let inventory = "version: 1\nteams: [{name: payments, email: pay@acme.example}]\napplications:\n  - name: shop\n    owner: payments\n    services:\n      - name: api\n        repository: github.com/acme/shop\n";
        muster.apply_inventory(&[("muster.yaml".into(), inventory.into())], None, None, now()).unwrap();
        import(&muster, "bom.json", &sbom(&[(STARTER, "2.6.0", true), (LOG4J, "2.14.1", false)]), &scan(1));
        let advisory = |id: &str, summary: &str| {
            json!({"schema_version": "1.6.0", "id": id, "modified": "2025-01-14T09:00:00Z", "aliases": ["CVE-2021-44228"], "summary": summary,
                "affected": [{"package": {"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"fixed": "2.15.0"}]}]}]})
        };
        let load =
            |name: &str, feed: &Value| muster.load_intel(&[(name.into(), feed.to_string().into_bytes())], now()).unwrap()[0].owners_noted;
        let list = || muster.notifications(&NotificationQuery::default()).unwrap();
        let other = json!({"schema_version": "1.6.0", "id": "GHSA-0000-0000-0000", "modified": "2025-01-14T09:00:00Z",
            "affected": [{"package": {"ecosystem": "npm", "name": "nobody-has-it"}, "versions": ["1.0.0"]}]});
        assert_eq!(load("other.json", &other), 0, "nobody has it");
        let first = advisory("GHSA-JFH8-C2JP-5V3Q", "Remote code injection in Log4j");
        assert_eq!(load("osv.json", &first), 1);
        assert_eq!(load("osv.json", &first), 0, "the same again is no news");
        assert_eq!(load("another.json", &advisory("OSV-2021-1", "the same by another publisher")), 0, "one vulnerability, whoever tells");
        let told = list();
        assert_eq!(told.len(), 1, "{told:?}");
        let one = &told[0];
        assert_eq!(
            (one.vulnerability.as_str(), one.kind, one.summary.as_str()),
            ("CVE-2021-44228", NotificationKind::Affected, "Remote code injection in Log4j")
        );
        assert_eq!((one.has.owner.as_deref(), one.has.contacts.email.as_deref()), (Some("payments"), Some("pay@acme.example")));
        assert_eq!((one.has.since, one.has.services.as_slice()), (day(1), &["api".to_owned()][..]), "since when they have it");
        // Another version of it in the same place.
        import(&muster, "bom.json", &sbom(&[(STARTER, "2.6.0", true), (LOG4J, "2.13.0", false)]), &scan(2));
        assert_eq!(load("osv.json", &first), 1, "it reaches more");
        assert_eq!(list()[0].has.packages, [format!("pkg:maven/{LOG4J}@2.13.0")]);
        // Listed as exploited: told apart.
        let kev = json!({"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2021.12.10", "dateReleased": "2021-12-10T10:00:00.000Z",
            "count": 1, "vulnerabilities": [{"cveID": "CVE-2021-44228", "vendorProject": "Apache", "product": "Log4j2", "vulnerabilityName": "Log4j",
                "dateAdded": "2021-12-10", "shortDescription": "x", "requiredAction": "update", "dueDate": "2021-12-24", "knownRansomwareCampaignUse": "Known", "notes": "", "cwes": []}]});
        assert_eq!((load("kev.json", &kev), load("kev.json", &kev)), (1, 0));
        let of = |team: Option<&str>| NotificationQuery { team: Some(team.map(Into::into)), ..NotificationQuery::default() };
        assert_eq!(muster.notifications(&of(Some("payments"))).unwrap().len(), 2);
        assert!(muster.notifications(&of(None)).unwrap().is_empty());
        let later = NotificationQuery { since: Some(now().plus_days(1)), ..NotificationQuery::default() };
        assert!(muster.notifications(&later).unwrap().is_empty());
        assert_eq!(queue(&muster).len(), 0, "nothing of it makes an issue");
    });
}

#[test]
fn an_advisory_loaded_later_answers_and_makes_no_issue() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "bom.json", &sbom(&[(STARTER, "2.6.0", true), (LOG4J, "2.14.1", false)]), &scan(1));
        let before = ask(&muster, "CVE-2021-44228");
        assert!(before.items.is_empty() && before.warnings[0].contains("no loaded advisory"), "{before:?}");
        let advisory = json!({"schema_version": "1.6.0", "id": "GHSA-jfh8-c2jp-5v3q", "modified": "2025-01-14T09:00:00Z", "published": "2021-12-10T00:40:56Z",
            "aliases": ["CVE-2021-44228"], "summary": "Remote code injection in Log4j", "affected": [{"package": {"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.13.0"}, {"fixed": "2.15.0"}]}]}]});
        let answer = muster.load_intel(&[("osv.json".into(), advisory.to_string().into_bytes())], now()).unwrap();
        assert_eq!((answer[0].feed.as_str(), answer[0].rows), ("advisories", 1));
        for name in ["CVE-2021-44228", "ghsa-jfh8-c2jp-5v3q"] {
            let after = ask(&muster, name);
            assert_eq!(versions(&after), ["2.14.1"], "{name}");
            assert!(after.items[0].because[0].fact.contains("GHSA-JFH8-C2JP-5V3Q"), "{after:?}");
            assert_eq!((after.items[0].fixed.as_slice(), after.items[0].issues.len()), (&["2.15.0".to_owned()][..], 0));
        }
        assert_eq!(queue(&muster).len(), 0, "an advisory makes no issue");
        // Withdrawn, it names nothing any more.
        let mut withdrawn = advisory;
        withdrawn["withdrawn"] = json!("2025-02-01T00:00:00Z");
        muster.load_intel(&[("osv.json".into(), withdrawn.to_string().into_bytes())], now()).unwrap();
        assert!(ask(&muster, "CVE-2021-44228").items.is_empty());
    });
}

#[test]
fn the_packages_of_one_service() {
    on_both_places(|place| {
        let muster = open(place.url());
        let inventory = "version: 1\nteams: [{name: payments}]\napplications:\n  - name: shop\n    owner: payments\n    services:\n      - {name: root, repository: github.com/acme/shop}\n      - {name: api, repository: github.com/acme/shop, path: services/api}\n      - {name: other, repository: github.com/acme/other}\n";
        muster.apply_inventory(&[("muster.yaml".into(), inventory.into())], None, None, day(0)).unwrap();
        let of_api = ImportFlags { prefix: Some("services/api".into()), ..scan(1) };
        import(&muster, "api.json", &sbom(&[(STARTER, "2.6.0", true), (LOG4J, "2.14.1", false)]), &of_api);
        import(&muster, "root.json", &sbom(&[("com.acme/tools", "1.0", true)]), &scan(1));
        let page = |service: &str, text: &str, at, after: Option<&str>, limit| {
            muster.components_of_service(service, text, at, after, limit, now()).unwrap()
        };
        let api = page("api", "", None, None, 50);
        let names: Vec<&str> = api.items.iter().map(|row| row.package.as_str()).collect();
        assert_eq!((names.len(), api.total, api.next.as_deref()), (2, Some(2), None), "{names:?}");
        assert_eq!((api.items[0].transitive, api.items[1].direct), (1, 1), "{names:?}");
        assert_eq!(
            page("root", "", None, None, 50).items[0].package,
            "pkg:maven/com.acme/tools",
            "what no folder names is of the repository"
        );
        assert_eq!(page("other", "", None, None, 50).total, Some(0));
        let first = page("api", "", None, None, 1);
        let second = page("api", "", None, first.next.as_deref(), 1);
        assert_eq!((first.items.len(), second.items[0].package.as_str(), second.next), (1, names[1], None));
        assert_eq!(page("api", "LOG4J-core", None, None, 50).total, Some(1));
        assert_eq!(page("api", "", Some(day(0)), None, 50).total, Some(0), "before the scan");
        assert!(muster.components_of_service("ghost", "", None, None, 50, now()).is_err());
        // What is asked of a package agrees.
        let has = ask(&muster, "log4j-core < 2.17.1");
        assert_eq!(has.items[0].has.at.services, ["api"]);
    });
}

#[test]
fn malicious_packages_are_a_question_of_their_own() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "bom.json", &sbom(&[(STARTER, "2.6.0", true), (LOG4J, "2.14.1", false)]), &scan(1));
        let advisory = |id: &str, name: &str, versions: &[&str]| {
            json!({"schema_version": "1.6.0", "id": id, "modified": "2025-01-14T09:00:00Z", "published": "2025-01-14T09:00:00Z",
                "summary": "Malicious code", "affected": [{"package": {"ecosystem": "Maven", "name": name}, "versions": versions}]})
            .to_string()
        };
        let log4j = "org.apache.logging.log4j:log4j-core";
        let lines = [
            advisory("MAL-2026-1", log4j, &["2.14.1"]),
            advisory("MAL-2026-2", log4j, &["9.9.9"]),
            advisory("MAL-2026-3", "org.example:nobody-has-it", &["1.0.0"]),
            advisory("GHSA-2222-3333-4444", "org.springframework.boot:spring-boot-starter", &["2.6.0"]),
        ];
        muster.load_intel(&[("osv.ndjson".into(), lines.join("\n").into_bytes())], now()).unwrap();
        let answer = ask(&muster, "malicious");
        assert_eq!(answer.advisories, ["MAL-2026-1", "MAL-2026-2"], "of packages that are here");
        assert_eq!((versions(&answer), answer.items[0].malicious), (vec!["2.14.1"], true));
        assert_eq!(answer.items[0].because.len(), 1, "{answer:?}");
        assert!(answer.items[0].because[0].fact.starts_with("MAL-2026-1 calls") && answer.items[0].because[0].fact.ends_with("malicious"));
        assert!(ask(&muster, "MAL-2026-1").items[0].malicious);
        assert!(muster.affected("malicious", Some(day(0)), now()).unwrap().items.is_empty(), "not there yet");
        assert_eq!(queue(&muster).len(), 0, "an advisory makes no issue");
    });
}

#[test]
fn what_a_scanner_reports_is_an_answer_too() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "trivy.json", &trivy(&[("CVE-2023-45803", "urllib3", "1.26.5")]), &scan(1));
        let answer = ask(&muster, "CVE-2023-45803");
        assert_eq!((versions(&answer), answer.items[0].issues.len()), (vec!["1.26.5"], 1));
        assert!(answer.items[0].because[0].fact.contains("Trivy"), "{answer:?}");
        assert_eq!(ask(&muster, "pkg:pypi/urllib3<2").items[0].has.listed, "report");
        import(&muster, "trivy.json", &trivy(&[]), &ImportFlags { complete: true, ..scan(5) });
        assert!(ask(&muster, "CVE-2023-45803").items.is_empty());
        assert_eq!(muster.affected("CVE-2023-45803", Some(day(3)), now()).unwrap().items.len(), 1);
    });
}
