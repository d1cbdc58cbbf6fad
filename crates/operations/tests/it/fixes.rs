//! Fixes: what one change ends, and in which order.

use model::FixKind;
use operations::{IssueQuery, Muster};
use store::testing::on_both_places;

use crate::reports::{EVAL, SQL, semgrep, trivy};
use crate::support::{import, now, open, scan};

fn fixes(muster: &Muster, query: &IssueQuery) -> Vec<model::Fix> {
    muster.fixes(query, now()).unwrap().fixes
}

#[test]
fn issues_of_a_package_are_one_upgrade() {
    on_both_places(|place| {
        let muster = open(place.url());
        let report = trivy(&[
            ("CVE-2023-45803", "urllib3", "1.26.5"),
            ("CVE-2024-37891", "urllib3", "1.26.5"),
            ("CVE-2024-3772", "pydantic", "1.10.2"),
        ]);
        import(&muster, "trivy.json", &report, &scan(1));
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(1));
        let all = fixes(&muster, &IssueQuery::default());
        let issues = muster.issues(&IssueQuery::default(), now()).unwrap().issues;
        let mut ended: Vec<&String> = all.iter().flat_map(|fix| &fix.issues).collect();
        ended.sort();
        ended.dedup();
        assert_eq!((ended.len(), all.iter().map(|fix| fix.issues.len()).sum::<usize>()), (issues.len(), issues.len()), "each issue once");
        let urllib3 = all.iter().find(|fix| fix.change.contains("urllib3")).unwrap();
        assert_eq!((urllib3.issues.len(), urllib3.to.as_deref(), urllib3.kind), (2, Some("99.0"), FixKind::Upgrade));
        assert!(all.windows(2).all(|pair| pair[0].risk_removed >= pair[1].risk_removed));
        // What one of its issues says of itself is the same work item.
        let own = issues.iter().find(|issue| urllib3.issues.contains(&issue.id)).unwrap();
        assert_eq!(own.remedy.as_ref().map(|remedy| remedy.fix.as_str()), Some(urllib3.id.as_str()));
        assert_eq!(own.fix.as_deref(), Some("Upgrade urllib3 to 99.0"));
        let view = muster.fix(&urllib3.id.to_lowercase(), now()).unwrap();
        assert_eq!((view.issues.len(), view.of), (2, all.len() as u64));
        assert!(muster.fix("FIX-000000000000", now()).is_err());
        // The same filters as the queue.
        let query = IssueQuery { filter: Some("kind == \"sast\"".into()), ..IssueQuery::default() };
        assert_eq!(fixes(&muster, &query).len(), 2);
        // What is fixed is no work.
        import(&muster, "trivy.json", &trivy(&[("CVE-2024-3772", "pydantic", "1.10.2")]), &scan(2));
        assert!(!fixes(&muster, &IssueQuery::default()).iter().any(|fix| fix.change.contains("urllib3")));
    });
}
