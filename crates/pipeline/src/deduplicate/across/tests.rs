use model::{Endpoint, Finding, Kind, Location, Package, Target, TargetKind, Timestamp};
use proptest::prelude::*;

use super::*;

/// A finding with what the store knows of it.
#[derive(Clone, Debug)]
struct Stored {
    identity: String,
    finding: Finding,
    place: String,
    services: Vec<String>,
    target: Target,
    first_seen: i64,
    secret_hash: Option<String>,
    head_only: bool,
}

fn repository() -> Target {
    Target { kind: TargetKind::Repository, name: "example.com/shop".to_owned() }
}

fn stored(identity: &str, tool: &str, kind: Kind, rule: &str, title: &str) -> Stored {
    let mut finding = Finding::new(kind, rule, title);
    finding.tool = tool.to_owned();
    let place = "repository example.com/shop".to_owned();
    Stored {
        identity: identity.to_owned(),
        finding,
        place,
        services: vec!["shop".to_owned()],
        target: repository(),
        first_seen: 0,
        secret_hash: None,
        head_only: false,
    }
}

impl Stored {
    fn at(mut self, path: &str, first: u32, last: u32) -> Self {
        let place = &mut self.finding.location;
        (place.path, place.start_line, place.end_line) = (Some(path.to_owned()), Some(first), Some(last));
        self
    }
    fn with(mut self, change: impl FnOnce(&mut Location)) -> Self {
        change(&mut self.finding.location);
        self
    }
    fn hash(mut self, hash: &str) -> Self {
        self.secret_hash = Some(hash.to_owned());
        self
    }
    fn package(mut self, purl: &str, ids: &[&str]) -> Self {
        self.finding.package = Some(Package { purl: Some(purl.to_owned()), ..Package::default() });
        self.finding.identifiers = ids.iter().map(|&id| id.to_owned()).collect();
        self.place = "service shop".to_owned();
        self
    }
    fn url(self, url: &str, parameter: Option<&str>) -> Self {
        let mut made = self.with(|l| (l.url, l.parameter) = (Some(url.to_owned()), parameter.map(str::to_owned)));
        made.target = Target { kind: TargetKind::Url, name: "https://shop.example".to_owned() };
        made
    }
    fn candidate(&self, id: u64) -> Candidate<'_> {
        Candidate {
            id,
            identity: &self.identity,
            tool: &self.finding.tool,
            finding: &self.finding,
            place: &self.place,
            services: &self.services,
            target: &self.target,
            first_seen: Timestamp(self.first_seen),
            secret_hash: self.secret_hash.as_deref(),
            head_only: self.head_only,
        }
    }
}

fn run(all: &[Stored], words: &PeoplesWord, context: &Context<'_>) -> Clustering {
    let candidates: Vec<Candidate<'_>> = all.iter().zip(0..).map(|(s, id)| s.candidate(id)).collect();
    cluster(&candidates, words, context)
}

/// The partition as sorted groups of identities.
fn partition(all: &[Stored], made: &Clustering) -> Vec<Vec<String>> {
    let name = |at: &usize| all.get(*at).unwrap().identity.clone();
    let mut groups: Vec<Vec<String>> = made.groups.iter().map(|g| g.members.iter().map(name).collect()).collect();
    groups.iter_mut().for_each(|g| g.sort());
    groups.sort();
    groups
}

fn groups(all: &[Stored]) -> Vec<String> {
    partition(all, &run(all, &PeoplesWord::default(), &Context::default())).into_iter().map(|g| g.join("+")).collect()
}

fn semgrep_sqli(identity: &str, path: &str, first: u32, last: u32) -> Stored {
    stored(identity, "semgrep", Kind::Sast, "python.lang.security.formatted-sql-query.formatted-sql-query", "formatted query")
        .at(path, first, last)
}

fn bandit(identity: &str, rule: &str, path: &str, line: u32) -> Stored {
    stored(identity, "bandit", Kind::Sast, rule, "").at(path, line, line)
}

#[test]
fn code_joins_by_family_and_statement_never_by_window() {
    assert_eq!(groups(&[semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B608", "x.py", 10)]), ["a+b"]);
    assert_eq!(groups(&[semgrep_sqli("a", "x.py", 10, 13), bandit("b", "B608", "x.py", 12)]), ["a+b"]);
    assert_eq!(groups(&[semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B608", "x.py", 13)]), ["a", "b"]);
    assert_eq!(groups(&[semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B602", "x.py", 10)]), ["a", "b"]);
    assert_eq!(groups(&[semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B608", "y.py", 10)]), ["a", "b"]);
}

#[test]
fn a_rule_of_ones_own_joins_by_the_weakness_that_it_states() {
    let own = |identity: &str, cwe: u32, line: u32| {
        let mut made =
            stored(identity, "Semgrep", Kind::Sast, "acme-orders-query", "Orders are asked for by text").at("orders.py", line, line);
        made.finding.cwes = vec![cwe];
        made
    };
    let known = || {
        let mut made = bandit("bandit", "B608", "orders.py", 13);
        made.finding.cwes = vec![89];
        made
    };
    assert_eq!(groups(&[own("own", 89, 13), known()]), ["bandit+own"]);
    assert_eq!(groups(&[own("own", 89, 14), known()]).len(), 2, "on the next line");
    assert_eq!(groups(&[own("own", 79, 13), known()]).len(), 2, "another weakness");
    // What a rule states keeps nothing apart that the tables would join.
    let careless = |identity: &str, rule: &str| {
        let mut made = semgrep_sqli(identity, "orders.py", 13, 13);
        (made.finding.rule, made.finding.cwes) = (rule.to_owned(), vec![79]);
        made
    };
    assert_eq!(groups(&[careless("a", "python.lang.security.sql-injection"), known()]), ["a+bandit"]);
}

#[test]
fn a_wide_statement_over_two_sinks_proves_neither() {
    let made = groups(&[semgrep_sqli("a", "x.py", 10, 20), bandit("b", "B608", "x.py", 12), bandit("c", "B608", "x.py", 15)]);
    assert_eq!(made, ["a", "b", "c"]);
}

#[test]
fn one_statement_joins_what_points_at_its_parts() {
    let codeql = |id: &str, line| stored(id, "codeql", Kind::Sast, "py/sql-injection", "SQL injection").at("x.py", line, line);
    assert_eq!(groups(&[semgrep_sqli("a", "x.py", 10, 12), codeql("b", 12), bandit("c", "B608", "x.py", 10)]), ["a+b+c"]);
    assert_eq!(groups(&[codeql("b", 14), bandit("c", "B608", "x.py", 10)]), ["b", "c"]);
    // The source says that it is one statement: to both, or to one of them.
    let with_source = |mut one: Stored| {
        one.finding.statement = Some((10, 14));
        one
    };
    let (b, c) = (codeql("b", 14), bandit("c", "B608", "x.py", 10));
    assert_eq!(groups(&[with_source(b.clone()), with_source(c.clone())]), ["b+c"]);
    assert_eq!(groups(&[with_source(b), c.clone()]), ["b+c"]);
    assert_eq!(groups(&[with_source(codeql("b", 12)), with_source(codeql("d", 14)), c]), ["b", "c", "d"], "two sinks in one statement");
}

#[test]
fn neighbours_join_only_when_nothing_else_is_around() {
    let (query, run) = (bandit("build", "B608", "x.py", 10), semgrep_sqli("run", "x.py", 11, 11));
    assert_eq!(groups(&[query.clone(), run.clone()]).len(), 1);
    assert_eq!(groups(&[query.clone(), run.clone(), bandit("other", "B608", "x.py", 12)]).len(), 3);
    assert_eq!(groups(&[query.clone(), run.clone(), bandit("partner", "B608", "x.py", 11)]), ["build", "partner+run"]);
    assert_eq!(groups(&[query, bandit("other family", "B602", "x.py", 11)]).len(), 2);
}

#[test]
fn two_results_of_one_rule_stay_two() {
    assert_eq!(
        groups(&[bandit("a", "B608", "x.py", 10), bandit("b", "B608", "x.py", 11), semgrep_sqli("c", "x.py", 10, 11)]),
        ["a+c", "b"]
    );
}

#[test]
fn tools_that_scan_on_different_days_meet_in_the_version_that_both_saw() {
    let day = |n: i64| Timestamp(n * Timestamp::DAY);
    let moved = |s: Stored, from: u32, to: u32| {
        let mut now = s.clone().at("x.py", to, to);
        now.finding.remember(&s.at("x.py", from, from).finding, day(1), day(7), day(14));
        now
    };
    let old = |mut s: Stored| {
        s.finding.last_seen = Some(day(7));
        s
    };
    let semgrep = semgrep_sqli("a", "x.py", 10, 10);
    assert_eq!(groups(&[moved(semgrep.clone(), 10, 13), old(bandit("b", "B608", "x.py", 10))]), ["a+b"]);
    // The twin three lines below is no match, though the old line of the one is the new line of the other.
    let twins = [
        moved(semgrep.clone(), 10, 13),
        moved(semgrep_sqli("c", "x.py", 13, 13), 13, 16),
        old(bandit("b", "B608", "x.py", 10)),
        old(bandit("d", "B608", "x.py", 13)),
    ];
    assert_eq!(groups(&twins), ["a+b", "c+d"]);
    // Lines that never moved are comparable whenever they were scanned.
    assert_eq!(groups(&[semgrep, old(bandit("b", "B608", "x.py", 10))]), ["a+b"]);
}

fn secret(identity: &str, tool: &str, rule: &str, path: &str, line: u32) -> Stored {
    stored(identity, tool, Kind::Secret, rule, "").at(path, line, line)
}

#[test]
fn secrets_join_by_value_and_by_line() {
    let a = secret("a", "gitleaks", "aws-access-token", "one.env", 3);
    let b = secret("b", "trufflehog", "AWS", "one.env", 3).hash("h1");
    let c = secret("c", "trufflehog", "AWS", "two.env", 9).hash("h1");
    let d = secret("d", "gitleaks", "aws-access-token", "two.env", 9);
    let e = secret("e", "trufflehog", "AWS", "one.env", 4).hash("h2");
    assert_eq!(groups(&[a, b, c, d, e]), ["a+b+c+d", "e"]);
}

#[test]
fn spans_side_by_side_are_two_secrets() {
    let span = |s: Stored, from, to| s.with(|l| (l.start_column, l.end_column) = (Some(from), Some(to)));
    let a = span(secret("a", "kingfisher", "user", "x", 1), 1, 9);
    let b = span(secret("b", "semgrep", "generic.secrets.password", "x", 1), 12, 20);
    assert_eq!(groups(&[a, b]), ["a", "b"]);
}

#[test]
fn a_private_key_is_one_secret() {
    let head = secret("head", "detect-secrets", "Private Key", "id_rsa", 1);
    let head = Stored { head_only: true, ..head.hash("same for every key") };
    let mut all = vec![head, secret("whole", "semgrep", "detected-private-key", "id_rsa", 1)];
    all.extend((3..9).map(|line| secret(&format!("line{line}"), "trufflehog3", "high-entropy", "id_rsa", line).hash(&format!("h{line}"))));
    assert_eq!(groups(&all).len(), 1);
    let other = Stored { head_only: true, ..secret("other", "detect-secrets", "Private Key", "other.pem", 1).hash("same for every key") };
    all.push(other);
    assert_eq!(groups(&all).len(), 2);
}

#[test]
fn controls_and_resources_decide_infrastructure() {
    let checkov = |id: &str, rule: &str, title: &str| {
        stored(id, "checkov", Kind::Iac, rule, title).at("main.tf", 1, 20).with(|l| l.resource = Some("aws_s3_bucket.data".to_owned()))
    };
    let kics = |id: &str, title: &str| {
        stored(id, "kics", Kind::Iac, "uuid", title)
            .at("main.tf", 7, 7)
            .with(|l| l.resource = Some("aws_s3_bucket[data].logging".to_owned()))
    };
    let all = [
        checkov("a", "CKV_AWS_18", "Ensure the S3 bucket has access logging enabled"),
        checkov("b", "CKV_AWS_21", "Ensure all data stored in the S3 bucket have versioning enabled"),
        kics("c", "S3 Bucket Logging Disabled"),
        stored("d", "semgrep", Kind::Sast, "terraform.aws.s3-versioning.bucket-versioning-off", "").at("main.tf", 3, 3),
    ];
    assert_eq!(groups(&all), ["a+c", "b+d"]);
}

#[test]
fn permissions_belong_to_the_workflow() {
    let path = ".github/workflows/ci.yml";
    let zizmor =
        |id: &str, line| stored(id, "zizmor", Kind::Pipeline, "excessive-permissions", "overly broad permissions").at(path, line, line);
    let pinned = |id: &str, tool: &str, rule: &str, line| stored(id, tool, Kind::Pipeline, rule, "").at(path, line, line);
    let all = [
        stored("a", "checkov", Kind::Iac, "CKV2_GHA_1", "Ensure top-level permissions are not set to write-all").at(path, 1, 1),
        zizmor("b", 1),
        zizmor("c", 9),
        pinned("d", "zizmor", "unpinned-uses", 14),
        pinned("e", "semgrep", "x.y.third-party-action-not-pinned-to-commit-sha", 14),
        pinned("f", "zizmor", "unpinned-uses", 20),
    ];
    assert_eq!(groups(&all), ["a+b+c", "d+e", "f"]);
}

#[test]
fn packages_join_over_aliases_versions_and_images() {
    let sca = |id: &str, tool: &str, kind, purl: &str, ids: &[&str]| {
        stored(id, tool, kind, ids.first().unwrap_or(&"rule"), "").package(purl, ids)
    };
    let all = [
        sca("a", "trivy", Kind::Container, "pkg:npm/next@14.1.0", &["CVE-2024-1"]),
        sca("b", "grype", Kind::Container, "pkg:npm/next@14.2.0", &["GHSA-1"]),
        sca("c", "snyk", Kind::Sca, "pkg:npm/next@14.1.0", &["CVE-2024-1", "SNYK-JS-NEXT-1"]),
        sca("d", "grype", Kind::Container, "pkg:npm/next@14.2.0", &["CVE-2024-2"]),
        sca("e", "trivy", Kind::Sca, "pkg:npm/nextra@1.0.0", &["CVE-2024-1"]),
    ];
    assert_eq!(groups(&all), ["a+c", "b", "d", "e"]);
    let table = |id: &str| if id == "GHSA-1" { vec!["CVE-2024-1".to_owned()] } else { Vec::new() };
    let context = Context { aliases: &table, routes: &[] };
    let made = partition(&all, &run(&all, &PeoplesWord::default(), &context));
    assert_eq!(made.into_iter().map(|g| g.join("+")).collect::<Vec<_>>(), ["a+b+c", "d", "e"]);
}

#[test]
fn a_hub_of_aliases_joins_nothing() {
    let hub: Vec<String> = (0..500).map(|n| format!("CVE-2024-{n}")).collect();
    let table = |_: &str| hub.clone();
    let mut all: Vec<Stored> = (0..100)
        .map(|n| stored(&format!("f{n:03}"), "grype", Kind::Sca, "r", "").package("pkg:npm/next", &[&format!("CVE-2024-{n}")]))
        .collect();
    assert_eq!(partition(&all, &run(&all, &PeoplesWord::default(), &Context { aliases: &table, routes: &[] })).len(), 100);
    for stored in &mut all {
        stored.finding.aliases = vec![model::AliasPair { a: stored.finding.identifiers.first().cloned().unwrap(), b: "DSA-1".to_owned() }];
    }
    let made = run(&all, &PeoplesWord::default(), &Context::default());
    assert_eq!(made.groups.len(), 100);
    assert!(made.warnings.iter().any(|w| w.contains("too many to be one vulnerability")), "{:?}", made.warnings);
}

fn web(identity: &str, tool: &str, title: &str, url: &str, parameter: Option<&str>) -> Stored {
    stored(identity, tool, Kind::Dast, "0", title).url(url, parameter)
}

#[test]
fn what_is_seen_from_outside_joins_by_route_and_parameter() {
    let all = [
        web("a", "zap", "SQL Injection", "https://shop.example/orders/417?id=1", Some("id")),
        web("b", "wapiti", "SQL Injection", "https://shop.example/orders/9", Some("id")),
        web("c", "wapiti", "SQL Injection", "https://shop.example/orders/9", Some("sort")),
        web("d", "zap", "Cross Site Scripting (Reflected)", "https://shop.example/orders/9", Some("id")),
        web("e", "zap", "X-Content-Type-Options Header Missing", "https://shop.example/a", None),
        web("f", "nikto", "The X-Content-Type-Options header is not set.", "https://shop.example/", None),
        web("g", "zap", "Content Security Policy (CSP) Header Not Set", "https://shop.example/", None),
    ];
    assert_eq!(groups(&all), ["a+b", "c", "d", "e+f", "g"]);
}

#[test]
fn only_a_route_fact_joins_outside_and_code() {
    let outside = web("dast", "zap", "SQL Injection", "https://shop.example/orders/417", Some("id"));
    let code = semgrep_sqli("sast", "src/orders.py", 40, 41).with(|l| l.symbol = Some("Orders.show".to_owned()));
    assert_eq!(groups(&[outside.clone(), code.clone()]), ["dast", "sast"]);

    let mut trace = stored("iast", "contrast", Kind::Iast, "sql-injection", "SQL Injection").at("orders.py", 40, 40);
    trace.target = Target { kind: TargetKind::Service, name: "shop".to_owned() };
    let trace = trace.with(|l| (l.route, l.parameter) = (Some("/orders/{id}".to_owned()), Some("id".to_owned())));
    assert_eq!(groups(&[outside.clone(), code.clone(), trace]), ["dast+iast+sast"]);

    let route = Endpoint {
        service: "shop".to_owned(),
        method: "GET".to_owned(),
        pattern: "/orders/{id}".to_owned(),
        path: Some("src/orders.py".to_owned()),
        symbol: Some("Orders.show".to_owned()),
        source: "openapi.yaml".to_owned(),
    };
    let all = [outside, code];
    let made = run(&all, &PeoplesWord::default(), &Context { routes: &[route], ..Context::default() });
    assert_eq!(partition(&all, &made), [["dast", "sast"]]);
}

#[test]
fn peoples_word_wins_and_the_newest_holds() {
    let all = [semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B608", "x.py", 10), bandit("c", "B602", "y.py", 1)];
    let ids = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut words = PeoplesWord::default();
    words.apart(ids("a"), ids("b"), (Timestamp(1), 1), "ann", "two queries");
    words.together(ids("a"), ids("c"), (Timestamp(2), 2), "ann", "one fix");
    let made = run(&all, &words, &Context::default());
    assert_eq!(partition(&all, &made), [vec!["a", "c"], vec!["b"]]);
    assert!(made.suggestions.is_empty(), "what was rejected is not suggested again");
    words.together(ids("a"), ids("b"), (Timestamp(3), 3), "ben", "no, one");
    assert_eq!(partition(&all, &run(&all, &words, &Context::default())), [vec!["a", "b", "c"]]);
    words.apart(ids("b"), ids("c"), (Timestamp(4), 4), "cid", "no");
    let made = run(&all, &words, &Context::default());
    assert_eq!(made.groups.len(), 2);
    assert!(!made.warnings.is_empty());
}

#[test]
fn of_two_decisions_in_one_millisecond_the_later_given_holds() {
    let all = [semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B608", "x.py", 10)];
    let id = |text: &str| vec![text.to_owned()];
    for (apart, together, parts) in [(1, 2, 1), (2, 1, 2)] {
        let mut words = PeoplesWord::default();
        words.apart(id("a"), id("b"), (Timestamp(1), apart), "ann", "two queries");
        words.together(id("a"), id("b"), (Timestamp(1), together), "ann", "one fix");
        assert_eq!(run(&all, &words, &Context::default()).groups.len(), parts);
    }
}

#[test]
fn links_can_be_added_up_by_hand() {
    let all = [semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B608", "x.py", 10), bandit("c", "B608", "x.py", 30)];
    let made = run(&all, &PeoplesWord::default(), &Context::default());
    for group in &made.groups {
        assert_eq!(group.members.first(), Some(&group.founder));
        for (member, link) in group.members.iter().zip(&group.links).filter(|(member, _)| **member != group.founder) {
            let sum: i32 = link.because.iter().map(|fact| fact.weight).sum();
            assert!((probability(sum) - link.confidence).abs() < 1e-9 && sum >= THRESHOLD, "{member}: {link:?}");
            assert!(link.because.first().is_some_and(|prior| prior.weight < 0 && prior.fields.is_empty()));
        }
    }
}

#[test]
fn the_founder_is_the_first_seen() {
    let mut all = [semgrep_sqli("a", "x.py", 10, 10), bandit("b", "B608", "x.py", 10)];
    if let Some(first) = all.first_mut() {
        first.first_seen = 5;
    }
    let made = run(&all, &PeoplesWord::default(), &Context::default());
    assert_eq!(made.groups.first().map(|g| g.founder), Some(1));
}

#[test]
fn ten_thousand_equal_findings_cost_little() {
    let mut all: Vec<Stored> = (0..5000).map(|n| bandit(&format!("one{n:05}"), "B608", "x.py", 10)).collect();
    all.extend((0..5000).map(|n| bandit(&format!("many{n:05}"), "B608", "y.py", n)));
    let made = run(&all, &PeoplesWord::default(), &Context::default());
    assert_eq!(made.groups.len(), 1 + 5000);
}

#[test]
fn ten_thousand_findings_on_one_line_are_capped_with_a_warning() {
    let at = |n: u32| {
        bandit(&format!("f{n:05}"), "B608", "x.min.js", 1).with(|l| (l.start_column, l.end_column) = (Some(n * 4 + 1), Some(n * 4 + 3)))
    };
    let all: Vec<Stored> = (0..3000).map(at).collect();
    let made = run(&all, &PeoplesWord::default(), &Context::default());
    assert_eq!(made.groups.len(), 3000);
    assert!(made.warnings.iter().any(|w| w.contains("x.min.js")), "{:?}", made.warnings);
}

/// A few findings of every class that may or may not be one.
fn any_finding() -> impl Strategy<Value = Stored> {
    let code = (0..3u32, 0..4u32, 0..6u32).prop_map(|(tool, rule, line)| {
        let (tool, rule) = match tool {
            0 => ("bandit", ["B608", "B602", "B102", "B999"][rule as usize]),
            1 => ("semgrep", ["a.b.formatted-sql-query", "a.b.subprocess-shell-true", "a.b.exec-detected", "a.b.unknown"][rule as usize]),
            _ => ("codeql", ["py/sql-injection", "py/command-line-injection", "py/code-injection", "py/x"][rule as usize]),
        };
        stored("", tool, Kind::Sast, rule, "").at("x.py", line + 1, line + 1 + rule.len() as u32 % 3)
    });
    let secrets = (0..3usize, 0..4u32, proptest::option::of(0..3u32)).prop_map(|(tool, line, hash)| {
        let found = secret(
            "",
            ["gitleaks", "trufflehog", "detect-secrets"][tool],
            ["aws", "AWS", "Hex High Entropy String"][tool],
            "x.env",
            line + 1,
        );
        match hash {
            Some(hash) => found.hash(&format!("h{hash}")),
            None => found,
        }
    });
    let packages = (0..3usize, 0..3usize, 0..4usize).prop_map(|(tool, name, id)| {
        let ids: &[&str] = [&["CVE-2024-1"][..], &["GHSA-1"], &["CVE-2024-1", "GHSA-1"], &["CVE-2024-2", "GHSA-1"]][id];
        stored("", ["trivy", "grype", "snyk"][tool], Kind::Sca, "r", "").package(["pkg:npm/a@1", "pkg:npm/a@2", "pkg:npm/b@1"][name], ids)
    });
    prop_oneof![code, secrets, packages]
}

fn identified(mut all: Vec<Stored>) -> Vec<Stored> {
    for (n, s) in all.iter_mut().enumerate() {
        s.identity = format!("id{n:03}");
        s.first_seen = (n as i64 * 7) % 5;
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_findings_plays_no_part(all in proptest::collection::vec(any_finding(), 1..40), seed in any::<u64>()) {
        let all = identified(all);
        let mut shuffled = all.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let (a, b) = (run(&all, &PeoplesWord::default(), &Context::default()), run(&shuffled, &PeoplesWord::default(), &Context::default()));
        prop_assert_eq!(partition(&all, &a), partition(&shuffled, &b));
        let founders = |list: &[Stored], made: &Clustering| made.groups.iter().map(|g| (list[g.founder].identity.clone(), g.links.len())).collect::<Vec<_>>();
        prop_assert_eq!(founders(&all, &a), founders(&shuffled, &b));
    }

    #[test]
    fn every_finding_is_in_one_group_and_shares_a_block_with_it(all in proptest::collection::vec(any_finding(), 1..40)) {
        let all = identified(all);
        let made = run(&all, &PeoplesWord::default(), &Context::default());
        let mut seen: Vec<usize> = made.groups.iter().flat_map(|g| g.members.clone()).collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..all.len()).collect::<Vec<_>>());
        for group in &made.groups {
            let keys = |at: usize| BlockKeys::new(&Context::default()).of(&all[at].candidate(0));
            let met = |a: usize, b: usize| keys(a).iter().flat_map(|key| met_under(key)).any(|key| keys(b).contains(&key));
            for &member in &group.members {
                prop_assert!(group.members.len() == 1 || group.members.iter().any(|&other| other != member && met(member, other)));
            }
        }
    }

    #[test]
    fn no_finding_is_too_strange(rule in ".{0,60}", title in ".{0,60}", path in ".{0,40}", line in any::<u32>(), last in any::<u32>(), url in ".{0,60}", resource in ".{0,60}", purl in ".{0,60}") {
        for kind in Kind::ALL {
            let mut one = stored("a", "t", kind, &rule, &title).at(&path, line, last).with(|l| {
                l.url = Some(url.clone());
                l.resource = Some(resource.clone());
            });
            one.finding.package = Some(Package { purl: Some(purl.clone()), name: Some(title.clone()), ..Package::default() });
            let mut two = one.clone();
            two.identity = "b".to_owned();
            two.finding.package = None;
            let _ = run(&[one, two], &PeoplesWord::default(), &Context::default());
        }
    }
}
