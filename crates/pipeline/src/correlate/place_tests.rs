use model::{CodeOwnersFile, Inventory, Package};
use proptest::prelude::*;

use super::super::{FileId, merge, muster_yaml};
use super::*;

const INVENTORY: &str = "version: 1
teams: [{name: red}, {name: blue}, {name: green}]
applications:
  - name: shop
    owner: red
    criticality: high
    compliance: [pci-dss]
    services:
      - name: shop-api
        repository: github.com/acme/shop
        path: services/api
        images: [registry.acme.example/acme/shop-api, acme/shop-jobs]
        urls: [https://shop.acme.example/api]
        environments: [production]
        exposure: internet
        data: [pii]
      - name: shop-web
        owner: blue
        repository: github.com/acme/shop
        path: services/web
        images: [registry.acme.example/acme/shop-web]
        urls: [https://shop.acme.example, http://localhost:3000]
        environments: [staging]
        exposure: internal
  - name: ledger
    owner: green
    services:
      - {name: ledger, repository: github.com/acme/ledger, images: [registry.acme.example/acme/ledger]}
";

const OWNERS: &str = "* @acme/green\n/services/api/src/ @acme/blue\n/package-lock.json @acme/blue\n";

fn inventory() -> Inventory {
    let (declared, problems) = muster_yaml::read(FileId { repository: String::new(), path: "muster.yaml".into() }, INVENTORY);
    assert_eq!(problems, []);
    let mut inventory = merge(&[declared]).inventory;
    inventory.codeowners.push(CodeOwnersFile { repository: "github.com/acme/shop".into(), file: "CODEOWNERS".into(), text: OWNERS.into() });
    inventory
}

fn target(kind: TargetKind, name: &str) -> Target {
    Target { kind, name: name.into() }
}

fn code(path: &str) -> Finding {
    let mut finding = Finding::new(Kind::Sast, "r", "t");
    finding.location.path = Some(path.into());
    finding
}

fn package(kind: Kind, file: Option<&str>) -> Finding {
    let mut finding = Finding::new(kind, "r", "t");
    finding.package = Some(Package { name: Some("next".into()), file: file.map(Into::into), ..Package::default() });
    finding
}

fn web(url: &str) -> Finding {
    let mut finding = Finding::new(Kind::Dast, "r", "t");
    finding.location.url = Some(url.into());
    finding
}

fn place(target: &Target, finding: &Finding) -> Placed {
    InventoryIndex::new(&inventory()).place(&PlaceInput::new(target, finding))
}

/// Key, services and team.
fn short(placed: &Placed) -> (String, String, String) {
    (placed.place.key.clone(), placed.place.services.join(" "), placed.owner.team.clone().unwrap_or_default())
}

fn expect(placed: &Placed, key: &str, services: &str, team: &str) {
    assert_eq!(short(placed), (key.into(), services.into(), team.into()), "{placed:#?}");
}

#[test]
fn code_by_repository_and_longest_path() {
    let shop = target(TargetKind::Repository, "https://GitHub.com/Acme/shop.git");
    let placed = place(&shop, &code("services/api/src/a.py"));
    expect(&placed, "service shop-api", "shop-api", "blue");
    assert_eq!(placed.place.because, "repository github.com/acme/shop, path services/api (muster.yaml:9)");
    assert_eq!(placed.place.application.as_deref(), Some("shop"));
    assert_eq!((placed.exposure, placed.production, placed.criticality), (Exposure::Internet, Tri::Yes, Severity::High));
    assert_eq!((placed.data.as_slice(), placed.compliance.as_slice()), (&["pii".to_owned()][..], &["pci-dss".to_owned()][..]));
    assert_eq!(placed.owner_strength, OwnerStrength::CodeOwners);
    let sources: Vec<_> = placed.owner.because.iter().map(|fact| fact.source.as_str()).collect();
    assert_eq!(sources, ["CODEOWNERS:2", "muster.yaml:4"]);
    // The root line is weaker than service and application.
    expect(&place(&shop, &code("services/api/Dockerfile")), "service shop-api", "shop-api", "red");
    expect(&place(&shop, &code("services/web/x.js")), "service shop-web", "shop-web", "blue");
}

#[test]
fn shared_files() {
    let shop = target(TargetKind::Repository, "github.com/acme/shop");
    let lock = place(&shop, &package(Kind::Sca, Some("package-lock.json")));
    expect(&lock, "manifest github.com/acme/shop:package-lock.json", "shop-api shop-web", "blue");
    assert_eq!((lock.exposure, lock.production), (Exposure::Internet, Tri::Yes));
    let script = place(&shop, &code("tools/release.sh"));
    expect(&script, "repository github.com/acme/shop", "shop-api shop-web", "red");
    assert!(script.place.because.contains("the 2 services in the root share it"), "{}", script.place.because);
    expect(&place(&shop, &code("services/common/x.py")), "folder github.com/acme/shop:services", "shop-api shop-web", "red");
    // The one service of a repository owns what no path holds.
    expect(
        &place(&target(TargetKind::Repository, "github.com/acme/ledger"), &package(Kind::Sca, Some("go.sum"))),
        "service ledger",
        "ledger",
        "green",
    );
}

#[test]
fn a_scan_from_above_the_checkout() {
    let shop = target(TargetKind::Repository, "github.com/acme/shop");
    for path in ["builds/acme/shop/services/api/src/a.py", "shop/services/api/src/a.py"] {
        let placed = place(&shop, &code(path));
        expect(&placed, "service shop-api", "shop-api", "blue");
    }
    // A folder of the repository's name is a folder.
    assert_eq!(place(&shop, &code("shop/tools/x.sh")).place.key, "repository github.com/acme/shop");
    assert_eq!(place(&shop, &code("services/api/shop/services/web/x")).place.services, ["shop-api"]);
}

#[test]
fn a_flag_says_which_of_the_services_that_share_it() {
    let shop = target(TargetKind::Repository, "github.com/acme/shop");
    let index = InventoryIndex::new(&inventory());
    let finding = package(Kind::Sca, None);
    let mut input = PlaceInput { service_flag: Some("shop-web"), ..PlaceInput::new(&shop, &finding) };
    expect(&index.place(&input), "service shop-web", "shop-web", "blue");
    // It does not take away what the inventory gives to another.
    let placed = code("services/api/x.py");
    input.finding = &placed;
    assert_eq!(index.place(&input).place.key, "service shop-api");
    // A service of another repository shares nothing here.
    let finding = package(Kind::Sca, None);
    let input = PlaceInput { service_flag: Some("ledger"), ..PlaceInput::new(&shop, &finding) };
    assert_eq!(index.place(&input).place.services, ["shop-api", "shop-web"]);
}

#[test]
fn a_package_without_a_file_goes_where_its_upload_says() {
    let mut inventory = inventory();
    let shop_web = inventory.services.iter_mut().find(|service| service.name == "shop-web").unwrap();
    shop_web.packages.push("pkg:npm/@acme/web-ui".into());
    let application = shop_web.application.clone();
    inventory.services.push(Service {
        name: "shop-root".into(),
        application,
        owner: Some("green".into()),
        repository: Some("github.com/acme/shop".into()),
        ..Service::default()
    });
    let index = InventoryIndex::new(&inventory);
    let shop = target(TargetKind::Repository, "github.com/acme/shop");
    let bare = package(Kind::Sca, None);
    let input = PlaceInput::new(&shop, &bare);
    let of = |input: &PlaceInput<'_>| index.place(input).place.services.join(" ");
    assert_eq!(of(&input), "shop-root", "nothing says more than the repository");
    assert_eq!(of(&PlaceInput { folder: Some("./services/api/"), ..input }), "shop-api");
    assert_eq!(of(&PlaceInput { folder: Some("docs"), ..input }), "shop-root");
    assert_eq!(of(&PlaceInput { service_flag: Some("shop-web"), ..input }), "shop-web");
    assert_eq!(of(&PlaceInput { service_flag: Some("ledger"), ..input }), "shop-root", "a service of another repository");
    for subject in ["pkg:npm/@acme/web-ui", "services/web", "shop-web", "acme/shop-web"] {
        assert_eq!(of(&PlaceInput { subjects: &[subject.to_owned()], ..input }), "shop-web", "{subject}");
    }
    assert_eq!(of(&PlaceInput { subjects: &["ledger".to_owned(), ".".to_owned()], ..input }), "shop-root");
    // A file of its own says more.
    let listed = package(Kind::Sca, Some("services/api/package-lock.json"));
    assert_eq!(of(&PlaceInput { service_flag: Some("shop-web"), ..PlaceInput::new(&shop, &listed) }), "shop-api");
}

#[test]
fn image_and_manifest_of_a_service_are_one_place() {
    let image = place(
        &target(TargetKind::Image, &format!("registry.acme.example/acme/shop-api:1.4@sha256:{}", "0".repeat(64))),
        &package(Kind::Container, Some("usr/lib/x")),
    );
    expect(&image, "service shop-api", "shop-api", "red");
    let manifest = place(&target(TargetKind::Repository, "github.com/acme/shop"), &package(Kind::Sca, Some("services/api/go.sum")));
    assert_eq!(image.place.key, manifest.place.key);
    assert_eq!(place(&target(TargetKind::Image, "docker.io/acme/shop-jobs"), &package(Kind::Sca, None)).place.key, "service shop-api");
    let mut inside = package(Kind::Container, None);
    inside.location.image = Some("registry.acme.example/acme/ledger:7".into());
    expect(&place(&target(TargetKind::Repository, "github.com/acme/shop"), &inside), "service ledger", "ledger", "green");
}

#[test]
fn urls_longest_on_segment_borders() {
    let site = target(TargetKind::Url, "https://shop.acme.example");
    for (url, service) in [
        ("https://shop.acme.example/api/orders?x=1", "shop-api"),
        ("http://SHOP.acme.example:80/api", "shop-api"),
        ("https://shop.acme.example/apis", "shop-web"),
        ("https://shop.acme.example", "shop-web"),
        ("/api/orders", "shop-api"),
        ("http://127.0.0.1:3000/login", "shop-web"),
        // Reached by another name than the one that was asked for.
        ("http://proxy:8080/api/orders", "shop-api"),
    ] {
        assert_eq!(place(&site, &web(url)).place.services, [service], "{url}");
    }
    let other = place(&target(TargetKind::Url, "https://other.example:8443/x"), &web("https://other.example:8443/x/y"));
    expect(&other, "url other.example:8443", "", "");
    assert_eq!(other.place.because, "looked for url https://other.example:8443/x/y: the inventory has no service for it");
}

#[test]
fn by_name() {
    let finding = Finding::new(Kind::Iast, "r", "t");
    expect(&place(&target(TargetKind::Service, "shop-api"), &finding), "service shop-api", "shop-api", "red");
    // An agent runs in the service, whatever host the request named; a web scan of a service may reach its neighbours.
    let mut seen = web("https://shop.acme.example/api/x");
    assert_eq!(place(&target(TargetKind::Service, "shop-web"), &seen).place.key, "service shop-api");
    seen.kind = Kind::Iast;
    assert_eq!(place(&target(TargetKind::Service, "shop-web"), &seen).place.key, "service shop-web");
    let mut workload = Finding::new(Kind::Config, "r", "t");
    for resource in ["Deployment/shop-api", "prod/Deployment/shop-api", "Deployment.prod.shop-api", "prod/pod/shop-api-5d9c7b-x2k4z"] {
        workload.location.resource = Some(resource.into());
        assert_eq!(place(&target(TargetKind::Cluster, "eu-1"), &workload).place.services, ["shop-api"], "{resource}");
    }
    workload.location.resource = Some("Deployment/shop-api-x".into());
    expect(&place(&target(TargetKind::Cluster, "eu-1"), &workload), "cluster eu-1", "", "");
}

#[test]
fn applications() {
    let pentest = Finding::new(Kind::Pentest, "r", "t");
    let shop = place(&target(TargetKind::Application, "shop"), &pentest);
    expect(&shop, "application shop", "", "red");
    assert_eq!((shop.place.application.as_deref(), shop.exposure), (Some("shop"), Exposure::Internet));
    expect(&place(&target(TargetKind::Application, "ledger"), &pentest), "service ledger", "ledger", "green");
    let mut with_page = pentest.clone();
    with_page.location.url = Some("https://shop.acme.example/cart".into());
    expect(&place(&target(TargetKind::Application, "shop"), &with_page), "service shop-web", "shop-web", "blue");
    let new = place(&target(TargetKind::Application, "unheard"), &pentest);
    assert_eq!((new.created_application.as_deref(), new.place.application.as_deref()), (Some("unheard"), Some("unheard")));
}

#[test]
fn flags_place_what_the_inventory_does_not() {
    let index = InventoryIndex::new(&inventory());
    let elsewhere = target(TargetKind::Repository, "github.com/acme/elsewhere");
    let finding = code("src/a.py");
    let plain = PlaceInput::new(&elsewhere, &finding);
    let nothing = index.place(&plain);
    expect(&nothing, "repository github.com/acme/elsewhere", "", "");
    assert_eq!(
        nothing.place.because,
        "looked for repository github.com/acme/elsewhere, path src/a.py: the inventory has no service for it"
    );
    let known = index.place(&PlaceInput { service_flag: Some("Shop-API"), ..plain });
    expect(&known, "service shop-api", "shop-api", "red");
    assert_eq!(known.created_service, None);
    let unknown = index.place(&PlaceInput { service_flag: Some("newcomer"), app_flag: Some("shop"), ..plain });
    expect(&unknown, "service newcomer", "newcomer", "red");
    assert_eq!(
        (unknown.created_service.as_deref(), unknown.created_application, unknown.place.application.as_deref()),
        (Some("newcomer"), None, Some("shop"))
    );
    let app = index.place(&PlaceInput { app_flag: Some("shop"), ..plain });
    expect(&app, "repository github.com/acme/elsewhere", "", "red");
}

#[test]
fn without_inventory() {
    let empty = InventoryIndex::new(&Inventory::default());
    let repository = target(TargetKind::Repository, "github.com/acme/x");
    let key = |target: &Target, finding: &Finding| empty.place(&PlaceInput::new(target, finding)).place.key;
    assert_eq!(key(&repository, &code("a.py")), "repository github.com/acme/x");
    assert_eq!(key(&repository, &package(Kind::Sca, Some("web/package-lock.json"))), "manifest github.com/acme/x:web/package-lock.json");
    assert_eq!(key(&target(TargetKind::Image, "nginx:1"), &package(Kind::Container, None)), "image docker.io/library/nginx");
    assert_eq!(key(&target(TargetKind::Url, "https://x.example/"), &web("https://x.example/a")), "url x.example");
    assert_eq!(key(&target(TargetKind::Account, "1234"), &Finding::new(Kind::Cloud, "r", "t")), "account 1234");
    assert_eq!(key(&target(TargetKind::Unknown, ""), &code("a.py")), "unknown");
    assert_eq!(key(&target(TargetKind::Service, "x"), &code("a.py")), "service x");
}

#[test]
fn codeowners_of_a_repository_without_services() {
    let mut inventory = inventory();
    inventory.codeowners.push(CodeOwnersFile {
        repository: "github.com/acme/tools".into(),
        file: ".github/CODEOWNERS".into(),
        text: "* @acme/blue".into(),
    });
    inventory.codeowners.push(CodeOwnersFile {
        repository: "github.com/acme/tools".into(),
        file: "CODEOWNERS".into(),
        text: "* @acme/red".into(),
    });
    let index = InventoryIndex::new(&inventory);
    let tools = target(TargetKind::Repository, "github.com/acme/tools");
    let placed = index.place(&PlaceInput::new(&tools, &code("a.py")));
    expect(&placed, "repository github.com/acme/tools", "", "blue");
    assert_eq!(placed.owner_strength, OwnerStrength::CodeOwnersRoot);
}

#[test]
fn many_services() {
    let services = (0..2000)
        .map(|n| Service {
            name: format!("s{n}"),
            application: format!("a{}", n % 100),
            repository: Some(format!("github.com/acme/r{}", n % 50)),
            path: format!("services/s{n}"),
            ..Service::default()
        })
        .collect();
    let index = InventoryIndex::new(&Inventory { services, ..Inventory::default() });
    let mut right = 0;
    for n in 0..20_000 {
        let target = target(TargetKind::Repository, &format!("github.com/acme/r{}", n % 50));
        let finding = code(&format!("services/s{}/src/f{n}.py", n % 2000));
        right += usize::from(index.place(&PlaceInput::new(&target, &finding)).place.services == [format!("s{}", n % 2000)]);
    }
    assert_eq!(right, 20_000);
}

proptest! {
    /// One place, one set of services: what shares a key shares all that follows from the inventory.
    #[test]
    fn a_key_stands_for_one_set_of_services(paths in prop::collection::vec("(services|tools|libs)(/(api|web|common)){0,2}/[ab]\\.py|package-lock\\.json", 1..12), sca: bool) {
        let index = InventoryIndex::new(&inventory());
        let shop = target(TargetKind::Repository, "github.com/acme/shop");
        let mut seen = std::collections::BTreeMap::new();
        for path in &paths {
            let finding = if sca { package(Kind::Sca, Some(path)) } else { code(path) };
            let placed = index.place(&PlaceInput::new(&shop, &finding));
            let before = seen.entry(placed.place.key.clone()).or_insert_with(|| placed.place.services.clone());
            prop_assert_eq!(&*before, &placed.place.services);
        }
    }

    #[test]
    fn any_words_give_an_answer(name in "[a-z:/.@\\-]{0,30}", path in "[a-z/.]{0,30}", url in "[a-z:/.?]{0,30}", kind in 0..9usize) {
        let kinds = [TargetKind::Named, TargetKind::Image, TargetKind::Url, TargetKind::Repository, TargetKind::Account, TargetKind::Cluster, TargetKind::Service, TargetKind::Application, TargetKind::Unknown];
        let mut finding = code(&path);
        finding.location.url = Some(url);
        prop_assert!(!place(&target(kinds[kind], &name), &finding).place.key.is_empty());
    }
}
