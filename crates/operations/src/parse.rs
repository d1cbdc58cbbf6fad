//! `parse`: a report to findings, without a database.

use model::{Finding, TargetKind, Warning};
use pipeline::correlate::InventoryIndex;
use pipeline::deduplicate::over_time::assign;

use crate::import::{ImportFlags, Upload, members, read_file, stream_key};

/// One report as read.
pub struct Parsed {
    /// The path as given.
    pub report: String,
    /// In the report's own order.
    pub findings: Vec<Finding>,
    pub warnings: Vec<Warning>,
    /// Why it was not read.
    pub error: Option<String>,
}

/// Reads reports. With a flag that names a stream, findings have the identity that they get in an empty record.
#[must_use]
pub fn parse(uploads: Vec<Upload>, flags: &ImportFlags) -> Vec<Parsed> {
    let index = InventoryIndex::default();
    // Hashes of secrets are never printed, so that any key does.
    let key = [0; 32];
    let mut out = Vec::new();
    for member in members(uploads) {
        let mut parsed = Parsed { report: member.name.clone(), findings: Vec::new(), warnings: Vec::new(), error: member.error.clone() };
        if let Some(message) = &member.warning {
            parsed.warnings.push(Warning { place: String::new(), message: message.clone() });
        }
        if member.input.is_some() {
            match read_file(&member, flags, &key) {
                Err(reason) if !member.named && reason.unrecognised => {
                    parsed.warnings.push(Warning { place: String::new(), message: format!("passed over: {reason}") });
                }
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
                        parsed.findings.append(&mut run.findings);
                    }
                    parsed.findings.sort_by_key(|finding| finding.index);
                }
            }
        }
        out.push(parsed);
    }
    out
}

fn has_stream_flag(flags: &ImportFlags) -> bool {
    [&flags.repo, &flags.image, &flags.url, &flags.target, &flags.service, &flags.app].iter().any(|flag| flag.is_some())
}
