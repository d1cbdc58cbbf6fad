//! Where a package is: its target, the services it belongs to, and what of them is deployed.

use std::collections::HashMap;

use model::{Deployment, Exposure, Finding, Kind, Package, Target, TargetKind, Timestamp, Tri};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Conn;
use store::queries::components::{SpanRow, flags_of};
use store::queries::reports;

use crate::Result;
use crate::derive::{PlaceFlags, place_with};
use crate::load::{Streams, World, world};

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
pub(crate) struct Whereabouts {
    world: World,
    streams: Streams,
    deployments: Vec<Deployment>,
    flags: HashMap<i64, PlaceFlags>,
    versions: HashMap<i64, String>,
    /// By stream and file: many packages share one.
    known: HashMap<(i64, String), Where>,
}

impl Whereabouts {
    /// Loads what placing these spans needs.
    pub(crate) fn load(conn: &mut Conn, org: i64, spans: &[SpanRow], at: Timestamp) -> Result<Self> {
        let world = world(conn, org, at)?;
        let streams = Streams::load(conn, org, &world.index)?;
        let ids: Vec<i64> = spans.iter().map(|span| span.stream).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let mut flags = HashMap::new();
        for (stream, json) in flags_of(conn, org, &ids)? {
            flags.insert(stream, serde_json::from_str(&json).unwrap_or_default());
        }
        let versions = reports::versions_of(conn, org, &ids, at)?.into_iter().collect();
        let deployments = world.running.iter().map(|row| row.deployment.clone()).collect();
        Ok(Self { world, streams, deployments, flags, versions, known: HashMap::new() })
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
        let Some(info) = self.streams.by_id.get(&span.stream) else { return Where::default() };
        let target = &info.row.key.target;
        // A component is placed as a package finding of its target would be.
        let mut finding = Finding::new(Kind::Sca, "component", "component");
        finding.package = Some(Package { file: Some(span.file.clone()).filter(|file| !file.is_empty()), ..Package::default() });
        let flags = self.flags.get(&span.stream).cloned().unwrap_or_default();
        let placed = place_with(&self.world.index, target, &finding, &flags);
        let mut services = placed.place.services.clone();
        if services.is_empty() && target.kind == TargetKind::Service {
            services.push(target.name.clone());
        }
        let version = self.versions.get(&span.stream);
        let deployments = self
            .deployments
            .iter()
            .filter(|deployment| services.contains(&deployment.service) && is_of(deployment, target))
            .map(|deployment| DeployedAs {
                service: deployment.service.clone(),
                environment: deployment.environment.clone(),
                since: deployment.since,
                image: deployment.image.clone(),
                commit: deployment.commit.clone(),
                same_version: version.is_some_and(|version| runs(deployment, version)),
            })
            .collect();
        Where {
            target: target.name.clone(),
            target_kind: target.kind.word().to_owned(),
            reference: info.label.clone(),
            tracked: info.tracked,
            scanned_version: version.cloned(),
            tool: info.row.key.tool.clone(),
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

/// True where the deployment is of that commit, tag or digest.
fn runs(deployment: &Deployment, version: &str) -> bool {
    let image = deployment.image.as_deref().unwrap_or_default();
    let behind = |mark: char| image.rsplit_once(mark).is_some_and(|(_, tail)| tail == version);
    let commit = deployment.commit.as_deref().is_some_and(|commit| {
        commit == version || (commit.len() >= 7 && version.starts_with(commit)) || (version.len() >= 7 && commit.starts_with(version))
    });
    !version.is_empty() && (image == version || behind('@') || behind(':') || commit)
}
