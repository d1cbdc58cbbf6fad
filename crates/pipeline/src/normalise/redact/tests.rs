use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// A small generator, so that the planted secrets are the same on every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[usize::try_from(self.next()).unwrap() % letters.len()]).collect()
    }
}

const WORD: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const UPPER: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ234567";
const HEX: &str = "0123456789abcdef";

/// Text with a secret in it, and the secret: by shape, header, address or assignment; nothing tells the redactor the value.
fn planted(chance: &mut Chance, turn: usize) -> (String, String) {
    let word = |chance: &mut Chance, length| chance.text(WORD, length);
    match turn % 25 {
        0 => {
            let s = format!("AKIA{}", chance.text(UPPER, 15) + "7");
            (format!("key id {s} here"), s)
        }
        1 => {
            let s = word(chance, 36);
            (format!("token ghp_{s}"), s)
        }
        2 => {
            let s = format!("{}-{}", chance.text("0123456789", 12), word(chance, 24));
            (format!("slack xoxb-{s}"), s)
        }
        3 => {
            let s = word(chance, 24);
            (format!("stripe sk_live_{s}."), s)
        }
        4 => {
            let s = format!("AIza{}7", word(chance, 34));
            (format!("maps?key={s}"), s)
        }
        5 => {
            let s = format!("eyJ{}.eyJ{}.{}", word(chance, 30), word(chance, 60), word(chance, 43));
            (format!("jwt {s}"), s)
        }
        6 => {
            let s = word(chance, 36);
            (format!("//registry.npmjs.org/:_authToken=npm_{s}"), s)
        }
        7 => {
            let s = format!("{}==", word(chance, 86));
            (format!("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={s};EndpointSuffix=x"), s)
        }
        8 => {
            let s = word(chance, 12);
            (format!("Server=db;User Id=sa;Password={s};Encrypt=true"), s)
        }
        9 => {
            let s = word(chance, 30);
            (format!("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {s}\r\nAccept: */*\r\n"), s)
        }
        10 => {
            let s = word(chance, 20);
            (format!("Cookie: theme=d; session={s}; x=1\r\n"), s)
        }
        11 => {
            let s = word(chance, 20);
            (format!("Set-Cookie: sid={s}; Path=/; HttpOnly\r\n"), s)
        }
        12 => {
            let s = word(chance, 24);
            (format!("X-Api-Key: {s}\r\n"), s)
        }
        13 => {
            let s = word(chance, 14);
            (format!("git clone https://ci:{s}@git.example.com/a/b.git"), s)
        }
        14 => {
            let s = format!("{} {}", word(chance, 5), word(chance, 6));
            (format!("password = \"{s}\""), s)
        }
        15 => {
            let s = word(chance, 16);
            (format!("client_secret: '{s}'"), s)
        }
        16 => {
            let s = word(chance, 40);
            (format!("export AWS_SECRET_ACCESS_KEY={s}\n"), s)
        }
        17 => {
            let s = word(chance, 10);
            (format!("POST /login\r\n\r\nuser=admin&password={s}"), s)
        }
        18 => {
            let s = chance.text(HEX, 32);
            (format!("self.api_key = \"{s}\""), s)
        }
        19 => {
            let body = (0..6).map(|_| chance.text(WORD, 64)).collect::<Vec<_>>();
            let secret = body[3].clone();
            (format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", body.join("\n")), secret)
        }
        20 => {
            let s = word(chance, 9);
            (format!("define('DB_PASSWORD', '{s}');"), s)
        }
        21 => {
            let s = word(chance, 9);
            (format!("config.setPassword(\"{s}\");"), s)
        }
        22 => {
            let s = word(chance, 22);
            (format!("glpat-{s}"), s)
        }
        23 => {
            let s = word(chance, 18);
            (format!("{{\"name\": \"x\", \"token\": \"{s}\"}}"), s)
        }
        _ => {
            let s = format!("{}7", word(chance, 11));
            (format!("spring.datasource.password={s}\n"), s)
        }
    }
}

fn xml_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\r', "&#13;")
}

#[test]
fn five_hundred_planted_secrets_leave_no_trace() {
    let mut chance = Chance(42);
    let mut secrets = Vec::new();
    let (mut json, mut nested, mut xml, mut plain) = (Vec::new(), Vec::new(), String::from("<r>"), String::new());
    for turn in 0..500 {
        let (text, secret) = planted(&mut chance, turn);
        json.push(serde_json::json!({"code": &text, "line": turn}));
        nested.push(serde_json::json!({"raw": serde_json::json!({"code": &text}).to_string()}));
        let _ = write!(xml, "<x code=\"{}\">{}</x>", xml_escaped(&text), xml_escaped(&text));
        let _ = writeln!(plain, "{text}\n");
        secrets.push((secret, text));
    }
    xml.push_str("</r>");
    let redactor = Redactor::default();
    for (name, report) in [
        ("plain", plain),
        ("json", serde_json::to_string(&json).unwrap()),
        ("pretty", serde_json::to_string_pretty(&json).unwrap()),
        ("nested", serde_json::to_string(&nested).unwrap()),
        ("xml", xml),
    ] {
        let mut bytes = report.clone().into_bytes();
        redactor.redact_in_place(&mut bytes);
        assert_eq!(bytes.len(), report.len());
        let masked = String::from_utf8(bytes).unwrap();
        let left: Vec<_> = secrets.iter().filter(|(secret, _)| masked.contains(secret.as_str())).map(|(_, text)| text).collect();
        assert!(left.is_empty(), "{name}: {} left, first {:?}", left.len(), left.first());
        if name != "plain" && name != "xml" {
            let again: serde_json::Value = serde_json::from_str(&masked).unwrap();
            assert_eq!(again.as_array().unwrap().len(), 500);
        }
        let marks = |text: &str| text.bytes().filter(|byte| b"<>\"\\&{}[]:,\n".contains(byte)).collect::<Vec<_>>();
        assert_eq!(marks(&masked), marks(&report), "{name}");
    }
}

#[test]
fn values_that_findings_name_are_masked_however_they_are_written() {
    let value = "p<4ss\"w&rd'\\9 x";
    let redactor = Redactor::new([value]);
    let json = serde_json::json!({ "match": value, "inner": serde_json::json!({"m": value}).to_string() }).to_string();
    for report in [
        value.to_owned(),
        json,
        xml_escaped(value).replace('\'', "&#39;"),
        "p%3C4ss%22w%26rd%27%5C9%20x".to_owned(),
        value.replace('"', "\"\""),
    ] {
        let masked = redactor.redact_text(&report);
        assert!(!masked.contains("4ss") && !masked.contains("rd"), "{masked}");
        assert_eq!(masked.len(), report.len());
    }
}

#[test]
fn a_known_word_is_masked_only_as_a_value() {
    let redactor = Redactor::new(["admin", "abc"]);
    let text = r#"{"admin": "the admin page", "match": "admin", "code": "login('admin')", "rule": "find-admin"}"#;
    assert_eq!(
        redactor.redact_text(text),
        r#"{"admin": "the admin page", "match": "*****", "code": "login('*****')", "rule": "find-admin"}"#
    );
}

#[test]
fn ordinary_text_stays() {
    for text in [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        r#"{"matchBasedId/v1": "d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e_0"}"#,
        r#"{"ruleId": "python.lang.security.audit.hardcoded-password", "level": "error"}"#,
        r#"{"tags": ["password", "secret", "CWE-798"], "token_type": "bearer", "secretName": "db"}"#,
        "if (password == null) { return getToken(request); }",
        "token = request.headers.get(name)",
        "password=form.password.data",
        "def reset(self, token: str, password: str) -> None:",
        "The Authorization header is missing. Cookie without the Secure flag: see the page.",
        "A secret: never put one into code",
        r#"{"id": "gitleaks.yandex-api-key.yandex-api-key","properties":{"precision": "x1"}}"#,
        r#"{"rule": "x-api-key","version2":{"a": 1}}"#,
        "define('DB_PASSWORD', '${var.password}'); password: \"{{ .Values.password }}\"",
        "https://example.com:8443/path/to?x=1#frag and http://user@example.com/",
        "SELECT * FROM users WHERE id = 'x'",
        "-----BEGIN RSA PRIVATE KEY----- was found in deploy/key.pem on line 3",
        "task-runner-2024-with-a-long-name sk-learn",
        r#"{"verified": true, "token": null, "password": 12345678}"#,
        "integrity sha512-Vo5jgh3X2bQWQ0pQ6y2n0k7xX4Jm0kQ9v1mJc8y1p9Y7u6A==",
        "const passwordField = document.getElementById('pass-word-input')",
    ] {
        assert_eq!(redact_text(text), text);
    }
}

#[test]
fn what_is_around_a_secret_stays() {
    assert_eq!(redact_text("a = 1; password = \"hunter2\"; b = 2"), "a = 1; password = \"*******\"; b = 2");
    assert_eq!(redact_text("Authorization: Basic dXNlcjpwYXNz, then"), "Authorization: Basic ************, then");
    assert_eq!(redact_text("Set-Cookie: sid=abc123; Path=/; Secure"), "Set-Cookie: sid=******; Path=/; Secure");
    assert_eq!(redact_text("see ghp_abcdefghijklmnopqrstuvwxyz0123456789."), format!("see {}.", "*".repeat(40)));
    assert_eq!(redact_text(r#"set("X-Api-Key", "abc123def")"#), r#"set("X-Api-Key", "*********")"#);
    assert_eq!(redact_text("Proxy-Authorization: Basic dXNlcjpwYXNz"), "Proxy-Authorization: Basic ************");
    assert_eq!(redact_text(r#"{"password":"","user":"jo"}"#), r#"{"password":"","user":"jo"}"#);
    assert_eq!(
        redact_text(r#"{"name":"Authorization","value":"Bearer abcdef123456"}"#),
        r#"{"name":"Authorization","value":"Bearer ************"}"#
    );
}

#[test]
fn a_stream_gives_what_memory_gives() {
    let mut chance = Chance(7);
    let mut report = String::new();
    let mut turn = 0;
    while report.len() < 3 * CHUNK {
        let (text, _) = planted(&mut chance, turn);
        turn += 1;
        let filler = usize::try_from(chance.next() % 4000).unwrap();
        let _ = write!(report, "{{\"code\":{}}},\n{}", serde_json::Value::from(text), "x y ".repeat(filler / 4));
    }
    let redactor = Redactor::new(["Zebra-Stripe-99"]);
    report.push_str("Zebra-Stripe-99");
    let mut whole = report.clone().into_bytes();
    redactor.redact_in_place(&mut whole);
    let mut streamed = Vec::new();
    redactor.redact_stream(report.as_bytes(), &mut streamed).unwrap();
    assert!(streamed == whole);
    assert!(whole.ends_with(b"***************"));
}

proptest! {
    #[test]
    fn any_bytes_keep_length_and_structure(text in "(\\PC|password=|token: |\"|\\\\|&quot;|://a:b@|Cookie: a=|-----BEGIN PRIVATE KEY-----|eyJ|\n){0,40}") {
        let masked = redact_text(&text);
        prop_assert_eq!(masked.len(), text.len());
        for (a, b) in text.bytes().zip(masked.bytes()) {
            let may_change = a.is_ascii() && !b"\"\\<>&{}[]:,".contains(&a);
            prop_assert!(a == b || (b == b'*' && may_change));
        }
    }

    #[test]
    fn json_stays_json(values in proptest::collection::vec("(\\PC|password=|secret = \"|Cookie: a=|\\\\|\"|\n|-----BEGIN PRIVATE KEY-----\nMIIE|[a-zA-Z0-9]{20}){0,12}", 1..6)) {
        let report = serde_json::to_string(&values).unwrap();
        let redactor = Redactor::new(values.iter().map(String::as_str));
        let masked = redactor.redact_text(&report);
        let again: Vec<String> = serde_json::from_str(&masked).map_err(|error| TestCaseError::fail(format!("{error}: {masked}")))?;
        prop_assert_eq!(again.len(), values.len());
    }
}
