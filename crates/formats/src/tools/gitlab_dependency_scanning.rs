//! GitLab Dependency Scanning report, JSON. Schema versions seen: 3.0 to 15.2.
//!
//! GitLab's dependency scanning job writes it as `gl-dependency-scanning-report.json`.
//!
//! The shape is the one of all GitLab reports, see the format's shared notes:
//! - index: `vulnerabilities[]`; rule: the first identifier; severity as it stands; `scan.status` says whether the scan ran.
//! - `dependency_files[]` gives the package manager of each manifest, and components. Maven packages are written `group/artifact` there
//!   and become `group:artifact`.
//!
//! # Differs
//! - severity: `Unknown` is unknown. (Some readers call it info and say so in the title.)

use model::Kind;

use super::gitlab::{self, Class};
use crate::{Format, Media, Status};

/// GitLab Dependency Scanning report.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-dependency-scanning",
    name: "GitLab Dependency Scanning report",
    kinds: &[Kind::Sca],
    media: &[Media::Json],
    status: Status::Supported,
    sniff: |head| gitlab::sniff(head, Class::Dependencies),
    parse: |input, out| gitlab::parse(input, out, Class::Dependencies),
};
