//! What runs, as a cluster or a delivery pipeline tells it: Kubernetes lists (`kubectl get pods,deployments -A -o yaml|json`), or JSON with one row a
//! deployment: `{service, environment, image, commit, at, gate, gate_reason}`, as an array, under `deployments`, or one on each line.

use model::{DeployGate, SourceLine, Timestamp};

use super::Problem;
use super::yaml::{self, Node};

/// One thing that runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunningRow {
    pub service: Option<String>,
    /// Name of a Kubernetes object; a service of that name is meant where no service owns the image.
    pub workload: Option<String>,
    pub namespace: Option<String>,
    pub environment: Option<String>,
    pub image: Option<String>,
    pub commit: Option<String>,
    /// Since when, where it is told.
    pub since: Option<Timestamp>,
    /// What the release gate had said, where it is told.
    pub gate: Option<DeployGate>,
    pub gate_reason: Option<String>,
    /// File and line.
    pub source: SourceLine,
}

/// Most rows of one file.
const MOST: usize = 200_000;

/// Reads a file.
///
/// # Errors
/// When it is neither YAML nor JSON, or holds nothing that runs; with every wrong row in one go.
pub fn running_of(path: &str, text: &str) -> Result<Vec<RunningRow>, Vec<Problem>> {
    let at = |line: u32| SourceLine { file: path.to_owned(), line };
    let documents = match yaml::documents(text) {
        Ok(documents) => documents,
        Err(first) => by_line(text).ok_or_else(|| vec![Problem::error(at(first.line), first.message)])?,
    };
    let mut reader = Reader { path, rows: Vec::new(), problems: Vec::new() };
    for document in &documents {
        let items = document.get("items").or_else(|| document.get("deployments")).map_or(&[][..], Node::items);
        let kubernetes = document.get("apiVersion").is_some();
        if kubernetes && items.is_empty() {
            reader.object(document);
        } else if kubernetes {
            items.iter().for_each(|item| reader.object(item));
        } else if items.is_empty() && document.items().is_empty() {
            reader.row(document);
        } else {
            items.iter().chain(document.items()).for_each(|item| reader.row(item));
        }
    }
    if reader.problems.is_empty() && reader.rows.is_empty() {
        let message = "nothing in it runs: no Kubernetes workload and no row with `service` and `image` or `commit`";
        reader.problems.push(Problem::error(at(1), message).instead("write `[{\"service\": …, \"environment\": …, \"image\": …}]`"));
    }
    if reader.problems.is_empty() { Ok(reader.rows) } else { Err(reader.problems) }
}

/// JSON lines: a document each.
fn by_line(text: &str) -> Option<Vec<Node>> {
    let mut out = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut found = yaml::documents(line).ok()?;
        for node in &mut found {
            node.line = u32::try_from(at + 1).unwrap_or(u32::MAX);
        }
        out.extend(found);
    }
    Some(out)
}

struct Reader<'a> {
    path: &'a str,
    rows: Vec<RunningRow>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn at(&self, line: u32) -> SourceLine {
        SourceLine { file: self.path.to_owned(), line }
    }

    fn push(&mut self, row: RunningRow) {
        if self.rows.len() < MOST {
            self.rows.push(row);
        }
    }

    fn wrong(&mut self, line: u32, message: String, instead: &str) {
        if self.problems.len() < 100 {
            self.problems.push(Problem::error(self.at(line), message).instead(instead));
        }
    }

    fn row(&mut self, node: &Node) {
        let text = |key: &str| node.get(key).and_then(Node::text).map(ToOwned::to_owned);
        let either = |one: &str, other: &str| text(one).or_else(|| text(other));
        let time = either("at", "since");
        let since = time.as_deref().and_then(Timestamp::lenient);
        if let (Some(time), None) = (&time, since) {
            self.wrong(
                node.line,
                format!("`{}` is no time", time.chars().take(60).collect::<String>()),
                "write it as 2026-11-20T08:00:00Z",
            );
            return;
        }
        let gate = text("gate");
        let said = gate.as_deref().and_then(DeployGate::from_word);
        if let (Some(gate), None) = (&gate, said) {
            self.wrong(
                node.line,
                format!("`{}` is nothing that a gate says", gate.chars().take(60).collect::<String>()),
                "write `passed`, `bypassed` or `none`",
            );
            return;
        }
        let row = RunningRow {
            gate: said,
            gate_reason: text("gate_reason"),
            service: text("service"),
            environment: either("environment", "env"),
            image: text("image"),
            commit: either("commit", "sha"),
            since,
            source: self.at(node.line),
            ..RunningRow::default()
        };
        if row.image.is_none() && row.commit.is_none() {
            self.wrong(
                node.line,
                "a row without `image` and `commit`".to_owned(),
                "write `{\"service\": …, \"environment\": …, \"image\": …}`",
            );
            return;
        }
        self.push(row);
    }

    fn object(&mut self, object: &Node) {
        let text = |keys: &[&str]| object.at(keys).and_then(Node::text);
        let kind = text(&["kind"]).unwrap_or_default();
        let template: &[&str] = match kind {
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => &["spec", "template", "spec"],
            "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
            "Pod" => &["spec"],
            _ => return,
        };
        // Scaled to nothing, or a pod that ended: it does not run.
        if text(&["spec", "replicas"]) == Some("0") || matches!(text(&["status", "phase"]), Some("Succeeded" | "Failed")) {
            return;
        }
        // The creation of a pod or replica set is that of its version; of a deployment it is not.
        let since =
            matches!(kind, "Pod" | "ReplicaSet").then(|| text(&["metadata", "creationTimestamp"]).and_then(Timestamp::lenient)).flatten();
        let owner = object.at(&["metadata", "ownerReferences"]).and_then(|list| list.items().first()).and_then(|first| first.get("name"));
        let label = text(&["metadata", "labels", "app.kubernetes.io/name"]).or_else(|| text(&["metadata", "labels", "app"]));
        let workload = label.or_else(|| owner.and_then(Node::text)).or_else(|| text(&["metadata", "name"]));
        let statuses = object.at(&["status", "containerStatuses"]).map_or(&[][..], Node::items);
        let spec = object.at(template);
        for container in spec.and_then(|spec| spec.get("containers")).map_or(&[][..], Node::items) {
            let Some(image) = container.get("image").and_then(Node::text) else { continue };
            let name = container.get("name").and_then(Node::text);
            // What the node pulled is surer than what was asked for: it has the digest.
            let pulled = statuses
                .iter()
                .find(|status| status.get("name").and_then(Node::text) == name)
                .and_then(|status| status.get("imageID").and_then(Node::text))
                .filter(|id| id.contains("@sha256:"));
            self.push(RunningRow {
                workload: workload.map(ToOwned::to_owned),
                namespace: text(&["metadata", "namespace"]).map(ToOwned::to_owned),
                image: Some(pulled.unwrap_or(image).to_owned()),
                since,
                source: self.at(container.line),
                ..RunningRow::default()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_kubernetes() {
        let text = "apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: shop-api, namespace: prod, creationTimestamp: \"2024-01-01T00:00:00Z\"}
  spec: {replicas: 2, template: {spec: {containers: [{name: api, image: \"r.example/api:1\"}]}}}
- apiVersion: v1
  kind: Pod
  metadata: {name: shop-web-5d9-x2, namespace: prod, labels: {app: shop-web}, creationTimestamp: \"2026-01-02T00:00:00Z\"}
  spec: {containers: [{name: web, image: \"r.example/web:7\"}]}
  status: {phase: Running, containerStatuses: [{name: web, imageID: \"docker-pullable://r.example/web@sha256:ab\"}]}
- apiVersion: apps/v1
  kind: ReplicaSet
  metadata: {name: old}
  spec: {replicas: 0, template: {spec: {containers: [{name: api, image: \"r.example/api:0\"}]}}}
";
        let rows = running_of("k8s.yaml", text).unwrap();
        let shown: Vec<_> =
            rows.iter().map(|row| (row.workload.as_deref(), row.image.as_deref(), row.since.is_some(), row.source.line)).collect();
        assert_eq!(
            shown,
            [
                (Some("shop-api"), Some("r.example/api:1"), false, 7),
                (Some("shop-web"), Some("docker-pullable://r.example/web@sha256:ab"), true, 11)
            ]
        );
    }

    #[test]
    fn rows_of_a_feed() {
        let array =
            "[{\"service\": \"api\", \"environment\": \"prod\", \"image\": \"r.example/api@sha256:1\", \"at\": \"2026-01-02T03:04:05Z\"}]";
        let lines =
            "{\"service\": \"api\", \"env\": \"prod\", \"sha\": \"abc\"}\n{\"service\": \"web\", \"env\": \"prod\", \"sha\": \"def\"}\n";
        assert_eq!(running_of("a.json", array).unwrap().len(), 1);
        assert_eq!(running_of("a.jsonl", lines).unwrap().iter().map(|row| row.source.line).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(running_of("a.json", &format!("{{\"deployments\": {array}}}")).unwrap()[0].environment.as_deref(), Some("prod"));
        let wrong = running_of("a.json", "[{\"service\": \"a\"},\n {\"service\": \"b\", \"image\": \"x\", \"at\": \"soon\"}]").unwrap_err();
        assert_eq!(wrong.iter().map(|problem| problem.at.line).collect::<Vec<_>>(), [1, 2]);
        assert!(running_of("a.json", "{}").is_err());
        assert!(running_of("a.json", "a: [").is_err());
    }
}
