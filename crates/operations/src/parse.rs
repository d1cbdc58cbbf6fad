//! `parse`: a report to findings, without a database.

use model::{Finding, TargetKind, Warning};
use pipeline::correlate::InventoryIndex;
use pipeline::deduplicate::over_time::assign;

use crate::import::{ImportFlags, Member, Upload, members, read_all, read_each, stream_key};

/// Reports above this size are read twice instead of holding all findings in memory, in bytes.
const LARGE: u64 = 8 * 1024 * 1024;

/// One report as read.
pub struct Parsed {
    /// The path as given.
    pub report: String,
    /// In the report's own order; none where they were handed over one at a time.
    pub findings: Vec<Finding>,
    pub warnings: Vec<Warning>,
    /// Why it was not read.
    pub error: Option<String>,
}

/// Reads reports. With a flag that names a stream, findings have the identity that they get in an empty record.
#[must_use]
pub fn parse(uploads: Vec<Upload>, flags: &ImportFlags) -> Vec<Parsed> {
    members(uploads).into_iter().map(|member| whole(&member, flags)).collect()
}

/// The same, and hands over the findings one at a time. Memory does not grow with the size of a report of rows, unless findings get an
/// identity or are looked up in the code: that takes all of them.
pub fn parse_each(uploads: Vec<Upload>, flags: &ImportFlags, each: &mut dyn FnMut(Finding)) -> Vec<Parsed> {
    let mut out = Vec::new();
    for member in members(uploads) {
        let is_large = member.input.as_ref().is_some_and(|input| input.len() > LARGE);
        let one_by_one = is_large && !has_stream_flag(flags) && flags.source.is_none();
        let mut parsed = if one_by_one { streamed(&member, flags, each) } else { whole(&member, flags) };
        parsed.findings.drain(..).for_each(&mut *each);
        out.push(parsed);
    }
    out
}

/// Hashes of secrets are never printed, so that any key does.
const KEY: [u8; 32] = [0; 32];

fn empty(member: &Member) -> Parsed {
    let warning = member.warning.iter().map(|message| Warning { place: String::new(), message: message.clone() });
    Parsed { report: member.name.clone(), findings: Vec::new(), warnings: warning.collect(), error: member.error.clone() }
}

/// A report whose findings are handed over one at a time.
pub(crate) fn streamed(member: &Member, flags: &ImportFlags, each: &mut dyn FnMut(Finding)) -> Parsed {
    let mut parsed = empty(member);
    if member.input.is_some() {
        match read_each(member, flags, &KEY, each) {
            Ok(warnings) => parsed.warnings = warnings,
            Err(reason) if !member.named && reason.unrecognised => parsed.warnings.push(passed_over(&reason)),
            Err(reason) => parsed.error = Some(reason.to_string()),
        }
    }
    parsed
}

fn passed_over(reason: &impl std::fmt::Display) -> Warning {
    Warning { place: String::new(), message: format!("passed over: {reason}") }
}

fn whole(member: &Member, flags: &ImportFlags) -> Parsed {
    let mut parsed = empty(member);
    if member.input.is_none() {
        return parsed;
    }
    let index = InventoryIndex::default();
    match read_all(member, flags, &KEY) {
        Err(reason) if !member.named && reason.unrecognised => parsed.warnings.push(passed_over(&reason)),
        Err(reason) => parsed.error = Some(reason.to_string()),
        Ok(file) => {
            parsed.warnings = file.warnings;
            for mut run in file.runs {
                let stream = stream_key(&run.run, flags, file.format.id, &index);
                if stream.target.kind != TargetKind::Unknown && has_stream_flag(flags) {
                    let assigned = assign(&stream.target, &stream.tool, &stream.category, &run.findings, &[]);
                    for (finding, assigned) in run.findings.iter_mut().zip(assigned.findings) {
                        finding.identity = Some(assigned.identity);
                    }
                }
                parsed.findings.extend(run.findings.into_iter().map(|finding| *finding));
            }
            parsed.findings.sort_by_key(|finding| finding.index);
        }
    }
    parsed
}

fn has_stream_flag(flags: &ImportFlags) -> bool {
    [&flags.repo, &flags.image, &flags.url, &flags.target, &flags.service, &flags.app].iter().any(|flag| flag.is_some())
}
