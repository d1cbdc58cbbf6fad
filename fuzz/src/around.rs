//! What may stand around a report, made here, so that a fuzzer mutates the report and what is around it alike.

use std::io::Write;

/// How many ways there are.
pub const WAYS: u8 = 6;

/// The report as it is, packed once or twice, behind the lines of a log, twice in a row and twice in a list.
#[must_use]
pub fn framed(how: u8, report: &[u8]) -> Vec<u8> {
    match how % WAYS {
        1 => gzip(report),
        2 => gzip(&gzip(report)),
        3 => [b"[INFO] started\n{brace\n", report, b"\nDone in 3.2 s"].concat(),
        4 => [report, b"\n", report].concat(),
        5 => [b"[", report, b",", report, b"]"].concat(),
        _ => report.to_vec(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // In memory nothing of this fails.
    drop(packer.write_all(bytes));
    packer.finish().unwrap_or_default()
}
