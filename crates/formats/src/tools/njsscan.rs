//! njsscan (SAST of Node.js), JSON. Versions seen: 0.4 to 1.0.
//!
//! Make it with `njsscan --json -o njsscan.json .`.
//!
//! - index: the files of each rule, in the order of the report (`nodejs`, then `templates`). A rule without files (a safeguard that was found
//!   nowhere) is a finding without a place and comes behind all others.
//! - the rule's name is the rule, its description the title, `metadata.cwe` the CWE, `match_string` the snippet.
//! - severity: ERROR high, WARNING medium, INFO info.
//! - lines start at 1. `match_position` starts at 1 with an exclusive end for code patterns; for plain patterns it counts from the start of
//!   the file, so it is taken only where it fits into the matched line. (njsscan's SARIF says one column too many at the end.)
//! - a file in `errors[]` is unread. Nothing in an empty report shows that anything was scanned. No fingerprint, no list of rules.
//! - left out: OWASP categories.

use model::Kind;

use super::libsast;
use crate::{Format, Head, Input, Match, Media, Output, ParseError, Status};

/// The format of `njsscan --json`.
pub(crate) static FORMAT: Format =
    Format { id: "njsscan", name: "njsscan", kinds: &[Kind::Sast], media: &[Media::Json], status: Status::Supported, sniff, parse };

fn sniff(head: &Head<'_>) -> Match {
    Match::sure_if(head.has("njsscan_version") && head.has("nodejs") || head.has_all(&["nodejs", "templates", "errors"]))
}

fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    libsast::parse(input, out, "njsscan", "njsscan_version")
}
