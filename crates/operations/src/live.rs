//! Findings of a version that is recorded as running live, though a newer version's scan has them no more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{TargetKind, Timestamp};
use pipeline::normalise::ImageReference;
use store::Conn;
use store::queries::deployments::DeploymentRow;
use store::queries::reports;

use crate::Result;
use crate::derive::Member;
use crate::load::{Streams, World};

/// Which findings the running versions have, by stream and finding, with what runs as people read it.
#[derive(Debug, Default)]
pub(crate) struct Live {
    seen: HashMap<(i64, i64), BTreeSet<String>>,
}

/// What runs of one target: versions, and the line that tells of each.
type Versions<'a> = Vec<(Vec<String>, &'a DeploymentRow)>;

impl Live {
    /// Loads what running versions show of these members: for each stream of an image or commit that runs, the newest scan of it.
    pub(crate) fn load(
        conn: &mut Conn,
        org: i64,
        members: &BTreeMap<String, Vec<Member>>,
        streams: &Streams,
        world: &World,
        at: Timestamp,
    ) -> Result<Self> {
        let mut out = Self::default();
        if world.running.is_empty() {
            return Ok(out);
        }
        let mut targets: HashMap<(TargetKind, String), Versions<'_>> = HashMap::new();
        for row in &world.running {
            for (kind, name, versions) in targets_of(row, world) {
                targets.entry((kind, name)).or_default().push((versions, row));
            }
        }
        let wanted: BTreeSet<i64> = members.values().flatten().flat_map(|member| member.presence.iter().map(|row| row.stream)).collect();
        for stream in wanted {
            let Some(info) = streams.by_id.get(&stream) else { continue };
            let target = &info.row.key.target;
            for (versions, row) in targets.get(&(target.kind, target.name.clone())).into_iter().flatten() {
                let mut report = reports::newest_of_versions(conn, org, stream, versions, at)?;
                if report.is_none() && target.kind == TargetKind::Image {
                    // Delivered by digest, scanned by tag: another report may state both.
                    let tags = reports::tags_of_digests(conn, org, &target.name, versions)?;
                    report = if tags.is_empty() { None } else { reports::newest_of_versions(conn, org, stream, &tags, at)? };
                }
                let Some(report) = report else { continue };
                let Some(seen) = &report.seen else { continue };
                let line = line_of(row);
                for (finding, _) in reports::seen(conn, org, seen)? {
                    out.seen.entry((stream, finding)).or_default().insert(line.clone());
                }
            }
        }
        Ok(out)
    }

    /// What runs with this finding, as that stream saw it.
    pub(crate) fn of(&self, stream: i64, finding: i64) -> Option<&BTreeSet<String>> {
        self.seen.get(&(stream, finding))
    }
}

/// `production: registry.example.com/acme/api@sha256:… since …`
fn line_of(row: &DeploymentRow) -> String {
    let d = &row.deployment;
    let what = d.image.clone().or_else(|| d.commit.as_ref().map(|commit| format!("commit {commit}"))).unwrap_or_default();
    format!("{}: {what} since {}", d.environment, d.since)
}

/// The targets whose scans may be of what runs, each with the words for its version.
fn targets_of(row: &DeploymentRow, world: &World) -> Vec<(TargetKind, String, Vec<String>)> {
    let service = world.index.service(&row.deployment.service);
    let mut out = Vec::new();
    if let Some(text) = &row.deployment.image {
        match ImageReference::parse(text) {
            Some(image) => {
                let versions: Vec<String> = image.digest.into_iter().chain(image.tag).collect();
                out.push((TargetKind::Image, image.repository, versions));
            }
            // A bare digest: of any image of the service.
            None => {
                let images = service.map(|service| service.images.clone()).unwrap_or_default();
                out.extend(images.into_iter().map(|image| (TargetKind::Image, image, vec![text.clone()])));
            }
        }
    }
    if let (Some(commit), Some(repository)) = (&row.deployment.commit, service.and_then(|service| service.repository.clone())) {
        out.push((TargetKind::Repository, repository, vec![commit.clone()]));
    }
    out
}
