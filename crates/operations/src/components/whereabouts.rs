//! Where a package is: its target, the services it belongs to, and what of them is deployed.

use std::collections::{BTreeSet, HashMap};

use model::{Deployment, Exposure, Finding, Kind, Package, Target, TargetKind, Timestamp, Tri};
use pipeline::correlate::InventoryIndex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::components::{SpanRow, flags_of};
use store::queries::reports;
use store::queries::streams::{self, StreamRow};

use crate::Result;
use crate::derive::{PlaceFlags, place_with};
use crate::load::{is_tracked, merged_at, put_record, ref_label};

/// Where a package of a snapshot is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Where {
    /// What was scanned: a repository, an image, a service.
    pub target: String,
    pub target_kind: String,
    /// The branch, environment or line.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Whether the ref feeds the queue.
    pub tracked: bool,
    /// Commit, tag or digest that was scanned last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned_version: Option<String>,
    /// The tool that listed it.
    pub tool: String,
    pub services: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub exposure: Exposure,
    /// Whether one of the services runs in production, as the inventory says.
    pub production: Tri,
    /// What of the services runs, or ran at the time asked for.
    pub deployments: Vec<DeployedAs>,
}

/// A deployment of a service that has the package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeployedAs {
    pub service: String,
    pub environment: String,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// True where the very version that was scanned runs there; false where another version of the service does, or nobody can say.
    pub same_version: bool,
}

/// Answers where packages are, at one time.
pub(crate) struct PackagePlaces {
    index: InventoryIndex,
    streams: HashMap<i64, StreamRow>,
    /// Repositories whose default branch was imported.
    with_default: BTreeSet<String>,
    /// What runs, by service.
    deployments: HashMap<String, Vec<Deployment>>,
    flags: HashMap<i64, PlaceFlags>,
    /// Version that was scanned last, and its tag where the version is a digest.
    versions: HashMap<i64, (String, Option<String>)>,
    /// By stream and file: many packages share one.
    known: HashMap<(i64, String), Where>,
}

impl PackagePlaces {
    /// Loads what placing these spans needs, and no more: neither streams of other packages nor what base images bring, since a package is
    /// placed by its target alone.
    pub(crate) fn load(conn: &mut Conn, org: i64, spans: &[SpanRow], at: Timestamp) -> Result<Self> {
        let ids: Vec<i64> = spans.iter().map(|span| span.stream).collect::<BTreeSet<_>>().into_iter().collect();
        let rows = streams::of_ids(conn, org, &ids)?;
        let repositories: BTreeSet<String> =
            rows.iter().filter(|row| row.key.target.kind == TargetKind::Repository).map(|row| row.key.target.name.clone()).collect();
        let with_default = streams::with_default_branch(conn, org, &repositories)?;
        let mut inventory = merged_at(conn, org, at)?.inventory;
        let mut deployments: HashMap<String, Vec<Deployment>> = HashMap::new();
        for row in put_record(conn, org, &mut inventory, at)? {
            deployments.entry(row.deployment.service.clone()).or_default().push(row.deployment);
        }
        let mut flags = HashMap::new();
        for (stream, json) in flags_of(conn, org, &ids)? {
            flags.insert(stream, serde_json::from_str(&json).unwrap_or_default());
        }
        let versions = reports::versions_of(conn, org, &ids, at)?;
        let versions = versions.into_iter().map(|(stream, version, tag)| (stream, (version, tag))).collect();
        let streams = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self { index: InventoryIndex::new(&inventory), streams, with_default, deployments, flags, versions, known: HashMap::new() })
    }

    /// Where the package of a span is.
    pub(crate) fn of(&mut self, span: &SpanRow) -> Where {
        let key = (span.stream, span.file.clone());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let found = self.place(span);
        self.known.insert(key, found.clone());
        found
    }

    fn place(&self, span: &SpanRow) -> Where {
        let Some(row) = self.streams.get(&span.stream) else { return Where::default() };
        let (target, reference) = (&row.key.target, row.key.reference.0.as_str());
        let has_default = self.with_default.contains(&target.name).then(|| BTreeSet::from([""]));
        // A component is placed as a package finding of its target would be.
        let mut finding = Finding::new(Kind::Sca, "component", "component");
        finding.package = Some(Package { file: Some(span.file.clone()).filter(|file| !file.is_empty()), ..Package::default() });
        let flags = self.flags.get(&span.stream).cloned().unwrap_or_default();
        let placed = place_with(&self.index, target, &finding, &flags);
        let mut services = placed.place.services.clone();
        if services.is_empty() && target.kind == TargetKind::Service {
            services.push(target.name.clone());
        }
        let version = self.versions.get(&span.stream);
        let mut named = services.clone();
        named.sort();
        named.dedup();
        let deployments = named
            .iter()
            .filter_map(|service| self.deployments.get(service))
            .flatten()
            .filter(|deployment| is_of(deployment, target))
            .map(|deployment| DeployedAs {
                service: deployment.service.clone(),
                environment: deployment.environment.clone(),
                since: deployment.since,
                image: deployment.image.clone(),
                commit: deployment.commit.clone(),
                same_version: version.is_some_and(|(version, tag)| {
                    runs(deployment, version) || tag.as_ref().is_some_and(|tag| names_tag_alone(deployment, tag))
                }),
            })
            .collect();
        Where {
            target: target.name.clone(),
            target_kind: target.kind.word().to_owned(),
            reference: ref_label(target, reference, &self.index),
            tracked: is_tracked(target, reference, has_default.as_ref(), &self.index),
            scanned_version: version.map(|(version, _)| version.clone()),
            tool: row.key.tool.clone(),
            services,
            application: placed.place.application.clone(),
            owner: placed.owner.team.clone(),
            exposure: placed.exposure,
            production: placed.production,
            deployments,
        }
    }
}

/// An image's packages run where that image does, or where nobody says which image.
fn is_of(deployment: &Deployment, target: &Target) -> bool {
    if target.kind != TargetKind::Image {
        return true;
    }
    let repository = deployment.image.as_deref().and_then(pipeline::normalise::image_repository);
    repository.is_none_or(|repository| repository == target.name || repository.starts_with("sha256"))
}

/// True where the deployment names that tag and no digest: with one, the digest alone says which image it is.
fn names_tag_alone(deployment: &Deployment, tag: &str) -> bool {
    let image = deployment.image.as_deref().unwrap_or_default();
    !image.contains('@') && image.rsplit_once(':').is_some_and(|(_, tail)| tail == tag)
}

/// True where the deployment is of that commit, tag or digest.
fn runs(deployment: &Deployment, version: &str) -> bool {
    let image = deployment.image.as_deref().unwrap_or_default();
    let behind = |mark: char| image.rsplit_once(mark).is_some_and(|(_, tail)| tail == version);
    let commit = deployment.commit.as_deref().is_some_and(|commit| {
        commit == version || (commit.len() >= 7 && version.starts_with(commit)) || (version.len() >= 7 && commit.starts_with(version))
    });
    !version.is_empty() && (image == version || behind('@') || behind(':') || commit)
}
