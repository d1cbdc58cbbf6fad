//! The database that a command works on.

use std::path::PathBuf;

use operations::{Muster, SecretKey};

use crate::clock;
use crate::failure::Failure;

/// Flags of every command.
#[derive(clap::Args)]
pub(crate) struct Global {
    /// Database: `sqlite:PATH` or `postgres://…`. Default: an SQLite file in the user's data folder.
    #[arg(long, global = true, env = "MUSTER_DB", value_name = "URL")]
    pub(crate) db: Option<String>,
    /// Organisation.
    #[arg(long, global = true, default_value = "default", value_name = "NAME")]
    pub(crate) org: String,
    /// Machine output on stdout, and nothing else there.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Global {
    /// Opens the database.
    pub(crate) fn open(&self) -> Result<Muster, Failure> {
        let url = match &self.db {
            Some(url) => url.clone(),
            None => {
                let folder = user_folder("XDG_DATA_HOME", ".local/share")?;
                std::fs::create_dir_all(&folder)?;
                format!("sqlite:{}", folder.join("muster.db").display())
            }
        };
        Ok(Muster::open(&url, &self.org, secret_key()?, clock::now())?)
    }
}

/// The key of the secrets' hashes, in the user's configuration folder.
pub(crate) fn secret_key() -> Result<SecretKey, Failure> {
    Ok(SecretKey::in_file(&user_folder("XDG_CONFIG_HOME", ".config")?.join("secret.key"))?)
}

pub(crate) fn user_folder(variable: &str, below_home: &str) -> Result<PathBuf, Failure> {
    let base = std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = base.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(below_home)));
    base.map(|base| base.join("muster"))
        .ok_or_else(|| Failure::Bad(format!("neither {variable} nor HOME is set; name a database with --db")))
}

/// Who decides on the command line.
pub(crate) fn author() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "operator".to_owned())
}
