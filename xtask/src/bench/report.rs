//! Generated SARIF, the same at every run: as long as a real tool's results, each in a place and with code of its own.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::Done;

const RULES: u64 = 60;

/// When a report is long enough.
pub(super) enum Size {
    Bytes(u64),
    Results(u64),
}

/// Writes a report; the number of its results.
pub(super) fn write(file: &Path, size: &Size) -> Done<u64> {
    let mut out = File::create(file).map(BufWriter::new).map_err(|error| format!("{}: {error}", file.display()))?;
    write_to(&mut out, size).map_err(|error| format!("{}: {error}", file.display()))
}

fn write_to(out: &mut impl Write, size: &Size) -> std::io::Result<u64> {
    write!(
        out,
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{"
    )?;
    write!(out, "\"name\":\"Bench\",\"semanticVersion\":\"1.0.0\",\"rules\":[")?;
    for rule in 0..RULES {
        let comma = if rule == 0 { "" } else { "," };
        let (cwe, score) = (20 + rule * 7, 4 + rule % 6);
        write!(
            out,
            "{comma}{{\"id\":\"bench/rule-{rule}\",\"shortDescription\":{{\"text\":\"Input of kind {rule} reaches a call\"}},\
             \"properties\":{{\"tags\":[\"security\",\"external/cwe/cwe-{cwe}\"],\"security-severity\":\"{score}.0\"}}}}"
        )?;
    }
    write!(out, "]}}}},\"invocations\":[{{\"executionSuccessful\":true}}],\"results\":[")?;
    let (mut results, mut bytes) = (0, 0);
    while match size {
        Size::Bytes(wanted) => bytes < *wanted,
        Size::Results(wanted) => results < *wanted,
    } {
        let row = row(results);
        out.write_all(row.as_bytes())?;
        bytes += row.len() as u64;
        results += 1;
    }
    write!(out, "]}}]}}")?;
    out.flush()?;
    Ok(results)
}

/// A result of about 800 bytes.
fn row(number: u64) -> String {
    let comma = if number == 0 { "" } else { "," };
    let (rule, folder, file, line) = (number % RULES, number / 2000, number / 20 % 100, 11 + number % 20 * 37);
    let end = line + 1;
    let path = format!("services/service-{folder}/src/handlers/orders_{file}.py");
    format!(
        "{comma}\n{{\"ruleId\":\"bench/rule-{rule}\",\"ruleIndex\":{rule},\"level\":\"warning\",\"message\":{{\"text\":\"The value of \
         \\\"order_{number}\\\" comes from the request and reaches a call that runs it; check it against a list of known values first.\"}},\
         \"locations\":[{{\"physicalLocation\":{{\"artifactLocation\":{{\"uri\":\"{path}\",\"uriBaseId\":\"%SRCROOT%\"}},\"region\":{{\
         \"startLine\":{line},\"startColumn\":9,\"endLine\":{end},\"endColumn\":48,\"snippet\":{{\"text\":\"    order_{number} = \
         request.args.get('order')\\n    run_{rule}(order_{number})\"}}}}}},\"logicalLocations\":[{{\"fullyQualifiedName\":\
         \"orders_{file}.handle_{number}\",\"kind\":\"function\"}}]}}],\"partialFingerprints\":{{\"primaryLocationLineHash\":\
         \"{:016x}:1\"}},\"properties\":{{\"precision\":\"high\",\"seen\":\"in the handlers of service {folder}\"}}}}",
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_as_long_as_asked_for_and_balanced() {
        let mut bytes = Vec::new();
        assert_eq!(write_to(&mut bytes, &Size::Results(3)).unwrap(), 3);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("\"ruleIndex\"").count(), 3);
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        assert_eq!(text.matches('[').count(), text.matches(']').count());
        let mut long = Vec::new();
        let results = write_to(&mut long, &Size::Bytes(100_000)).unwrap();
        assert!(long.len() > 100_000 && long.len() < 120_000 && results > 50);
    }
}
