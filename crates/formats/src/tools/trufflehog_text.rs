//! The text that TruffleHog 3 writes without `--json`: blocks of `Key: value` below `Found verified result` or `Found unverified result`.

use serde_json::{Map, Value};

use super::trufflehog;
use super::wording::plain_line;
use crate::read::lines;
use crate::{Head, Input, Output, ParseError};

/// True where a block begins and names its detector.
pub(super) fn is_text(head: &Head<'_>) -> bool {
    !head.is_json() && head.contains("verified result") && head.contains("Detector Type: ") && head.contains("Raw result: ")
}

/// A block as it is read.
#[derive(Default)]
struct Block {
    verified: bool,
    detector: Option<String>,
    raw: String,
    in_raw: bool,
    place: Map<String, Value>,
}

pub(super) fn parse(input: &Input, out: &mut Output<'_>) -> Result<(), ParseError> {
    let mut block: Option<Block> = None;
    lines::each(input, |_, line| {
        let line = plain_line(line);
        if line.contains("Found verified result") || line.contains("Found unverified result") {
            flush(out, block.replace(Block { verified: line.contains("Found verified"), ..Block::default() }));
            return Ok(());
        }
        let Some(block) = block.as_mut() else { return Ok(()) };
        match line.split_once(": ") {
            Some(("Detector Type", value)) => block.detector = Some(value.trim().to_owned()),
            Some(("Raw result", value)) => {
                value.clone_into(&mut block.raw);
                block.in_raw = true;
            }
            // The value of a key block goes over several lines.
            _ if block.in_raw && block.raw.contains("-----BEGIN") && !block.raw.contains("-----END") => {
                block.raw.push('\n');
                block.raw.push_str(&line);
            }
            Some((key, value)) => {
                block.in_raw = false;
                // What stands behind the value are details of the detector, then the place.
                let value = value.trim();
                let value = value.parse::<u64>().map_or_else(|_| Value::from(value), Value::from);
                block.place.insert(key.trim().to_ascii_lowercase(), value);
            }
            None => {}
        }
        Ok(())
    })?;
    flush(out, block);
    // A block ends with a blank line, and so does the report: one cut between two lines looks whole.
    out.this().claims.partial = Some("the text does not show where it ends".to_owned());
    Ok(())
}

fn flush(out: &mut Output<'_>, block: Option<Block>) {
    let Some(block) = block else { return };
    let Some(detector) = block.detector else { return out.bad_row("", "a result without detector") };
    trufflehog::push(out, &detector, block.verified, &block.raw, None, Some(&Value::Object(block.place)));
}
