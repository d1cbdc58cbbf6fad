//! Running programs where the reader can follow.

use std::io::{BufRead, BufReader, Write, stdout};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Done;
use crate::repository::root;

/// Prints a line. That nobody reads it any more is no reason to stop.
pub(crate) fn say(line: &str) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A program in the root folder, free of the user's own Muster settings, printing plain text.
pub(crate) fn program(name: impl AsRef<Path>) -> Command {
    let mut command = Command::new(name.as_ref());
    command.current_dir(root()).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    for setting in ["MUSTER_DB", "MUSTER_SERVER", "MUSTER_TOKEN", "MUSTER_ORG", "MUSTER_TEST_SKIP_POSTGRES"] {
        command.env_remove(setting);
    }
    command
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// `npm` in the folder of the web app.
pub(crate) fn npm() -> Command {
    let mut command = program("npm");
    command.current_dir(root().join("web"));
    command
}

/// Runs it, its output going where ours goes.
///
/// # Errors
/// When it does not start or does not succeed.
pub(crate) fn run(command: &mut Command) -> Done {
    run_and_read(command, |_| ())
}

/// Runs it like [`run`]; `read` sees each line of its standard output, which is printed all the same.
///
/// # Errors
/// When it does not start or does not succeed.
pub(crate) fn run_and_read(command: &mut Command, mut read: impl FnMut(&str)) -> Done {
    let shown = shown(command);
    say(&format!("$ {shown}"));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| format!("{shown}: {error}"))?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let mut out = stdout().lock();
            let _ = out.write_all(&line).and_then(|()| out.flush());
            drop(out);
            read(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    let status = child.wait().map_err(|error| format!("{shown}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown}: {status}")) }
}

/// Runs it quietly: what it printed on standard output, trimmed; `None` when it is missing or failed.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let out = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_the_exit_code_counts() {
        let mut lines = Vec::new();
        let script = |text: &str| {
            let mut command = program("sh");
            command.args(["-c", text]);
            command
        };
        run_and_read(&mut script("echo one; printf two"), |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(lines, ["one", "two"]);
        assert!(run(&mut script("exit 3")).unwrap_err().contains('3'));
        assert_eq!(answer(&mut script("echo x")).as_deref(), Some("x"));
        assert_eq!(answer(&mut script("echo x; false")), None);
    }
}
