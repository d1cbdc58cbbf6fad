//! The client against a server on this machine.
#![expect(clippy::unwrap_used, reason = "a step that fails is the failure of the test")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use connect::{Client, ConnectError, Fetched, Options, Validators};

/// A server that gives these answers one after another, and says what it was asked.
fn server(answers: Vec<String>) -> (String, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/feed.json", listener.local_addr().unwrap().port());
    let (sender, asked) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
            stream.write_all(answer.as_bytes()).unwrap();
            let _ = sender.send(head);
        }
    });
    (url, asked)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
}

fn client(pauses: usize) -> Client {
    let pauses = vec![Duration::from_millis(1); pauses];
    Client::new(Options { allow_private: true, timeout: Duration::from_secs(10), most_bytes: 1000, pauses })
}

#[test]
fn an_answer_with_its_validators_and_then_none_that_is_new() {
    let first = answer("200 OK", "ETag: \"v1\"\r\nLast-Modified: Fri, 20 Nov 2026 08:00:00 GMT\r\n", "{}");
    let (url, asked) = server(vec![first, answer("304 Not Modified", "", "")]);
    let Fetched::New { bytes, validators } = client(0).fetch(&url, &Validators::default()).unwrap() else { panic!("nothing new") };
    assert_eq!((bytes.as_slice(), validators.etag.as_deref()), (b"{}".as_slice(), Some("\"v1\"")));
    let head = asked.recv().unwrap();
    assert!(head.iter().any(|line| line.to_lowercase().starts_with("user-agent: muster/")), "{head:?}");
    assert!(!head.iter().any(|line| line.to_lowercase().starts_with("if-")), "{head:?}");
    assert_eq!(client(0).fetch(&url, &validators).unwrap(), Fetched::Unchanged);
    let head: Vec<String> = asked.recv().unwrap().iter().map(|line| line.to_lowercase()).collect();
    assert!(head.contains(&"if-none-match: \"v1\"".to_owned()), "{head:?}");
    assert!(head.contains(&"if-modified-since: fri, 20 nov 2026 08:00:00 gmt".to_owned()), "{head:?}");
}

#[test]
fn a_server_that_stumbles_is_asked_again_and_a_no_is_not() {
    let (url, asked) = server(vec![answer("503 Busy", "", ""), answer("200 OK", "", "ok")]);
    assert!(matches!(client(1).fetch(&url, &Validators::default()).unwrap(), Fetched::New { .. }));
    assert_eq!(asked.iter().take(2).count(), 2);
    let (url, _asked) = server(vec![answer("404 Not Found", "", "")]);
    assert!(matches!(client(3).fetch(&url, &Validators::default()).unwrap_err(), ConnectError::Status { status: 404, .. }));
}

#[test]
fn answers_are_limited_and_cut_ones_are_no_answers() {
    let (url, _asked) = server(vec![answer("200 OK", "", &"x".repeat(2000))]);
    assert!(matches!(client(0).fetch(&url, &Validators::default()).unwrap_err(), ConnectError::TooLarge { most: 1000, .. }));
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\nonly this".to_owned();
    let (url, _asked) = server(vec![cut]);
    let error = client(0).fetch(&url, &Validators::default()).unwrap_err();
    assert!(matches!(error, ConnectError::Failed { .. }), "{error}");
}

#[test]
fn private_addresses_are_asked_only_where_allowed() {
    let outside = Client::new(Options { pauses: Vec::new(), timeout: Duration::from_secs(5), ..Options::default() });
    for url in ["http://127.0.0.1:9/x", "http://[::1]:9/x", "http://169.254.169.254/latest/meta-data", "http://localhost:9/x"] {
        let error = outside.fetch(url, &Validators::default()).unwrap_err();
        assert!(matches!(error, ConnectError::Private { .. }), "{url}: {error}");
        assert!(!error.may_pass());
    }
    for url in ["file:///etc/passwd", "ftp://example.com/x", "no address at all", "/feed.json"] {
        assert!(matches!(outside.fetch(url, &Validators::default()).unwrap_err(), ConnectError::Address { .. }), "{url}");
    }
}
