//! Feeds from a publisher (a server on this machine), bundles, and old feeds.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use operations::{FeedList, FetchOptions, IssueQuery, Muster, pack_feeds};
use sha2::{Digest, Sha256};
use store::testing::on_both_places;

use crate::reports::trivy;
use crate::support::{import, now, open, scan};

const CVE: &str = "CVE-2023-45803";

fn epss(score: f64, day: &str) -> String {
    format!("#model_version:v2025.03.14,score_date:{day}T00:00:00+0000\ncve,epss,percentile\n{CVE},{score},0.5\n")
}

/// A publisher of one file, which says 304 to whoever has it, and 500 for `broken`.
fn publisher(body: String, sum: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            let has = head.iter().any(|line| line.eq_ignore_ascii_case("if-none-match: \"one\""));
            let (status, text) = match head[0].split(' ').nth(1).unwrap() {
                "/epss.csv" if has => ("304 Not Modified", ""),
                "/epss.csv" => ("200 OK", body.as_str()),
                "/epss.sha256" => ("200 OK", sum.as_str()),
                "/page.html" => ("200 OK", "<html>moved</html>"),
                _ => ("404 Not Found", ""),
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"one\"\r\nConnection: close\r\n\r\n", text.len());
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
        }
    });
    base
}

fn options(list: &str) -> FetchOptions {
    FetchOptions {
        list: FeedList::read("feeds.yaml", list).unwrap(),
        only: Vec::new(),
        allow_private: true,
        keep: None,
        anew: false,
        since: None,
    }
}

fn score(muster: &Muster) -> Option<f64> {
    muster.issues(&IssueQuery::default(), now()).unwrap().issues[0].epss
}

#[test]
fn feeds_are_fetched_once_and_a_bad_one_holds_up_no_other() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5")]), &scan(1));
        let base = publisher(epss(0.4, "2026-04-10"), String::new());
        let list = format!(
            "version: 1\nfeeds:\n  - {{name: page, url: \"{base}/page.html\"}}\n  - {{name: gone, url: \"{base}/gone.json\"}}\n  \
             - {{name: epss, url: \"{base}/epss.csv\"}}\n"
        );
        let folder = tempfile::tempdir().unwrap();
        let options = FetchOptions { keep: Some(folder.path().to_owned()), ..options(&list) };
        let answers = muster.fetch_intel(&options, now()).unwrap();
        assert!(answers[0].error.as_deref().unwrap().contains("not a feed that Muster knows"), "{answers:?}");
        assert!(answers[1].error.as_deref().unwrap().contains("the answer was 404"), "{answers:?}");
        assert_eq!(answers[2].loaded.as_ref().map(|feed| (feed.rows, feed.issues_ranked)), Some((1, 1)), "{answers:?}");
        assert_eq!(score(&muster), Some(0.4));
        let again = muster.fetch_intel(&options, now()).unwrap();
        assert!(again[2].unchanged && again[2].loaded.is_none(), "{again:?}");

        // What was kept makes a bundle, which a closed network loads.
        let kept = std::fs::read(folder.path().join("epss.csv")).unwrap();
        let (bundle, answer) = pack_feeds(&[("epss.csv".into(), kept)], now()).unwrap();
        assert_eq!(answer.feeds.len(), 1);
        let closed = Muster::open(place.url(), "closed", operations::SecretKey::new([7; 32]), now()).unwrap();
        import(&closed, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5")]), &scan(1));
        let loaded = closed.load_intel(&[("bundle.zip".into(), bundle.clone())], now()).unwrap();
        assert_eq!((loaded.len(), loaded[0].feed.as_str()), (1, "epss"));
        let mut cut = bundle;
        cut.truncate(cut.len() / 2);
        assert!(closed.load_intel(&[("bundle.zip".into(), cut)], now()).unwrap_err().is_user_fault());
    });
}

#[test]
fn a_file_that_is_not_what_its_checksum_says_is_refused() {
    on_both_places(|place| {
        let muster = open(place.url());
        let base = publisher(epss(0.4, "2026-04-10"), format!("{}  epss.csv\n", "0".repeat(64)));
        let list = format!("version: 1\nfeeds:\n  - {{name: epss, url: \"{base}/epss.csv\", sha256: \"{base}/epss.sha256\"}}\n");
        let answers = muster.fetch_intel(&options(&list), now()).unwrap();
        assert!(answers[0].error.as_deref().unwrap().contains("is not the one whose SHA-256"), "{answers:?}");
        assert!(muster.feeds(now()).unwrap().is_empty());
        let inside = FetchOptions { allow_private: false, ..options(&list) };
        assert!(muster.fetch_intel(&inside, now()).unwrap()[0].error.as_deref().unwrap().contains("private address"));
        let unknown = FetchOptions { only: vec!["kev".into()], ..options(&list) };
        assert!(muster.fetch_intel(&unknown, now()).unwrap_err().to_string().contains("there are epss"));
    });
}

#[test]
fn answers_that_rest_on_an_old_feed_say_so() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5")]), &scan(1));
        let warnings = |query: &IssueQuery, at| muster.issues(query, at).unwrap().warnings;
        assert!(warnings(&IssueQuery::default(), now()).is_empty(), "no feed is no old feed");
        // The story's now is 2026-04-11.
        muster.load_intel(&[("epss.csv".into(), epss(0.4, "2026-04-10").into_bytes())], now()).unwrap();
        assert!(warnings(&IssueQuery::default(), now()).is_empty());
        let later = now().plus_days(30);
        let said = warnings(&IssueQuery::default(), later);
        assert!(said.len() == 1 && said[0].contains("EPSS: the newest file is of 2026-04-10, 31 days old"), "{said:?}");
        // As of the day when it was new it was not old.
        let past = IssueQuery { as_of: Some(now()), ..IssueQuery::default() };
        assert!(warnings(&past, later).is_empty());
        let nothing = IssueQuery { team: Some(Some("nobody".into())), ..IssueQuery::default() };
        assert!(warnings(&nothing, later).is_empty(), "an empty answer rests on nothing");
        let id = muster.issues(&IssueQuery::default(), later).unwrap().issues[0].id.clone();
        assert_eq!((muster.issue(&id, later).unwrap().warnings, muster.issue(&id, now()).unwrap().warnings), (said, Vec::new()));
        let feed = muster.feeds(later).unwrap().remove(0);
        assert_eq!(feed.age.map(|age| (age.days, age.stale)), Some((31, true)));
    });
}

/// A file of endoflife.date with one product and one distribution.
const OVER: &str = r#"{"schema_version": "1.2.0", "generated_at": "2026-04-09T00:00:00+00:00", "total": 2, "result": [
    {"name": "urllib3", "label": "urllib3", "identifiers": [{"id": "pkg:pypi/urllib3", "type": "purl"}],
     "releases": [{"name": "2", "isEol": false, "eolFrom": null}, {"name": "1.26", "isEol": true, "eolFrom": "2026-01-15"}]},
    {"name": "debian", "label": "Debian", "releases": [{"name": "10", "isEol": true, "eolFrom": "2022-09-10", "eoesFrom": "2029-06-30"}]}]}"#;

#[test]
fn no_fix_will_come_for_a_release_that_is_over() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5"), ("CVE-2024-1000", "requests", "2.31.0")]), &scan(1));
        let of = |at| {
            let query = IssueQuery { as_of: at, ..IssueQuery::default() };
            let issues = muster.issues(&query, now()).unwrap().issues;
            issues.iter().find(|issue| issue.identifiers.contains(&CVE.to_owned())).unwrap().clone()
        };
        assert!(of(None).end_of_life.is_empty());
        muster.load_intel(&[("eol.json".into(), OVER.into())], now()).unwrap();
        let issue = of(None);
        let [over] = issue.end_of_life.as_slice() else { panic!("{:?} of {:?}", issue.end_of_life, issue.packages) };
        assert_eq!((over.release.as_str(), over.since.unwrap().to_string().as_str()), ("urllib3 1.26", "2026-01-15T00:00:00Z"));
        assert_eq!(muster.issue(&issue.id, now()).unwrap().issue.end_of_life, issue.end_of_life);
        let page = muster.components("urllib3", None, None, 10, now()).unwrap();
        assert_eq!(page.items[0].end_of_life.len(), 1, "{page:?}");
        assert_eq!(muster.component("pkg:pypi/urllib3", None, now()).unwrap().end_of_life.len(), 1);
        // It is asked for in conditions, now and of a past day.
        let asked = |condition: &str, as_of| {
            let query = IssueQuery { filter: Some(condition.to_owned()), as_of, ..IssueQuery::default() };
            muster.issues(&query, now()).unwrap().issues.into_iter().map(|issue| issue.identifiers[0].clone()).collect::<Vec<_>>()
        };
        for as_of in [None, Some(now())] {
            assert_eq!(asked("has(end_of_life)", as_of), [CVE]);
            assert_eq!(asked("end_of_life.startsWith(\"urllib3\")", as_of), [CVE]);
            assert_eq!(asked("!has(end_of_life)", as_of), ["CVE-2024-1000"]);
        }
        let query = IssueQuery { filter: Some("has(end_of_life)".into()), ..IssueQuery::default() };
        assert_eq!(muster.facets(&query, now()).unwrap().kind.values().sum::<u64>(), 1);
        let refused = muster.trend(&query, 4, now()).unwrap_err().to_string();
        assert!(refused.contains("lists of issues"), "{refused}");
        // What is not over says nothing.
        assert!(muster.components("requests", None, None, 10, now()).unwrap().items[0].end_of_life.is_empty());
    });
}

/// An entry of the catalogue of the EU's CSIRTs network.
fn eu_kev(day: &str) -> String {
    format!(
        r#"[{{"cveID": "{CVE}", "euvdID": "EUVD-2026-1", "vulnerabilityName": "x", "dateReported": "{day}", "originSource": "CNW",
           "exploitationType": ["ransomware"]}}]"#
    )
}

#[test]
fn two_lists_of_exploited_vulnerabilities_stand_beside_each_other() {
    let cisa = format!(
        r#"{{"title": "CISA Catalog of Known Exploited Vulnerabilities", "count": 1, "vulnerabilities": [
           {{"cveID": "{CVE}", "vulnerabilityName": "x", "dateAdded": "2026-03-01", "knownRansomwareCampaignUse": "Unknown"}}]}}"#
    );
    on_both_places(|place| {
        let muster = open(place.url());
        for (day, source, added) in [("2026-03-05", "CISA KEV", "2026-03-01"), ("2026-02-05", "EU KEV", "2026-02-05")] {
            let load = |name: &str, text: &str| muster.load_intel(&[(name.into(), text.into())], now()).unwrap();
            load("kev.json", &cisa);
            load("eukev.json", &eu_kev(day));
            // Loaded again, the one does not undo what the other says.
            load("kev.json", &cisa);
            let kev = muster.vulnerability(CVE, now()).unwrap().kev.unwrap();
            assert_eq!((kev.source.as_str(), kev.added.to_string().get(..10)), (source, Some(added)));
            assert!(kev.ransomware);
        }
    });
}

#[test]
fn a_fresh_list_does_not_hide_that_another_is_old() {
    let cisa = format!(
        r#"{{"title": "CISA Catalog of Known Exploited Vulnerabilities", "count": 1, "dateReleased": "2026-03-02T00:00:00Z", "vulnerabilities": [
           {{"cveID": "{CVE}", "vulnerabilityName": "x", "dateAdded": "2026-03-01", "knownRansomwareCampaignUse": "Unknown"}}]}}"#
    );
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "trivy.json", &trivy(&[(CVE, "urllib3", "1.26.5")]), &scan(1));
        let load = |name: &str, text: &str| muster.load_intel(&[(name.into(), text.into())], now()).unwrap();
        let warnings = || muster.issues(&IssueQuery::default(), now()).unwrap().warnings;
        load("kev.json", &cisa);
        let old = "Known exploited vulnerabilities (CISA KEV): the newest file is of 2026-03-02, 40 days old (more than 7)";
        assert!(warnings().iter().any(|warning| warning.starts_with(old)), "{:?}", warnings());
        load("eukev.json", &eu_kev("2026-03-05"));
        assert_eq!(warnings().iter().filter(|warning| warning.starts_with(old)).count(), 1, "{:?}", warnings());
        let files: Vec<String> = muster.feeds(now()).unwrap().into_iter().map(|feed| feed.file).collect();
        assert_eq!(files, ["kev.json", "eukev.json"]);
        load("kev.json", &cisa.replace("2026-03-02", "2026-04-11"));
        assert!(warnings().iter().all(|warning| !warning.contains("CISA KEV")), "{:?}", warnings());
    });
}

#[test]
fn a_publisher_that_wants_a_token_and_leads_to_the_file() {
    let list = "version: 1\nfeeds:\n  - {name: v, url: \"http://127.0.0.1:9/x\", token: MUSTER_TEST_NO_SUCH_TOKEN, leads: true}\n";
    let folder = tempfile::tempdir().unwrap();
    let muster = open(&format!("sqlite:{}", folder.path().join("m.db").display()));
    let answers = muster.fetch_intel(&options(list), now()).unwrap();
    assert!(answers[0].left_out.as_deref().unwrap().contains("MUSTER_TEST_NO_SUCH_TOKEN") && answers[0].error.is_none());
    let named = FetchOptions { only: vec!["v".into()], ..options(list) };
    assert!(muster.fetch_intel(&named, now()).unwrap()[0].error.is_some());

    let file = eu_kev("2026-03-05");
    let sum: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    let base = publisher(file, String::new());
    let leading = |sum: &str| {
        let answer = format!(r#"{{"data": [{{"filename": "kev.zip", "sha256": "{sum}", "url": "{base}/epss.csv"}}]}}"#);
        let list = format!("version: 1\nfeeds:\n  - {{name: v, url: \"{}/epss.csv\", leads: true}}\n", publisher(answer, String::new()));
        muster.fetch_intel(&options(&list), now()).unwrap().remove(0)
    };
    let wrong = leading(&"0".repeat(64));
    assert!(wrong.error.as_deref().unwrap().contains("SHA-256"), "{wrong:?}");
    let right = leading(&sum);
    assert_eq!(right.loaded.as_ref().map(|feed| feed.feed.as_str()), Some("kev"), "{right:?}");
}
