//! mobsfscan (SAST of Android and iOS sources), JSON. Versions seen: 0.0.30 to 1.1.
//!
//! Make it with `mobsfscan --json -o mobsfscan.json .`.
//!
//! - index: the files of each rule of `results`, in the order of the report. A rule without files (a safeguard that was found nowhere, such as
//!   certificate pinning) is a finding without a place and comes behind all others.
//! - severity: ERROR high, WARNING medium, INFO info.
//! - the rest as in njsscan, which shares the library underneath.
//!
//! Differs: `INFO` is info, not low.

use model::Kind;

use super::libsast;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `mobsfscan --json`.
pub(crate) static FORMAT: Format =
    Format { id: "mobsfscan", name: "mobsfscan", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("mobsfscan_version") && head.has("results"))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    libsast::parse(input, out, "mobsfscan", "mobsfscan_version")
}
