//! Which reader an inventory file needs, told by its name and content.

use super::codeowners::CodeOwners;
use super::{Declared, FileId, Problem, backstage, codeowners_file, git_log, kubernetes, muster_yaml, openapi, provenance, terraform};
use model::SourceLine;

/// What sort of inventory file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InventoryKind {
    Muster,
    Backstage,
    Kubernetes,
    CodeOwners,
    Terraform,
    OpenApi,
    GitLog,
    Provenance,
}

impl InventoryKind {
    /// The kind of a file; `None` where it is no inventory file.
    #[must_use]
    pub fn of(path: &str, text: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\', '!']).next().unwrap_or(path).to_ascii_lowercase();
        if name == "codeowners" {
            return Some(Self::CodeOwners);
        }
        if name == "muster.yaml" || name == "muster.yml" {
            return Some(Self::Muster);
        }
        let yaml = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
        if git_log::recognise(text) {
            Some(Self::GitLog)
        } else if provenance::recognise(text) {
            Some(Self::Provenance)
        } else if terraform::recognise(text) {
            Some(Self::Terraform)
        } else if openapi::recognise(text) {
            Some(Self::OpenApi)
        } else if backstage::recognise(text) {
            Some(Self::Backstage)
        } else if kubernetes::recognise(text) {
            Some(Self::Kubernetes)
        } else {
            let top = |key: &str| text.lines().any(|line| line.starts_with(key));
            let keys = ["teams:", "applications:", "owners:", "base_images:", "environments:"];
            (yaml && top("version:") && keys.into_iter().any(top)).then_some(Self::Muster)
        }
    }
}

/// Reads an inventory file of any kind. `None` where it is none.
#[must_use]
pub fn read(file: FileId, text: &str) -> Option<(Declared, Vec<Problem>)> {
    Some(match InventoryKind::of(&file.path, text)? {
        InventoryKind::Muster => muster_yaml::read(file, text),
        InventoryKind::Backstage => backstage::read(file, text),
        InventoryKind::Kubernetes => kubernetes::read(file, text),
        InventoryKind::Terraform => terraform::read(file, text),
        InventoryKind::OpenApi => openapi::read(file, text),
        InventoryKind::GitLog => git_log::read(file, text),
        InventoryKind::Provenance => provenance::read(file, text),
        InventoryKind::CodeOwners => {
            let mut problems = Vec::new();
            if file.repository.is_empty() {
                let at = SourceLine { file: file.path.clone(), line: 0 };
                let problem = Problem::error(at, "of which repository this CODEOWNERS is was not said");
                problems.push(problem.instead("apply it with `--repo github.com/acme/checkout`"));
            }
            let declared = codeowners_file(file, text.to_owned());
            problems.extend(declared.inventory.codeowners.iter().flat_map(|owners| CodeOwners::read(owners).1));
            (declared, problems)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_name_and_content() {
        for (path, text, kind) in [
            ("x/CODEOWNERS", "* @a", Some(InventoryKind::CodeOwners)),
            ("muster.yaml", "", Some(InventoryKind::Muster)),
            ("inventory.yml", "version: 1\nteams: []\n", Some(InventoryKind::Muster)),
            ("rules.yml", "version: 1\nowners: []\n", Some(InventoryKind::Muster)),
            ("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\n", Some(InventoryKind::Backstage)),
            ("all.yaml", "---\napiVersion: apps/v1\nkind: Deployment\n", Some(InventoryKind::Kubernetes)),
            ("terraform.tfstate", "{\n  \"version\": 4,\n  \"terraform_version\": \"1.9.0\"\n}", Some(InventoryKind::Terraform)),
            ("api.json", "{\n  \"openapi\": \"3.1.0\"\n}", Some(InventoryKind::OpenApi)),
            ("log", "commit 1111111111111111111111111111111111111111\n", Some(InventoryKind::GitLog)),
            ("pods.json", "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\"\n}", Some(InventoryKind::Kubernetes)),
            ("policy.yaml", "version: 1\nrules: []\n", None),
            ("README.md", "version: 1\nteams:\n", None),
        ] {
            assert_eq!(InventoryKind::of(path, text), kind, "{path}");
        }
    }

    #[test]
    fn codeowners_needs_its_repository() {
        let id = |repository: &str| FileId { repository: repository.into(), path: "CODEOWNERS".into() };
        let (_, problems) = read(id(""), "* @a\n").unwrap();
        assert!(problems[0].is_error() && problems[0].to_string().contains("--repo"));
        let (declared, problems) = read(id("github.com/acme/shop"), "* @a\n!x @b\n").unwrap();
        assert_eq!((declared.inventory.codeowners.len(), problems.len()), (1, 1));
        assert!(!problems[0].is_error());
        assert!(read(id("x").clone(), "").is_some());
    }
}
