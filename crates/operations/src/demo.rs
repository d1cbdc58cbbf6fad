//! The example programme: a manifest of steps that is replayed into a database, by the same operations that people use.

use std::path::{Path, PathBuf};

use model::{Deployment, Timestamp};
use pipeline::correlate::yaml::{Node, documents};

use crate::import::{ImportFlags, Upload};
use crate::{Muster, OperationError, Result};

/// One step of the manifest.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// `inventory`, `intel`, `routes`, `deploy`, `import`.
    pub verb: String,
    pub path: Option<PathBuf>,
    pub flags: ImportFlags,
}

/// What happened in a step, for the progress shown.
#[derive(Clone, Debug)]
pub struct DemoProgress {
    pub done: usize,
    pub of: usize,
    pub what: String,
}

impl Muster {
    /// Replays the manifest `demo.yaml` of a folder.
    ///
    /// # Errors
    /// When the manifest is wrong, or a step is refused.
    pub fn replay(&self, folder: &Path, now: Timestamp, mut progress: impl FnMut(&DemoProgress)) -> Result<()> {
        let manifest = folder.join("demo.yaml");
        let text = std::fs::read_to_string(&manifest).map_err(|error| OperationError::Bad(format!("{}: {error}", manifest.display())))?;
        let steps = steps(&text).map_err(|reason| OperationError::Bad(format!("{}: {reason}", manifest.display())))?;
        let of = steps.len();
        for (done, step) in steps.into_iter().enumerate() {
            let what = step.path.as_ref().map_or_else(|| step.verb.clone(), |path| format!("{} {}", step.verb, path.display()));
            progress(&DemoProgress { done, of, what: what.clone() });
            self.step(folder, step, now).map_err(|error| match error {
                error if error.is_user_fault() => OperationError::Bad(format!("{what}: {error}")),
                other => other,
            })?;
        }
        progress(&DemoProgress { done: of, of, what: "ready".to_owned() });
        Ok(())
    }

    fn step(&self, folder: &Path, step: Step, now: Timestamp) -> Result<()> {
        let path = step.path.clone().unwrap_or_default();
        let name = path.display().to_string();
        let read = || std::fs::read(folder.join(&path)).map_err(|error| OperationError::Bad(error.to_string()));
        let text = || read().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        match step.verb.as_str() {
            "inventory" => {
                self.apply_inventory(&[(name, text()?)], step.flags.repo.as_deref(), None, now)?;
            }
            "intel" => {
                self.load_intel(&[(name, read()?)], now)?;
            }
            "routes" => {
                self.apply_routes(&[(name, text()?)], step.flags.service.as_deref(), now)?;
            }
            "deploy" => {
                let deployment = Deployment {
                    service: step.flags.service.clone().unwrap_or_default(),
                    environment: step.flags.env.clone().unwrap_or_default(),
                    image: step.flags.image.clone(),
                    commit: step.flags.commit.clone(),
                    since: step.flags.at.unwrap_or(now),
                    source: name,
                    ..Deployment::default()
                };
                self.deploy(deployment, now)?;
            }
            "import" => {
                // Named as in the manifest, whatever folder it is replayed from.
                let answer = self.import(vec![Upload::Bytes(name, read()?)], &step.flags, now, |_| {})?;
                if let Some(error) = answer.reports.iter().find_map(|report| report.error.clone()) {
                    return Err(OperationError::Bad(error));
                }
            }
            other => return Err(OperationError::Bad(format!("`{other}` is no step; steps are inventory, intel, routes, deploy, import"))),
        }
        Ok(())
    }
}

fn steps(text: &str) -> Result<Vec<Step>, String> {
    let documents = documents(text).map_err(|error| format!("line {}: {}", error.line, error.message))?;
    let list = documents.first().and_then(|document| document.get("steps")).ok_or("no `steps`")?;
    list.items().iter().map(step).collect()
}

fn step(node: &Node) -> Result<Step, String> {
    let mut step = Step::default();
    for (key, value) in node.entries() {
        let text = value.text().unwrap_or_default().to_owned();
        let set = Some(text.clone());
        match key.text.as_str() {
            "do" => step.verb = text,
            "path" => step.path = Some(PathBuf::from(text)),
            "at" => step.flags.at = Some(text.parse::<Timestamp>().map_err(|error| format!("line {}: {error}", key.line))?),
            "repo" => step.flags.repo = set,
            "branch" => step.flags.branch = set,
            "commit" => step.flags.commit = set,
            "image" => step.flags.image = set,
            "url" => step.flags.url = set,
            "target" => step.flags.target = set,
            "service" => step.flags.service = set,
            "app" => step.flags.app = set,
            "env" => step.flags.env = set,
            "category" => step.flags.category = set,
            "format" => step.flags.format = set,
            "prefix" => step.flags.prefix = set,
            "partial" => step.flags.partial = text == "true",
            "complete" => step.flags.complete = text == "true",
            "note" => {}
            other => return Err(format!("line {}: unknown key `{other}`", key.line)),
        }
    }
    Ok(step)
}
