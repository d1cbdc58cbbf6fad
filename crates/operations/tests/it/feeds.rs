//! Feeds from a publisher (a server on this machine), bundles, and old feeds.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use operations::{FeedList, FetchOptions, IssueQuery, Muster, pack_feeds};
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
    FetchOptions { list: FeedList::read("feeds.yaml", list).unwrap(), only: Vec::new(), allow_private: true, keep: None, anew: false }
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
