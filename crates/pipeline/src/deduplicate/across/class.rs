//! Which evidence model a finding is weighed by.
//!
//! The class follows what the finding is *about*, not only the kind that its tool has: a linter's hard-coded password is a secret,
//! a code scanner's Dockerfile rule is a configuration finding. A class chosen by a word of the tool would be a hidden cannot-link.

use model::{Finding, Kind};

/// The evidence model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    /// A vulnerable, malicious or wrongly licensed package.
    Package,
    /// A weakness in source code.
    Code,
    /// A secret in a file.
    Secret,
    /// A resource in a file: Terraform, Kubernetes, CloudFormation, Dockerfile.
    Config,
    /// A build pipeline's definition.
    Workflow,
    /// Seen from outside, over HTTP.
    Web,
    /// A resource of a running cloud account, cluster, host or image.
    Cloud,
}

impl Class {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Code => "code",
            Self::Secret => "secret",
            Self::Config => "configuration",
            Self::Workflow => "pipeline",
            Self::Web => "web",
            Self::Cloud => "cloud",
        }
    }

    /// The class of a finding; `family` is its weakness family where known.
    pub(super) fn of(finding: &Finding, family: Option<&str>) -> Self {
        use Kind as K;
        let path = finding.location.path.as_deref().unwrap_or_default();
        let is_package = finding.package.as_ref().is_some_and(|p| p.purl.is_some() || p.name.is_some());
        match finding.kind {
            K::Sca | K::License | K::Malware => return Self::Package,
            K::Container | K::Runtime | K::Config | K::Cloud | K::Pentest | K::Dast | K::Api | K::Sast if is_package => {
                return Self::Package;
            }
            K::Secret => return Self::Secret,
            K::Dast | K::Pentest if finding.location.url.is_some() || path.is_empty() => return Self::Web,
            K::Api if finding.location.url.is_some() => return Self::Web,
            K::Iast => return Self::Code,
            K::Cloud if path.is_empty() => return Self::Cloud,
            _ => {}
        }
        if path.is_empty() {
            return match finding.kind {
                _ if finding.location.url.is_some() => Self::Web,
                K::Sast => Self::Code,
                _ => Self::Cloud,
            };
        }
        let rule = finding.rule.as_str();
        if is_workflow(path) || finding.kind == K::Pipeline {
            return if family == Some("secret") && finding.kind != K::Pipeline { Self::Secret } else { Self::Workflow };
        }
        if rule.starts_with("CKV_SECRET") || rule.starts_with("generic.secrets.") {
            return Self::Secret;
        }
        let infrastructure =
            ["terraform.", "dockerfile.", "yaml.kubernetes.", "yaml.docker-compose.", "json.aws.", "CKV", "AVD-", "DL3", "DL4", "KSV"];
        if matches!(finding.kind, K::Iac | K::Config | K::Cloud | K::Container) || infrastructure.iter().any(|head| rule.starts_with(head))
        {
            return Self::Config;
        }
        if family == Some("secret") { Self::Secret } else { Self::Code }
    }
}

/// True for the definition of a build pipeline.
pub(super) fn is_workflow(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let base = path.rsplit('/').next().unwrap_or_default();
    let yaml = base.ends_with(".yml") || base.ends_with(".yaml");
    (yaml && (path.contains(".github/workflows/") || path.contains(".github/actions/") || path.contains(".circleci/")))
        || matches!(
            base,
            ".gitlab-ci.yml"
                | "azure-pipelines.yml"
                | "azure-pipelines.yaml"
                | "bitbucket-pipelines.yml"
                | "jenkinsfile"
                | ".drone.yml"
                | ".travis.yml"
                | "action.yml"
                | "action.yaml"
        )
}

/// True for a Dockerfile or Containerfile.
pub(super) fn is_dockerfile(path: &str) -> bool {
    let base = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    base.starts_with("dockerfile") || base.ends_with("dockerfile") || base.starts_with("containerfile")
}
