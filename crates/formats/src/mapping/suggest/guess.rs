//! Which column is which field: by its name and by its values.

use super::looks as is;
use super::sample::{Column, Table};

/// How sure a guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// Neither name nor values say much.
    Unsure,
    Likely,
    /// Name and values agree.
    Sure,
}

impl Sure {
    /// The word that people read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// A column that is taken for a field.
#[derive(Clone, Debug)]
pub struct Guess {
    pub field: &'static str,
    /// Column or path.
    pub reference: String,
    pub sure: Sure,
    /// Why, in a few words.
    pub because: String,
    /// Some of its values.
    pub examples: Vec<String>,
    /// Steps of the expression, as YAML inside braces.
    pub(super) steps: Vec<String>,
}

struct Spec {
    field: &'static str,
    /// Folded names that mean it, the best first.
    names: &'static [&'static str],
    /// What a value looks like.
    test: fn(&str) -> bool,
    /// What such values are called.
    values: &'static str,
    /// How much values say without a name, 0 to 10.
    weight: i32,
    /// Whether other values speak against it.
    strict: bool,
}

const fn spec(
    field: &'static str,
    names: &'static [&'static str],
    test: fn(&str) -> bool,
    values: &'static str,
    weight: i32,
    strict: bool,
) -> Spec {
    Spec { field, names, test, values, weight, strict }
}

static SPECS: [Spec; 38] = [
    spec(
        "identifiers",
        &["cve", "cveid", "cves", "vulnerabilityid", "cveids", "ghsa", "advisory", "vulnid", "advisoryid", "id"],
        is::identifier,
        "CVE ids",
        9,
        true,
    ),
    spec(
        "severity",
        &[
            "severity",
            "risk",
            "risklevel",
            "severitylevel",
            "criticality",
            "threat",
            "riskrating",
            "rating",
            "priority",
            "level",
            "impact",
            "baseseverity",
            "riskdesc",
        ],
        is::severity,
        "severity words",
        8,
        false,
    ),
    spec("cwes", &["cwe", "cweid", "cwes", "cweids", "weakness", "weaknesses", "cwename"], is::cwe_number, "CWE numbers", 0, true),
    spec(
        "cvss.vector",
        &["cvssvector", "vector", "vectorstring", "cvssv3vector", "cvss3vector", "cvss"],
        is::cvss_vector,
        "CVSS vectors",
        10,
        true,
    ),
    spec(
        "cvss.score",
        &["cvssscore", "cvss", "basescore", "cvssbasescore", "cvssv3", "cvss3score", "cvssv3score", "score", "cvssv3basescore"],
        is::score,
        "scores up to 10",
        0,
        true,
    ),
    spec("package.purl", &["purl", "packageurl"], is::package_url, "package URLs", 10, true),
    spec(
        "package.name",
        &[
            "package",
            "packagename",
            "component",
            "componentname",
            "library",
            "libraryname",
            "dependency",
            "module",
            "modulename",
            "pkgname",
            "pkg",
            "artifact",
            "software",
        ],
        is::word,
        "words",
        0,
        false,
    ),
    spec(
        "package.version",
        &["version", "installedversion", "packageversion", "componentversion", "currentversion", "pkgversion", "libraryversion"],
        is::version,
        "versions",
        1,
        true,
    ),
    spec(
        "package.fixed",
        &[
            "fixedversion",
            "fixversion",
            "fixedin",
            "patchedversion",
            "patchedversions",
            "fixedversions",
            "firstpatchedversion",
            "upgradeto",
            "remediationversion",
        ],
        is::version,
        "versions",
        0,
        false,
    ),
    spec(
        "package.ecosystem",
        &["ecosystem", "packagetype", "packagemanager", "language", "pkgtype", "manager"],
        is::word,
        "words",
        0,
        false,
    ),
    spec("package.file", &["manifest", "lockfile", "manifestfile", "manifestpath", "dependencyfile"], is::path, "paths", 0, true),
    spec(
        "location.path",
        &["path", "file", "filepath", "filename", "sourcefile", "fullpath", "uri", "location", "sourcepath", "key", "component"],
        is::path,
        "paths",
        6,
        true,
    ),
    spec(
        "location.start_line",
        &["line", "linenumber", "startline", "lineno", "linestart", "beginline", "row", "start", "lines"],
        is::line,
        "line numbers",
        0,
        true,
    ),
    spec("location.end_line", &["endline", "lineend", "endlinenumber", "stopline"], is::line, "line numbers", 0, true),
    spec(
        "location.symbol",
        &["function", "functionname", "symbol", "methodname", "classname", "class", "procedure"],
        is::word,
        "words",
        0,
        false,
    ),
    spec(
        "location.url",
        &["url", "endpoint", "targeturl", "uri", "address", "affectedurl", "vulnerableurl", "page", "link", "target", "matchedat", "site"],
        is::web_address,
        "addresses",
        5,
        true,
    ),
    spec("location.method", &["method", "httpmethod", "verb", "requestmethod"], is::method, "HTTP methods", 7, true),
    spec("location.parameter", &["parameter", "param", "parametername", "affectedparameter", "argument"], is::word, "words", 0, false),
    spec(
        "location.resource",
        &[
            "resource",
            "resourceid",
            "resourcename",
            "arn",
            "asset",
            "assetname",
            "host",
            "hostname",
            "ip",
            "ipaddress",
            "instance",
            "server",
            "target",
            "resourcearn",
        ],
        is::resource,
        "hosts or resources",
        5,
        false,
    ),
    spec("location.resource_type", &["resourcetype", "assettype"], is::word, "words", 0, false),
    spec("location.image", &["image", "imagename", "container", "containerimage", "repositorytag"], is::word, "words", 0, false),
    spec("location.commit", &["commit", "commitid", "commithash", "sha"], is::word, "words", 0, false),
    spec(
        "rule",
        &[
            "ruleid",
            "rule",
            "checkid",
            "rulename",
            "check",
            "pluginid",
            "testid",
            "qid",
            "vulnerabilitytype",
            "issuetype",
            "checkname",
            "signature",
            "detector",
            "code",
            "policyid",
            "vulnid",
            "id",
            "type",
            "category",
            "templateid",
        ],
        is::word,
        "words",
        0,
        false,
    ),
    spec(
        "title",
        &[
            "title",
            "name",
            "summary",
            "headline",
            "vulnerability",
            "vulnerabilityname",
            "issue",
            "issuename",
            "finding",
            "findingname",
            "shortdescription",
            "pluginname",
            "message",
            "msg",
            "displayname",
            "problem",
            "issuetext",
            "alert",
            "subject",
        ],
        is::sentence,
        "a few words",
        2,
        false,
    ),
    spec(
        "description",
        &[
            "description",
            "details",
            "detail",
            "longdescription",
            "overview",
            "fulldescription",
            "message",
            "synopsis",
            "impact",
            "explanation",
            "desc",
            "text",
        ],
        is::long_text,
        "long texts",
        2,
        false,
    ),
    spec(
        "remediation",
        &[
            "remediation",
            "solution",
            "recommendation",
            "mitigation",
            "fix",
            "advice",
            "resolution",
            "howtofix",
            "recommendations",
            "suggestion",
        ],
        is::anything,
        "",
        0,
        false,
    ),
    spec(
        "references",
        &[
            "references",
            "reference",
            "links",
            "seealso",
            "moreinfo",
            "referenceurl",
            "externalreferences",
            "link",
            "helpuri",
            "infourl",
            "url",
            "docs",
        ],
        is::web_address,
        "addresses",
        1,
        true,
    ),
    spec(
        "url",
        &["permalink", "issueurl", "findingurl", "consoleurl", "htmlurl", "detailsurl", "weburl"],
        is::web_address,
        "addresses",
        0,
        true,
    ),
    spec(
        "first_seen_by_tool",
        &[
            "firstseen",
            "firstfound",
            "firstdetected",
            "discovered",
            "created",
            "createdat",
            "detectedat",
            "date",
            "foundon",
            "discoverydate",
            "firstdiscovered",
            "timestamp",
        ],
        is::time,
        "times",
        0,
        true,
    ),
    spec("confidence", &["confidence", "certainty", "precision"], is::anything, "", 0, false),
    spec(
        "suppressed",
        &["suppressed", "falsepositive", "ignored", "isfalsepositive", "isignored", "issuppressed", "muted"],
        is::truth,
        "yes and no",
        0,
        true,
    ),
    spec("verified", &["verified", "isverified", "active"], is::truth, "yes and no", 0, true),
    spec("snippet", &["snippet", "code", "codesnippet", "sourcecode", "context", "lineofcode", "excerpt"], is::anything, "", 0, false),
    spec("request", &["request", "httprequest", "rawrequest"], is::anything, "", 0, false),
    spec("response", &["response", "httpresponse", "rawresponse"], is::anything, "", 0, false),
    spec("secret", &["secret", "secretvalue", "rawsecret"], is::word, "words", 0, false),
    spec(
        "fingerprints",
        &["fingerprint", "uniqueid", "uuid", "guid", "issuehash", "findingid", "hash", "instanceid"],
        is::word,
        "words",
        0,
        false,
    ),
    spec("kind", &["kind", "scantype", "findingtype"], is::kind, "kinds of Muster", 0, true),
];

/// Guesses the fields of a table, each field and each column once.
pub(super) fn guess(table: &Table) -> Vec<Guess> {
    let mut scored: Vec<(i32, usize, usize)> = Vec::new();
    for (at, spec) in SPECS.iter().enumerate() {
        for (column, data) in table.columns.iter().enumerate() {
            let points = points(spec, data);
            if points >= 5 {
                scored.push((points, at, column));
            }
        }
    }
    // The best first; among equals the field that is listed first, then the column that stands first.
    scored.sort_by_key(|(points, spec, column)| (-points, *spec, *column));
    let (mut fields, mut columns): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut out: Vec<(usize, Guess)> = Vec::new();
    for (points, at, column) in scored {
        if fields.contains(&at) || columns.contains(&column) {
            continue;
        }
        let (Some(spec), Some(data)) = (SPECS.get(at), table.columns.get(column)) else { continue };
        fields.push(at);
        columns.push(column);
        out.push((at, of(spec, data, points)));
    }
    out.sort_by_key(|(at, _)| *at);
    let mut guesses: Vec<Guess> = out.into_iter().map(|(_, guess)| guess).collect();
    identifiers_in_texts(table, &mut guesses);
    name(table, &mut guesses);
    guesses
}

/// How much speaks for a column being a field.
fn points(spec: &Spec, column: &Column) -> i32 {
    if column.values.is_empty() {
        return 0;
    }
    let own = column.names.last().map(String::as_str).unwrap_or_default();
    let joined: String = column.names.iter().rev().take(2).rev().map(String::as_str).collect();
    let rank = |name: &str| spec.names.iter().position(|known| *known == name);
    let by_name = match rank(&joined).or_else(|| rank(own)) {
        Some(rank) if rank < 3 => 8,
        Some(_) => 6,
        None if own.len() > 3 && spec.names.iter().take(6).any(|name| name.len() > 3 && (own.ends_with(name) || own.starts_with(name))) => {
            4
        }
        None => 0,
    };
    let share = column.values.iter().filter(|value| (spec.test)(value)).count() * 100 / column.values.len();
    let by_values = match share {
        90.. => 3,
        60.. => 2,
        30.. => 1,
        _ if spec.strict => return 0,
        _ => -1,
    };
    let by_values_alone = if share >= 80 { spec.weight } else { 0 };
    // What stands around the rows is of the whole, and rarely of one of them.
    let around = if column.reference.starts_with(['^', '$']) { 1 } else { 0 };
    let depth = i32::try_from(column.names.len().min(5)).unwrap_or(0) / 2;
    if by_name == 0 { by_values_alone - around - depth.min(1) } else { by_name + by_values + by_values_alone / 2 - around - depth.min(1) }
}

fn of(spec: &Spec, column: &Column, points: i32) -> Guess {
    let share = column.values.iter().filter(|value| (spec.test)(value)).count() * 100 / column.values.len().max(1);
    let by_values = !spec.values.is_empty() && share >= 30;
    let named = column.names.last().is_some_and(|own| spec.names.contains(&own.as_str()));
    let because = match (named, by_values) {
        (true, true) => format!("its name, and {share} % are {}", spec.values),
        (true, false) => "its name".to_owned(),
        (false, true) => format!("{share} % are {}", spec.values),
        (false, false) => "a name like it".to_owned(),
    };
    let sure = match points {
        10.. => Sure::Sure,
        7.. => Sure::Likely,
        _ => Sure::Unsure,
    };
    let mut steps = Vec::new();
    let is_list = |separators: &[&'static str]| separators.iter().copied().find(|by| column.values.iter().any(|value| value.contains(by)));
    match spec.field {
        "severity" => steps.extend(severity_steps(column)),
        "identifiers" | "references" | "package.fixed" => {
            if let Some(by) = is_list(&[", ", ",", "; ", ";", "|", "\n"]) {
                steps.push(format!("split: {}", super::write::quoted(by.trim_end_matches(' '))));
            }
        }
        _ => {}
    }
    Guess { field: spec.field, reference: column.reference.clone(), sure, because, examples: examples(column), steps }
}

/// Numbers by the CVSS bands where they look like scores, else every word that has no meaning yet, for a person to fill in.
fn severity_steps(column: &Column) -> Option<String> {
    let numbers: Vec<f64> = column.values.iter().filter_map(|value| value.parse().ok()).collect();
    if numbers.len() == column.values.len() && numbers.iter().any(|number| number.fract() != 0.0 || *number > 5.0) {
        return Some("bands: cvss".to_owned());
    }
    let mut words: Vec<String> = Vec::new();
    for value in column.values.iter().filter(|value| !is::severity(value)) {
        if !words.contains(value) && words.len() < 12 && value.len() < 60 {
            words.push(value.clone());
        }
    }
    words.sort();
    let pairs: Vec<String> = words.iter().map(|word| format!("{}: unknown", super::write::quoted(word))).collect();
    (!pairs.is_empty()).then(|| format!("map: {{{}}}", pairs.join(", ")))
}

/// Without a column of CVEs: those in the text of another.
fn identifiers_in_texts(table: &Table, guesses: &mut Vec<Guess>) {
    if guesses.iter().any(|guess| guess.field == "identifiers") {
        return;
    }
    let holds = |value: &String| value.to_ascii_uppercase().split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(is::identifier);
    let found = table
        .columns
        .iter()
        .find(|column| column.values.iter().filter(|value| holds(value)).count() * 3 > column.values.len() && !column.values.is_empty());
    if let Some(column) = found {
        guesses.insert(
            0,
            Guess {
                field: "identifiers",
                reference: column.reference.clone(),
                sure: Sure::Likely,
                because: "texts with CVE ids in them".to_owned(),
                examples: examples(column),
                steps: vec!["regex: '((?i:CVE-\\d{4}-\\d{4,}|GHSA(?:-[0-9a-z]{4}){3}))'".to_owned()],
            },
        );
    }
}

/// A row needs a title or a rule: without either the column that reads most like one.
fn name(table: &Table, guesses: &mut Vec<Guess>) {
    if guesses.iter().any(|guess| matches!(guess.field, "title" | "rule")) {
        return;
    }
    let is_free = |column: &&Column| !guesses.iter().any(|guess| guess.reference == column.reference);
    let texts = |column: &&Column| column.values.iter().filter(|value| is::sentence(value)).count();
    let chosen = table.columns.iter().filter(is_free).max_by_key(texts).filter(|column| texts(column) > 0);
    let taken = ["identifiers", "description", "package.name", "location.resource"];
    let chosen = chosen.map(|column| column.reference.clone()).or_else(|| {
        let guess = taken.iter().find_map(|field| guesses.iter().find(|guess| guess.field == *field));
        guess.map(|guess| guess.reference.clone())
    });
    let chosen = chosen.or_else(|| table.columns.first().map(|column| column.reference.clone()));
    if let Some(column) = table.columns.iter().find(|column| Some(&column.reference) == chosen.as_ref()) {
        guesses.push(Guess {
            field: "title",
            reference: column.reference.clone(),
            sure: Sure::Unsure,
            because: "nothing is called a title; a row needs one".to_owned(),
            examples: examples(column),
            steps: Vec::new(),
        });
    }
}

fn examples(column: &Column) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for value in &column.values {
        let short: String = value.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect();
        if !out.contains(&short) && out.len() < 3 {
            out.push(short);
        }
    }
    out
}

/// How much speaks for a table being the rows.
pub(super) fn weight(guesses: &[Guess], table: &Table) -> i64 {
    let worth = |guess: &Guess| {
        let worth = match guess.field {
            "severity" | "title" | "rule" | "identifiers" => 6,
            "location.path" | "location.url" | "package.name" | "package.purl" | "location.start_line" | "location.resource" => 4,
            _ => 1,
        };
        // What is found around the rows would be found for its own rows too, and what is there several times in a row is a row itself.
        let several = table.columns.iter().any(|column| column.reference == guess.reference && column.values.len() > table.rows);
        let worth = if guess.reference.starts_with('^') || several { 1 } else { worth };
        worth * (1 + guess.sure as i64)
    };
    let rows = i64::try_from(table.rows.min(50)).unwrap_or(0);
    guesses.iter().map(worth).sum::<i64>() * 10 + rows
}
