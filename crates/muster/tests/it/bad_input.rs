//! Files that are damaged, made to do harm, or not what they seem.

use std::io::Write;

use crate::run::{Home, semgrep, values};

/// Imports a bad file beside nothing else: exit 2, one message that names the file, and nothing stored.
fn refused(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let home = Home::new();
    home.write(name, bytes);
    let ran = home.run(&["--json", "import", "--repo", "github.com/acme/shop", name]);
    assert_eq!(ran.code, 2, "{name}: {}", ran.err);
    let answer = values(&ran.out).remove(0);
    assert!(answer["reports"].as_array().unwrap().iter().any(|row| row["error"].is_string()), "{name}: {answer}");
    assert_eq!(answer["issues"]["new"], 0);
    let errors: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("error:")).collect();
    assert_eq!(errors.len(), 1, "{name}: one message: {}", ran.err);
    assert!(errors[0].contains(name), "{name} is named: {}", ran.err);
    assert_eq!(home.issues().len(), 0, "{name}: nothing is stored");
    errors[0].to_owned()
}

#[test]
fn empty_binary_and_foreign_files_are_refused() {
    assert!(refused("empty.json", "").contains("empty"));
    refused("blank.json", " \n\n ");
    refused("binary.json", [0_u8, 159, 146, 150, 0, 1, 2, 255].repeat(500));
    refused("letter.txt", "Dear all,\nthe scan went well.\n");
    refused("other.json", r#"{"hello": ["world"]}"#);
}

#[test]
fn a_report_cut_off_is_refused_with_the_place() {
    let whole = semgrep(50);
    let message = refused("cut.json", &whole[..whole.len() * 6 / 10]);
    assert!(message.contains("line") || message.contains("byte") || message.contains("results["), "the place is named: {message}");
    assert!(message.contains("end") || message.contains("cut"), "and the reason: {message}");
}

#[test]
fn deep_nesting_is_refused() {
    refused("deep.json", "[".repeat(1_000_000));
    refused("deep-object.json", "{\"a\":".repeat(200_000));
    refused("deep.xml", "<a>".repeat(300_000));
    let mut inside = semgrep(1);
    inside.insert_str(1, &format!("\"extra\": {}{}, ", "[".repeat(500_000), "]".repeat(500_000)));
    refused("deep-inside.json", inside);
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn archives_made_to_do_harm_are_refused_whole() {
    let report = semgrep(2);
    let bomb = refused("bomb.zip", zip_of(&[("semgrep.json", report.as_bytes()), ("zeros.json", &vec![b'0'; 11 * 1024 * 1024])]));
    assert!(bomb.contains("unpacks"), "{bomb}");
    let climbing = refused("climbing.zip", zip_of(&[("semgrep.json", report.as_bytes()), ("../../evil.json", b"{}")]));
    assert!(climbing.contains("climbs"), "{climbing}");
    let whole = zip_of(&[("semgrep.json", report.as_bytes())]);
    refused("cut.zip", &whole[..whole.len() / 2]);
}

#[test]
fn an_archive_is_read_and_its_members_named() {
    let home = Home::new();
    home.write("reports.zip", zip_of(&[("dir/semgrep.json", semgrep(2).as_bytes()), ("notes.txt", b"nothing here")]));
    let answer = home.json(&["import", "--repo", "github.com/acme/shop", "reports.zip"]).remove(0);
    let names: Vec<&str> = answer["reports"].as_array().unwrap().iter().map(|row| row["report"].as_str().unwrap()).collect();
    assert_eq!(names, ["reports.zip!dir/semgrep.json", "reports.zip!notes.txt"]);
    assert_eq!(answer["issues"]["new"], 2);
}

#[test]
fn other_encodings_are_read() {
    let text = semgrep(2);
    let wide = |to: fn(u16) -> [u8; 2], mark: [u8; 2]| mark.into_iter().chain(text.encode_utf16().flat_map(to)).collect::<Vec<u8>>();
    let encoded = [
        ("mark.json", [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat()),
        ("little.json", wide(u16::to_le_bytes, [0xFF, 0xFE])),
        ("big.json", wide(u16::to_be_bytes, [0xFE, 0xFF])),
    ];
    for (name, bytes) in encoded {
        let home = Home::new();
        home.write(name, bytes);
        let answer = home.json(&["import", "--repo", "github.com/acme/shop", name]).remove(0);
        assert_eq!(answer["issues"]["new"], 2, "{name}");
    }
}

#[test]
fn good_files_are_stored_beside_bad_ones_unless_all_or_none_is_asked() {
    for (flag, stored) in [(None, 2), (Some("--atomic"), 0)] {
        let home = Home::new();
        home.write("good.json", semgrep(2));
        home.write("bad.json", "{");
        let mut arguments = vec!["--json", "import", "--repo", "github.com/acme/shop", "good.json", "bad.json"];
        arguments.extend(flag);
        let ran = home.run(&arguments);
        assert_eq!(ran.code, 2, "{flag:?}");
        assert!(ran.err.contains("bad.json") && !ran.err.contains("good.json"), "{}", ran.err);
        assert_eq!(home.issues().len(), stored, "{flag:?}");
    }
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let home = Home::new();
    home.write("semgrep.json", semgrep(1));
    home.done(&["import", "--repo", "github.com/acme/shop", "semgrep.json"]);
    let url = format!("sqlite:{}", home.database().display());
    let db = store::Db::open(&url).unwrap();
    let insert = "INSERT INTO schema_version (number, name) VALUES ($1, $2)";
    db.write(|tx| tx.execute(insert, store::params![9999_i64, "of the future"])).unwrap();
    drop(db);
    let ran = home.run(&["issues"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("newer"), "{}", ran.err);
}
