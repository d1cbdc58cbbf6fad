use super::super::{Problem, merge};
use super::*;
use proptest::prelude::*;

fn id() -> FileId {
    FileId { repository: String::new(), path: "muster.yaml".into() }
}

fn problems(text: &str) -> Vec<String> {
    let (declared, mut problems) = read(id(), text);
    problems.extend(merge(&[declared]).problems);
    problems.iter().map(ToString::to_string).collect()
}

const GOOD: &str = r##"version: 1
teams:
  - {name: payments, handles: ["@acme/payments"], email: payments@example.com, jira: {project: PAY}, slack: "#payments-sec"}
applications:
  - name: checkout
    owner: payments                 # team
    criticality: critical
    compliance: [pci-dss, dora]
    services:
      - name: checkout-api
        repository: https://github.com/acme/checkout.git
        branches: {default: main, release: ["release/*"]}
        path: services/api
        images: [registry.example.com/acme/checkout-api]
        urls: [https://checkout.example.com]
        environments: [staging, {name: live, exposure: internet, production: true}]
        exposure: internal
        data: [pii, payment]
      - name: checkout-jobs
        owner: payments
        urls: []
"##;

#[test]
fn the_shape_of_the_documentation() {
    let (declared, found) = read(id(), GOOD);
    assert_eq!(found, []);
    let inventory = &declared.inventory;
    let team = &inventory.teams[0];
    assert_eq!((team.name.as_str(), team.source.line), ("payments", 3));
    assert_eq!(team.targets.jira_project.as_deref(), Some("PAY"));
    assert_eq!(team.targets.slack.as_deref(), Some("#payments-sec"));
    let application = &inventory.applications[0];
    assert_eq!((application.criticality, application.source.line), (Severity::Critical, 5));
    let [api, jobs] = inventory.services.as_slice() else { panic!("two services") };
    assert_eq!(api.repository.as_deref(), Some("github.com/acme/checkout"));
    assert_eq!((api.path.as_str(), api.exposure, api.source.line), ("services/api", Exposure::Internal, 10));
    assert_eq!(api.branches, Branches { default: Some("main".into()), release: vec!["release/*".into()] });
    let environments: Vec<_> = api.environments.iter().map(|e| (e.name.as_str(), e.exposure, e.is_production())).collect();
    assert_eq!(environments, [("staging", Exposure::Unknown, false), ("live", Exposure::Internet, true)]);
    assert_eq!((api.owner.as_deref(), jobs.owner.as_deref()), (None, Some("payments")), "inherited owners stay the application's");
    assert_eq!(problems(GOOD), Vec::<String>::new());
}

#[test]
fn all_problems_in_one_go() {
    let text = "version: 2
team: []
teams:
  - {name: red, handels: [\"@acme/red\"]}
  - {email: x@example.com}
applications:
  - name: shop
    onwer: red
    owner: rde
    criticality: hihg
    services:
      - name: api
        path: ../secrets
        repository: github.com/acme/shop
        exposure: public
        images: r.example/api
        urls: [shop.example.com]
      - name: api
        repository: github.com/acme/shop
        path: /services/web
        environments: [{name: prod, exposure: internett}]
      - {name: lone, path: x}
      - {name: disk, repository: /home/me/shop}
      - just-a-name
";
    assert_eq!(
        problems(text),
        [
            "muster.yaml:2: unknown key `team` in the file; write `teams`",
            "muster.yaml:1: version `2` is not known; write `version: 1`",
            "muster.yaml:4: unknown key `handels` in a team; write `handles`",
            "muster.yaml:5: team without a name; add `name: …`",
            "muster.yaml:8: unknown key `onwer` in an application; write `owner`",
            "muster.yaml:10: criticality `hihg` of application shop is not known; write `high`",
            "muster.yaml:13: path `../secrets` of service api lies outside the repository; write it from the root of the repository, `path: secrets`",
            "muster.yaml:16: `images` of service api is a single value and must be a list; write `images: [r.example/api]`",
            "muster.yaml:17: `shop.example.com` is no web address; write `https://shop.example.com`",
            "muster.yaml:15: exposure `public` of service api is not known; write one of internet, internal, none",
            "muster.yaml:20: path `/services/web` of service api lies outside the repository; write it from the root of the repository, `path: services/web`",
            "muster.yaml:21: exposure `internett` of service api is not known; write `internet`",
            "muster.yaml:22: service lone has a path and no repository; add `repository: github.com/acme/checkout`",
            "muster.yaml:23: `/home/me/shop` is no repository; write `repository: github.com/acme/checkout`",
            "muster.yaml:24: a service is a single value and must be a mapping; write keys and values: name, owner, repository, branches, path, images, base_images, urls, resources, packages, environments, exposure, data, depends_on",
            "muster.yaml:9: unknown team `rde` as owner of application shop; write `red`",
            "muster.yaml:18: service `api` is declared already at muster.yaml:12; remove one of the two, or give one another name",
            "muster.yaml:20: repository and path `github.com/acme/shop` of service api is claimed already by service api at muster.yaml:13; leave it with service api or service api",
        ]
    );
}

#[test]
fn two_services_claiming_one_thing() {
    let text = "version: 1
applications:
  - name: shop
    services:
      - {name: a, repository: github.com/acme/shop, images: [\"acme/x:1\"], urls: [\"https://shop.example.com/\"]}
      - {name: b, repository: git@github.com:Acme/Shop.git, images: [docker.io/acme/x], urls: [\"http://SHOP.example.com:80\"]}
  - {name: shop, owner: red}
  - {name: shop, owner: red}
";
    let found = problems(text);
    for part in [
        "muster.yaml:5: the tag or digest of image `acme/x:1` is ignored",
        "muster.yaml:6: image `docker.io/acme/x` of service b is claimed already by service a at muster.yaml:5",
        "muster.yaml:6: url `http://SHOP.example.com:80` of service b is claimed already by service a at muster.yaml:5",
        "muster.yaml:6: repository and path `github.com/acme/shop` of service b is claimed already by service a at muster.yaml:5",
        "muster.yaml:8: application `shop` is declared already at muster.yaml:7",
        "muster.yaml:7: unknown team `red` as owner of application shop; add `- {name: red}` under `teams`",
    ] {
        assert!(found.iter().any(|problem| problem.starts_with(part)), "{part}\n{found:#?}");
    }
}

#[test]
fn files_that_are_no_inventory() {
    assert_eq!(problems(""), ["muster.yaml:1: the file is empty; write at least `version: 1`"]);
    assert!(problems("- a\n")[0].starts_with("muster.yaml:1: the file is a list and must be a mapping"));
    assert!(problems("a: [\n")[0].contains("not YAML"));
    assert!(problems("version: 1\n---\nversion: 1\n")[0].contains("second document"));
    let bomb = format!("version: 1\nteams: &a [{}]\napplications: [{}]\n", "x, ".repeat(900), "*a, ".repeat(900));
    let found = problems(&bomb);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("muster.yaml:3: aliases add more than"), "{found:?}");
}

#[test]
fn problems_are_limited() {
    let many = format!("version: 1\nteams:\n{}", "  - {x: 1}\n".repeat(5000));
    let (_, found) = read(id(), &many);
    assert_eq!(found.len(), MAX_PROBLEMS + 1);
    assert!(found.iter().all(Problem::is_error));
}

proptest! {
    #[test]
    fn any_text_gives_an_answer(text in "(version: 1\n|teams:\n|applications:\n|  - name: a\n|    services: |\\[|\\]|x|: |\n|  ){0,30}") {
        let _ = read(id(), &text);
    }
}
