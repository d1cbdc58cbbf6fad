//! One finding, from a tool's words to ours, in place.

use std::borrow::Borrow;

use model::{AliasPair, Cvss, Finding, Kind, Location, Package, Severity};

use super::cwe::clean_numbers;
use super::identifiers::{canonical_identifiers, known_identifiers};
use super::inputs::inputs;
use super::path::Paths;
use super::purl::Purl;
use super::redact::Redactor;
use super::secret::{is_plain_hash, secret_hash};
use super::snippet::snippet_hash;
use super::url::WebUrl;

/// Longest description and remediation, in characters.
pub const LONGEST_TEXT: usize = 20_000;
/// Longest request and response, in characters each.
pub const LONGEST_EXCHANGE: usize = 20_000;
/// Longest title and rule, in characters.
pub const LONGEST_TITLE: usize = 500;
/// Most references that are kept.
pub const MOST_REFERENCES: usize = 100;

/// What normalising one report's findings needs besides the finding.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// How this run's paths become relative ([`Paths::of_run`]; [`Paths::untouched`] for the inside of an image).
    pub paths: &'a Paths,
    /// Made with the values that the report's secret findings name ([`secret_values`]), so that a value is masked in its neighbours too.
    pub redactor: &'a Redactor,
    /// Key of the secrets' hashes; without one no hash is kept.
    pub secret_key: Option<&'a [u8; 32]>,
}

/// The values in clear that secret findings name: what to make the report's [`Redactor`] with, before any of them is normalised.
pub fn secret_values<F: Borrow<Finding>>(findings: &[F]) -> impl Iterator<Item = &str> {
    findings.iter().map(Borrow::borrow).filter_map(|finding| finding.secret.as_ref()?.value.as_deref())
}

/// The file paths of a finding, as the report gives them: what [`Paths::of_run`] wants, over all findings of a run.
pub fn paths_of(finding: &Finding) -> impl Iterator<Item = &str> {
    let package = finding.package.as_ref().and_then(|package| package.file.as_deref());
    finding.location.path.as_deref().into_iter().chain(package).chain(finding.flow.iter().filter_map(|step| step.path.as_deref()))
}

/// Brings a finding into canonical form. Secrets are hashed and masked, and the value is dropped; the code that the tool shows is hashed
/// and dropped. Twice is once, but for `--prefix`.
pub fn normalise(finding: &mut Finding, context: &Context<'_>) {
    words(finding);
    vulnerability(finding);
    lines(&mut finding.location);
    paths(finding, context.paths);
    address(&mut finding.location);
    if let Some(package) = &mut finding.package {
        clean_package(package);
    }
    secrets(finding, context);
    texts(finding, context.redactor);
}

/// Rule and title: one line, no control characters, never empty.
fn words(finding: &mut Finding) {
    finding.rule = one_line(&finding.rule);
    finding.title = one_line(&finding.title);
    if finding.rule.is_empty() {
        finding.rule =
            finding.identifiers.first().map(|id| one_line(id)).filter(|id| !id.is_empty()).unwrap_or_else(|| finding.title.clone());
    }
    if finding.title.is_empty() {
        finding.title = finding.rule.clone();
    }
    finding.location.method =
        finding.location.method.take().map(|method| method.trim().to_ascii_uppercase()).filter(|method| !method.is_empty());
    for text in [
        &mut finding.location.parameter,
        &mut finding.location.symbol,
        &mut finding.location.resource,
        &mut finding.location.resource_type,
        &mut finding.distinct,
    ] {
        *text = text.take().map(|text| one_line(&text)).filter(|text| !text.is_empty());
    }
}

/// A text on one line, white space folded, control characters dropped, at most [`LONGEST_TITLE`] characters.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST_TITLE));
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > LONGEST_TITLE * 4 {
            break;
        }
    }
    match out.char_indices().nth(LONGEST_TITLE) {
        Some((end, _)) => out.get(..end).unwrap_or_default().trim_end().to_owned(),
        None => out,
    }
}

/// Identifiers, aliases, CWE, CVSS, severity.
fn vulnerability(finding: &mut Finding) {
    finding.identifiers = canonical_identifiers(finding.identifiers.iter().map(String::as_str));
    if finding.identifiers.is_empty() && matches!(finding.kind, Kind::Sca | Kind::Container | Kind::Malware) {
        // A rule that is an identifier and nothing else.
        finding.identifiers = known_identifiers(&finding.rule).into_iter().filter(|id| id.eq_ignore_ascii_case(&finding.rule)).collect();
    }
    for AliasPair { a, b } in &mut finding.aliases {
        for side in [&mut *a, &mut *b] {
            *side = side.trim().to_ascii_uppercase();
        }
        if *a > *b {
            std::mem::swap(a, b);
        }
    }
    finding.aliases.retain(|pair| pair.a != pair.b && !pair.a.is_empty());
    finding.aliases.sort();
    finding.aliases.dedup();
    clean_numbers(&mut finding.cwes);
    for cvss in &mut finding.cvss {
        cvss.score = cvss.score.filter(|score| (0.0..=10.0).contains(score));
        cvss.vector = cvss.vector.take().map(|vector| vector.trim().to_owned()).filter(|vector| !vector.is_empty());
    }
    finding.cvss.retain(|cvss| cvss.score.is_some() || cvss.vector.is_some());
    let mut seen: Vec<Cvss> = Vec::new();
    finding.cvss.retain(|cvss| {
        let fresh = !seen.contains(cvss) && seen.len() < 50;
        if fresh {
            seen.push(cvss.clone());
        }
        fresh
    });
    if finding.severity == Severity::Unknown {
        let best = finding
            .cvss
            .iter()
            .filter_map(|cvss| cvss.score)
            .fold(None, |best: Option<f64>, score| Some(best.map_or(score, |best| best.max(score))));
        finding.severity = best.map_or(Severity::Unknown, Severity::from_cvss);
    }
}

/// Lines and columns count from 1; an end before the start is none.
fn lines(location: &mut Location) {
    location.start_line = location.start_line.filter(|line| *line > 0);
    location.end_line = location.end_line.filter(|end| location.start_line.is_some_and(|start| *end >= start));
    location.start_column = location.start_column.filter(|column| *column > 0 && location.start_line.is_some());
    location.end_column = location.end_column.filter(|column| *column > 0 && location.start_line.is_some());
}

fn paths(finding: &mut Finding, rule: &Paths) {
    let clean = |path: &mut Option<String>| *path = path.take().map(|path| rule.clean(&path)).filter(|path| !path.is_empty());
    clean(&mut finding.location.path);
    for step in &mut finding.flow {
        clean(&mut step.path);
        step.line = step.line.filter(|line| *line > 0);
    }
    if let Some(package) = &mut finding.package {
        clean(&mut package.file);
    }
}

fn address(location: &mut Location) {
    location.url = location.url.take().map(|url| match WebUrl::parse(&url) {
        Some(url) => url.to_string(),
        None => url.trim().to_owned(),
    });
    location.url = location.url.take().filter(|url| !url.is_empty());
}

/// The package URL in canonical form, built where the tool gives only words; name and version from it where they lack.
fn clean_package(package: &mut Package) {
    let given = package.purl.as_deref().and_then(Purl::parse);
    let built = || Purl::build(package.ecosystem.as_deref()?, package.name.as_deref()?, package.version.as_deref());
    if let Some(mut purl) = given.or_else(built) {
        purl.version = purl.version.or_else(|| package.version.clone().filter(|version| !version.is_empty()));
        package.version = package.version.take().filter(|version| !version.is_empty()).or_else(|| purl.version.clone());
        package.name = package.name.take().filter(|name| !name.is_empty()).or_else(|| {
            Some(match (&purl.namespace, purl.kind.as_str()) {
                (Some(group), "maven") => format!("{group}:{}", purl.name),
                (Some(namespace), _) if !purl.is_of_distribution() => format!("{namespace}/{}", purl.name),
                _ => purl.name.clone(),
            })
        });
        package.purl = Some(purl.to_string());
    }
    package.fixed.retain(|version| !version.trim().is_empty());
    let mut seen = std::collections::BTreeSet::new();
    package.fixed.retain(|version| seen.insert(version.clone()));
}

/// The value becomes a keyed hash; what could be tried values against (a plain hash among the tool's fingerprints) goes.
fn secrets(finding: &mut Finding, context: &Context<'_>) {
    let Some(evidence) = finding.secret.take() else { return };
    finding.secret_hash = context.secret_key.and_then(|key| secret_hash(key, &evidence));
    finding.fingerprints.retain(|print| !is_plain_hash(&print.value, &evidence));
    if let Some(distinct) = &finding.distinct
        && is_plain_hash(distinct, &evidence)
    {
        finding.distinct = None;
    }
    // The report's redactor may have been made without this value.
    if let Some(value) = &evidence.value {
        let own = Redactor::new([value.as_str()]);
        texts(finding, &own);
    }
}

fn texts(finding: &mut Finding, redactor: &Redactor) {
    if let Some(code) = finding.snippet.take() {
        let masked = redactor.redact_text(&code);
        finding.inputs = inputs(&masked);
        finding.location.snippet_hash = snippet_hash(&masked);
    }
    let clean = |text: &mut String, longest: usize| {
        let masked = redactor.redact_text(text);
        if let std::borrow::Cow::Owned(masked) = masked {
            *text = masked;
        }
        shorten(text, longest);
    };
    clean(&mut finding.title, LONGEST_TITLE);
    let optional = [
        (&mut finding.description, LONGEST_TEXT),
        (&mut finding.remediation, LONGEST_TEXT),
        (&mut finding.request, LONGEST_EXCHANGE),
        (&mut finding.response, LONGEST_EXCHANGE),
        (&mut finding.distinct, LONGEST_TITLE),
        (&mut finding.url, 4096),
        (&mut finding.location.url, 8192),
        (&mut finding.location.resource, LONGEST_TITLE),
    ];
    for (text, longest) in optional {
        if let Some(text) = text {
            clean(text, longest);
        }
    }
    for text in finding.flow.iter_mut().filter_map(|step| step.message.as_mut()).chain(&mut finding.references) {
        clean(text, 2000);
    }
    if let Some(suppression) = &mut finding.suppressed {
        clean(&mut suppression.by, LONGEST_TITLE);
        if let Some(reason) = &mut suppression.reason {
            clean(reason, LONGEST_TEXT);
        }
    }
    for print in &mut finding.fingerprints {
        clean(&mut print.value, 1000);
    }
    let mut seen = std::collections::BTreeSet::new();
    finding.references.retain(|reference| !reference.trim().is_empty() && seen.insert(reference.clone()));
    finding.references.truncate(MOST_REFERENCES);
}

/// Cuts a text to `longest` characters and says so at its end.
fn shorten(text: &mut String, longest: usize) {
    if text.len() <= longest {
        return;
    }
    let count = text.chars().count();
    if count <= longest {
        return;
    }
    let note = format!(" … [cut: {count} characters]");
    let kept = longest.saturating_sub(note.chars().count());
    if let Some((end, _)) = text.char_indices().nth(kept) {
        text.truncate(end);
    }
    text.push_str(&note);
}

#[cfg(test)]
mod tests {
    use model::{FingerPrint, FlowStep, SecretEvidence};
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [1; 32];

    fn normalised(finding: Finding) -> Finding {
        let (redactor, mut finding) = (Redactor::new(secret_values(std::slice::from_ref(&finding))), finding);
        let paths = Paths::of_run(paths_of(&finding));
        normalise(&mut finding, &Context { paths: &paths, redactor: &redactor, secret_key: Some(&KEY) });
        finding
    }

    #[test]
    fn a_secret_leaves_only_its_keyed_hash() {
        let mut finding = Finding::new(Kind::Secret, "generic-api-key", "Key tr0ub4dor&3-Xk in code");
        finding.secret = Some(SecretEvidence { value: Some("tr0ub4dor&3-Xk".into()), ..SecretEvidence::default() });
        finding.snippet = Some("conn = open('tr0ub4dor&3-Xk')".into());
        finding.description = Some("found tr0ub4dor&amp;3-Xk and tr0ub4dor&3-Xk".into());
        finding.flow = vec![FlowStep { message: Some("tr0ub4dor&3-Xk".into()), ..FlowStep::default() }];
        finding.fingerprint("hashed_secret", "1d5ca5f9ea09d5ea4e05df8a1bc3bcc1d9c3a2cb");
        finding.fingerprints.push(FingerPrint { name: "plain".into(), value: "sha1:5c0b7e4a6a1d2b3c4d5e6f708192a3b4c5d6e7f8".into() });
        let finding = normalised(finding);
        assert!(finding.secret.is_none() && finding.snippet.is_none());
        assert_eq!(finding.secret_hash.as_ref().map(String::len), Some(64));
        assert!(!format!("{finding:?}").contains("tr0ub4dor"), "{finding:?}");
        assert!(finding.location.snippet_hash.is_some());
    }

    #[test]
    fn plain_hashes_of_the_value_go() {
        let mut finding = Finding::new(Kind::Secret, "x", "x");
        finding.secret =
            Some(SecretEvidence { sha1: Some("f3bbbd66a63d4bf1747940578ec3d0103530e21d".into()), ..SecretEvidence::default() });
        finding.fingerprint("hashed_secret", "f3bbbd66a63d4bf1747940578ec3d0103530e21d");
        finding.fingerprint("place", "a.py:3");
        let finding = normalised(finding);
        assert_eq!(finding.fingerprints, [FingerPrint { name: "place".into(), value: "a.py:3".into() }]);
        assert!(finding.secret_hash.is_some());
    }

    #[test]
    fn the_code_is_hashed_without_the_value() {
        let with = |value: &str| {
            let mut finding = Finding::new(Kind::Secret, "x", "x");
            finding.snippet = Some(format!("connect({value})"));
            finding.secret = Some(SecretEvidence { value: Some(value.into()), ..SecretEvidence::default() });
            normalised(finding).location.snippet_hash
        };
        assert_eq!(with("Gr33n-Door-11"), with("R3d-Window-4711"));
    }

    #[test]
    fn packages_from_words() {
        let mut finding = Finding::new(Kind::Sca, "CVE-2021-44228", "");
        finding.package = Some(Package {
            name: Some("org.apache.logging.log4j:log4j-core".into()),
            ecosystem: Some("jar".into()),
            version: Some("2.14.1".into()),
            file: Some("./pom.xml".into()),
            ..Package::default()
        });
        finding.cvss = vec![Cvss::from_score(10.0), Cvss::from_score(11.0), Cvss::from_score(6.0)];
        let finding = normalised(finding);
        let package = finding.package.unwrap();
        assert_eq!(package.purl.as_deref(), Some("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"));
        assert_eq!(package.file.as_deref(), Some("pom.xml"));
        assert_eq!((finding.severity, finding.title.as_str(), finding.cvss.len()), (Severity::Critical, "CVE-2021-44228", 2));
        assert_eq!(finding.identifiers, ["CVE-2021-44228"]);
    }

    #[test]
    fn texts_are_cut_with_a_note() {
        let mut finding = Finding::new(Kind::Dast, "x", "a\u{0}b\n c");
        finding.response = Some("é".repeat(30_000));
        let finding = normalised(finding);
        assert_eq!(finding.title, "a b c");
        let response = finding.response.unwrap();
        assert_eq!(response.chars().count(), LONGEST_EXCHANGE);
        assert!(response.ends_with("[cut: 30000 characters]"));
    }

    proptest! {
        #[test]
        fn twice_is_once(
            title in "[ -~\\n\u{e9}]{0,60}",
            path in "(file:///|/app/|/builds/a/b/|\\./|)[a-c./%20]{1,20}",
            url in "(https?://[a-z.:0-9@]{1,10}/[a-z0-9?&=%/]{0,20})?",
            code in "([0-9]{1,3}[: ] ?)?[a-z =\"'()]{0,20}(password = \"[a-z0-9]{4,12}\")?",
            secret in proptest::option::of("[a-zA-Z0-9!&'\"]{4,20}"),
            purl in "pkg:(npm|pypi|maven)/[@a-zA-Z0-9_.-]{1,10}(/[a-z]{1,5})?(@[0-9.]{1,5})?",
            cwes in proptest::collection::vec(0u32..2000, 0..4),
        ) {
            let mut finding = Finding::new(Kind::Secret, title.clone(), title.clone());
            finding.description = Some(format!("{title} {code} {url}"));
            finding.location.path = Some(path);
            finding.location.url = Some(url);
            finding.snippet = Some(code);
            finding.secret = secret.map(|value| SecretEvidence { value: Some(value), ..SecretEvidence::default() });
            finding.package_mut().purl = Some(purl);
            finding.cwes = cwes;
            let once = normalised(finding);
            prop_assert_eq!(normalised(once.clone()), once);
        }
    }
}
