//! A vulnerability in a security report of GitLab.

use serde::Deserialize;

use crate::read::lenient;

#[derive(Deserialize)]
pub(super) struct Row {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) message: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) description: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) severity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) confidence: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) solution: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) discovered_at: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) raw_source_code_extract: Option<String>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) location: Location,
    pub(super) identifiers: Vec<Identifier>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) links: Vec<Link>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) cvss_vectors: Vec<CvssVector>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) flags: Vec<Flag>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) evidence: Option<Evidence>,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) tracking: Tracking,
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub(super) details: Details,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Identifier {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) value: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Link {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CvssVector {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) vendor: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) vector: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Flag {
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Location {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) file: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) start_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) end_line: Option<u32>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) class: Option<String>,
    /// A method of code, or of HTTP.
    #[serde(deserialize_with = "lenient::text")]
    pub(super) method: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) dependency: Dependency,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) image: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) operating_system: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) commit: Commit,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) kubernetes_resource: KubernetesResource,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) hostname: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) path: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) param: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) crash_state: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Dependency {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) package: Package,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) version: Option<String>,
    #[serde(deserialize_with = "lenient::truth")]
    pub(super) direct: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Package {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Commit {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) sha: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct KubernetesResource {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) namespace: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Evidence {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) request: Option<Message>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) response: Option<Message>,
}

/// An HTTP request or response.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    #[serde(deserialize_with = "lenient::text")]
    method: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    status_code: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    reason_phrase: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    headers: Vec<Header>,
    #[serde(deserialize_with = "lenient::text")]
    body: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Header {
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    value: Option<String>,
}

impl Message {
    /// The message as it goes over the wire, as far as it is given.
    pub(super) fn as_text(&self) -> String {
        let start = [&self.method, &self.url, &self.status_code, &self.reason_phrase];
        let mut out = start.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        for header in &self.headers {
            out.push_str(&format!("\n{}: {}", header.name.as_deref().unwrap_or_default(), header.value.as_deref().unwrap_or_default()));
        }
        if let Some(body) = &self.body {
            out.push_str("\n\n");
            out.push_str(body);
        }
        out
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Tracking {
    #[serde(deserialize_with = "lenient::list")]
    pub(super) items: Vec<TrackingItem>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TrackingItem {
    #[serde(deserialize_with = "lenient::list")]
    pub(super) signatures: Vec<Signature>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Signature {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) algorithm: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) code_flows: CodeFlows,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeFlows {
    #[serde(deserialize_with = "lenient::list")]
    pub(super) items: Vec<Vec<FlowNode>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FlowNode {
    /// `source`, `propagation` or `sink`.
    #[serde(deserialize_with = "lenient::text")]
    pub(super) node_type: Option<String>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) file_location: FileLocation,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FileLocation {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) file_name: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) line_start: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) line_end: Option<u32>,
}
