//! Writes the fixtures of the formats as the first inputs of the fuzz targets: `corpus/<target>/`. A file larger than a fuzzer likes to
//! mutate is left out.

use std::path::Path;
use std::{fs, io};

/// Largest seed in bytes.
const LARGEST: usize = 32 * 1024;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in fs::read_dir(root.join("fuzz_targets"))? {
        let target = target?.path();
        let name = target.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let to = root.join("corpus").join(&name);
        fs::create_dir_all(&to)?;
        for (position, format) in fuzz::formats_of(&name).into_iter().enumerate() {
            for file in fs::read_dir(root.join("../crates/formats/fixtures").join(format.id))? {
                let path = file?.path();
                let bytes = fs::read(&path)?;
                if bytes.len() > LARGEST || path.extension().is_some_and(|extension| extension == "snap") {
                    continue;
                }
                let plain = matches!(name.as_str(), "suggest" | "mapping");
                let first = if plain { Vec::new() } else { vec![u8::try_from(position).unwrap_or(u8::MAX)] };
                let seed = format!("{}-{}", format.id, path.file_name().unwrap_or_default().to_string_lossy());
                fs::write(to.join(seed), [first, bytes].concat())?;
            }
        }
    }
    Ok(())
}
