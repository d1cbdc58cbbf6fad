//! The form of an import.

use axum::body::Body;
use axum::http::header;
use store::testing::Place;

use crate::app::{App, request, sarif};

#[test]
fn flags_are_taken_over_and_wrong_ones_refused() {
    let place = Place::sqlite();
    let app = App::at(&place);
    let report = sarif("Lint", 1);
    let flags = [("repo", "git.example.com/acme/shop"), ("branch", "release/2"), ("at", "2026-11-01T00:00:00Z"), ("partial", "true")];
    let answer = app.import(&[("a.sarif", &report)], &flags);
    let row = &answer["reports"][0];
    assert_eq!(row["coverage"], "partial", "{row}");
    assert_eq!(row["stream"]["ref"], "release/2", "{row}");
    let import = app.get(&format!("/imports/{}", row["id"].as_str().unwrap())).good();
    assert_eq!(import["at"], "2026-11-01T00:00:00Z");

    let refused = |texts: &[(&str, &str)]| app.form("/imports", &[("a.sarif", &report)], texts).problem(400, "bad_request");
    assert!(refused(&[("reppo", "x")]).contains("reppo"));
    // What would be read on the server's own disk is nothing to ask for.
    assert!(refused(&[("source", "/etc")]).contains("source"));
    assert!(refused(&[("repo", "a"), ("repo", "b")]).contains("twice"));
    refused(&[("partial", "perhaps")]);
    refused(&[("partial", "true"), ("complete", "true")]);
    refused(&[("at", "2030-01-01T00:00:00Z")]);
    refused(&[("format", "no-such-format")]);
}

#[test]
fn a_form_without_files_and_a_form_that_is_none() {
    let place = Place::sqlite();
    let app = App::at(&place);
    assert!(app.form("/imports", &[], &[("repo", "x")]).problem(400, "bad_request").contains("files"));
    let send = |kind: &str, body: &'static str| {
        app.send(request("POST", "/api/v1/imports").header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap())
    };
    send("application/json", "{}").problem(400, "bad_request");
    send("multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\ncut")
        .problem(400, "bad_request");
    send("multipart/form-data", "--x--").problem(400, "bad_request");
    assert_eq!(app.get("/status").good()["imports"], 0);
}

#[test]
fn names_of_files_are_names_and_no_paths() {
    let place = Place::sqlite();
    let app = App::at(&place);
    let answer = app.import(&[("../../etc/passwd", &sarif("Lint", 1)), ("", &sarif("Other lint", 1))], &[("repo", "git.example.com/a/b")]);
    assert_eq!(answer["reports"][0]["report"], "../../etc/passwd");
    assert_eq!(answer["reports"][0]["new"], 1);
    assert_eq!(answer["reports"][1]["report"], "upload");
}

#[test]
fn a_flag_that_does_not_end_is_refused() {
    let place = Place::sqlite();
    let app = App::at(&place);
    app.form("/imports", &[("a.sarif", "{}")], &[("repo", &"x".repeat(100_000))]).problem(413, "too_large");
}

#[test]
fn a_mapping_reads_what_no_format_knows() {
    let place = Place::sqlite();
    let app = App::at(&place);
    let mapping = "version: 1\ntool: Acme\nkind: sast\nrows: {in: csv}\nfields: {title: Finding, location.path: File, severity: Risk}\n";
    let report = "Finding,Risk,File\nUse of a weak hash,High,src/a.py\nCall of a shell,Low,src/b.py\n";
    let flags = [("repo", "git.example.com/acme/shop"), ("mapping", mapping)];
    let preview = app.form("/preview", &[("acme.csv", report)], &flags).good();
    assert_eq!((preview[0]["tool"].as_str(), preview[0]["findings"].as_u64()), (Some("Acme"), Some(2)), "{preview}");
    let answer = app.import(&[("acme.csv", report)], &flags);
    let row = &answer["reports"][0];
    assert_eq!(
        (row["format"].as_str(), row["coverage"].as_str(), row["new"].as_u64()),
        (Some("mapping"), Some("complete"), Some(2)),
        "{row}"
    );
    let refused = |mapping: &str| app.form("/imports", &[("acme.csv", report)], &[("mapping", mapping)]).problem(400, "bad_request");
    assert!(refused("version: 1\ntool: T\nkind: sast\nrows: {in: csv}\nfields: {titel: x}\n").contains("did you mean `title`"));
    let both = app.form("/imports", &[("acme.csv", report)], &[("mapping", mapping), ("format", "sarif")]).problem(400, "bad_request");
    assert!(both.contains("contradict"), "{both}");
}
