//! GitLab Container Scanning report, JSON. Schema versions seen: 3.0 to 15.2.
//!
//! GitLab's container scanning job writes it as `gl-container-scanning-report.json`.
//!
//! The shape is the one of all GitLab reports, see the format's shared notes:
//! - index: `vulnerabilities[]`; rule: the first identifier; severity as it stands; `scan.status` says whether the scan ran.
//! - `location.image` is the image, `operating_system` the distribution; `kubernetes_resource` the workload (cluster image scanning).

use model::Kind;

use super::gitlab::{self, Class};
use crate::{Format, Media, Status};

/// GitLab Container Scanning report.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-container-scanning",
    name: "GitLab Container Scanning report",
    kinds: &[Kind::Container, Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff: |head| gitlab::sniff(head, Class::Container),
    parse: |input, out| gitlab::parse(input, out, Class::Container),
};
