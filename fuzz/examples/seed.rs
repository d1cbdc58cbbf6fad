//! Writes the fixtures of the formats as the first inputs of the fuzz targets: `corpus/<target>/`. A file larger than a fuzzer likes to
//! mutate is left out.

use std::path::Path;
use std::{fs, io};

use formats::{Input, Media};
use fuzz::targets::{Reads, TARGETS, Target, formats_of};
use serde_json::Value;

/// Largest seed in bytes.
const LARGEST: usize = 20 * 1024;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in TARGETS {
        let to = root.join("corpus").join(target.name);
        fs::create_dir_all(&to)?;
        for (position, format) in formats_of(target).into_iter().enumerate() {
            for file in fs::read_dir(root.join("../crates/formats/fixtures").join(format.id))? {
                let path = file?.path();
                let bytes = fs::read(&path)?;
                let held = bytes.windows(target.seeds_hold.len().max(1)).any(|part| part == target.seeds_hold.as_bytes());
                let wanted = held || target.seeds_hold.is_empty();
                if !wanted || bytes.len() > LARGEST || path.extension().is_some_and(|extension| extension == "snap") {
                    continue;
                }
                if let Some(content) = seed(target, position, bytes) {
                    fs::write(to.join(format!("{}-{}", format.id, path.file_name().unwrap_or_default().to_string_lossy())), content)?;
                }
            }
        }
    }
    Ok(())
}

/// The input that this target makes of a fixture of the format at this position.
fn seed(target: &Target, position: usize, bytes: Vec<u8>) -> Option<Vec<u8>> {
    let report = match (target.name, target.reads) {
        (_, Reads::Suggest) => return Some(bytes),
        (_, Reads::Mapping) => {
            let input = Input::from_bytes("report", bytes.clone());
            let suggestion = formats::mapping::suggest::suggest(&input, &|text| text.to_owned()).ok()?;
            return Some([suggestion.yaml.as_bytes(), b"\n-----\n", &bytes].concat());
        }
        (_, Reads::Container(Media::Yaml)) => {
            let mut text = String::new();
            yaml(&serde_json::from_slice(&bytes).ok()?, 0, &mut text);
            text.into_bytes()
        }
        ("xlsx" | "packed", _) => fuzz::pack::unpacked(&bytes),
        // The formats take the ways in turn.
        (_, Reads::Framed) => [vec![u8::try_from(position % usize::from(fuzz::around::WAYS)).unwrap_or(0)], bytes].concat(),
        _ => bytes,
    };
    Some([vec![u8::try_from(position).unwrap_or(u8::MAX)], report].concat())
}

/// JSON as YAML in blocks; texts keep the quotes of JSON.
fn yaml(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let mut child = |key: String, value: &Value| match value {
        Value::Object(inner) if !inner.is_empty() => {
            out.push_str(&format!("{indent}{key}\n"));
            yaml(value, depth + 1, out);
        }
        Value::Array(inner) if !inner.is_empty() => {
            out.push_str(&format!("{indent}{key}\n"));
            yaml(value, depth + 1, out);
        }
        _ => out.push_str(&format!("{indent}{key} {value}\n")),
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| child(format!("{key}:"), value)),
        Value::Array(list) => list.iter().for_each(|value| child("-".to_owned(), value)),
        _ => {}
    }
}
