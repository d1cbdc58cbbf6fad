//! The parts of a SARIF log that are read. Lenient for types: a member of another shape is absent.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::read::lenient::{self, Members};

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Message {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) text: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) markdown: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient::texts")]
    pub(super) arguments: Vec<String>,
}

impl Message {
    /// The text, else the markdown.
    pub(super) fn any(&self) -> Option<&str> {
        self.text.as_deref().or(self.markdown.as_deref())
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Rule {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) short_description: Message,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) full_description: Message,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) help: Message,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) help_uri: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) default_configuration: Configuration,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) properties: Members<Value>,
    /// Those of `properties`, which every result of the rule asks for.
    #[serde(skip)]
    pub(super) tags: Vec<String>,
    #[serde(deserialize_with = "lenient::objects")]
    pub(super) relationships: Vec<Relationship>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) message_strings: HashMap<String, Message>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Configuration {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) level: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Relationship {
    #[serde(deserialize_with = "lenient::object")]
    pub(super) target: Reference,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Reference {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) index: Option<u32>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) tool_component: Component,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Component {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Driver {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) version: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) semantic_version: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) rules: Vec<Rule>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Tool {
    #[serde(deserialize_with = "lenient::or_default")]
    pub(super) driver: Driver,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) extensions: Vec<Driver>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ArtifactLocation {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) uri: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) uri_base_id: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) index: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Region {
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) start_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) end_line: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) start_column: Option<u32>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) end_column: Option<u32>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) snippet: Message,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Physical {
    #[serde(deserialize_with = "lenient::object")]
    pub(super) artifact_location: ArtifactLocation,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) region: Region,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) context_region: Region,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Logical {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) fully_qualified_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    pub(super) properties: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Location {
    #[serde(deserialize_with = "lenient::object")]
    pub(super) physical_location: Physical,
    #[serde(deserialize_with = "lenient::objects")]
    pub(super) logical_locations: Vec<Logical>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) message: Message,
    pub(super) properties: Value,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CodeFlow {
    #[serde(deserialize_with = "lenient::objects")]
    pub(super) thread_flows: Vec<ThreadFlow>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ThreadFlow {
    #[serde(deserialize_with = "lenient::objects")]
    pub(super) locations: Vec<FlowLocation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FlowLocation {
    #[serde(deserialize_with = "lenient::object")]
    pub(super) location: Location,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SarifSuppression {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) status: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) justification: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Fix {
    #[serde(deserialize_with = "lenient::object")]
    pub(super) description: Message,
}

/// Required members are those whose wrong shape makes a result unreadable; all others are lenient.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) rule_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::whole")]
    pub(super) rule_index: Option<u32>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(super) rule: Reference,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) level: Option<String>,
    pub(super) message: Message,
    #[serde(default)]
    pub(super) locations: Option<Vec<Location>>,
    #[serde(default, deserialize_with = "lenient::objects")]
    pub(super) code_flows: Vec<CodeFlow>,
    #[serde(default, deserialize_with = "lenient::text_members")]
    pub(super) partial_fingerprints: Members<String>,
    #[serde(default, deserialize_with = "lenient::text_members")]
    pub(super) fingerprints: Members<String>,
    #[serde(default, deserialize_with = "lenient::objects")]
    pub(super) suppressions: Vec<SarifSuppression>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) baseline_state: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub(super) properties: Members<Value>,
    #[serde(default, deserialize_with = "lenient::objects")]
    pub(super) fixes: Vec<Fix>,
    #[serde(default, deserialize_with = "lenient::objects")]
    pub(super) taxa: Vec<Reference>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) hosted_viewer_uri: Option<String>,
}
