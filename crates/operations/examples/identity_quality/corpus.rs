//! Programmes with reports of many scanners and labels over them: `reports/<target>/<tool>.<format>`, `truth/<target>.jsonl`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use operations::ImportFlags;
use serde_json::Value;

use crate::programme::{Import, Member, Programme, Truth, sorted};

const FROM_OUTSIDE: [&str; 8] = ["nikto", "wapiti", "nmap", "sqlmap", "testssl", "sslyze", "zap", "nuclei"];
const PREFERRED: [&str; 6] = ["json", "jsonl", "txt", "csv", "xml", "sarif"];
/// In this order decides what a flaw is called that several classes of tools see.
const CLASSES: [(&str, &str); 6] =
    [("dast", "web"), ("sca", "packages"), ("pipeline", "pipelines"), ("secret", "secrets"), ("iac", "infrastructure"), ("sast", "code")];

pub(crate) fn programmes(folder: &Path) -> Vec<Programme> {
    let targets = sorted(&folder.join("reports")).into_iter().filter(|path| path.is_dir());
    let named = targets.map(|path| (name_of(&path), path)).filter(|(name, _)| !name.contains('@'));
    named
        .filter_map(|(name, path)| {
            let labels = fs::read_to_string(folder.join("truth").join(format!("{name}.jsonl"))).ok()?;
            Some(Programme::import(&imports(&name, &path), truth(&labels), |_| {}))
        })
        .collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn tool_of(report: &str) -> String {
    let stem = report.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    stem.trim_end_matches("-rerun").trim_end_matches("-api").to_owned()
}

/// One report of each scan, in the order in which the scans ran.
fn imports(target: &str, folder: &Path) -> Vec<Import> {
    let mut best: BTreeMap<String, (usize, PathBuf)> = BTreeMap::new();
    for path in sorted(folder).into_iter().filter(|path| path.is_file() && !name_of(path).contains(".truncated.")) {
        let name = name_of(&path);
        let (stem, kind) = name.split_once('.').unwrap_or((&name, ""));
        let Some(rank) = PREFERRED.iter().position(|known| *known == kind) else { continue };
        if best.get(stem).is_none_or(|(known, _)| rank < *known) {
            best.insert(stem.to_owned(), (rank, path));
        }
    }
    let mut out: Vec<Import> = best.into_iter().map(|(stem, (_, path))| import(target, &stem, path)).collect();
    out.sort_by(|a, b| (a.flags.at, &a.name).cmp(&(b.flags.at, &b.name)));
    out
}

fn import(target: &str, stem: &str, path: PathBuf) -> Import {
    let later = stem.ends_with("-rerun") || stem.ends_with("-api");
    let web = FROM_OUTSIDE.contains(&tool_of(stem).as_str());
    let flags = ImportFlags {
        app: Some(target.to_owned()),
        service: Some(target.to_owned()),
        url: web.then(|| format!("http://{target}.example")),
        repo: (!web).then(|| format!("example.com/{target}")),
        at: if later { "2026-01-05T09:00:00Z" } else { "2026-01-05T08:00:00Z" }.parse().ok(),
        ..ImportFlags::default()
    };
    Import { name: format!("{target}/{}", name_of(&path)), path, flags }
}

/// Disjoint sets of results.
#[derive(Default)]
struct Union(BTreeMap<Member, Member>);

impl Union {
    fn find(&mut self, member: &Member) -> Member {
        let mut at = member.clone();
        loop {
            let up = self.0.entry(at.clone()).or_insert_with(|| at.clone()).clone();
            if up == at {
                return at;
            }
            at = up;
        }
    }

    fn join(&mut self, a: &Member, b: &Member) {
        let (a, b) = (self.find(a), self.find(b));
        self.0.insert(a.clone().max(b.clone()), a.min(b));
    }
}

fn truth(labels: &str) -> Truth {
    let groups: Vec<Value> =
        labels.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect();
    let member = |value: &Value| -> Member {
        (value["report"].as_str().expect("report").to_owned(), u32::try_from(value["index"].as_u64().expect("index")).unwrap())
    };
    let of = |group: &Value| -> Vec<Member> { group["members"].as_array().expect("members").iter().map(member).collect() };
    let kind = |group: &Value| group["kind"].as_str().unwrap_or_default().to_owned();
    let (mut same, mut repeat) = (Union::default(), Union::default());
    let mut classes: BTreeMap<Member, &'static str> = BTreeMap::new();
    for group in &groups {
        let (kind, members) = (kind(group), of(group));
        if matches!(kind.as_str(), "same-flaw" | "same-tool-repeat" | "confusable-different-flaw") {
            for (member, value) in members.iter().zip(group["members"].as_array().expect("members")) {
                classes.insert(member.clone(), class_of(&member.0, value["rule"].as_str().unwrap_or_default()));
            }
        }
        for pair in members.windows(2).filter(|_| kind == "same-flaw" || kind == "same-tool-repeat") {
            repeat.join(&pair[0], &pair[1]);
            if kind == "same-flaw" {
                same.join(&pair[0], &pair[1]);
            }
        }
    }
    let mut number: BTreeMap<Member, usize> = BTreeMap::new();
    let mut truth = Truth::default();
    let mut wide: BTreeMap<Member, BTreeSet<usize>> = BTreeMap::new();
    for (member, class) in &classes {
        let next = number.len();
        let flaw = *number.entry(same.find(member)).or_insert(next);
        wide.entry(repeat.find(member)).or_default().insert(flaw);
        truth.flaw.insert(member.clone(), flaw);
        truth.tool.insert(member.clone(), tool_of(&member.0));
        let rank = |class: &str| CLASSES.iter().position(|(known, name)| *known == class || *name == class);
        let known = truth.class.entry(flaw).or_insert_with(|| (*class).to_owned());
        if rank(class) < rank(known) {
            *known = (*class).to_owned();
        }
    }
    for class in truth.class.values_mut() {
        *class = CLASSES.iter().find(|(known, _)| known == class).map_or(class.clone(), |(_, name)| (*name).to_owned());
    }
    let pairs = |flaws: &BTreeSet<usize>| {
        let list: Vec<usize> = flaws.iter().copied().collect();
        list.iter().enumerate().flat_map(|(at, a)| list[at + 1..].iter().map(|b| (*a, *b)).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let flaws_of = |group: &Value| of(group).iter().filter_map(|member| truth.flaw.get(member).copied()).collect::<BTreeSet<usize>>();
    let mut open: BTreeSet<(usize, usize)> = BTreeSet::new();
    for group in groups.iter().filter(|g| matches!(kind(g).as_str(), "symptom-of" | "same-root-cause" | "same-value-other-location")) {
        open.extend(pairs(&flaws_of(group)));
    }
    for group in groups.iter().filter(|group| kind(group) == "confusable-different-flaw") {
        for pair in pairs(&flaws_of(group)) {
            open.remove(&pair);
        }
    }
    open.extend(wide.values().flat_map(pairs));
    truth.open = open;
    truth
}

/// What a result is about, by its tool and rule.
fn class_of(report: &str, rule: &str) -> &'static str {
    let tool = tool_of(report);
    let starts = |heads: &[&str]| heads.iter().any(|head| rule.starts_with(head));
    match tool.as_str() {
        tool if FROM_OUTSIDE.contains(&tool) => "dast",
        "pip-audit" | "safety" | "retire" | "cargo-audit" | "grype" | "trivy" | "osv-scanner" => "sca",
        "kingfisher" | "detect-secrets" | "trufflehog3" | "secretlint" | "whispers" | "gitleaks" => "secret",
        tool if tool == "zizmor" || rule.contains("GHA") || rule.contains("github-actions") => "pipeline",
        _ if starts(&["CKV_SECRET", "generic.secrets", "no-secrets/"]) || matches!(rule, "B105" | "B106" | "B107") => "secret",
        "checkov" | "hadolint" | "cfn-lint" | "tfsec" => "iac",
        _ if starts(&["dockerfile.", "terraform.", "yaml."]) => "iac",
        _ => "sast",
    }
}
