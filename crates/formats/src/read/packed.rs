//! Single members of ZIP files that are one report: Fortify's `.fpr`; and reports packed with gzip. Nothing is unpacked to disk.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::ParseError;

/// Largest member that is read, in bytes.
const LARGEST: u64 = 512 << 20;
/// Most times that a member may be larger than it is packed, above [`SMALL`].
const MOST_RATIO: u64 = 200;
/// Members below this size are not asked for their ratio, in bytes.
const SMALL: u64 = 10 << 20;

/// The member of a Fortify project file that holds its results.
pub const FORTIFY_RESULTS: &str = "audit.fvdl";

/// True where the bytes are a ZIP that holds Fortify's results, and so one report instead of a bundle of files.
#[must_use]
pub fn is_fortify_project(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
        && ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| archive.index_for_name(FORTIFY_RESULTS).is_some())
}

/// The content of the member of that name; `None` where there is none.
///
/// # Errors
/// When the bytes are no ZIP, or the member is damaged or beyond the limits.
pub fn member(bytes: &[u8], name: &str) -> Result<Option<Vec<u8>>, ParseError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ParseError::whole(format!("no ZIP file: {error}")))?;
    let Some(index) = archive.index_for_name(name) else { return Ok(None) };
    let file = archive.by_index(index).map_err(|error| ParseError::at(name, error.to_string()))?;
    if file.size() > LARGEST || (file.size() > SMALL && file.size() / MOST_RATIO > file.compressed_size()) {
        return Err(ParseError::at(name, "unpacks to more than is read"));
    }
    let mut out = Vec::new();
    // The size in the directory may lie.
    let read = file.take(LARGEST + 1).read_to_end(&mut out).map_err(|error| ParseError::at(name, error.to_string()))?;
    if read as u64 > LARGEST {
        return Err(ParseError::at(name, "unpacks to more than is read"));
    }
    Ok(Some(out))
}

/// True where the bytes start as gzip does.
#[must_use]
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B, 8])
}

/// What is packed; `None` where it is damaged, cut off or beyond the limits.
#[must_use]
pub fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let most = LARGEST.min(SMALL.max((bytes.len() as u64).saturating_mul(MOST_RATIO)));
    let mut out = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut out).ok()?;
    (read as u64 <= most).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(name: &str, content: &[u8]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn members_by_name() {
        let bytes = packed(FORTIFY_RESULTS, b"<FVDL/>");
        assert!(is_fortify_project(&bytes) && !is_fortify_project(&packed("x", b"")));
        assert_eq!(member(&bytes, FORTIFY_RESULTS).unwrap().as_deref(), Some(&b"<FVDL/>"[..]));
        assert_eq!(member(&bytes, "audit.xml").unwrap(), None);
        assert!(member(b"PK\x03\x04", "x").is_err());
    }

    #[test]
    fn bombs_are_refused() {
        let bomb = packed(FORTIFY_RESULTS, &vec![b' '; 40 << 20]);
        assert!(member(&bomb, FORTIFY_RESULTS).unwrap_err().reason.contains("unpacks"));
    }
}
