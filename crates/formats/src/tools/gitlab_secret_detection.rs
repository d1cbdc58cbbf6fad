//! GitLab Secret Detection report, JSON. Schema versions seen: 14.0 to 15.2.
//!
//! GitLab's secret detection job writes it as `gl-secret-detection-report.json`.
//!
//! The shape is the one of all GitLab reports, see the format's shared notes:
//! - index: `vulnerabilities[]`; rule: the first identifier; severity as it stands; `scan.status` says whether the scan ran.
//! - `raw_source_code_extract` is the value in clear: it is hashed and never kept. The header of a private key identifies nothing.
//! - `location.commit.sha` is the commit where the secret was found; zeros mean the working tree.

use model::Kind;

use super::gitlab::{self, Class};
use crate::{Format, Media, Status};

/// GitLab Secret Detection report.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-secret-detection",
    name: "GitLab Secret Detection report",
    kinds: &[Kind::Secret],
    media: &[Media::Json],
    status: Status::Supported,
    sniff: |head| gitlab::sniff(head, Class::Secrets),
    parse: |input, out| gitlab::parse(input, out, Class::Secrets),
};
