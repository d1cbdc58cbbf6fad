//! `cargo xtask demo`: from a fresh clone to the queue of the example programme in a browser.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::repository::{root, target};
use crate::run::{cargo, npm, program, run, say};
use crate::{Done, http, needs, refuse_unknown, value_of};

/// Where `muster serve` listens when nothing is said.
const PORT: u16 = 7433;

/// Our own hidden command: waits for the server, says so, opens the browser.
pub(crate) const OPENER: &str = "open-when-ready";

/// Builds, imports and serves until Ctrl-C.
pub(crate) fn command(arguments: &[String]) -> Done<ExitCode> {
    refuse_unknown(arguments, &["--no-open"], &["--port"])?;
    let open = !arguments.iter().any(|argument| argument == "--no-open");
    let address = address(value_of(arguments, "--port").transpose()?)?;
    needs::node()?;

    let start = Instant::now();
    say("1/3 web app");
    build_web()?;
    say(&format!("2/3 muster (a first build takes some minutes; {} so far)", seconds(start)));
    build_muster()?;
    say(&format!("3/3 example programme ({} so far)", seconds(start)));

    let us = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut opener = Command::new(us);
    opener.args([OPENER, &address.to_string(), if open { "open" } else { "print" }, &std::process::id().to_string()]);
    opener.stdin(Stdio::null()).spawn().map_err(|error| error.to_string())?;
    // From here on we are muster itself, so that Ctrl-C reaches it and nobody else.
    let error = program(muster()).args(["demo", "--listen", &address.to_string()]).exec();
    Err(format!("{}: {error}", muster().display()))
}

/// The program that [`build_muster`] builds.
pub(crate) fn muster() -> std::path::PathBuf {
    target().join("demo/muster")
}

/// The web app into `web/dist`, with its packages installed where they are missing or of another lock file.
pub(crate) fn build_web() -> Done {
    let changed = |file: &str| root().join(file).metadata().and_then(|metadata| metadata.modified()).ok();
    if changed("web/node_modules/.package-lock.json").is_none_or(|installed| Some(installed) < changed("web/package-lock.json")) {
        run(npm().arg("ci"))?;
    }
    run(npm().args(["run", "build"]))
}

/// The program, built as for release but faster.
pub(crate) fn build_muster() -> Done {
    run(cargo().args(["build", "--profile", "demo", "--package", "muster", "--bin", "muster"]))
}

/// The port asked for; else the usual one, or a free one where that is taken.
fn address(port: Option<&str>) -> Done<SocketAddr> {
    let on = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let free = |address| TcpListener::bind(address);
    match port {
        Some(text) => {
            let port: u16 = text.parse().ok().filter(|port| *port != 0).ok_or_else(|| format!("--port {text}: not a port (1 to 65535)"))?;
            free(on(port)).map_err(|error| format!("port {port}: {error}"))?;
            Ok(on(port))
        }
        None => free(on(PORT)).map_or_else(|_| http::free_address(), |_| Ok(on(PORT))),
    }
}

fn seconds(start: Instant) -> String {
    format!("{} s", start.elapsed().as_secs())
}

/// Waits until the server at the address answers, as long as the process lives; prints its URL and may open the browser.
pub(crate) fn open_when_ready(arguments: &[String]) -> ExitCode {
    let [address, how, server] = arguments else { return ExitCode::from(2) };
    let Ok(address) = address.parse::<SocketAddr>() else { return ExitCode::from(2) };
    let alive = || program("/bin/sh").args(["-c", "kill -0 \"$0\" 2>/dev/null", server]).status().is_ok_and(|status| status.success());
    while http::get(address, "/api/v1/status").is_err() {
        if !alive() {
            return ExitCode::FAILURE;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let url = format!("http://{address}/");
    say(&format!("\nMuster is ready at {url}  (Ctrl-C ends it)"));
    if how == "open"
        && (std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some() || cfg!(target_os = "macos"))
    {
        let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
        // Whoever has no browser has read the URL.
        let _ = program(opener).arg(&url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_asked_for_must_be_free_and_a_port() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        assert!(address(Some(&port)).unwrap_err().contains(&port));
        drop(taken);
        assert_eq!(address(Some(&port)).unwrap().port().to_string(), port);
        for wrong in ["0", "65536", "http"] {
            assert!(address(Some(wrong)).is_err());
        }
        assert!(address(None).unwrap().ip().is_loopback());
    }
}
