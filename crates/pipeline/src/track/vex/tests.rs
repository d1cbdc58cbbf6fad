use std::collections::BTreeSet;

use model::{Package, Service, Target, TargetKind, Timestamp, VexStatement, VexStatus, VexSubject, VexThing, VexVerdict};

use super::*;
use crate::normalise::ImageReference;

fn thing(text: &str) -> VexThing {
    let (purls, names) = if text.starts_with("pkg:") { (vec![text.to_owned()], vec![]) } else { (vec![], vec![text.to_owned()]) };
    VexThing { id: text.into(), purls, names, ..VexThing::default() }
}

fn statement(status: VexStatus, at: i64, subjects: Vec<VexSubject>) -> VexStatement {
    VexStatement {
        place: "statements[0]".into(),
        vulnerabilities: vec!["CVE-2026-1".into()],
        status,
        at: Timestamp(at),
        justification: None,
        reason: None,
        action: None,
        subjects,
    }
}

fn about(product: &str, component: Option<&str>) -> VexSubject {
    VexSubject { product: thing(product), component: component.map(thing) }
}

/// A finding on `pkg:npm/left@1.0.0` in service `api`, seen in the lockfile.
struct Case {
    target: Target,
    service: Service,
    names: Vec<String>,
    chain: Vec<String>,
    package: Package,
    image: Option<String>,
    versions: Vec<String>,
    path: Option<String>,
}

const IMAGE: &str = "pkg:oci/api?repository_url=registry.example.com/acme/api";

impl Case {
    fn new() -> Self {
        Self {
            target: Target { kind: TargetKind::Repository, name: "github.com/acme/shop".into() },
            service: Service {
                name: "api".into(),
                application: "shop".into(),
                repository: Some("github.com/acme/shop".into()),
                path: "services/api".into(),
                images: vec!["registry.example.com/acme/api".into()],
                ..Service::default()
            },
            names: vec!["api".into()],
            chain: vec!["pkg:npm/app@1.0.0".into(), "pkg:npm/left@1.0.0".into()],
            package: Package {
                purl: Some("pkg:npm/left@1.0.0".into()),
                name: Some("left".into()),
                version: Some("1.0.0".into()),
                ..Package::default()
            },
            image: None,
            versions: Vec::new(),
            path: Some("services/api/package-lock.json".into()),
        }
    }

    fn in_image() -> Self {
        let image = "registry.example.com/acme/api";
        Self { target: Target { kind: TargetKind::Image, name: image.into() }, image: Some(image.into()), path: None, ..Self::new() }
    }

    fn of(package: &str, version: &str) -> Self {
        let package = Package { purl: Some(package.into()), version: Some(version.into()), ..Package::default() };
        Self { package, ..Self::new() }
    }

    fn spoken_of(&self, subjects: Vec<VexSubject>) -> bool {
        let at = Whereabouts {
            target: &self.target,
            package: Some(PackageName::of(&self.package)),
            chain: &self.chain,
            services: if self.names.is_empty() { vec![] } else { vec![&self.service] },
            service_names: &self.names,
            application: Some("shop").filter(|_| !self.names.is_empty()),
            image: self.image.as_deref().and_then(ImageReference::parse),
            repository: (self.target.kind == TargetKind::Repository).then(|| self.target.name.clone()),
            path: self.path.as_deref(),
            versions: self.versions.clone(),
            named_images: BTreeSet::new(),
        };
        Compiled::new(statement(VexStatus::NotAffected, 1, subjects)).speaks_of(&at).is_some()
    }

    fn is(&self, product: &str, component: Option<&str>) -> bool {
        self.spoken_of(vec![about(product, component)])
    }
}

#[test]
fn products_of_every_sort() {
    let own = Some("pkg:npm/left@1.0.0");
    for case in [Case::new(), Case::in_image()] {
        for product in [
            IMAGE,
            "pkg:github/acme/shop#services/api",
            "pkg:github/acme/shop",
            "https://github.com/acme/shop",
            "registry.example.com/acme/api",
            "api",
            "shop",
            "urn:muster:service:api",
            "urn:muster:application:shop",
        ] {
            assert!(case.is(product, own), "{product} {:?}", case.target);
            assert!(case.is(product, Some("pkg:npm/left")), "{product}: any version");
            assert!(case.is(product, None), "{product}: whole");
            assert!(!case.is(product, Some("pkg:npm/left@0.9.0")), "{product}: another version");
            assert!(!case.is(product, Some("pkg:npm/right@1.0.0")), "{product}: another package");
            assert!(!case.is(product, Some("pkg:pypi/left@1.0.0")), "{product}: another ecosystem");
        }
        for product in [
            "pkg:oci/api?repository_url=registry.example.com/other/api",
            "pkg:oci/api",
            "pkg:github/acme/shop#services/web",
            "pkg:github/acme/shop#services/ap",
            "pkg:github/other/shop",
            "web",
            "urn:muster:service:web",
            "urn:muster:target:api2",
        ] {
            assert!(!case.is(product, own), "{product} {:?}", case.target);
            assert!(!case.is(product, None), "{product} {:?}", case.target);
        }
        assert!(case.is("pkg:npm/left@1.0.0", None) && case.is("pkg:npm/left", None), "the package itself");
        assert!(!case.is("pkg:npm/left@2.0.0", None));
        assert!(case.is("pkg:npm/app@1.0.0", own), "a package that brings it");
        assert!(!case.is("pkg:npm/app@2.0.0", own) && !case.is("pkg:npm/other@1.0.0", own));
    }
}

#[test]
fn versions_of_a_product_must_be_the_ones_scanned() {
    let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let by_digest = format!("pkg:oci/api@{}?repository_url=registry.example.com/acme/api", digest.replace(':', "%3A"));
    let bare = format!("pkg:oci/api@{digest}");
    let mut case = Case::in_image();
    assert!(!case.is(&by_digest, None) && !case.is(&bare, None), "nobody knows which version was scanned");
    assert!(!case.is("pkg:oci/api?repository_url=registry.example.com/acme/api&tag=v1", None));
    case.versions = vec![digest.into()];
    assert!(case.is(&by_digest, None) && case.is(&bare, None));
    case.versions = vec!["v1".into()];
    assert!(case.is("pkg:oci/api?repository_url=registry.example.com/acme/api&tag=v1", None));
    assert!(!case.is(&by_digest, None));
    let hashed = VexThing { digests: vec![digest.into()], ..thing(IMAGE) };
    assert!(!case.spoken_of(vec![VexSubject { product: hashed, component: None }]));
    let mut case = Case::new();
    assert!(!case.is("pkg:github/acme/shop@v2#services/api", None));
    case.versions = vec!["v2".into()];
    assert!(case.is("pkg:github/acme/shop@v2#services/api", None));
    let named = VexThing { version: Some("7".into()), ..thing("api") };
    assert!(!case.spoken_of(vec![VexSubject { product: named, component: None }]));
}

#[test]
fn all_services_and_all_images_must_be_named() {
    let mut case = Case::new();
    case.service.images.push("registry.example.com/acme/jobs".into());
    let jobs = "pkg:oci/jobs?repository_url=registry.example.com/acme/jobs";
    assert!(!case.is(IMAGE, None), "the lockfile is in both images");
    assert!(case.spoken_of(vec![about(IMAGE, None), about(jobs, None)]));
    let named = VexThing { names: vec!["api".into()], ..thing(IMAGE) };
    assert!(case.spoken_of(vec![VexSubject { product: named.clone(), component: None }]), "the product is the service by name");
    let foreign = VexThing { names: vec!["api".into()], ..thing("pkg:oci/api?repository_url=vendor.example/api") };
    assert!(!case.spoken_of(vec![VexSubject { product: foreign, component: None }]), "the address speaks against the name");
    let package = VexThing { names: vec!["api".into()], ..thing("pkg:npm/api") };
    assert!(!case.spoken_of(vec![VexSubject { product: package, component: None }]), "a package's name is no service's");
    case.names.push("web".into());
    assert!(!case.is("api", None), "the other service is not spoken of");
    case.names.clear();
    assert!(case.is("pkg:github/acme/shop#services/api", None), "without inventory by its own path");
    assert!(!case.is(IMAGE, None) && !case.is("api", None));
}

#[test]
fn packages_by_purl() {
    let deb = Case::of("pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.5&upstream=openssl%403.0.11-1", "3.0.11-1");
    assert!(deb.is("pkg:deb/debian/libssl3@3.0.11-1", None));
    assert!(deb.is("pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12", None));
    assert!(deb.is("pkg:deb/debian/openssl@3.0.11-1", None), "by its source package");
    assert!(deb.is("pkg:deb/libssl3@3.0.11-1", None));
    assert!(!deb.is("pkg:deb/debian/libssl3@3.0.11-1?arch=arm64", None));
    assert!(!deb.is("pkg:deb/debian/libssl3@3.0.11-1?distro=debian-1", None));
    assert!(!deb.is("pkg:deb/ubuntu/libssl3@3.0.11-1", None));
    let jar = Case::of("pkg:maven/org.a/b@1.0", "1.0");
    assert!(jar.is("pkg:maven/org.a/b@1.0?type=jar", None) && !jar.is("pkg:maven/org.a/b@1.0?classifier=x", None));
    let go = Case::of("pkg:golang/github.com/a/b@v1.2.0", "v1.2.0");
    assert!(go.is("pkg:golang/github.com/a/b@1.2.0", None));
    let unversioned = Case { package: Package { purl: Some("pkg:npm/left".into()), ..Package::default() }, ..Case::new() };
    assert!(unversioned.is("pkg:npm/left", None) && !unversioned.is("pkg:npm/left@1.0.0", None));
    let ranged = |range: &str| {
        let product = VexThing { range: Some(range.into()), ..thing("pkg:npm/left") };
        Case::new().spoken_of(vec![VexSubject { product, component: None }])
    };
    assert!(ranged("vers:npm/>=0.9|<1.1") && !ranged("vers:npm/>=1.1") && !ranged("any"));
}

#[test]
fn packages_of_a_distribution() {
    let case = |distro: &str| {
        Case::of(&format!("pkg:rpm/redhat/openssl-libs@3.0.7-24.el9?arch=x86_64&epoch=1{distro}&upstream=openssl"), "1:3.0.7-24.el9")
    };
    let rhel = |release: &str| format!("cpe:/o:redhat:enterprise_linux:{release}::baseos");
    let source = Some("pkg:rpm/redhat/openssl?arch=src");
    for distro in ["&distro=rhel-9.4", "&distro=redhat-9", ""] {
        let case = case(distro);
        assert!(case.is(&rhel("9"), source), "{distro}");
        assert!(case.is("cpe:2.3:o:redhat:enterprise_linux:9:*:*:*:*:*:*:*", Some("pkg:rpm/redhat/openssl-libs@3.0.7-24.el9?epoch=1")));
        assert!(!case.is(&rhel("8"), source) && !case.is(&rhel("9.1"), Some("pkg:rpm/redhat/openssl-libs@3.0.7-23.el9")), "{distro}");
        assert!(!case.is(&rhel("9"), None), "a distribution is no product that brings one vulnerability");
        assert!(!case.is("cpe:/o:oracle:linux:9", source) && !case.is("cpe:/a:vendor:product:9", source));
    }
    let elsewhere = Case::of("pkg:rpm/oracle/openssl@3.0.7-24.el9?distro=oracle-9.4", "3.0.7-24.el9");
    assert!(!elsewhere.is(&rhel("9"), Some("pkg:rpm/redhat/openssl")));
}

#[test]
fn names_meet_but_never_two_cves() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    let names = Names { own: set(&["CVE-2026-1"]), all: set(&["CVE-2026-1", "GHSA-X", "CVE-2026-2"]) };
    let said = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    assert!(names.meet(&said(&["CVE-2026-1"])) && names.meet(&said(&["GHSA-X"])));
    assert!(!names.meet(&said(&["CVE-2026-2"])), "one advisory, two vulnerabilities");
    assert!(!names.meet(&said(&["CVE-2026-2", "GHSA-X"])));
    let by_advisory = Names { own: set(&["GHSA-X"]), all: set(&["GHSA-X", "CVE-2026-1"]) };
    assert!(by_advisory.meet(&said(&["CVE-2026-1"])));
}

const LIST: &str = "version: 1\nvex:\n  max_age_days: 100\n  trusted:\n    - Acme  Security\n    - {author: Vendor PSIRT, products: [\"pkg:maven/org.vendor/*\"], statuses: [not_affected, fixed]}\n";

#[test]
fn the_trust_list() {
    let list = TrustList::read("trust.yaml", LIST).unwrap();
    assert_eq!((list.max_age_days, list.trusted.len(), list.trusted[1].line), (100, 2, 6));
    let judge = |author: &str, status, product: &str| {
        list.judge(author, status, &[product.to_owned()], Timestamp(0).plus_days(10), Timestamp(0).plus_days(50))
    };
    let trusted = |author: &str, status, product: &str| matches!(judge(author, status, product), TrustVerdict::Trusted(until, _) if until == Timestamp(0).plus_days(110));
    assert!(trusted("acme security", VexStatus::Affected, "anything"));
    assert!(trusted("Vendor PSIRT", VexStatus::Fixed, "pkg:maven/org.vendor/lib@1.0?type=jar"));
    assert!(!trusted("Vendor PSIRT", VexStatus::Affected, "pkg:maven/org.vendor/lib@1.0"));
    assert!(!trusted("Vendor PSIRT", VexStatus::Fixed, "pkg:maven/org.vendors/lib@1.0"));
    assert!(!trusted("Vendor", VexStatus::Fixed, "pkg:maven/org.vendor/lib@1.0"));
    let old = list.judge("Acme Security", VexStatus::Fixed, &[], Timestamp(0), Timestamp(0).plus_days(100));
    assert!(matches!(old, TrustVerdict::Expired(_)));
    assert_eq!(
        TrustList::default().judge("Acme", VexStatus::Fixed, &[], Timestamp(0), Timestamp(1)),
        TrustVerdict::Untrusted("Acme is not in the trust list".into())
    );
}

#[test]
fn a_wrong_trust_list_names_its_lines() {
    let text =
        "version: 2\nvex:\n  max_age: 3\n  max_age_days: soon\n  trusted:\n    - {author: A, statuses: [fine]}\n    - {products: []}\n";
    let problems: Vec<String> = TrustList::read("t.yaml", text).unwrap_err().iter().map(ToString::to_string).collect();
    for (line, word) in [(1, "version"), (3, "max_age"), (4, "max_age_days"), (6, "no status"), (7, "without author")] {
        assert!(
            problems.iter().any(|problem| problem.starts_with(&format!("t.yaml:{line}: ")) && problem.contains(word)),
            "{line} {word}: {problems:#?}"
        );
    }
    for bad in [
        "",
        "- x",
        "version: 1",
        "version: 1\nvex: x\n",
        "version: 1\nvex: {trusted: Acme}\n",
        "a: [",
        "version: 1\nvex: {trusted: [{author: A, products: []}]}\n",
    ] {
        assert!(TrustList::read("t.yaml", bad).is_err(), "{bad:?}");
    }
}

/// Statements by (author, status, day).
fn weighed(said: &[(&str, VexStatus, i64)], now: i64) -> Weighed {
    let list = TrustList::read(
        "trust.yaml",
        &LIST.replace("Vendor PSIRT, products: [\"pkg:maven/org.vendor/*\"], statuses: [not_affected, fixed]", "Second"),
    )
    .unwrap();
    let day = |n: i64| Timestamp(0).plus_days(n);
    let rows: Vec<(Origin, VexStatement)> = (0..)
        .zip(said)
        .map(|(order, (author, status, at))| {
            let origin = Origin { author: (*author).to_owned(), document: format!("d{order}"), order, replaced: None, version: None };
            (origin, VexStatement { at: day(*at), ..statement(*status, 0, vec![]) })
        })
        .collect();
    let spoken = Spoken { product: "api".into(), component: None, products: vec!["api".into()] };
    let words: Vec<Word<'_>> = rows.iter().map(|(origin, statement)| Word { origin, statement, spoken: spoken.clone() }).collect();
    weigh(&words, &list, "F", day(now))
}

#[test]
fn a_higher_version_with_an_earlier_date_takes_back_and_never_clears() {
    use VexStatus::{Affected, NotAffected};
    let list = TrustList::read("trust.yaml", LIST).unwrap();
    let gates = |first: (VexStatus, u64, i64), second: (VexStatus, u64, i64), same: bool| {
        let said = [first, second].map(|(status, version, day)| {
            let origin = Origin {
                author: "Acme Security".into(),
                document: format!("d{version}"),
                order: 0,
                replaced: None,
                version: Some(version),
            };
            let product = if same || version == 1 { "api" } else { "web" };
            (origin, VexStatement { at: Timestamp(0).plus_days(day), ..statement(status, 0, vec![about(product, None)]) })
        });
        let spoken = Spoken { product: "api".into(), component: None, products: vec!["api".into()] };
        let words: Vec<Word<'_>> = said.iter().map(|(origin, statement)| Word { origin, statement, spoken: spoken.clone() }).collect();
        weigh(&words, &list, "F", Timestamp(0).plus_days(20)).gates()
    };
    assert!(!gates((NotAffected, 1, 9), (Affected, 2, 5), true), "taken back");
    assert!(gates((NotAffected, 1, 9), (Affected, 2, 5), false), "of another thing");
    assert!(gates((NotAffected, 2, 9), (Affected, 1, 5), true), "number and date agree");
    assert!(!gates((Affected, 1, 9), (NotAffected, 2, 5), true), "the newest date is the cautious word");
}

#[test]
fn of_one_author_the_newest_and_of_several_the_newest_trusted() {
    use VexStatus::{Affected, Fixed, NotAffected};
    let gates = |said: &[(&str, VexStatus, i64)], now| weighed(said, now).gates();
    assert!(gates(&[("Acme Security", NotAffected, 5)], 10));
    assert!(!gates(&[("Acme Security", NotAffected, 5)], 4), "it is not said yet");
    assert!(!gates(&[("Acme Security", NotAffected, 5)], 105), "it has grown old");
    assert!(!gates(&[("Nobody", NotAffected, 5)], 10));
    assert!(!gates(&[("Acme Security", NotAffected, 5), ("ACME security", Affected, 6)], 10), "taken back");
    assert!(gates(&[("Acme Security", NotAffected, 5), ("Acme Security", Affected, 6)], 5), "but not then");
    assert!(!gates(&[("Acme Security", NotAffected, 5), ("Acme Security", Affected, 5)], 10), "of the same day the cautious one");
    assert!(gates(&[("Acme Security", Affected, 5), ("Second", Fixed, 6)], 10), "the newest trusted one");
    assert!(!gates(&[("Acme Security", Affected, 7), ("Second", Fixed, 6)], 10));
    assert!(gates(&[("Nobody", Affected, 7), ("Second", Fixed, 6)], 10), "the untrusted do not take part");
    let both = weighed(&[("Acme Security", Affected, 7), ("Second", Fixed, 6), ("Nobody", NotAffected, 8), ("Second", NotAffected, 3)], 10);
    let verdicts: Vec<VexVerdict> = both.facts.iter().map(|fact| fact.verdict).collect();
    assert_eq!(verdicts, [VexVerdict::Counts, VexVerdict::Outvoted, VexVerdict::Superseded, VexVerdict::Untrusted]);
    assert!(both.conflict.unwrap().starts_with("Acme Security says affected (1970-01-08), Second says fixed"));
    assert_eq!(both.next_change, Some(Timestamp(0).plus_days(106)), "when the older of the valid ones is too old");
    assert_eq!(weighed(&[("Acme Security", NotAffected, 20)], 10).next_change, Some(Timestamp(0).plus_days(20)));
}

#[test]
fn a_later_version_of_the_document_replaces_what_it_leaves_out() {
    let list = TrustList::read("trust.yaml", LIST).unwrap();
    let origin =
        Origin { author: "Acme Security".into(), document: "d".into(), order: 1, replaced: Some(Timestamp(0).plus_days(9)), version: None };
    let statement = statement(VexStatus::NotAffected, 0, vec![]);
    let spoken = Spoken { product: "api".into(), component: None, products: vec![] };
    let words = [Word { origin: &origin, statement: &statement, spoken }];
    assert!(weigh(&words, &list, "F", Timestamp(0).plus_days(8)).gates());
    let after = weigh(&words, &list, "F", Timestamp(0).plus_days(9));
    assert!(!after.gates());
    assert_eq!(after.facts[0].verdict, VexVerdict::Superseded);
}
