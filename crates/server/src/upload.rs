//! Reports as a browser or CI sends them: a form of files and of the flags that `muster import` has.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use model::Timestamp;
use operations::{ImportFlags, Upload};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::extract::code_of;
use crate::problem::{Code, Problem};

/// Largest form, in bytes.
pub(crate) const LARGEST: usize = 1024 * 1024 * 1024;
/// Most parts of a form.
const MOST_PARTS: usize = 20_000;
/// Longest text of a flag, in bytes.
const LONGEST_TEXT: usize = 64 * 1024;
/// Longest name of a file, in characters; the end is kept.
const LONGEST_NAME: usize = 1000;

/// The flags of an import; the same words as those of `muster import`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Flags {
    repo: Option<String>,
    branch: Option<String>,
    commit: Option<String>,
    image: Option<String>,
    url: Option<String>,
    target: Option<String>,
    service: Option<String>,
    app: Option<String>,
    env: Option<String>,
    category: Option<String>,
    prefix: Option<String>,
    /// When the scan ran.
    at: Option<Timestamp>,
    /// Id of a format, where recognising it is not wanted.
    format: Option<String>,
    /// A mapping, YAML, for reports in no known format.
    mapping: Option<String>,
    /// The reports are of part of the scope: they close nothing.
    #[serde(deserialize_with = "truth")]
    partial: bool,
    /// The reports are of the whole scope, whatever they say themselves.
    #[serde(deserialize_with = "truth")]
    complete: bool,
    /// All files or none.
    #[serde(deserialize_with = "truth")]
    atomic: bool,
}

/// The form of an import.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the form in the OpenAPI document; the form itself is read part by part")]
pub(crate) struct UploadForm {
    /// Reports, or archives of them; the file name is the report's path.
    #[schemars(with = "Vec<Binary>")]
    files: (),
    #[serde(flatten)]
    flags: Flags,
}

struct Binary;

impl JsonSchema for Binary {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Binary".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "binary"})
    }
}

/// What a form held.
#[derive(Default)]
pub(crate) struct Received {
    pub(crate) uploads: Vec<Upload>,
    pub(crate) flags: ImportFlags,
}

/// A form of files and nothing else.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "describes the form in the OpenAPI document; the form itself is read part by part")]
pub(crate) struct FilesForm {
    #[schemars(with = "Vec<Binary>")]
    files: (),
}

/// Reads a form of reports with their flags into memory.
pub(crate) async fn receive(form: Multipart) -> Result<Received, Problem> {
    let (uploads, texts) = parts(form).await?;
    let uploads = uploads.into_iter().map(|(name, bytes)| Upload::Bytes(name, bytes)).collect();
    Ok(Received { uploads, flags: flags(texts)? })
}

/// Reads a form of files into memory.
pub(crate) async fn receive_files(form: Multipart) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let (files, texts) = parts(form).await?;
    match texts.keys().next() {
        Some(name) => Err(Problem::new(Code::BadRequest, format!("`{name}`: the form takes `files` alone"))),
        None => Ok(files),
    }
}

/// Files and texts of a form.
type Parts = (Vec<(String, Vec<u8>)>, Map<String, Value>);

async fn parts(mut form: Multipart) -> Result<Parts, Problem> {
    let mut files = Vec::new();
    let mut texts = Map::new();
    let mut parts = 0;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(Problem::new(Code::TooLarge, format!("more than {MOST_PARTS} parts in the form; send an archive")));
        }
        match field.name() {
            Some("files") => {
                let name = name_of(&field);
                let bytes = field.bytes().await.map_err(|error| broken(&error))?;
                files.push((name, bytes.into()));
            }
            Some(name) => {
                let name = name.to_owned();
                let text = text(&name, field).await?;
                if texts.insert(name.clone(), Value::String(text)).is_some() {
                    return Err(Problem::new(Code::BadRequest, format!("`{name}` is given twice")));
                }
            }
            None => return Err(Problem::new(Code::BadRequest, "a part of the form has no name")),
        }
    }
    if files.is_empty() {
        return Err(Problem::new(Code::BadRequest, "no file: each is a part of the form with the name `files`"));
    }
    Ok((files, texts))
}

fn flags(texts: Map<String, Value>) -> Result<ImportFlags, Problem> {
    let wrong = |error: serde_json::Error| Problem::new(Code::BadRequest, error.to_string());
    let Flags {
        repo,
        branch,
        commit,
        image,
        url,
        target,
        service,
        app,
        env,
        category,
        prefix,
        at,
        format,
        mapping,
        partial,
        complete,
        atomic,
    } = serde_json::from_value(Value::Object(texts)).map_err(wrong)?;
    // A path on the server is nothing that a request may name.
    let source = None;
    let mapping = mapping.filter(|text| !text.trim().is_empty()).map(|text| operations::mapping("mapping", &text)).transpose()?;
    Ok(ImportFlags {
        repo,
        image,
        url,
        target,
        branch,
        commit,
        env,
        app,
        service,
        category,
        at,
        format,
        mapping,
        prefix,
        source,
        partial,
        complete,
        atomic,
    })
}

fn name_of(field: &Field<'_>) -> String {
    let name: String = field.file_name().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    if name.trim().is_empty() {
        return "upload".to_owned();
    }
    let over = name.chars().count().saturating_sub(LONGEST_NAME);
    name.chars().skip(over).collect()
}

async fn text(name: &str, mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > LONGEST_TEXT {
            return Err(Problem::new(Code::TooLarge, format!("`{name}` is longer than {LONGEST_TEXT} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Problem::new(Code::BadRequest, format!("`{name}` is not UTF-8")))
}

fn broken(error: &MultipartError) -> Problem {
    Problem::new(code_of(error.status()), error.body_text())
}

/// A form has only texts.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "true" => Ok(true),
        "false" | "" => Ok(false),
        other => Err(serde::de::Error::custom(format!("`{other}` is neither `true` nor `false`"))),
    }
}
