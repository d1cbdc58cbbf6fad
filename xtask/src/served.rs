//! A running `muster demo` that is gone when we are, in whatever way we end.

use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::{Done, http, run};

/// How long a server may take until it answers; the example programme is imported in that time.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs the program given behind it. When its own input ends, which is when we do, the program is stopped.
const WATCHDOG: &str = r#"
    exec 3<&0
    "$@" </dev/null 3<&- & child=$!
    {
        while read -r _; do :; done
        kill "$child" 2>/dev/null || exit 0
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            sleep 1
            kill -0 "$child" 2>/dev/null || exit 0
        done
        kill -9 "$child" 2>/dev/null
    } <&3 &
    exec 3<&-
    wait "$child"
"#;

/// A server that answers; dropped, it is stopped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    watchdog: Child,
}

impl Served {
    /// Starts a server on a free port and waits until it answers. What it prints goes to the file `log`. `arguments` come before
    /// `--listen`.
    ///
    /// # Errors
    /// When it ends or stays silent; with the end of what it printed.
    pub(crate) fn start(muster: &Path, arguments: &[&str], log: PathBuf) -> Done<Self> {
        let address = http::free_address()?;
        let output = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let errors = output.try_clone().map_err(|error| error.to_string())?;
        let mut command = run::program("/bin/sh");
        command.args(["-c", WATCHDOG, "muster-watchdog"]).arg(muster).args(arguments).arg("--listen").arg(address.to_string());
        // In a process group of its own: Ctrl-C reaches us, and our end reaches it.
        command.stdin(Stdio::piped()).stdout(output).stderr(errors).process_group(0);
        let watchdog = command.spawn().map_err(|error| format!("/bin/sh: {error}"))?;
        let mut served = Self { address, watchdog };
        served.wait_until_it_answers().map_err(|reason| format!("{reason}; it printed:\n{}", last_lines(&log)))?;
        Ok(served)
    }

    /// The number of the server's process, where the system tells: the watchdog's child that runs the program.
    pub(crate) fn process(&self) -> Option<u32> {
        let parent = self.watchdog.id();
        let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?;
        children
            .split_whitespace()
            .filter_map(|id| id.parse().ok())
            .find(|id: &u32| std::fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.trim_end() == "muster"))
    }

    fn wait_until_it_answers(&mut self) -> Done {
        let start = Instant::now();
        loop {
            if http::get(self.address, "/api/v1/status").is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.watchdog.try_wait() {
                return Err(format!("the server ended ({status})"));
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("the server did not answer within {} seconds", PATIENCE.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(30)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("xtask-{name}-{}.log", std::process::id()))
    }

    #[test]
    fn a_server_that_ends_is_reported_with_its_words() {
        let log = log("ends");
        let error = Served::start(Path::new("/bin/sh"), &["-c", "echo no database; exit 3"], log.clone()).err().unwrap();
        assert!(error.contains("exit status: 3") && error.contains("no database"), "{error}");
        std::fs::remove_file(log).unwrap();
    }

    #[test]
    fn what_runs_is_stopped_with_us() {
        let log = log("stops");
        let output = File::create(&log).unwrap();
        let mut command = run::program("/bin/sh");
        command.args(["-c", WATCHDOG, "muster-watchdog", "/bin/sh", "-c", "echo $$; exec sleep 600"]);
        let watchdog = command.stdin(Stdio::piped()).stdout(output).process_group(0).spawn().unwrap();
        let served = Served { address: SocketAddr::from(([127, 0, 0, 1], 9)), watchdog };
        let id = loop {
            let text = std::fs::read_to_string(&log).unwrap();
            if let Some(line) = text.strip_suffix('\n') {
                break line.to_owned();
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let runs = || run::answer(run::program("/bin/sh").args(["-c", "kill -0 $0", &id])).is_some();
        assert!(runs());
        drop(served);
        assert!(!runs());
        std::fs::remove_file(log).unwrap();
    }
}
