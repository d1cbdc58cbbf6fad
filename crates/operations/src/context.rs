//! What every operation works on: a database, an organisation, the key of the secrets' hashes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use model::Timestamp;
use store::Db;
use store::queries::organisations;

use crate::{OperationError, Result};

/// The key under which values of secrets are hashed. It lies in the user's configuration folder, never beside the database.
#[derive(Clone)]
pub struct SecretKey(Arc<[u8; 32]>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// A key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(bytes))
    }

    /// The key in that file; a file with a new random key is made when there is none, readable by its owner alone.
    ///
    /// # Errors
    /// When the file cannot be read or made, or holds something else.
    pub fn in_file(path: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| OperationError::System(format!("{}: {error}", path.display()));
        match fs::read(path) {
            Ok(bytes) => {
                let bytes: [u8; 32] = bytes.try_into().map_err(|_| {
                    OperationError::System(format!(
                        "{}: not a key of 32 bytes; restore it from a backup, or remove it to begin anew",
                        path.display()
                    ))
                })?;
                Ok(Self::new(bytes))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes).map_err(|error| OperationError::System(format!("no random numbers: {error}")))?;
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(failed)?;
                }
                let mut options = fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                match options.open(path) {
                    Ok(mut file) => file.write_all(&bytes).map_err(failed)?,
                    // Another process made it at the same time.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Self::in_file(path),
                    Err(error) => return Err(failed(error)),
                }
                Ok(Self::new(bytes))
            }
            Err(error) => Err(failed(error)),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Muster on a database, for one organisation. Cheap to clone. Time comes in with every call.
#[derive(Clone, Debug)]
pub struct Muster {
    pub(crate) db: Db,
    pub(crate) org: i64,
    pub(crate) organisation: String,
    pub(crate) key: SecretKey,
    pub(crate) url: String,
}

impl Muster {
    /// Opens the database of a URL for an organisation, which is made when there is none of that name.
    ///
    /// # Errors
    /// When the database cannot be opened, or is of a newer version.
    pub fn open(url: &str, organisation: &str, key: SecretKey, now: Timestamp) -> Result<Self> {
        let db = Db::open(url)?;
        let org = match db.read(|conn| organisations::find(conn, organisation))? {
            Some(org) => org,
            None => db.try_write(|tx| {
                let org = organisations::find_or_make(tx, organisation, now)?;
                crate::matching::note_current(tx, org, now)?;
                Ok::<_, OperationError>(org)
            })?,
        };
        Ok(Self { db, org, organisation: organisation.to_owned(), key, url: url.to_owned() })
    }

    /// The name of the organisation.
    #[must_use]
    pub fn organisation(&self) -> &str {
        &self.organisation
    }
}

/// Refuses a time that lies ahead by more than five minutes, the tolerance for clocks that differ.
pub(crate) fn not_ahead(what: &str, at: Timestamp, now: Timestamp) -> Result<()> {
    if at.0 > now.0 + 5 * 60 * 1000 {
        return Err(OperationError::Bad(format!("{what} {at} lies ahead of now ({now})")));
    }
    Ok(())
}
