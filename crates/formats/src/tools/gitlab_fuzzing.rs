//! GitLab API Fuzzing and Coverage Fuzzing report, JSON. Schema versions seen: 3.0 to 15.2.
//!
//! GitLab's fuzzing jobs write it as `gl-api-fuzzing-report.json` and `gl-coverage-fuzzing-report.json`.
//!
//! The shape is the one of all GitLab reports, see the format's shared notes:
//! - index: `vulnerabilities[]`; rule: the first identifier; severity as it stands; `scan.status` says whether the scan ran.
//! - a crash has a `crash_state`, whose first frame is the symbol; an API finding has host, path, method and parameter.

use model::Kind;

use super::gitlab::{self, Class};
use crate::{Format, Media, Status};

/// GitLab API Fuzzing and Coverage Fuzzing report.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-fuzzing",
    name: "GitLab API Fuzzing and Coverage Fuzzing report",
    kinds: &[Kind::Api],
    media: &[Media::Json],
    status: Status::Supported,
    sniff: |head| gitlab::sniff(head, Class::Fuzzing),
    parse: |input, out| gitlab::parse(input, out, Class::Fuzzing),
};
