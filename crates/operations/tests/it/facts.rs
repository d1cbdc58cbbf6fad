//! Facts of tools beside their findings: what they move, and where each comes from.

use model::{Issue, Tri};
use operations::{FactStanding, ImportFlags, Muster, OperationError};
use store::testing::on_both_places;

use crate::reports::trivy;
use crate::support::{day, every_issue, import, now, open, scan};

const INVENTORY: &str =
    "version: 1\napplications:\n  - name: shop\n    services:\n      - name: api\n        repository: github.com/acme/shop\n";

fn shop(url: &str) -> Muster {
    let muster = open(url);
    muster.apply_inventory(&[("muster.yaml".into(), INVENTORY.into())], None, None, now()).unwrap();
    import(&muster, "trivy.json", &trivy(&[("CVE-2023-45803", "urllib3", "1.26.5"), ("CVE-2024-3772", "pydantic", "1.10.2")]), &scan(90));
    muster
}

fn apply(muster: &Muster, name: &str, csv: &str) -> Result<operations::FactsAnswer, OperationError> {
    let flags = ImportFlags { service: Some("api".into()), ..ImportFlags::default() };
    muster.apply_facts(&[(name.into(), csv.as_bytes().to_vec())], &flags, now())
}

fn of(muster: &Muster, cve: &str) -> Issue {
    every_issue(muster).into_iter().find(|issue| issue.identifiers.contains(&cve.to_owned())).unwrap()
}

#[test]
fn facts_move_the_rank_until_they_expire() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let before = of(&muster, "CVE-2023-45803");
        let csv = format!("purl,verdict,calls,source,observed_at\npkg:pypi/urllib3@1.26.5,executed,41,sensor,{}\n", day(95));
        let answer = apply(&muster, "calls.csv", &csv).unwrap();
        assert_eq!((answer.facts, answer.issues_ranked, answer.services.as_slice()), (1, 2, &["api".to_owned()][..]));
        let after = of(&muster, "CVE-2023-45803");
        assert!(after.score > before.score, "{} {}", after.score, before.score);
        let term = after.because.iter().find(|term| term.signal == "loaded").unwrap();
        assert!(term.fact.contains("41") && term.source.contains("sensor"), "{term:?}");
        assert_eq!(after.facts.get("loaded"), Some(&Tri::Yes));
        assert_eq!(of(&muster, "CVE-2024-3772").score, muster.issue(&of(&muster, "CVE-2024-3772").id, now()).unwrap().issue.score);
        // After thirty days it says nothing any more.
        let later = muster.issue(&after.id, day(130)).unwrap().issue;
        assert!(!later.because.iter().any(|term| term.signal == "loaded"), "{:?}", later.because);
    });
}

#[test]
fn contradictions_are_shown_with_the_rule() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let csv = format!(
            "purl,cve,verdict,source,observed_at\npkg:pypi/urllib3,CVE-2023-45803,reachable,Endor,{0}\npkg:pypi/urllib3,CVE-2023-45803,no path found,Snyk,{0}\npkg:pypi/urllib3,,not_loaded,sensor,{0}\n",
            day(95)
        );
        assert_eq!(apply(&muster, "facts.csv", &csv).unwrap().verdicts.len(), 3);
        let issue = of(&muster, "CVE-2023-45803");
        let list = muster.facts_of_issue(&issue.id, now()).unwrap();
        let standing = |source: &str| list.items.iter().find(|row| row.source == source).map(|row| row.standing);
        assert_eq!(
            [standing("sensor"), standing("Endor"), standing("Snyk")],
            [Some(FactStanding::Counts), Some(FactStanding::Outweighed), Some(FactStanding::Outweighed)]
        );
        assert_eq!(list.contradictions.len(), 2, "{:?}", list.contradictions);
        assert!(muster.facts_of_service("api", now()).unwrap().items.len() >= 3);
        // A word on one vulnerability of a package says nothing of another package.
        let other = muster.facts_of_issue(&of(&muster, "CVE-2024-3772").id, now()).unwrap();
        assert!(!other.items.iter().any(|row| row.source == "Endor"));
    });
}

#[test]
fn what_is_wrong_is_refused_whole() {
    on_both_places(|place| {
        let muster = shop(place.url());
        let wrong =
            apply(&muster, "facts.csv", "purl,verdict\npkg:pypi/urllib3,loaded\nx,loaded\npkg:pypi/a,perhaps\n").unwrap_err().to_string();
        assert!(wrong.contains("line 3") && wrong.contains("line 4"), "{wrong}");
        assert!(muster.facts_of_service("api", now()).unwrap().items.is_empty(), "nothing of it was kept");
        let ahead = format!("purl,verdict,observed_at\npkg:pypi/urllib3,loaded,{}\n", day(300));
        assert!(apply(&muster, "facts.csv", &ahead).unwrap_err().to_string().contains("ahead"));
        let flags = ImportFlags::default();
        let whose = muster.apply_facts(&[("f.csv".into(), b"function,calls\nf,1\n".to_vec())], &flags, now()).unwrap_err();
        assert!(whose.to_string().contains("--service"), "{whose}");
    });
}
