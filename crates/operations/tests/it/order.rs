//! Whole programmes in other orders: the same issues under the same ids.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use model::{Finding, Timestamp};
use operations::{ImportFlags, Muster, Upload};
use store::testing::Place;

use crate::support::{every_issue, open};

/// When the programmes are imported: after all their scans.
fn now() -> Timestamp {
    Timestamp::parse("2026-12-01T00:00:00Z").unwrap().0
}

/// A report with the flags of its import. Reports of one stream have one `stream` and keep their order.
#[derive(Clone)]
struct Step {
    stream: String,
    path: PathBuf,
    name: String,
    flags: ImportFlags,
}

/// Numbers that look random and are the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// The steps in another order. Those of one stream stay in theirs, but for the formats of its first scan: of a later scan, what one format
/// does not show of a file that was renamed another does, and the first to come decides.
fn shuffled(steps: &[Step], dice: &mut Dice) -> Vec<Step> {
    let mut streams: BTreeMap<&str, Vec<Step>> = BTreeMap::new();
    for step in steps {
        streams.entry(&step.stream).or_default().push(step.clone());
    }
    for list in streams.values_mut() {
        let first = list.first().and_then(|step| step.flags.at);
        let of_first = list.iter().take_while(|step| step.flags.at == first).count();
        for at in (1..of_first).rev() {
            list.swap(at, dice.below(at + 1));
        }
        // The last is taken first.
        list.reverse();
    }
    let mut out = Vec::with_capacity(steps.len());
    let mut left: Vec<Vec<Step>> = streams.into_values().collect();
    while !left.is_empty() {
        let at = dice.below(left.len());
        out.extend(left[at].pop());
        if left[at].is_empty() {
            left.swap_remove(at);
        }
    }
    out
}

/// Issue ids with what is told of their findings.
type Partition = BTreeSet<(String, BTreeSet<String>)>;

fn import_all(muster: &Muster, steps: &[Step]) -> Partition {
    for step in steps {
        let bytes = fs::read(&step.path).unwrap();
        let answer = muster.import(vec![Upload::Bytes(step.name.clone(), bytes)], &step.flags, now(), |_| {}).unwrap();
        assert!(answer.reports.iter().all(|row| row.error.is_none()), "{}: {:?}", step.name, answer.reports);
    }
    let diff = muster.identity_diff(now()).unwrap();
    assert_eq!((diff.merged, diff.split), (0, 0), "one import after the other makes what all at once make: {diff:?}");
    partition(muster)
}

fn partition(muster: &Muster) -> Partition {
    every_issue(muster)
        .iter()
        .map(|issue| (issue.id.clone(), issue.findings.iter().flatten().map(|found| told(&found.finding)).collect()))
        .collect()
}

/// A finding with the words that are kept of it, which do not depend on the order either.
fn told(finding: &Finding) -> String {
    let place = &finding.location;
    let (path, line) = (place.path.as_deref().unwrap_or_default(), place.start_line.unwrap_or_default());
    let identity = finding.identity.as_deref().unwrap_or_default();
    format!("{identity} {} {} {path}:{line} {}", finding.tool, finding.rule, finding.format)
}

fn assert_same(expected: &Partition, found: &Partition, order: &[Step]) {
    let order: Vec<&str> = order.iter().map(|step| step.name.trim_start_matches("reports/")).collect();
    let only = |a: &Partition, b: &Partition| a.difference(b).take(12).cloned().collect::<Vec<_>>();
    assert!(expected == found, "only before: {:#?}\nonly now: {:#?}\norder: {order:?}", only(expected, found), only(found, expected));
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// The imports of the example programme.
fn example_steps() -> Vec<Step> {
    let text = fs::read_to_string(examples().join("demo.yaml")).unwrap();
    text.lines().filter_map(|line| line.trim().strip_prefix("- {do: import, ")).map(example_step).collect()
}

fn example_step(line: &str) -> Step {
    let line = line.trim_end_matches('}');
    let line = line.split(", note: ").next().unwrap();
    let values: BTreeMap<&str, &str> =
        line.split(", ").map(|pair| pair.split_once(": ").unwrap()).map(|(key, value)| (key, value.trim_matches('"'))).collect();
    let get = |key: &str| values.get(key).map(|value| (*value).to_owned());
    let name = get("path").unwrap();
    let flags = ImportFlags {
        repo: get("repo"),
        image: get("image"),
        url: get("url"),
        branch: get("branch"),
        commit: get("commit"),
        env: get("env"),
        service: get("service"),
        format: get("format"),
        complete: get("complete").is_some(),
        at: get("at").map(|at| at.parse().unwrap()),
        ..ImportFlags::default()
    };
    let file = name.rsplit('/').next().unwrap();
    let stem = file.split('.').next().unwrap().replace("-broken-rules", "").replace("-failed", "");
    Step { stream: format!("{stem} {:?} {:?}", flags.repo, flags.image), path: examples().join(&name), name, flags }
}

fn inventory(muster: &Muster) {
    let read = |path: &str| fs::read_to_string(examples().join(path)).unwrap();
    muster.apply_inventory(&[("muster.yaml".into(), read("shop/muster.yaml"))], None, None, now()).unwrap();
    for service in ["checkout-api", "storefront-web"] {
        let name = format!("shop/services/{service}/openapi.yaml");
        muster.apply_routes(&[(name.clone(), read(&name))], Some(service), now()).unwrap();
    }
}

fn example(place: &Place, steps: &[Step], inventory_first: bool) -> Partition {
    let muster = open(place.url());
    if inventory_first {
        inventory(&muster);
    }
    let made = import_all(&muster, steps);
    if inventory_first {
        return made;
    }
    inventory(&muster);
    import_all(&muster, &[])
}

#[test]
fn twenty_orders_of_the_example_programme_make_the_same_issues() {
    let steps = example_steps();
    assert!(steps.len() > 50, "the example's imports are where they were");
    let expected = example(&Place::sqlite(), &steps, true);
    assert!(expected.iter().filter(|(_, findings)| findings.len() > 1).count() > 20);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for number in 0..20 {
        let order = shuffled(&steps, &mut dice);
        assert_same(&expected, &example(&Place::sqlite(), &order, number != 0), &order);
    }
    for number in 0..2 {
        let order = shuffled(&steps, &mut dice);
        let Some(place) = Place::postgres() else { return };
        assert_same(&expected, &example(&place, &order, number != 0), &order);
    }
}

/// The example's inventory with some of its services elsewhere.
fn moved(text: &str, dice: &mut Dice) -> String {
    let claims = [
        "path: services/checkout-api",
        "path: services/storefront-web",
        "urls: [https://shop.larkspur.example/api]",
        "urls: [https://shop.larkspur.example]",
        "images: [registry.larkspur.example/shop/checkout-api]",
        "images: [registry.larkspur.example/shop/storefront-web]",
    ];
    let mut out = text.to_owned();
    for claim in claims {
        assert!(out.contains(claim), "{claim}");
        if dice.below(2) == 0 {
            let (key, value) = claim.split_once(": ").unwrap();
            let value = value.replace("services/", "elsewhere/").replace(".example", ".elsewhere.example");
            out = out.replacen(&format!("{claim}\n"), &format!("{key}: {value}\n"), 1);
        }
    }
    if dice.below(2) == 0 {
        out = out
            .replace("name: checkout-api", "name: x")
            .replace("name: storefront-web", "name: checkout-api")
            .replace("name: x", "name: storefront-web");
    }
    out
}

#[test]
fn services_that_move_leave_what_linking_everything_anew_makes() {
    let text = fs::read_to_string(examples().join("shop/muster.yaml")).unwrap();
    for place in [Some(Place::sqlite()), Place::postgres()].into_iter().flatten() {
        let muster = open(place.url());
        inventory(&muster);
        let begun = import_all(&muster, &example_steps());
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        let mut seen = BTreeSet::from([begun.clone()]);
        for round in 1..=12 {
            let later = Timestamp(now().0 + round * 60_000);
            let file = if round == 12 { text.clone() } else { moved(&text, &mut dice) };
            muster.apply_inventory(&[("muster.yaml".into(), file.clone())], None, None, later).unwrap();
            let diff = muster.identity_diff(later).unwrap();
            assert_eq!((diff.merged, diff.split), (0, 0), "round {round}: {diff:?}\n{file}");
            seen.insert(partition(&muster));
        }
        assert!(seen.len() > 4, "the moves make a difference: {}", seen.len());
        assert!(partition(&muster) == begun, "what came back is what it was");
    }
}

#[test]
fn twenty_orders_of_labelled_programmes_make_the_same_issues() {
    let Some(shared) = std::env::var_os("MUSTER_SHARED").map(PathBuf::from) else {
        eprintln!("skipped: MUSTER_SHARED names no folder with corpus/programs");
        return;
    };
    let reports = shared.join("corpus/programs/reports");
    for (number, target) in sorted(&reports).into_iter().enumerate() {
        let name = target.file_name().unwrap().to_string_lossy().into_owned();
        let steps = corpus_steps(&target, &name);
        if name.contains('@') || steps.len() < 2 {
            continue;
        }
        let expected = import_all(&open(Place::sqlite().url()), &steps);
        let mut dice = Dice(number as u64 + 1);
        for _ in 0..20 {
            let order = shuffled(&steps, &mut dice);
            let place = Place::sqlite();
            assert_same(&expected, &import_all(&open(place.url()), &order), &order);
        }
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Every readable report of a labelled programme, in all formats of each scan.
fn corpus_steps(folder: &Path, target: &str) -> Vec<Step> {
    let readable = |path: &PathBuf| {
        let flags = ImportFlags { repo: Some("x".into()), ..ImportFlags::default() };
        let parsed = operations::parse(vec![Upload::Path(path.clone())], &flags);
        path.metadata().unwrap().len() < 400_000 && parsed.iter().all(|report| report.error.is_none() && !report.findings.is_empty())
    };
    let from_outside = ["nikto", "wapiti", "nmap", "sqlmap", "testssl", "sslyze", "zap", "nuclei"];
    let paths = sorted(folder).into_iter().filter(|path| path.is_file() && readable(path));
    let step = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap().to_owned();
        let web = from_outside.iter().any(|tool| stem.starts_with(tool));
        let later = if stem.ends_with("-rerun") || stem.ends_with("-api") { 9 } else { 8 };
        let flags = ImportFlags {
            app: Some(target.to_owned()),
            service: Some(target.to_owned()),
            url: web.then(|| format!("http://{target}.example")),
            repo: (!web).then(|| format!("example.com/{target}")),
            at: Some(format!("2026-01-05T0{later}:00:00Z").parse().unwrap()),
            ..ImportFlags::default()
        };
        let stream = stem.trim_end_matches("-rerun").trim_end_matches("-api").to_owned();
        Step { stream, path, name, flags }
    };
    paths.map(step).collect()
}
