//! Flags that say what a report is of, shared by `import` and `parse`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use formats::Mapping;
use model::Timestamp;
use operations::ImportFlags;

use crate::clock;
use crate::failure::Failure;

/// What a report is of. A flag wins over what the report states.
#[derive(clap::Args)]
pub(crate) struct StreamFlags {
    /// Repository, in any URL form.
    #[arg(long, value_name = "REPO")]
    repo: Option<String>,
    /// Image with or without tag or digest.
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,
    /// Address of what was scanned from outside.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Target by name.
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Branch of the repository; none means the default branch.
    #[arg(long)]
    branch: Option<String>,
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// Environment.
    #[arg(long)]
    env: Option<String>,
    /// Application, for what the inventory does not place.
    #[arg(long)]
    app: Option<String>,
    /// Service, for what the inventory does not place.
    #[arg(long)]
    service: Option<String>,
    /// Part of a target that one tool scans in several runs.
    #[arg(long)]
    category: Option<String>,
    /// When the scan ran. Default: the time in the report, else now.
    #[arg(long, value_name = "TIME", value_parser = clock::parse)]
    at: Option<Timestamp>,
    /// Format id, where the content does not tell (`muster formats`).
    #[arg(long, value_name = "ID")]
    format: Option<String>,
    /// Mapping of reports in no known format, YAML (`muster formats suggest` proposes one).
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    mapping: Option<PathBuf>,
    /// Folder in the repository that the tool was started in.
    #[arg(long, value_name = "DIR")]
    prefix: Option<String>,
    /// Where the scanned code is: findings get hashes of the code around them, its function and statement. The code is not kept.
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,
    /// Not the whole was scanned: closes nothing.
    #[arg(long)]
    partial: bool,
    /// The whole was scanned, even where there is no result.
    #[arg(long)]
    complete: bool,
    /// All files or none.
    #[arg(long)]
    atomic: bool,
}

impl StreamFlags {
    /// As operations take them.
    ///
    /// # Errors
    /// When the mapping cannot be read or is wrong.
    pub(crate) fn into_flags(self) -> Result<ImportFlags, Failure> {
        let mapping = self.mapping.as_deref().map(read_mapping).transpose()?;
        Ok(ImportFlags {
            repo: self.repo,
            image: self.image,
            url: self.url,
            target: self.target,
            branch: self.branch,
            commit: self.commit,
            env: self.env,
            app: self.app,
            service: self.service,
            category: self.category,
            at: self.at,
            format: self.format,
            mapping,
            prefix: self.prefix,
            source: self.source,
            partial: self.partial,
            complete: self.complete,
            atomic: self.atomic,
        })
    }
}

/// Reads a mapping file.
pub(crate) fn read_mapping(path: &Path) -> Result<Arc<Mapping>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Bad(format!("{}: {error}", path.display())))?;
    Ok(operations::mapping(&path.display().to_string(), &text)?)
}
