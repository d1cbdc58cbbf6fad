//! A bundle of feed files for a closed network: one archive, with a manifest that says of each file what it is, of which day, and its SHA-256.
//! `intel load` takes a bundle like any feed file; what does not match its manifest is refused as a whole.

use std::io::{Cursor, Read, Write};

use model::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::{OperationError, Result};

const MANIFEST: &str = "muster-feeds.json";
/// Most files of a bundle.
const MOST: usize = 1000;
/// Largest file of a bundle, unpacked, bytes.
const LARGEST: u64 = 1 << 30;

/// A file of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackedFeed {
    /// Its name in the bundle.
    pub file: String,
    pub feed: String,
    /// The day it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    pub bytes: u64,
    pub sha256: String,
}

/// What was packed; also the bundle's manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackAnswer {
    /// Version of this shape: 1.
    pub version: u32,
    pub packed: Timestamp,
    pub feeds: Vec<PackedFeed>,
}

/// Packs feed files. Each is read first: what no feed is, or is cut off, is not carried into a closed network. The same files at the same
/// time give the same bytes.
///
/// # Errors
/// When a file is no feed, or two have the same name, with every problem in one go.
pub fn pack_feeds(files: &[(String, Vec<u8>)], now: Timestamp) -> Result<(Vec<u8>, PackAnswer)> {
    let mut problems = Vec::new();
    let mut answer = PackAnswer { version: 1, packed: now, feeds: Vec::new() };
    let mut sorted: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (last_part(name), bytes.as_slice())).collect();
    sorted.sort_unstable();
    for (name, bytes) in &sorted {
        match intel::load(bytes, name) {
            Ok(_) if answer.feeds.iter().any(|known| known.file == *name) => problems.push(format!("{name}: stands in the bundle twice")),
            Ok(loaded) => answer.feeds.push(PackedFeed {
                file: (*name).to_owned(),
                feed: loaded.feed.word().to_owned(),
                date: loaded.date,
                bytes: bytes.len() as u64,
                sha256: sha256(bytes),
            }),
            Err(error) => problems.push(error.to_string()),
        }
    }
    if sorted.is_empty() || sorted.len() > MOST {
        problems.push(format!("a bundle holds 1 to {MOST} files"));
    }
    if !problems.is_empty() {
        return Err(OperationError::Problems(problems));
    }
    let failed = |error: zip::result::ZipError| OperationError::System(format!("the bundle could not be made: {error}"));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(zip::DateTime::default());
    archive.start_file(MANIFEST, options).map_err(failed)?;
    archive.write_all(&serde_json::to_vec_pretty(&answer)?)?;
    for (name, bytes) in sorted {
        archive.start_file(format!("feeds/{name}"), options).map_err(failed)?;
        archive.write_all(bytes)?;
    }
    Ok((archive.finish().map_err(failed)?.into_inner(), answer))
}

/// True for a bundle: an archive whose first member is the manifest.
pub(crate) fn is_bundle(bytes: &[u8]) -> bool {
    let name = MANIFEST.as_bytes();
    bytes.starts_with(b"PK\x03\x04") && bytes.get(30..30 + name.len()) == Some(name)
}

/// The files of a bundle, each as its manifest says.
pub(crate) fn unpack(bundle: &str, bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
    let bad = |place: &str, reason: String| OperationError::Bad(format!("{bundle}: {place}: {reason}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| bad("archive", format!("cut off or damaged: {error}")))?;
    let mut member = |name: &str, most: u64| -> Result<Vec<u8>> {
        let member = archive.by_name(name).map_err(|error| bad(name, error.to_string()))?;
        let mut out = Vec::new();
        let mut limited = member.take(most.saturating_add(1));
        limited.read_to_end(&mut out).map_err(|error| bad(name, format!("cut off or damaged: {error}")))?;
        Ok(out)
    };
    let text = member(MANIFEST, 1 << 20)?;
    let manifest: PackAnswer = serde_json::from_slice(&text).map_err(|error| bad(MANIFEST, error.to_string()))?;
    if manifest.version != 1 || manifest.feeds.len() > MOST {
        return Err(bad(
            MANIFEST,
            format!("version {} with {} files is not one that this Muster reads", manifest.version, manifest.feeds.len()),
        ));
    }
    let mut out = Vec::with_capacity(manifest.feeds.len());
    for feed in manifest.feeds {
        if feed.bytes > LARGEST {
            return Err(bad(&feed.file, format!("larger than {LARGEST} bytes")));
        }
        let content = member(&format!("feeds/{}", feed.file), feed.bytes)?;
        if content.len() as u64 != feed.bytes || sha256(&content) != feed.sha256 {
            return Err(bad(&feed.file, "its content is not what the manifest says".to_owned()));
        }
        out.push((feed.file, content));
    }
    Ok(out)
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPSS: &str = "#model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1000,0.5,0.9\n";

    fn files() -> Vec<(String, Vec<u8>)> {
        vec![("dir/epss.csv".to_owned(), EPSS.into())]
    }

    #[test]
    fn what_is_packed_comes_out() {
        let (bytes, answer) = pack_feeds(&files(), Timestamp(5)).unwrap();
        assert!(is_bundle(&bytes) && !is_bundle(EPSS.as_bytes()));
        assert_eq!((answer.feeds[0].file.as_str(), answer.feeds[0].feed.as_str()), ("epss.csv", "epss"));
        assert_eq!(unpack("b.zip", &bytes).unwrap(), [("epss.csv".to_owned(), EPSS.as_bytes().to_vec())]);
        assert_eq!(pack_feeds(&files(), Timestamp(5)).unwrap().0, bytes, "the same bytes again");
    }

    #[test]
    fn what_is_no_feed_is_not_packed_and_what_was_changed_is_not_taken() {
        let said = pack_feeds(&[("a.txt".into(), b"hello".to_vec()), ("b.csv".into(), EPSS.into())], Timestamp(5)).unwrap_err().to_string();
        assert!(said.contains("a.txt") && !said.contains("b.csv"), "{said}");
        assert!(pack_feeds(&[], Timestamp(5)).is_err());
        let (bytes, _) = pack_feeds(&files(), Timestamp(5)).unwrap();
        for cut in [40, bytes.len() / 2, bytes.len() - 1] {
            assert!(unpack("b.zip", &bytes[..cut]).is_err(), "{cut}");
        }
        // Another file under the same name and an unchanged manifest.
        let options = SimpleFileOptions::default();
        let mut forged = ZipWriter::new(Cursor::new(Vec::new()));
        let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut manifest = Vec::new();
        archive.by_name(MANIFEST).unwrap().read_to_end(&mut manifest).unwrap();
        forged.start_file(MANIFEST, options).unwrap();
        forged.write_all(&manifest).unwrap();
        forged.start_file("feeds/epss.csv", options).unwrap();
        forged.write_all(EPSS.replace("0.5", "0.6").as_bytes()).unwrap();
        let forged = forged.finish().unwrap().into_inner();
        let said = unpack("b.zip", &forged).unwrap_err().to_string();
        assert!(said.contains("b.zip: epss.csv: its content is not what the manifest says"), "{said}");
    }
}
