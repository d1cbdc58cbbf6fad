//! The fields of a finding that a mapping may fill. Their names are those of a finding in Muster's JSON output.

use model::{Cvss, Finding, Kind, Reachability, SecretEvidence, Suppression, Timestamp};

use crate::read::lenient;
use crate::tools::sca;

/// A field that a mapping may fill.
#[derive(Debug)]
pub struct Field {
    /// As a mapping names it.
    pub name: &'static str,
    /// What it takes, in a few words.
    pub about: &'static str,
    set: Set,
}

/// Puts texts into a finding; the error is a lowercase fragment that says what was expected.
type Set = fn(&mut Finding, &[String]) -> Result<(), String>;

impl Field {
    /// Puts the values, of which there is at least one, into the finding.
    pub(super) fn set(&self, finding: &mut Finding, values: &[String]) -> Result<(), String> {
        (self.set)(finding, values)
    }
}

/// All fields but `severity`, in the order in which they are set.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter()
}

const fn field(name: &'static str, about: &'static str, set: Set) -> Field {
    Field { name, about, set }
}

static FIELDS: [Field; 53] = [
    field("kind", "one of Muster's kinds: sast, sca, dast …", |f, v| {
        f.kind = one(v, "a kind", |text| Kind::from_word(&text.to_lowercase()))?;
        Ok(())
    }),
    field("rule", "the tool's id of the check", |f, v| text(v, &mut f.rule)),
    field("title", "one line; without it the rule", |f, v| text(v, &mut f.title)),
    field("identifiers", "CVE, GHSA and the like", |f, v| {
        f.identifiers.extend(v.iter().map(|id| id.trim().to_ascii_uppercase()));
        Ok(())
    }),
    field("aliases", "other names of the same vulnerability", |f, v| {
        let first = f.identifiers.first().cloned();
        let names: Vec<&str> = v.iter().map(String::as_str).collect();
        match (first, names.split_first()) {
            (Some(first), _) => {
                f.identifiers.clear();
                sca::identify(f, &first, names);
            }
            (None, Some((first, others))) => sca::identify(f, first, others.iter().copied()),
            (None, None) => {}
        }
        Ok(())
    }),
    field("cwes", "CWE numbers: 79, CWE-79, a link to one", |f, v| {
        sca::weaknesses(f, v.iter().flat_map(|text| text.split([',', ';', ' '])));
        f.cwes.retain(|cwe| *cwe < 100_000);
        if f.cwes.is_empty() { Err(expected("a CWE number", v)) } else { Ok(()) }
    }),
    field("cvss.vector", "CVSS vectors", |f, v| {
        for vector in v.iter().filter(|vector| vector.contains('/')) {
            f.cvss.push(Cvss::from_vector(vector));
        }
        if f.cvss.is_empty() { Err(expected("a CVSS vector", v)) } else { Ok(()) }
    }),
    field("cvss.score", "a CVSS base score, 0.0 to 10.0", |f, v| {
        let score = one(v, "a score from 0.0 to 10.0", |text| text.parse::<f64>().ok().filter(|score| (0.0..=10.0).contains(score)))?;
        match f.cvss.first_mut() {
            Some(cvss) => cvss.score = Some(score),
            None => f.cvss.push(Cvss::from_score(score)),
        }
        Ok(())
    }),
    field("cvss.source", "who assessed", |f, v| {
        for cvss in &mut f.cvss {
            cvss.source = v.first().cloned();
        }
        Ok(())
    }),
    field("location.path", "a file, from the root of the repository", |f, v| some(v, &mut f.location.path)),
    field("location.start_line", "counted from 1", |f, v| line(v, &mut f.location.start_line)),
    field("location.end_line", "counted from 1, inclusive", |f, v| line(v, &mut f.location.end_line)),
    field("location.start_column", "counted from 1", |f, v| line(v, &mut f.location.start_column)),
    field("location.end_column", "counted from 1, behind the last character", |f, v| line(v, &mut f.location.end_column)),
    field("location.symbol", "function, method or class", |f, v| some(v, &mut f.location.symbol)),
    field("location.url", "the address of what was attacked", |f, v| some(v, &mut f.location.url)),
    field("location.method", "GET, POST …", |f, v| some(v, &mut f.location.method)),
    field("location.parameter", "the parameter that was attacked", |f, v| some(v, &mut f.location.parameter)),
    field("location.route", "route pattern: /orders/{id}", |f, v| some(v, &mut f.location.route)),
    field("location.resource", "cloud or cluster resource, host and port", |f, v| some(v, &mut f.location.resource)),
    field("location.resource_type", "its type", |f, v| some(v, &mut f.location.resource_type)),
    field("location.image", "container image", |f, v| some(v, &mut f.location.image)),
    field("location.layer", "layer of the image", |f, v| some(v, &mut f.location.layer)),
    field("location.commit", "commit that brought it", |f, v| some(v, &mut f.location.commit)),
    field("snippet", "the code; only its hash is kept", |f, v| some(v, &mut f.snippet)),
    field("package.purl", "package URL", |f, v| {
        if v.first().is_some_and(|text| !text.starts_with("pkg:")) {
            return Err(expected("a package URL (pkg:…)", v));
        }
        some(v, &mut f.package_mut().purl)
    }),
    field("package.name", "name with namespace", |f, v| some(v, &mut f.package_mut().name)),
    field("package.version", "installed version", |f, v| some(v, &mut f.package_mut().version)),
    field("package.ecosystem", "npm, pypi, maven, debian …", |f, v| some(v, &mut f.package_mut().ecosystem)),
    field("package.fixed", "versions that fix it", |f, v| list(v, &mut f.package_mut().fixed)),
    field("package.file", "manifest or lockfile", |f, v| some(v, &mut f.package_mut().file)),
    field("package.chain", "dependency path, root first", |f, v| list(v, &mut f.package_mut().chain)),
    field("package.direct", "whether it is a direct dependency", |f, v| {
        f.package_mut().direct = Some(one(v, "yes or no", truth)?);
        Ok(())
    }),
    field("package.source", "source package of a distribution's package", |f, v| some(v, &mut f.package_mut().source)),
    field("package.licenses", "licence identifiers", |f, v| list(v, &mut f.package_mut().licenses)),
    field("reachability", "reachable, unreachable, loaded … or the tool's word", |f, v| {
        let verdict = v.first().cloned().unwrap_or_default();
        f.reachability = Some(Reachability { verdict, source: None });
        Ok(())
    }),
    field("verified", "a secret that works, a proof", |f, v| {
        f.verified = one(v, "yes or no", truth)?.then_some(true);
        Ok(())
    }),
    field("suppressed", "yes, or the reason", |f, v| {
        let text = v.first().cloned().unwrap_or_default();
        let reason = match truth(&text) {
            Some(false) => return Ok(()),
            Some(true) => None,
            None => Some(text),
        };
        f.suppressed = Some(Suppression { by: "report".to_owned(), reason });
        Ok(())
    }),
    field("confidence", "the tool's word for how sure it is", |f, v| some(v, &mut f.confidence)),
    field("description", "", |f, v| some(v, &mut f.description)),
    field("remediation", "what to do", |f, v| some(v, &mut f.remediation)),
    field("request", "HTTP request", |f, v| some(v, &mut f.request)),
    field("response", "HTTP response", |f, v| some(v, &mut f.response)),
    field("references", "links", |f, v| list(v, &mut f.references)),
    field("url", "the finding's page in the tool", |f, v| some(v, &mut f.url)),
    field("first_seen_by_tool", "a day or time", |f, v| {
        f.first_seen_by_tool = Some(one(v, "a day or time", Timestamp::lenient)?);
        Ok(())
    }),
    field("fingerprints", "the tool's own; kept, not trusted", |f, v| {
        for (value, number) in v.iter().zip(1..=20) {
            f.fingerprint(format!("mapped_{number}"), value.clone());
        }
        Ok(())
    }),
    field("secret", "the value of a secret; hashed and masked, never stored", |f, v| {
        f.secret = Some(SecretEvidence { value: v.first().cloned(), ..SecretEvidence::default() });
        Ok(())
    }),
    field("secret_sha1", "its SHA-1, where the tool gives only that", |f, v| {
        let is_sha1 = |text: &str| (text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| text.to_owned());
        let sha1 = one(v, "40 hexadecimal digits", is_sha1)?;
        f.secret.get_or_insert_default().sha1 = Some(sha1);
        Ok(())
    }),
    field("flow.path", "files of the steps from source to sink", |f, v| {
        f.flow = v.iter().map(|path| model::FlowStep { path: Some(path.clone()), ..model::FlowStep::default() }).collect();
        Ok(())
    }),
    field("flow.line", "lines of these steps", |f, v| {
        for (step, text) in f.flow.iter_mut().zip(v) {
            step.line = text.trim().parse().ok();
        }
        Ok(())
    }),
    field("flow.message", "what happens in these steps", |f, v| {
        for (step, text) in f.flow.iter_mut().zip(v) {
            step.message = Some(text.clone());
        }
        Ok(())
    }),
    field("distinct", "what tells two findings of one rule in one place apart", |f, v| some(v, &mut f.distinct)),
];

fn expected(what: &str, values: &[String]) -> String {
    let found: String = values.first().map(String::as_str).unwrap_or_default().chars().take(60).collect();
    format!("expected {what}, found `{found}`")
}

fn one<T>(values: &[String], what: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
    values.first().and_then(|text| read(text.trim())).ok_or_else(|| expected(what, values))
}

fn text(values: &[String], to: &mut String) -> Result<(), String> {
    *to = values.first().map(|text| text.trim().to_owned()).unwrap_or_default();
    Ok(())
}

fn some(values: &[String], to: &mut Option<String>) -> Result<(), String> {
    *to = values.first().cloned();
    Ok(())
}

fn list(values: &[String], to: &mut Vec<String>) -> Result<(), String> {
    to.extend(values.iter().cloned());
    Ok(())
}

fn line(values: &[String], to: &mut Option<u32>) -> Result<(), String> {
    let whole = |text: &str| text.strip_suffix(".0").unwrap_or(text).parse::<u32>().ok();
    // Tools write 0 or -1 for "no line".
    let none = values.first().is_some_and(|text| text.trim() == "-1");
    *to = if none { None } else { Some(one(values, "a line number", whole)?).filter(|line| *line > 0) };
    Ok(())
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "x" => Some(true),
        "false" | "no" | "n" | "0" | "" => Some(false),
        _ => None,
    }
}

/// The CWE number that a text is, for those who guess.
pub(super) fn cwe(text: &str) -> Option<u32> {
    lenient::cwe(text)
}
