//! Files, folders and archives to the reports in them. An archive is read with limits and never unpacked to disk.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use formats::Input;
use formats::read::packed::is_fortify_project;
use formats::read::xlsx::is_workbook;

/// Most members of one archive.
const MOST_MEMBERS: usize = 20_000;
/// Most bytes that one archive may unpack to.
const MOST_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Most times that a member may be larger than it is packed, above [`SMALL`].
const MOST_RATIO: u64 = 200;
/// Members below this size are not asked for their ratio, in bytes.
const SMALL: u64 = 10 * 1024 * 1024;
/// Most files of a folder.
const MOST_FILES: usize = 100_000;

/// Something to import.
pub enum Upload {
    /// A file or folder, named as given.
    Path(PathBuf),
    /// Bytes with a name, as a browser or CI sends them.
    Bytes(String, Vec<u8>),
}

/// One report to read.
pub(crate) struct Member {
    /// The path as given; of a member of an archive `a.zip!dir/x.json`.
    pub(crate) name: String,
    pub(crate) input: Option<Input>,
    /// True where the file was named outright: then it has to be a report.
    pub(crate) named: bool,
    pub(crate) error: Option<String>,
    pub(crate) warning: Option<String>,
}

impl Member {
    fn of(name: String, input: Input, named: bool) -> Self {
        Self { name, input: Some(input), named, error: None, warning: None }
    }

    fn error(name: String, error: impl Into<String>) -> Self {
        Self { name, input: None, named: true, error: Some(error.into()), warning: None }
    }

    fn warning(name: String, warning: impl Into<String>) -> Self {
        Self { name, input: None, named: false, error: None, warning: Some(warning.into()) }
    }
}

/// All reports of what was given, folders by name.
pub(crate) fn members(uploads: Vec<Upload>) -> Vec<Member> {
    let mut out = Vec::new();
    for upload in uploads {
        match upload {
            Upload::Path(path) if path.is_dir() => folder(&path, &mut out),
            Upload::Path(path) => file(&path, true, &mut out),
            Upload::Bytes(name, bytes) => bytes_of(name, bytes, true, &mut out),
        }
    }
    out
}

fn folder(path: &Path, out: &mut Vec<Member>) {
    let mut stack = vec![path.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = stack.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                out.push(Member::error(folder.display().to_string(), error.to_string()));
                continue;
            }
        };
        for entry in entries.flatten() {
            // A link could lead out of the folder, or round in circles.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => stack.push(entry.path()),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
            if files.len() > MOST_FILES {
                out.push(Member::error(path.display().to_string(), format!("more than {MOST_FILES} files in the folder")));
                return;
            }
        }
    }
    files.sort();
    for path in files {
        file(&path, false, out);
    }
}

fn file(path: &Path, named: bool, out: &mut Vec<Member>) {
    let name = path.display().to_string();
    match Input::from_file(&name, path.to_owned()) {
        Err(error) => out.push(Member::error(name, error.to_string())),
        Ok(input) => match archive(input.head().bytes()) {
            None => out.push(Member::of(name, input, named)),
            Some(kind) => match fs::read(path) {
                Ok(bytes) if is_one_report(&bytes) => out.push(Member::of(name, input, named)),
                Ok(bytes) => unpack(&name, kind, &bytes, named, out),
                Err(error) => out.push(Member::error(name, error.to_string())),
            },
        },
    }
}

fn bytes_of(name: String, bytes: Vec<u8>, named: bool, out: &mut Vec<Member>) {
    match archive(&bytes).filter(|_| !is_one_report(&bytes)) {
        None => out.push(Member::of(name.clone(), Input::from_bytes(name, bytes), named)),
        Some(kind) => unpack(&name, kind, &bytes, named, out),
    }
}

/// True for ZIP files that are one report and no bundle of files.
fn is_one_report(bytes: &[u8]) -> bool {
    is_workbook(bytes) || is_fortify_project(bytes)
}

#[derive(Clone, Copy)]
enum Archive {
    Zip,
    Gzip,
    Tar,
}

/// What sort of archive these bytes start.
fn archive(head: &[u8]) -> Option<Archive> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Some(Archive::Zip)
    } else if head.starts_with(&[0x1F, 0x8B]) {
        Some(Archive::Gzip)
    } else if head.get(257..262) == Some(b"ustar") {
        Some(Archive::Tar)
    } else {
        None
    }
}

fn unpack(name: &str, kind: Archive, bytes: &[u8], named: bool, out: &mut Vec<Member>) {
    let before = out.len();
    let result = match kind {
        Archive::Zip => unzip(name, bytes, out),
        Archive::Gzip => ungzip(name, bytes, named, out),
        Archive::Tar => untar(name, bytes, out),
    };
    if let Err(reason) = result {
        out.truncate(before);
        out.push(Member::error(name.to_owned(), reason));
    }
}

/// A member's path is data: it names the report and is never opened. One that climbs out is refused all the same, because only an
/// archive made to do harm has it.
fn climbs(path: &str) -> bool {
    path.starts_with('/') || path.contains(":\\") || path.split(['/', '\\']).any(|part| part == "..")
}

fn read_limited(reader: impl Read, packed: u64, total: &mut u64) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let limit = MOST_BYTES.saturating_sub(*total).min(packed.saturating_mul(MOST_RATIO).max(SMALL));
    reader.take(limit + 1).read_to_end(&mut out).map_err(|error| format!("the archive is damaged: {error}"))?;
    if out.len() as u64 > limit {
        return Err("the archive unpacks to far more than it holds (a zip bomb?); nothing was read".to_owned());
    }
    *total += out.len() as u64;
    Ok(out)
}

fn unzip(name: &str, bytes: &[u8], out: &mut Vec<Member>) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|error| format!("the archive is damaged: {error}"))?;
    if archive.len() > MOST_MEMBERS {
        return Err(format!("more than {MOST_MEMBERS} members in the archive"));
    }
    let mut total = 0;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| format!("the archive is damaged: {error}"))?;
        if !entry.is_file() {
            continue;
        }
        let path = entry.name().to_owned();
        if climbs(&path) {
            return Err(format!("member `{}` has a path that climbs out of the archive", path.escape_debug()));
        }
        let packed = entry.compressed_size();
        let content = read_limited(entry, packed, &mut total)?;
        push_member(format!("{name}!{path}"), content, out);
    }
    Ok(())
}

fn ungzip(name: &str, bytes: &[u8], named: bool, out: &mut Vec<Member>) -> Result<(), String> {
    let mut total = 0;
    let content = read_limited(flate2::read::MultiGzDecoder::new(bytes), bytes.len() as u64, &mut total)?;
    if matches!(archive(&content), Some(Archive::Tar)) {
        return untar(name, &content, out);
    }
    out.push(Member::of(name.to_owned(), Input::from_bytes(name, content), named));
    Ok(())
}

fn untar(name: &str, bytes: &[u8], out: &mut Vec<Member>) -> Result<(), String> {
    let damaged = |error: std::io::Error| format!("the archive is damaged: {error}");
    let mut archive = tar::Archive::new(bytes);
    let mut total = 0;
    for (count, entry) in archive.entries().map_err(damaged)?.enumerate() {
        let entry = entry.map_err(damaged)?;
        if count > MOST_MEMBERS {
            return Err(format!("more than {MOST_MEMBERS} members in the archive"));
        }
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if climbs(&path) {
            return Err(format!("member `{}` has a path that climbs out of the archive", path.escape_debug()));
        }
        let size = entry.size();
        let content = read_limited(entry, size, &mut total)?;
        push_member(format!("{name}!{path}"), content, out);
    }
    Ok(())
}

fn push_member(name: String, content: Vec<u8>, out: &mut Vec<Member>) {
    if archive(&content).is_some() && !is_one_report(&content) {
        out.push(Member::warning(name, "passed over: an archive inside an archive"));
    } else {
        out.push(Member::of(name.clone(), Input::from_bytes(name, content), false));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn names(bytes: Vec<u8>) -> Vec<(String, bool)> {
        members(vec![Upload::Bytes("a.zip".into(), bytes)]).into_iter().map(|m| (m.name, m.error.is_some())).collect()
    }

    #[test]
    fn members_of_an_archive_are_named_by_it() {
        assert_eq!(
            names(zip_of(&[("dir/x.json", b"{}"), ("y.xml", b"<a/>")])),
            [("a.zip!dir/x.json".into(), false), ("a.zip!y.xml".into(), false)]
        );
    }

    #[test]
    fn a_workbook_is_a_report_and_no_archive() {
        let workbook = zip_of(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", b"<worksheet/>")]);
        assert_eq!(names(zip_of(&[("dir/x.xlsx", &workbook)])), [("a.zip!dir/x.xlsx".into(), false)]);
        assert_eq!(names(workbook), [("a.zip".into(), false)]);
    }

    #[test]
    fn bombs_and_climbing_paths_are_refused_whole() {
        let bomb = zip_of(&[("x", b"{}"), ("zeros", &vec![0; 40 * 1024 * 1024])]);
        assert_eq!(names(bomb), [("a.zip".into(), true)]);
        assert_eq!(names(zip_of(&[("x", b"{}"), ("../../etc/passwd", b"{}")])), [("a.zip".into(), true)]);
        assert_eq!(names(b"PK\x03\x04 and then nothing".to_vec()), [("a.zip".into(), true)]);
    }
}
