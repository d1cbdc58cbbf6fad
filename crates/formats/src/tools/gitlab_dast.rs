//! GitLab DAST report, JSON. Schema versions seen: 13.1 to 15.2.
//!
//! GitLab's DAST job writes it as `gl-dast-report.json`.
//!
//! The shape is the one of all GitLab reports, see the format's shared notes:
//! - index: `vulnerabilities[]`; rule: the first identifier; severity as it stands; `scan.status` says whether the scan ran.
//! - `location` gives host, path, method and parameter; `evidence` the request and the response. ZAP's own lists (`site`) are left out.

use model::Kind;

use super::gitlab::{self, Class};
use crate::{Format, Media, Status};

/// GitLab DAST report.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-dast",
    name: "GitLab DAST report",
    kinds: &[Kind::Dast],
    media: &[Media::Json],
    status: Status::Supported,
    sniff: |head| gitlab::sniff(head, Class::Dast),
    parse: |input, out| gitlab::parse(input, out, Class::Dast),
};
