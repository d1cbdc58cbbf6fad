//! `components`: packages by name, and one package with every place that has it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{EndOfLife, Timestamp};
use pipeline::normalise::Purl;
use pipeline::normalise::version::compare;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::components::{self as queries, SpanRow};
use store::queries::streams::{self, StreamRow};

use super::{PackagePlaces, Where};
use crate::end_of_life::end_of_life;
use crate::{Muster, OperationError, Result};

/// Most packages that a search answers.
const MOST: i64 = 500;

/// A package in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentRow {
    /// Package URL without version.
    pub package: String,
    /// Versions that are there, least first.
    pub versions: Vec<String>,
    /// Targets (on a ref) that have it.
    pub targets: u64,
    /// How many of those name it as a direct dependency, and how many as a transitive one; the rest do not say.
    pub direct: u64,
    pub transitive: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<String>,
    /// Versions for which no fix will come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub end_of_life: Vec<EndOfLife>,
}

/// An answer of [`Muster::components`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentPage {
    pub items: Vec<ComponentRow>,
    /// Behind which package the next page starts; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The time asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Timestamp>,
    /// Packages on all pages, where those of a service were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// A place that has a package, in one version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentUse {
    pub version: String,
    /// Absent where no report says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// From the root down to what needs the package.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Manifest, lockfile or file in an image that brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// `sbom`: from a list of all packages; `report`: from a report that names those with findings.
    pub listed: String,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<String>,
    #[serde(flatten)]
    pub at: Where,
}

/// One package with every place that has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentView {
    pub package: String,
    /// By version, greatest first, then by target.
    pub uses: Vec<ComponentUse>,
    /// Versions for which no fix will come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub end_of_life: Vec<EndOfLife>,
}

impl ComponentUse {
    pub(crate) fn new(span: &SpanRow, at: Where) -> Self {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self {
            version: span.version.clone(),
            direct: span.direct,
            chain: span.chain.clone(),
            file: some(&span.file),
            listed: span.listed.clone(),
            since: span.since,
            until: span.until,
            licenses: span.licenses.clone(),
            at,
        }
    }
}

impl Muster {
    /// Packages whose group and name hold a text, by package URL; all where it is empty. `after` is the last package of the page before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn components(
        &self,
        text: &str,
        as_of: Option<Timestamp>,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<ComponentPage> {
        let at = as_of.unwrap_or(now);
        let needle = needle(text);
        self.db.try_read(|conn| {
            let limit = limit.clamp(1, usize::try_from(MOST).unwrap_or(500));
            let purls = queries::named_after(conn, self.org, &needle, after.unwrap_or_default(), i64::try_from(limit).unwrap_or(MOST) + 1)?;
            let next = if purls.len() > limit { purls.get(limit.saturating_sub(1)).cloned() } else { None };
            let purls: Vec<String> = purls.into_iter().take(limit).collect();
            let mut by_purl: BTreeMap<String, Vec<SpanRow>> = BTreeMap::new();
            for span in queries::of_packages(conn, self.org, &purls, at)? {
                if purls.binary_search(&span.purl).is_ok() {
                    by_purl.entry(span.purl.clone()).or_default().push(span);
                }
            }
            let streams = streams::all(conn, self.org)?;
            let items = rows(conn, by_purl, &streams, at)?;
            Ok(ComponentPage { items, next, as_of, total: None })
        })
    }

    /// One package with every place that has it.
    ///
    /// # Errors
    /// When it is no package URL, nothing has or had the package, or the database fails.
    pub fn component(&self, purl: &str, as_of: Option<Timestamp>, now: Timestamp) -> Result<ComponentView> {
        let at = as_of.unwrap_or(now);
        let parsed = Purl::parse(purl).ok_or_else(|| OperationError::Bad(format!("`{purl}` is no package URL, as pkg:npm/lodash is")))?;
        let (package, version) = (parsed.key(), parsed.version);
        self.db.try_read(|conn| {
            let mut spans = queries::of_packages(conn, self.org, std::slice::from_ref(&package), at)?;
            spans.retain(|span| span.purl == package && version.as_ref().is_none_or(|version| span.version == *version));
            if spans.is_empty() {
                return Err(OperationError::NotFound(format!("nothing has {package}")));
            }
            let mut places = PackagePlaces::load(conn, self.org, &spans, at)?;
            let mut uses: Vec<ComponentUse> = spans.iter().map(|span| ComponentUse::new(span, places.of(span))).collect();
            uses.sort_by(|a, b| {
                let order = compare(&parsed.kind, &b.version, &a.version).unwrap_or_else(|| b.version.cmp(&a.version));
                order.then_with(|| (&a.at.target, &a.at.reference, &a.file).cmp(&(&b.at.target, &b.at.reference, &b.file)))
            });
            let end_of_life = over(conn, spans.iter(), at)?.remove(&package).unwrap_or_default();
            Ok(ComponentView { package: package.clone(), uses, end_of_life })
        })
    }
}

/// What is looked for in package URLs, as people write it.
pub(super) fn needle(text: &str) -> String {
    text.trim().to_lowercase().trim_start_matches("pkg:").to_owned()
}

/// A row for each package. Several tools list one target; it is one all the same.
pub(super) fn rows(
    conn: &mut Conn,
    by_purl: BTreeMap<String, Vec<SpanRow>>,
    streams: &[StreamRow],
    at: Timestamp,
) -> Result<Vec<ComponentRow>> {
    let named = |stream: &StreamRow| {
        let target = &stream.key.target;
        (stream.id, format!("{}\n{}\n{}", target.kind.word(), target.name, stream.key.reference.0))
    };
    let targets: HashMap<i64, String> = streams.iter().map(named).collect();
    let mut over = over(conn, by_purl.values().flatten(), at)?;
    let of_package = |(purl, spans): (String, Vec<SpanRow>)| {
        let end_of_life = over.remove(&purl).unwrap_or_default();
        ComponentRow { end_of_life, ..row(purl, &spans, &targets) }
    };
    Ok(by_purl.into_iter().map(of_package).collect())
}

fn row(package: String, spans: &[SpanRow], targets: &HashMap<i64, String>) -> ComponentRow {
    let kind = Purl::parse(&package).map(|purl| purl.kind).unwrap_or_default();
    let mut versions: Vec<String> = spans.iter().map(|span| span.version.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    versions.sort_by(|a, b| compare(&kind, a, b).unwrap_or_else(|| a.cmp(b)));
    let count = |of: fn(&&SpanRow) -> bool| {
        spans.iter().filter(of).filter_map(|span| targets.get(&span.stream)).collect::<BTreeSet<_>>().len() as u64
    };
    let licenses: BTreeSet<String> = spans.iter().flat_map(|span| span.licenses.iter().cloned()).collect();
    ComponentRow {
        package,
        versions,
        targets: count(|_| true),
        direct: count(|span| span.direct == Some(true)),
        transitive: count(|span| span.direct == Some(false)),
        licenses: licenses.into_iter().collect(),
        end_of_life: Vec::new(),
    }
}

/// By package, the versions of it that no fix will come for.
fn over<'s>(conn: &mut Conn, spans: impl Iterator<Item = &'s SpanRow>, at: Timestamp) -> Result<BTreeMap<String, Vec<EndOfLife>>> {
    let named: BTreeMap<String, &str> = spans
        .map(|span| {
            let distro = if span.distro.is_empty() { String::new() } else { format!("?distro={}", span.distro) };
            (format!("{}@{}{distro}", span.purl, span.version), span.purl.as_str())
        })
        .collect();
    let mut out: BTreeMap<String, Vec<EndOfLife>> = BTreeMap::new();
    for (text, found) in end_of_life(conn, named.keys().map(String::as_str), at)? {
        if let Some(purl) = named.get(&text) {
            out.entry((*purl).to_owned()).or_default().push(found);
        }
    }
    Ok(out)
}
