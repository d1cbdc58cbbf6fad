//! GitLab SAST report, JSON. Schema versions seen: 2.3 to 15.2.
//!
//! GitLab's SAST jobs write it as `gl-sast-report.json`; so does `semgrep --gitlab-sast --output gl-sast-report.json`.
//!
//! The shape is the one of all GitLab reports, see the format's shared notes:
//! - index: `vulnerabilities[]`; rule: the first identifier; severity as it stands; `scan.status` says whether the scan ran.
//! - a report of Semgrep has rule, path, lines and kind as in Semgrep's own JSON; the severity word is GitLab's (`ERROR` is `High` there).
//!
//! # Differs
//! - severity: `Unknown` and none at all are unknown. (Some readers call them info and say so in the title.)

use model::Kind;

use super::gitlab::{self, Class};
use crate::{Format, Media, Status};

/// GitLab SAST report.
pub(crate) static FORMAT: Format = Format {
    id: "gitlab-sast",
    name: "GitLab SAST report",
    kinds: &[Kind::Sast, Kind::Secret, Kind::Iac, Kind::Pipeline],
    media: &[Media::Json],
    status: Status::Supported,
    sniff: |head| gitlab::sniff(head, Class::Sast),
    parse: |input, out| gitlab::parse(input, out, Class::Sast),
};
