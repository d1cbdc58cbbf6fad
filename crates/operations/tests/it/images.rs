//! One image under its several names: tag, digest, and the code that it was built from.

use model::{DeployGate, Deployment, State};
use operations::{DeployMode, DeploymentFeed, DeploymentQuery, ImportFlags, ServiceQuery};
use serde_json::{Value, json};
use store::testing::on_both_places;

use crate::support::{day, every_issue, now, open, queue};

const INVENTORY: &str = "version: 1
teams: [{name: payments, email: payments@acme.example}]
applications:
  - name: checkout
    owner: payments
    services:
      - {name: checkout-api, repository: github.com/acme/shop, images: [r.example/acme/api], environments: [production]}
";
const OLD: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const NEW: &str = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
const FLAW: &str = "CVE-2023-45803";
const OTHER: &str = "CVE-2024-3772";

/// Trivy's report of an image, under a tag and, where one is given, with its digest.
fn report(tag: &str, digest: Option<&str>, cves: &[&str]) -> Value {
    let row = |cve: &&str| {
        json!({"VulnerabilityID": cve, "PkgName": "urllib3", "InstalledVersion": "1.26.5", "Severity": "HIGH", "Title": "A flaw",
            "PkgIdentifier": {"PURL": "pkg:pypi/urllib3@1.26.5"}})
    };
    let digests: Vec<String> = digest.iter().map(|digest| format!("r.example/acme/api@{digest}")).collect();
    json!({"SchemaVersion": 2, "ArtifactName": format!("r.example/acme/api:{tag}"), "ArtifactType": "container_image",
        "Metadata": {"OS": {"Family": "debian"}, "ImageID": "sha256:00", "RepoDigests": digests},
        "Results": [{"Target": "Python", "Class": "lang-pkgs", "Type": "python-pkg", "Vulnerabilities": cves.iter().map(row).collect::<Vec<_>>()}]})
}

fn deployed(image: &str, n: i64) -> Deployment {
    Deployment {
        service: "checkout-api".into(),
        environment: "production".into(),
        image: Some(format!("r.example/acme/api{image}")),
        since: day(n),
        ..Deployment::default()
    }
}

/// A scan of a day; the report says of which image.
fn at(n: i64) -> ImportFlags {
    ImportFlags { at: Some(day(n)), ..ImportFlags::default() }
}

fn import(muster: &operations::Muster, name: &str, report: &Value, flags: &ImportFlags) {
    crate::support::import(muster, name, report.to_string().as_bytes(), flags);
}

fn apply(muster: &operations::Muster) {
    muster.apply_inventory(&[("muster.yaml".to_owned(), INVENTORY.to_owned())], None, None, day(0)).unwrap();
}

fn state_of(muster: &operations::Muster, cve: &str) -> State {
    every_issue(muster).into_iter().find(|issue| issue.identifiers.contains(&cve.to_owned())).unwrap().state
}

#[test]
fn a_tag_that_was_delivered_is_the_digest_that_was_scanned() {
    on_both_places(|place| {
        let muster = open(place.url());
        apply(&muster);
        import(&muster, "old.json", &report("1.4", Some(OLD), &[FLAW, OTHER]), &at(1));
        import(&muster, "new.json", &report("1.5", Some(NEW), &[OTHER]), &at(5));
        assert_eq!(state_of(&muster, FLAW), State::Fixed);
        muster.deploy(deployed(":1.4", 2), now()).unwrap();
        assert_eq!(state_of(&muster, FLAW), State::Open, "1.4 still runs, and its scan says by digest what it has");
        let has = muster.affected("pkg:pypi/urllib3@1.26.5", Some(day(3)), now()).unwrap();
        assert!(has.items.iter().any(|item| item.has.at.deployments.iter().any(|row| row.same_version)), "{:?}", has.items);
    });
}

#[test]
fn a_digest_that_was_delivered_is_the_tag_that_was_scanned_where_one_report_states_both() {
    on_both_places(|place| {
        let muster = open(place.url());
        apply(&muster);
        import(&muster, "old.json", &report("1.4", None, &[FLAW, OTHER]), &at(1));
        import(&muster, "new.json", &report("1.5", None, &[OTHER]), &at(5));
        muster.deploy(deployed(&format!("@{OLD}"), 2), now()).unwrap();
        assert_eq!(state_of(&muster, FLAW), State::Fixed, "nobody says that the digest is 1.4");
        let link = ImportFlags { category: Some("nightly".into()), at: Some(day(6)), ..ImportFlags::default() };
        import(&muster, "link.json", &report("1.4", Some(OLD), &[]), &link);
        muster
            .deploy_as(Deployment { environment: "staging".into(), ..deployed(&format!("@{OLD}"), 7) }, DeployMode::Beside, now())
            .unwrap();
        assert_eq!(state_of(&muster, FLAW), State::Open, "now one report says so");
        // A tag that moved names no image.
        let moved = ImportFlags { category: Some("nightly".into()), at: Some(day(8)), ..ImportFlags::default() };
        import(&muster, "moved.json", &report("1.4", Some(NEW), &[]), &moved);
        muster
            .deploy_as(Deployment { environment: "canary".into(), ..deployed(&format!("@{OLD}"), 9) }, DeployMode::Beside, now())
            .unwrap();
        assert_eq!(state_of(&muster, FLAW), State::Fixed, "1.4 was two images");
    });
}

#[test]
fn the_label_of_an_image_names_its_code() {
    on_both_places(|place| {
        let muster = open(place.url());
        muster
            .apply_inventory(&[("muster.yaml".to_owned(), INVENTORY.replace(", images: [r.example/acme/api]", ""))], None, None, day(0))
            .unwrap();
        let mut labelled = report("1.4", None, &[FLAW]);
        import(&muster, "plain.json", &labelled, &at(1));
        assert_eq!(queue(&muster)[0].services, [] as [&str; 0], "nobody claims the image");
        labelled["Metadata"]["ImageConfig"] =
            json!({"config": {"Labels": {"org.opencontainers.image.source": "https://github.com/acme/shop.git"}}});
        import(&muster, "labelled.json", &labelled, &at(2));
        let issue = &queue(&muster)[0];
        assert_eq!((issue.services.as_slice(), issue.owner.team.as_deref()), (&["checkout-api".to_owned()][..], Some("payments")));
    });
}

#[test]
fn a_base_is_known_by_its_digest_and_may_be_scanned_after_what_stands_on_it() {
    on_both_places(|place| {
        let muster = open(place.url());
        let inventory =
            INVENTORY.replace("teams: [", "base_images: [{image: r.example/base/python, owner: platform}]\nteams: [{name: platform}, ");
        muster.apply_inventory(&[("muster.yaml".to_owned(), inventory)], None, None, day(0)).unwrap();
        let mut image = report("1.4", Some(OLD), &[FLAW]);
        image["Metadata"]["ImageConfig"] = json!({"config": {"Labels": {"org.opencontainers.image.base.digest": NEW}}});
        import(&muster, "image.json", &image, &at(1));
        let owner = || {
            let ours = every_issue(&muster).into_iter().find(|issue| issue.services == ["checkout-api"]).unwrap();
            ours.owner.team
        };
        assert_eq!(owner().as_deref(), Some("payments"), "nobody knows which image has that digest");
        let mut base = report("3.12", None, &[FLAW]);
        base["ArtifactName"] = json!("r.example/base/python:3.12");
        base["Metadata"]["RepoDigests"] = json!([format!("r.example/base/python@{NEW}")]);
        import(&muster, "base.json", &base, &at(2));
        assert_eq!(owner().as_deref(), Some("platform"));
        // A base that is rid of the flaw brings it no more.
        base["Results"][0]["Vulnerabilities"] = json!([]);
        import(&muster, "base.json", &base, &at(3));
        assert!(owner().is_some());
    });
}

#[test]
fn an_spdx_document_says_which_image_it_is_of_and_from_which_code() {
    on_both_places(|place| {
        let muster = open(place.url());
        let inventory = INVENTORY.replace(", images: [r.example/acme/api]", "");
        muster.apply_inventory(&[("muster.yaml".to_owned(), inventory)], None, None, day(0)).unwrap();
        let purl = format!("pkg:oci/api@{}?repository_url=r.example%2Facme%2Fapi", OLD.replace(':', "%3A"));
        let document = json!({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "api", "creationInfo": {"creators": ["Tool: trivy-0.62.0"]},
            "packages": [
                {"SPDXID": "SPDXRef-image", "name": "r.example/acme/api:1.4", "downloadLocation": "NONE", "primaryPackagePurpose": "CONTAINER",
                 "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}],
                 "annotations": [{"annotationType": "OTHER", "comment": "Labels:org.opencontainers.image.source: https://github.com/acme/shop"}]},
                {"SPDXID": "SPDXRef-a", "name": "urllib3", "versionInfo": "1.26.5", "downloadLocation": "NONE",
                 "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:pypi/urllib3@1.26.5"}]}],
            "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-image"}]});
        import(&muster, "api.spdx.json", &document, &at(1));
        let has = muster.affected("pkg:pypi/urllib3", None, now()).unwrap();
        let place = &has.items[0].has.at;
        assert_eq!((place.target.as_str(), place.target_kind.as_str()), ("r.example/acme/api", "image"));
        assert_eq!((place.services.as_slice(), place.owner.as_deref()), (&["checkout-api".to_owned()][..], Some("payments")));
        assert_eq!(place.scanned_version.as_deref(), Some(OLD));
    });
}

#[test]
fn labels_name_the_commit_that_runs_and_the_owner_of_the_base() {
    on_both_places(|place| {
        let muster = open(place.url());
        let inventory =
            INVENTORY.replace("teams: [", "base_images: [{image: r.example/base/python, owner: platform}]\nteams: [{name: platform}, ");
        muster.apply_inventory(&[("muster.yaml".to_owned(), inventory)], None, None, day(0)).unwrap();
        let mut base = report("3.12", None, &[FLAW]);
        base["ArtifactName"] = json!("r.example/base/python:3.12");
        import(&muster, "base.json", &base, &at(1));
        let mut image = report("1.4", Some(OLD), &[FLAW]);
        import(&muster, "plain.json", &image, &at(1));
        muster.deploy(deployed(&format!("@{OLD}"), 2), now()).unwrap();
        let owner = || {
            let ours = every_issue(&muster).into_iter().find(|issue| issue.services == ["checkout-api"]).unwrap();
            (ours.owner.team, ours.owner.because[0].fact.clone())
        };
        let built_from = || muster.service("checkout-api", None, now()).unwrap().deployments[0].built_from.clone();
        assert_eq!((owner().0.as_deref(), built_from()), (Some("payments"), None), "nobody says on what it was built");
        image["Metadata"]["ImageConfig"] = json!({"config": {"Labels": {"org.opencontainers.image.revision": "c0ffee1",
            "org.opencontainers.image.base.name": "r.example/base/python:3.12", "org.opencontainers.image.base.digest": NEW}}});
        import(&muster, "labelled.json", &image, &at(3));
        let (team, because) = owner();
        assert_eq!(team.as_deref(), Some("platform"), "{because}");
        assert!(because.contains("which the image's label names"), "{because}");
        assert_eq!(built_from().as_deref(), Some("c0ffee1"));
        let by_tag = Deployment { environment: "staging".into(), ..deployed(":1.4", 4) };
        muster.deploy_as(by_tag, DeployMode::Beside, now()).unwrap();
        let view = muster.service("checkout-api", None, now()).unwrap();
        assert!(view.deployments.iter().all(|row| row.built_from.as_deref() == Some("c0ffee1")), "by tag too: {:?}", view.deployments);
    });
}

#[test]
fn what_bypassed_the_gate_is_kept() {
    on_both_places(|place| {
        let muster = open(place.url());
        apply(&muster);
        let hot = Deployment { gate: Some(DeployGate::Bypassed), ..deployed(":1.4", 1) };
        let answer = muster.deploy(hot, now()).unwrap();
        assert!(answer.warnings.iter().any(|warning| warning.contains("without a reason")), "{:?}", answer.warnings);
        let feed = format!(
            "[{{\"service\": \"checkout-api\", \"image\": \"r.example/acme/api@{NEW}\", \"gate\": \"bypassed\", \"gate_reason\": \"INC-42\"}}]"
        );
        let options = DeploymentFeed { environment: Some("production".into()), at: Some(day(2)), complete: false };
        muster.read_deployments(&[("feed.json".to_owned(), feed.clone())], &options, now()).unwrap();
        muster.deploy(Deployment { gate: Some(DeployGate::Passed), ..deployed(":1.6", 3) }, now()).unwrap();
        let query = DeploymentQuery { history: true, gate: Some(DeployGate::Bypassed), ..DeploymentQuery::default() };
        let rows = muster.deployments(&query, now()).unwrap();
        assert_eq!(rows.iter().map(|row| row.gate_reason.as_deref()).collect::<Vec<_>>(), [Some("INC-42"), None]);
        let view = muster.service("checkout-api", None, now()).unwrap();
        assert_eq!((view.deployments.len(), view.shipped.len()), (1, 3));
        let wrong = muster.read_deployments(&[("feed.json".to_owned(), feed.replace("bypassed", "perhaps"))], &options, now());
        assert!(wrong.unwrap_err().to_string().contains("perhaps"));
        let without = Deployment { gate_reason: Some("why".into()), ..deployed(":1.7", 4) };
        assert!(muster.deploy(without, now()).is_err());
    });
}

#[test]
fn services_and_teams_of_a_past_day() {
    on_both_places(|place| {
        let muster = open(place.url());
        apply(&muster);
        import(&muster, "old.json", &report("1.4", Some(OLD), &[FLAW]), &at(10));
        muster.deploy(deployed(":1.4", 12), now()).unwrap();
        let open_then = |n: i64| {
            let query = ServiceQuery { as_of: Some(day(n)), ..ServiceQuery::default() };
            let services = muster.services(&query, now()).unwrap();
            let team = muster.team("payments", Some(day(n)), now()).unwrap();
            (services[0].issues.open, team.team.issues.open, services[0].scans["container"])
        };
        use operations::ScanState;
        assert_eq!(open_then(5), (0, 0, ScanState::Never), "nothing had been scanned");
        assert_eq!(open_then(11).0, 1);
        assert_eq!(open_then(11).1, 1);
        let view = |n: i64| muster.service("checkout-api", Some(day(n)), now()).unwrap();
        assert_eq!((view(11).deployments.len(), view(13).deployments.len(), view(13).shipped.len()), (0, 1, 1));
        let today = muster.services(&ServiceQuery::default(), now()).unwrap();
        assert_eq!(today[0].issues.open, muster.team("payments", None, now()).unwrap().team.issues.open);
    });
}
