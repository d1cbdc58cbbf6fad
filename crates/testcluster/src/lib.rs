//! A throw-away PostgreSQL cluster for tests, from the installed binaries.
//!
//! The cluster lives in a folder of its own, listens on a Unix socket in it and nowhere else, and never syncs to disk. A watchdog
//! process holds the read end of a pipe whose write end only we hold: when this process ends, in whatever way, the pipe closes and
//! the watchdog stops the cluster and removes the folder. So a killed test run leaves nothing behind.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Why there is no cluster.
#[derive(Debug)]
pub enum ClusterError {
    /// No `initdb` on this machine.
    NotInstalled,
    /// PostgreSQL refuses to run as root, and no other account was found to run it as.
    NoAccount,
    /// A program of PostgreSQL failed; with what it printed.
    Failed(String),
    /// The folder could not be made.
    Io(io::Error),
}

impl fmt::Display for ClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str("PostgreSQL is not installed; run: apt-get install postgresql"),
            Self::NoAccount => f.write_str("PostgreSQL does not run as root, and there is neither an account `postgres` nor `nobody`"),
            Self::Failed(said) => write!(f, "the test cluster did not start: {said}"),
            Self::Io(error) => write!(f, "the test cluster's folder: {error}"),
        }
    }
}

impl std::error::Error for ClusterError {}

impl From<io::Error> for ClusterError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A running cluster; dropped, it is stopped and removed.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    watchdog: Child,
}

/// Ids of the account that runs the server; `None`: our own.
type Account = Option<(u32, u32)>;

impl Cluster {
    /// Makes and starts a cluster; takes about two seconds.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self, ClusterError> {
        let programs = find_programs().ok_or(ClusterError::NotInstalled)?;
        let folder = make_folder()?;
        let account = account(&folder)?;
        if let Some((user, group)) = account {
            chown(&folder, Some(user), Some(group))?;
        }
        // Before the server, so that nothing is left if we are killed while it starts.
        let watchdog = watchdog(&programs, &folder, account)?;
        let cluster = Self { folder, watchdog };
        cluster.run_server(&programs, account)?;
        Ok(cluster)
    }

    /// The URL of its database `postgres`, whose user may do everything.
    #[must_use]
    pub fn url(&self) -> String {
        let host = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://muster@{host}/postgres")
    }

    fn run_server(&self, programs: &Path, account: Account) -> Result<(), ClusterError> {
        let data = self.folder.join("data");
        let initdb = |locale: &[&str]| {
            let mut command = as_account(programs.join("initdb"), &self.folder, account);
            command
                .args(["--username=muster", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"])
                .args(locale)
                .arg("--pgdata")
                .arg(&data);
            run(command)
        };
        // A locale that does not sort by bytes, so that a text column without its collation is found out.
        if initdb(&["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]).is_err() {
            let _ = fs::remove_dir_all(&data);
            initdb(&["--locale=C"])?;
        }
        let mut options = format!("-k {} -c listen_addresses=''", self.folder.display());
        for setting in
            ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200", "shared_buffers=64MB", "autovacuum=on"]
        {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        let mut start = as_account(programs.join("pg_ctl"), &self.folder, account);
        start.arg("-D").arg(&data).arg("-l").arg(self.folder.join("log")).args(["-w", "-t", "60", "-o", &options, "start"]);
        run(start).map_err(|error| {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            ClusterError::Failed(format!("{error}\n{log}"))
        })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The folder with `initdb`: the newest below `/usr/lib/postgresql`, else the first in `PATH`.
fn find_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists())
        .max();
    if let Some((_, folder)) = newest {
        return Some(folder);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

/// A new folder for us alone, with a path short enough for a socket's (107 bytes).
fn make_folder() -> Result<PathBuf, ClusterError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let base = std::env::temp_dir();
    let base = if base.as_os_str().len() > 60 { PathBuf::from("/tmp") } else { base };
    for _ in 0..1000 {
        let folder = base.join(format!("muster-pg-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        match fs::create_dir(&folder) {
            Ok(()) => {
                fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
                return Ok(folder);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ClusterError::Failed("no free name for its folder".into()))
}

/// Whom to run the server as: ourselves, or when we are root `postgres` or `nobody`.
fn account(ours: &Path) -> Result<Account, ClusterError> {
    if fs::metadata(ours)?.uid() != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let ids = |name: &str| {
        accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(())?;
            Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
        })
    };
    ids("postgres").or_else(|| ids("nobody")).map(Some).ok_or(ClusterError::NoAccount)
}

fn as_account(program: impl AsRef<Path>, folder: &Path, account: Account) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(folder).stdin(Stdio::null()).env("LC_ALL", "C").env_remove("PGDATA");
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

fn run(mut command: Command) -> Result<(), ClusterError> {
    let name = command.get_program().to_string_lossy().into_owned();
    // pg_ctl leaves the server running with its outputs open: not a pipe, whose end we would wait for.
    let wait = if name.ends_with("pg_ctl") {
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().map(|status| (status, Vec::new()))
    } else {
        command.output().map(|out| (out.status, out.stderr))
    };
    let (status, said) = wait.map_err(|error| ClusterError::Failed(format!("{name}: {error}")))?;
    if status.success() { Ok(()) } else { Err(ClusterError::Failed(format!("{name}: {status} {}", String::from_utf8_lossy(&said)))) }
}

/// Waits for its input to end, which is when we end, then stops the server and removes the folder.
fn watchdog(programs: &Path, folder: &Path, account: Account) -> Result<Child, ClusterError> {
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        while read -r _; do :; done
        for _ in 1 2 3; do
            "$1/pg_ctl" -D "$2/data" -m immediate -w -t 20 stop && break
            [ -d "$2/data" ] || break
            sleep 1
        done
        rm -rf "$2"
    "#;
    let mut command = as_account("/bin/sh", folder, account);
    command.arg("-c").arg(SCRIPT).arg("muster-test-cluster").arg(programs).arg(folder);
    // In a process group of its own: Ctrl-C reaches the tests, not the watchdog.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).current_dir("/");
    command.spawn().map_err(|error| ClusterError::Failed(format!("/bin/sh: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_starts_and_leaves_nothing() {
        let cluster = match Cluster::start() {
            Err(ClusterError::NotInstalled) => return eprintln!("skipped: {}", ClusterError::NotInstalled),
            other => other.unwrap(),
        };
        let folder = cluster.folder.clone();
        let server: u32 = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap().lines().next().unwrap().parse().unwrap();
        assert!(Path::new(&format!("/proc/{server}")).exists() || !Path::new("/proc").exists());
        assert!(cluster.url().contains("%2F"));
        drop(cluster);
        assert!(!folder.exists());
        // pg_ctl returns when the server has let go of its folder, a moment before the process is gone.
        let gone = (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            !Path::new(&format!("/proc/{server}")).exists()
        });
        assert!(gone);
    }
}
