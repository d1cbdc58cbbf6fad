//! An archive of files of one feed, as repositories of advisories and of CVE records are published: every member that is a file of the feed
//! is read, the others (licences, schemas, read-me files) are left aside.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::error::Refusal;
use crate::feed::{Draft, Feed, read_as, recognise};

/// Most members that are looked at.
const MOST_MEMBERS: usize = 2_000_000;
/// Largest member, unpacked, bytes.
const LARGEST: u64 = 64 << 20;
/// Most bytes of all members together, unpacked.
const MOST_BYTES: u64 = 4 << 30;

pub(crate) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads all members. The first that is of a feed decides which feed the archive is.
pub(crate) fn read(bytes: &[u8]) -> Result<(Feed, Draft), Refusal> {
    let damaged = |error: &dyn std::fmt::Display| Refusal::at("archive", format!("cut off or damaged: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_MEMBERS {
        return Err(Refusal::at("archive", format!("more than {MOST_MEMBERS} members")));
    }
    let mut whole: Option<(Feed, Draft)> = None;
    let (mut left, mut others) = (MOST_BYTES, 0u64);
    let mut content = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| damaged(&error))?;
        let name = member.name().to_owned();
        let wanted = ["json", "csv"].iter().any(|end| name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(end)));
        if !member.is_file() || !wanted {
            continue;
        }
        content.clear();
        let most = LARGEST.min(left);
        member
            .take(most + 1)
            .read_to_end(&mut content)
            .map_err(|error| Refusal::at(name.clone(), format!("cut off or damaged: {error}")))?;
        let size = content.len() as u64;
        if size > most {
            return Err(Refusal::at(name, format!("more than {most} bytes when unpacked")));
        }
        left -= size;
        let found = recognise(&content, &name);
        let feed = whole.as_ref().map(|(feed, _)| *feed).or(found);
        match feed.filter(|feed| found == Some(*feed)) {
            Some(feed) => match read_as(feed, &content, &name) {
                Ok(draft) => whole.get_or_insert_with(|| (feed, Draft::new(""))).1.absorb(&name, draft),
                // One damaged member of many does not refuse the rest; where most are, the whole is refused.
                Err(refusal) => {
                    let draft = &mut whole.get_or_insert_with(|| (feed, Draft::new(""))).1;
                    draft.warn(format!("{name}: {}", refusal.place), refusal.reason);
                }
            },
            None => others += 1,
        }
    }
    let (feed, mut draft) = whole.ok_or_else(|| Refusal::at("archive", "no member is a file of a feed that Muster knows"))?;
    if others > 0 {
        draft.warn("archive", format!("{others} members are of no feed, or of another one, and were left aside"));
    }
    Ok((feed, draft))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use crate::{Feed, load};

    fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in members {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn malicious(id: &str) -> String {
        format!(
            r#"{{"schema_version":"1.5.0","id":"{id}","modified":"2026-03-01T00:00:00Z","published":"2026-02-27T00:00:00Z",
            "summary":"Malicious code in left-padder (npm)","affected":[{{"package":{{"ecosystem":"npm","name":"left-padder"}},"versions":["1.0.1"]}}]}}"#
        )
    }

    #[test]
    fn a_repository_of_malicious_packages() {
        let (one, two) = (malicious("MAL-2026-1"), malicious("MAL-2026-2"));
        let bytes = zipped(&[
            ("r/README.md", "hello"),
            ("r/osv/a.json", &one),
            ("r/config.json", "{}"),
            ("r/osv/b.json", &two),
            ("r/osv/c.json", "{"),
        ]);
        let loaded = load(&bytes, "malicious.zip").unwrap();
        assert_eq!((loaded.feed, loaded.rows.len(), loaded.source.as_str()), (Feed::Advisories, 2, "OSV"));
        assert_eq!(loaded.date.unwrap().to_string(), "2026-03-01T00:00:00Z");
        assert!(loaded.warnings[0].message.starts_with("2 members"), "{:?}", loaded.warnings);
    }

    #[test]
    fn what_is_cut_off_or_holds_no_feed_is_refused() {
        let bytes = zipped(&[("a.json", &malicious("MAL-2026-1"))]);
        assert!(load(&bytes[..bytes.len() - 30], "a.zip").unwrap_err().reason.contains("cut off"));
        let none = load(&zipped(&[("a.json", "{}"), ("b.txt", "x")]), "a.zip").unwrap_err();
        assert_eq!((none.place.as_str(), none.file.as_str()), ("archive", "a.zip"));
    }
}
