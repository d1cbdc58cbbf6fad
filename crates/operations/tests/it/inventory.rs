//! The inventory in time: what an application of it moves, what runs where, and whose an issue is not.

use model::{Deployment, Issue, State, Timestamp, Tri};
use operations::{DeployMode, DeploymentFeed, DeploymentQuery, ImportFlags, InventorySource, IssueQuery, Muster};
use store::testing::on_both_places;

use crate::reports::{EVAL, SQL, semgrep, trivy};
use crate::support::{day, every_issue, import, now, open, queue, scan};

const FIRST: &str = "version: 1
teams: [{name: payments}, {name: platform, members: [\"@ana\"]}]
applications:
  - name: checkout
    owner: payments
    services:
      - name: checkout-api
        repository: github.com/acme/shop
        images: [r.example/acme/api]
        environments: [{name: production, exposure: internet}, staging]
";

fn apply(muster: &Muster, text: &str, at: Timestamp) -> operations::InventoryAnswer {
    muster.apply_inventory(&[("muster.yaml".to_owned(), text.to_owned())], None, None, at).unwrap()
}

fn as_of(muster: &Muster, at: Timestamp) -> Vec<Issue> {
    muster.issues(&IssueQuery { as_of: Some(at), any_state: true, ..IssueQuery::default() }, now()).unwrap().issues
}

fn owner(issues: &[Issue]) -> Vec<Option<&str>> {
    issues.iter().map(|issue| issue.owner.team.as_deref()).collect()
}

#[test]
fn the_past_keeps_its_inventory() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL]), &scan(1));
        apply(&muster, FIRST, day(20));
        let second = FIRST.replace("owner: payments", "owner: platform");
        let diff = muster.diff_inventory(&[("muster.yaml".to_owned(), second.clone())], InventorySource::default(), day(40)).unwrap();
        assert_eq!((diff.moved.issues, diff.moved.counts["owner"]), (1, 1));
        let change = &diff.moved.list[0].changes[0];
        assert_eq!((change.what.as_str(), change.from.as_str(), change.to.as_str()), ("owner", "payments", "platform"));
        assert_eq!(owner(&queue(&muster)), [Some("payments")], "a look changes nothing");

        let applied = apply(&muster, &second, day(40));
        assert_eq!((&applied.moved, applied.issues_placed), (&diff.moved, 1), "and what it showed is what happens");
        assert_eq!(owner(&queue(&muster)), [Some("platform")]);
        assert_eq!(owner(&as_of(&muster, day(5))), [Some("payments")], "the first version holds from the beginning");
        assert_eq!(owner(&as_of(&muster, day(30))), [Some("payments")]);
        assert_eq!(owner(&as_of(&muster, day(50))), [Some("platform")]);
        assert_eq!(muster.inventory(Some(day(30)), now()).unwrap().applications[0].owner.as_deref(), Some("payments"));
        let history = muster.issue(&queue(&muster)[0].id, now()).unwrap().history;
        assert!(history.iter().any(|entry| entry.what == "moved" && entry.detail == "owner from payments to platform"), "{history:?}");

        let again = apply(&muster, &second, day(60));
        assert_eq!((again.moved.issues, again.issues_placed), (0, 0), "the same again moves nothing");
    });
}

#[test]
fn a_file_that_takes_over_holds_from_then_on() {
    on_both_places(|place| {
        let muster = open(place.url());
        import(&muster, "semgrep.json", &semgrep(&[SQL]), &scan(1));
        apply(&muster, FIRST, day(20));
        let files = [("teams/muster.yaml".to_owned(), FIRST.replace("owner: payments", "owner: platform"))];
        muster.apply_inventory(&files, None, Some("muster.yaml"), day(40)).unwrap();
        assert_eq!(owner(&queue(&muster)), [Some("platform")]);
        assert_eq!(owner(&as_of(&muster, day(30))), [Some("payments")]);
        let unknown = muster.apply_inventory(&files, None, Some("nothing.yaml"), day(50)).unwrap();
        assert!(unknown.warnings.iter().any(|warning| warning.contains("nothing.yaml")), "{:?}", unknown.warnings);
    });
}

fn image(digest: &str, n: i64) -> ImportFlags {
    ImportFlags { image: Some(format!("r.example/acme/api@{digest}")), at: Some(day(n)), ..ImportFlags::default() }
}

fn deployment(environment: &str, digest: &str, n: i64) -> Deployment {
    Deployment {
        service: "checkout-api".into(),
        environment: environment.into(),
        image: Some(format!("r.example/acme/api@{digest}")),
        since: day(n),
        ..Deployment::default()
    }
}

const OLD: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const NEW: &str = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

#[test]
fn findings_of_a_version_live_while_it_runs() {
    on_both_places(|place| {
        let muster = open(place.url());
        apply(&muster, FIRST, day(0));
        let flaw = ("CVE-2023-45803", "urllib3", "1.26.5");
        let other = ("CVE-2024-3772", "pydantic", "1.10.2");
        import(&muster, "old.json", &trivy(&[flaw, other]), &image(OLD, 1));
        muster.deploy(deployment("production", OLD, 2), now()).unwrap();
        import(&muster, "new.json", &trivy(&[other]), &image(NEW, 5));
        let state = || every_issue(&muster).into_iter().find(|issue| issue.identifiers.contains(&flaw.0.to_owned())).unwrap();
        assert_eq!(state().state, State::Open, "the new version lacks it, and the old one still runs");
        assert!(state().running[0].starts_with("production: r.example/acme/api@sha256:1111"), "{:?}", state().running);

        let answer = muster.deploy(deployment("production", NEW, 10), now()).unwrap();
        assert_eq!((answer.ended, answer.moved.issues), (1, 1), "{answer:?}");
        assert_eq!((state().state, state().running.len()), (State::Fixed, 0));
        let then = as_of(&muster, day(7)).into_iter().find(|issue| issue.identifiers.contains(&flaw.0.to_owned())).unwrap();
        assert_eq!(then.state, State::Open, "then it ran");

        muster.deploy_as(deployment("staging", OLD, 12), DeployMode::Beside, now()).unwrap();
        assert_eq!(state().state, State::Open, "an old version that comes back brings it back");
        let shipped = muster.deployments(&DeploymentQuery { history: true, ..DeploymentQuery::default() }, now()).unwrap();
        assert_eq!(shipped.len(), 3);
        let running = muster.deployments(&DeploymentQuery { as_of: Some(day(5)), ..DeploymentQuery::default() }, now()).unwrap();
        assert_eq!(running.iter().map(|d| d.image.as_deref().unwrap().contains(OLD)).collect::<Vec<_>>(), [true]);
    });
}

#[test]
fn what_runs_decides_production() {
    on_both_places(|place| {
        let muster = open(place.url());
        apply(&muster, FIRST, day(0));
        import(&muster, "semgrep.json", &semgrep(&[SQL]), &scan(1));
        let production = || queue(&muster)[0].facts.get("production").copied();
        assert_eq!(production(), Some(Tri::Yes), "as declared");
        muster.deploy(deployment("production", OLD, 2), now()).unwrap();
        assert_eq!(production(), Some(Tri::Yes));
        let end = Deployment { image: None, ..deployment("production", "", 5) };
        let answer = muster.deploy_as(end, DeployMode::End, now()).unwrap();
        assert_eq!((answer.ended, production()), (1, Some(Tri::No)));
        let view = muster.service("checkout-api", None, now()).unwrap();
        assert!(view.conflicts.iter().any(|conflict| conflict.what == "runs"), "{:?}", view.conflicts);

        let pods = format!(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {{name: x-1-2, namespace: ns}}\n  spec: {{containers: [{{name: api, image: \"r.example/acme/api@{NEW}\"}}]}}\n"
        );
        let feed = DeploymentFeed { environment: Some("production".into()), at: Some(day(8)), complete: true };
        let read = |text: &str| muster.read_deployments(&[("pods.yaml".to_owned(), text.to_owned())], &feed, now()).unwrap();
        assert_eq!((read(&pods).recorded, production()), (1, Some(Tri::Yes)));
        assert_eq!(read(&pods).unchanged, 1);
        let other = pods.replace("acme/api@", "acme/unknown@");
        let answer = read(&other);
        assert_eq!((answer.ended, answer.unplaced.len(), production()), (1, 1, Some(Tri::No)), "a whole list without it ends it");
    });
}

#[test]
fn not_mine_goes_to_triage_and_proposes_a_rule() {
    on_both_places(|place| {
        let muster = open(place.url());
        apply(&muster, FIRST, day(0));
        import(&muster, "semgrep.json", &semgrep(&[SQL, EVAL]), &scan(1));
        let id = queue(&muster)[0].id.clone();
        assert!(muster.not_mine(&id, None, "", "ana", now()).is_err_and(|error| error.is_user_fault()));
        assert!(muster.not_mine(&id, Some("nobody"), "x", "ana", now()).is_err_and(|error| error.to_string().contains("platform")));
        let view = muster.not_mine(&id, None, "the platform team wrote it", "ana", now()).unwrap();
        assert_eq!(view.issue.owner.team, None);
        assert!(view.issue.owner.because[0].fact.contains("ana says that it is not team payments's"), "{:?}", view.issue.owner.because);
        let proposals = muster.owner_proposals(now()).unwrap();
        assert_eq!((proposals.len(), proposals[0].from.as_deref()), (1, Some("payments")));
        let rule = proposals[0].write.replace("…", "platform");
        assert!(rule.contains("repository: \"github.com/acme/shop\", path: "), "{rule}");

        // What it proposes is taken over, and the inventory has learnt.
        apply(&muster, &format!("{FIRST}owners:\n  {rule}\n"), now());
        let owners: Vec<_> = queue(&muster).into_iter().map(|issue| (issue.id == id, issue.owner.team)).collect();
        assert!(owners.contains(&(true, Some("platform".to_owned()))), "{owners:?}");
        assert!(muster.owner_proposals(now()).unwrap().is_empty());
        let other = queue(&muster).into_iter().find(|issue| issue.id != id).unwrap().id;
        let view = muster.not_mine(&other, Some("platform"), "theirs too", "ana", now()).unwrap();
        assert_eq!(view.issue.owner.team.as_deref(), Some("platform"));
        assert_eq!(muster.undo(&other, "ana", now()).unwrap().issue.owner.team.as_deref(), Some("payments"));
    });
}
