//! The resource that an infrastructure finding is about, from the many ways in which tools name it.

use std::sync::LazyLock;

use regex::Regex;

/// Kind and name of a resource, folded to lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ResourceKey {
    /// `aws_s3_bucket`, `deployment`, `aws::s3::bucket`; empty when unknown.
    pub(super) kind: String,
    pub(super) name: String,
    /// True where the text gives the label in the code, so that another label is another resource; a name attribute proves less.
    pub(super) labelled: bool,
}

static JOB: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"jobs?[.(\[/:]\s*([A-Za-z_][\w-]*)").ok());
static STEP: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"steps?[.(\[]\s*(\d+)").ok());

impl ResourceKey {
    /// Reads Terraform addresses, CloudFormation ids, Kubernetes objects, KICS search keys and ARNs. `None` for what names a whole file.
    pub(super) fn parse(resource: &str, kind: Option<&str>) -> Option<Self> {
        let resource = resource.trim();
        if resource.is_empty() || resource.len() > 1000 {
            return None;
        }
        let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
        let lower = resource.to_ascii_lowercase();
        if lower.starts_with('/') || lower.contains("dockerfile") {
            return None;
        }
        if lower.starts_with("arn:") {
            return Some(Self { kind, name: lower, labelled: true });
        }
        if let Some(name) = between(&lower, "metadata.name={{", "}}").or_else(|| between(&lower, "metadata.name=", ".")) {
            return Some(Self { kind, name: name.to_owned(), labelled: true });
        }
        if let Some((head, rest)) = lower.split_once('[') {
            let name = rest.split(']').next().unwrap_or_default().trim_matches(['"', '\'', '{', '}']);
            if head.contains('_') && !head.contains(['.', '/']) && !name.is_empty() {
                return Some(Self { kind: head.to_owned(), name: name.to_owned(), labelled: true });
            }
        }
        if let Some((head, rest)) = lower.split_once('.')
            && head.contains("::")
        {
            return Some(Self { kind: head.to_owned(), name: rest.split('.').next().unwrap_or(rest).to_owned(), labelled: true });
        }
        if let Some(key) = terraform(&lower) {
            return Some(key);
        }
        if let Some(key) = kubernetes(resource) {
            return Some(key);
        }
        Some(Self { kind, name: lower, labelled: false })
    }

    /// True where both can name one resource. Kinds are compared only where both speak one vocabulary.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.name == other.name && (self.kind == other.kind || self.vocabulary() != other.vocabulary() || self.vocabulary() == 0)
    }

    /// True for an object of Kubernetes, which holds several containers under one set of rules.
    pub(super) fn is_kubernetes(&self) -> bool {
        self.vocabulary() == 3
    }

    /// 1: Terraform, 2: CloudFormation, 3: Kubernetes, 0: unknown.
    fn vocabulary(&self) -> u8 {
        match &self.kind {
            k if k.contains("::") => 2,
            k if k.contains('_') => 1,
            k if KUBERNETES.contains(&k.as_str()) => 3,
            _ => 0,
        }
    }
}

/// Job and number of the step that a pipeline finding names.
pub(super) fn job_and_step(resource: &str) -> (Option<String>, Option<u32>) {
    let first = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref()?.captures(resource)?.get(1).map(|m| m.as_str().to_owned());
    (first(&JOB), first(&STEP).and_then(|n| n.parse().ok()))
}

fn between<'a>(text: &'a str, head: &str, tail: &str) -> Option<&'a str> {
    let rest = text.split_once(head)?.1;
    let name = rest.split(tail).next().unwrap_or(rest).trim_matches(['{', '}', ' ']);
    (!name.is_empty()).then_some(name)
}

/// `module.net["a"].aws_subnet.web[0].tags` → `aws_subnet`, `web`.
fn terraform(address: &str) -> Option<ResourceKey> {
    let parts: Vec<&str> = address.split('.').take(24).map(|part| part.split('[').next().unwrap_or(part)).collect();
    let mut at = 0;
    while parts.get(at) == Some(&"module") {
        at += 2;
    }
    let data = parts.get(at) == Some(&"data");
    let kind = *parts.get(at + usize::from(data))?;
    let name = *parts.get(at + 1 + usize::from(data))?;
    let provider = kind.split('_').next().unwrap_or_default();
    let known = kind.contains('_') || (["aws", "azurerm", "google", "provider"].contains(&kind));
    (known && !provider.is_empty() && !name.is_empty() && !kind.contains(['/', ' ', ':'])).then(|| ResourceKey {
        kind: if data { format!("data.{kind}") } else { kind.to_owned() },
        name: name.to_owned(),
        labelled: true,
    })
}

const KUBERNETES: [&str; 22] = [
    "deployment",
    "daemonset",
    "statefulset",
    "replicaset",
    "job",
    "cronjob",
    "pod",
    "service",
    "serviceaccount",
    "role",
    "rolebinding",
    "clusterrole",
    "clusterrolebinding",
    "configmap",
    "secret",
    "ingress",
    "namespace",
    "networkpolicy",
    "persistentvolume",
    "persistentvolumeclaim",
    "replicationcontroller",
    "podsecuritypolicy",
];

/// `Deployment.production.web`, `Deployment/web`, `production/Deployment/web`, `apps/v1/Deployment/production/web`.
fn kubernetes(resource: &str) -> Option<ResourceKey> {
    let separator = if resource.contains('/') { '/' } else { '.' };
    let parts: Vec<&str> = resource.split(separator).map(str::trim).filter(|p| !p.is_empty()).take(12).collect();
    let at = parts.iter().position(|part| KUBERNETES.contains(&part.to_ascii_lowercase().as_str()))?;
    let kind = parts.get(at)?.to_ascii_lowercase();
    // Checkov puts the pod's labels behind: `Pod.default.web.app-web`; the object is what follows kind and namespace.
    let name = match separator {
        '.' => parts.get(at + 2).or_else(|| parts.get(at + 1))?,
        _ => parts.last().filter(|_| parts.len() > at + 1)?,
    };
    Some(ResourceKey { kind, name: name.to_ascii_lowercase(), labelled: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(resource: &str, kind: Option<&str>) -> ResourceKey {
        ResourceKey::parse(resource, kind).unwrap()
    }

    #[test]
    fn tools_name_one_resource_in_many_ways() {
        let bucket = key("aws_s3_bucket.data", None);
        for other in [
            "aws_s3_bucket[data].logging",
            "module.store.aws_s3_bucket.data",
            "module.store[0].aws_s3_bucket.data[\"eu\"].acl",
            "aws_s3_bucket[{{data}}]",
        ] {
            assert!(bucket.agrees(&key(other, Some("aws_s3_bucket"))), "{other}");
        }
        let web = key("Deployment.production.web", None);
        for other in
            ["Deployment/web", "production/Deployment/web", "metadata.name={{web}}.spec.template.spec.containers.name={{app}}.resources"]
        {
            assert!(web.agrees(&key(other, Some("Deployment"))), "{other}");
        }
        assert!(key("AWS::S3::Bucket.Logs", None).agrees(&key("Logs", None)));
    }

    #[test]
    fn other_resources_differ() {
        assert!(!key("aws_s3_bucket.data", None).agrees(&key("aws_s3_bucket.logs", None)));
        assert!(!key("aws_s3_bucket.data", None).agrees(&key("aws_s3_bucket_policy.data", None)));
        assert!(!key("Deployment.a.web", None).agrees(&key("Service.a.web", None)));
        assert_eq!(ResourceKey::parse("/app/Dockerfile.FROM", None), None);
    }

    #[test]
    fn jobs_and_steps() {
        assert_eq!(job_and_step("jobs(build).steps[3](Checkout)"), (Some("build".to_owned()), Some(3)));
        assert_eq!(job_and_step("jobs.build"), (Some("build".to_owned()), None));
        assert_eq!(job_and_step("on(Lint)"), (None, None));
    }
}
