//! Writes the fixtures of the formats as the first inputs of the fuzz targets: `corpus/<target>/`. A file larger than a fuzzer likes to
//! mutate is left out.

use std::path::Path;
use std::{fs, io};

use formats::{FORMATS, Format, Input};

/// Largest seed in bytes.
const LARGEST: usize = 20 * 1024;
/// Of the formats, one in so many gives its fixtures to the targets of mappings, which know no formats.
const EVERY: usize = 6;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in fs::read_dir(root.join("fuzz_targets"))? {
        let target = target?.path();
        let name = target.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let to = root.join("corpus").join(&name);
        fs::create_dir_all(&to)?;
        let by_mapping = matches!(name.as_str(), "suggest" | "mapping" | "rules");
        let formats: Vec<&Format> =
            if by_mapping { FORMATS.iter().copied().step_by(EVERY).collect() } else { fuzz::formats_of(&name) };
        for (position, format) in formats.into_iter().enumerate() {
            for file in fs::read_dir(root.join("../crates/formats/fixtures").join(format.id))? {
                let path = file?.path();
                let bytes = fs::read(&path)?;
                if bytes.len() > LARGEST || path.extension().is_some_and(|extension| extension == "snap") {
                    continue;
                }
                let seed = format!("{}-{}", format.id, path.file_name().unwrap_or_default().to_string_lossy());
                for (kind, content) in seeds(&name, position, &bytes) {
                    fs::write(to.join(format!("{seed}{kind}")), content)?;
                }
            }
        }
    }
    Ok(())
}

/// The inputs that this target makes of a fixture, with a suffix for the name of each.
fn seeds(target: &str, position: usize, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let proposed = || {
        let input = Input::from_bytes("report", bytes.to_vec());
        let suggestion = formats::mapping::suggest::suggest(&input, &|text| text.to_owned());
        suggestion.map(|suggestion| [suggestion.yaml.as_bytes(), b"\n-----\n", bytes].concat()).ok()
    };
    match target {
        "suggest" => vec![("", bytes.to_vec())],
        "mapping" => proposed().map(|seed| ("", seed)).into_iter().collect(),
        "rules" => {
            let mapping = proposed().map(|seed| (".mapped", [vec![0], seed].concat()));
            mapping.into_iter().chain([("", [vec![1], bytes.to_vec()].concat())]).collect()
        }
        _ => {
            let bytes = if matches!(target, "xlsx" | "packed") { fuzz::pack::unpacked(bytes) } else { bytes.to_vec() };
            vec![("", [vec![u8::try_from(position).unwrap_or(u8::MAX)], bytes].concat())]
        }
    }
}
