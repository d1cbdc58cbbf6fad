//! A home of its own for every test, and the binary run in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A user with an empty home.
pub(crate) struct Home {
    folder: TempDir,
}

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the working folder.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// The binary with nothing of the real user's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().env("HOME", self.folder.path()).env("USER", "ada");
        command.env("XDG_DATA_HOME", self.path("data")).env("XDG_CONFIG_HOME", self.path("config"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        Ran { code: status.code().expect("it ended by itself"), out: text(stdout), err: text(stderr) }
    }

    /// Runs a command that has to succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        ran
    }

    /// Runs a command with `--json` that has to succeed: stdout is JSON and nothing else, one value a line or one in all.
    pub(crate) fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let ran = self.done(&[&["--json"], arguments].concat());
        values(&ran.out)
    }

    pub(crate) fn issues(&self) -> Vec<Value> {
        self.json(&["issues", "--state", "any", "--findings"])
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path("data").join("muster").join("muster.db")
    }
}

pub(crate) fn values(text: &str) -> Vec<Value> {
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    values.unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// A Semgrep report with so many results, each in a file of its own.
pub(crate) fn semgrep(count: usize) -> String {
    let result = |n: usize| {
        json!({"check_id": "python.lang.security.audit.eval-detected", "path": format!("shop/part_{n}.py"),
            "start": {"line": 12, "col": 5, "offset": 0}, "end": {"line": 12, "col": 60, "offset": 0},
            "extra": {"message": "Detected the use of eval().", "severity": "ERROR", "lines": format!("return eval(rule_{n})"),
                "metadata": {"cwe": ["CWE-95: Eval Injection"], "confidence": "HIGH"}}})
    };
    let results: Vec<Value> = (0..count).map(result).collect();
    json!({"version": "1.118.0", "results": results, "errors": [], "paths": {"scanned": []}}).to_string()
}
