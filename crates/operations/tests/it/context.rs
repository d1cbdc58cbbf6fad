//! What comes from beside the reports: the inventory and the feeds.

use model::{Exposure, Tri};
use operations::OperationError;
use store::testing::on_both_places;

use crate::reports::{EVAL, SQL, semgrep, trivy};
use crate::support::{import, now, open, queue, scan};

const INVENTORY: &str = "version: 1
teams:
  - {name: payments, handles: [\"@acme/payments\"]}
  - {name: platform, handles: [\"@acme/platform\"]}
applications:
  - name: checkout
    owner: payments
    criticality: critical
    services:
      - name: checkout-api
        repository: github.com/acme/shop
        environments: [production]
        exposure: internet
        data: [pii]
";

#[test]
fn the_inventory_places_and_owns() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(1));
        assert_eq!(muster.unplaced(None, now()).unwrap().len(), 2);
        let owners = "* @acme/platform\n/shop/orders.py @acme/payments\n";
        let files = [("muster.yaml".to_owned(), INVENTORY.to_owned()), ("CODEOWNERS".to_owned(), owners.to_owned())];
        muster.apply_inventory(&files[..1], None, None, now()).unwrap();
        let answer = muster.apply_inventory(&files[1..], Some("https://github.com/acme/shop.git"), None, now()).unwrap();
        assert_eq!((answer.files, answer.codeowners), (1, 1));
        for issue in queue(&muster) {
            assert_eq!(issue.services, ["checkout-api"]);
            assert_eq!(issue.application.as_deref(), Some("checkout"));
            assert_eq!(issue.exposure, Exposure::Internet);
            assert_eq!(issue.owner.team.as_deref(), Some("payments"), "{:?}", issue.owner);
            assert!(!issue.owner.because.is_empty());
        }
        assert!(muster.unplaced(None, now()).unwrap().is_empty());
        let another = import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(2));
        assert_eq!((another.issues.new, another.issues.open), (0, 2), "placing changes no identity");
    });
}

#[test]
fn a_wrong_inventory_is_refused_whole() {
    on_both_places(|place| {
        let muster = open(place.url());
        muster.apply_inventory(&[("muster.yaml".to_owned(), INVENTORY.to_owned())], None, None, now()).unwrap();
        let before = muster.inventory(None, now()).unwrap();
        let good = "version: 1\nteams:\n  - {name: search}\n".to_owned();
        let bad = INVENTORY.replace("owner: payments", "owner: nobody").replace("criticality: critical", "criticality: enormous");
        let refused = muster.apply_inventory(&[("good/muster.yaml".into(), good), ("bad/muster.yaml".into(), bad)], None, None, now());
        let Err(OperationError::Problems(problems)) = refused else { panic!("{refused:?}") };
        assert!(problems.iter().any(|problem| problem.contains("bad/muster.yaml") && problem.contains("enormous")), "{problems:?}");
        assert!(
            problems.iter().any(|problem| problem.contains("unknown team `nobody`")),
            "what is wrong between lines comes too: {problems:?}"
        );
        assert_eq!(muster.inventory(None, now()).unwrap(), before);
    });
}

const KEV: &str = r#"{
  "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.03.01", "dateReleased": "2026-03-01T15:00:00.0000Z", "count": 1,
  "vulnerabilities": [
    {"cveID": "CVE-2023-45803", "vendorProject": "urllib3", "product": "urllib3", "vulnerabilityName": "urllib3 request body",
     "dateAdded": "2026-02-01", "shortDescription": "A request body is kept after a redirect.", "requiredAction": "Apply updates.",
     "dueDate": "2026-02-22", "knownRansomwareCampaignUse": "Unknown", "notes": "", "cwes": ["CWE-200"]}
  ]
}"#;

const EPSS: &str = "#model_version:v2025.03.14,score_date:2026-03-01T12:55:00Z\ncve,epss,percentile\nCVE-2023-45803,0.91000,0.99000\nCVE-2024-3772,0.00040,0.10000\n";

#[test]
fn feeds_move_the_rank() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(
            &muster,
            "trivy.json",
            &trivy(&[("CVE-2023-45803", "urllib3", "1.26.5"), ("CVE-2024-3772", "pydantic", "1.10.2")]),
            &scan(1),
        );
        let of = |cve: &str| queue(&muster).into_iter().find(|issue| issue.identifiers.contains(&cve.to_owned())).unwrap();
        let (before, other) = (of("CVE-2023-45803"), of("CVE-2024-3772"));
        assert_ne!(before.facts.get("kev"), Some(&Tri::Yes));

        let epss = muster.load_intel(&[("epss_scores-2026-03-01.csv".into(), EPSS.into())], now()).unwrap();
        assert_eq!((epss[0].feed.as_str(), epss[0].rows), ("epss", 2));
        assert_eq!(of("CVE-2023-45803").epss, Some(0.91));
        assert!(of("CVE-2023-45803").score - of("CVE-2024-3772").score > before.score - other.score, "the likely one moves ahead");

        let likely = of("CVE-2023-45803");
        let kev = muster.load_intel(&[("known_exploited_vulnerabilities.json".into(), KEV.into())], now()).unwrap();
        assert_eq!((kev[0].feed.as_str(), kev[0].rows), ("kev", 1));
        let after = of("CVE-2023-45803");
        assert_eq!(after.facts.get("kev"), Some(&Tri::Yes));
        assert_eq!(of("CVE-2024-3772").facts.get("kev"), Some(&Tri::No), "not listed is known once the list is");
        assert!(after.score > likely.score);
        assert_eq!(after.because.iter().map(|term| term.points).sum::<i32>(), after.score, "the terms add up");

        let known = muster.vulnerability("cve-2023-45803", now()).unwrap();
        assert_eq!(known.id, "CVE-2023-45803");
        assert_eq!(known.kev.as_ref().map(|kev| (kev.name.as_str(), kev.ransomware)), Some(("urllib3 request body", false)));
        assert_eq!(known.epss.iter().map(|point| (point.score, point.percentile)).collect::<Vec<_>>(), [(0.91, Some(0.99))]);
        assert_eq!(known.feeds, muster.feeds(now()).unwrap(), "where was looked");
        let unheard = muster.vulnerability("CVE-1999-0001", now()).unwrap();
        assert!(unheard.kev.is_none() && unheard.epss.is_empty() && unheard.exploits.is_empty());
        assert!(muster.vulnerability("two words", now()).is_err_and(|error| error.is_user_fault()));

        // Vulnrichment repeats the entry and says less of it.
        let repeated = "cve,published,state,ssvc_exploitation,ssvc_automatable,ssvc_technical_impact,kev_date_added\nCVE-2023-45803,2023-10-17,PUBLISHED,active,no,partial,2026-02-01\n";
        muster.load_intel(&[("vulnrichment-2026-03-01.csv".into(), repeated.into())], now()).unwrap();
        assert_eq!(muster.vulnerability("CVE-2023-45803", now()).unwrap().kev.map(|kev| kev.name), Some("urllib3 request body".to_owned()));
        let after = of("CVE-2023-45803");

        // Another entry ranks what it is about, and the same list again nothing.
        let another = KEV
            .replace("\"count\": 1", "\"count\": 2")
            .replace("CWE-200\"]}", "CWE-200\"]},\n    {\"cveID\": \"CVE-2024-3772\", \"dateAdded\": \"2026-03-01\"}");
        let longer = muster.load_intel(&[("known_exploited_vulnerabilities.json".into(), another.clone().into())], now()).unwrap();
        assert_eq!((longer[0].rows, longer[0].issues_ranked), (2, 1));
        assert_eq!(of("CVE-2024-3772").facts.get("kev"), Some(&Tri::Yes));
        assert_eq!(of("CVE-2023-45803"), after, "what was listed stays as it is");
        let again = muster.load_intel(&[("known_exploited_vulnerabilities.json".into(), another.into())], now()).unwrap();
        assert_eq!(again[0].issues_ranked, 0);

        let (feeds, issues) = (muster.feeds(now()).unwrap(), queue(&muster));
        let cut = |text: &str| text.as_bytes()[..text.len() * 6 / 10].to_vec();
        for (name, bytes) in [("known_exploited_vulnerabilities.json", cut(KEV)), ("epss_scores-2026-03-02.csv", cut(EPSS))] {
            let refused = muster.load_intel(&[(name.into(), bytes)], now());
            assert!(refused.is_err_and(|error| error.is_user_fault() && error.to_string().contains(name)), "{name} is cut off");
        }
        assert_eq!(muster.feeds(now()).unwrap(), feeds);
        assert_eq!(queue(&muster), issues);
    });
}
