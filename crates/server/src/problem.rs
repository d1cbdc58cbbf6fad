//! What is answered instead of what was asked: problem+json (RFC 9457) with stable codes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use operations::OperationError;
use schemars::JsonSchema;
use serde::Serialize;

/// Why a request was not done. The words are stable: clients may rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    BadRequest,
    BadFilter,
    BadCursor,
    CrossSite,
    WrongHost,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
    Busy,
    Internal,
}

impl Code {
    fn word(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::BadFilter => "bad_filter",
            Self::BadCursor => "bad_cursor",
            Self::CrossSite => "cross_site",
            Self::WrongHost => "wrong_host",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Busy => "busy",
            Self::Internal => "internal",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "The request is not right",
            Self::BadFilter => "The filter cannot be read",
            Self::BadCursor => "The place in the list is not known",
            Self::CrossSite => "The request comes from another site",
            Self::WrongHost => "The request names another host",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Not allowed here",
            Self::TooLarge => "Too large",
            Self::UnsupportedMediaType => "The body is of another type than asked for",
            Self::Busy => "The database is busy",
            Self::Internal => "Something went wrong in Muster",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest | Self::BadFilter | Self::BadCursor => StatusCode::BAD_REQUEST,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A request that was not done. It becomes a body at the edge of the server, where the request's id is known.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    code: Code,
    detail: String,
    problems: Vec<String>,
    /// For the log alone.
    cause: Option<String>,
}

/// The body of an answer that says what went wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody {
    /// `urn:muster:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    /// What is wrong, and what to do instead.
    detail: String,
    code: Code,
    /// Names the request in the server's log; also in the header `x-request-id`.
    request_id: String,
    /// Each problem by itself, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), problems: Vec::new(), cause: None }
    }

    /// Several problems with one input.
    pub(crate) fn several(code: Code, problems: Vec<String>) -> Self {
        Self { code, detail: problems.join("\n"), problems, cause: None }
    }

    /// Our fault: the cause goes to the log, not to the answer.
    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        let detail = "The server's log says more, under the id of this request.";
        Self { cause: Some(cause.into()), ..Self::new(Code::Internal, detail) }
    }

    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The whole answer, with the id of its request.
    pub(crate) fn answer(&self, request_id: &str) -> Response {
        let body = ProblemBody {
            kind: format!("urn:muster:problem:{}", self.code.word()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            code: self.code,
            request_id: request_id.to_owned(),
            problems: self.problems.clone(),
        };
        let mut response = (self.code.status(), axum::Json(body)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code == Code::Busy {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Bad(detail) => Self::new(Code::BadRequest, detail),
            OperationError::NotFound(detail) => Self::new(Code::NotFound, detail),
            OperationError::Problems(problems) => Self::several(Code::BadRequest, problems),
            OperationError::Store(error) if error.is_passing() => {
                Self { cause: Some(error.to_string()), ..Self::new(Code::Busy, "Nothing was changed; the same may work in a moment.") }
            }
            OperationError::Store(error) => Self::internal(error.to_string()),
            OperationError::System(cause) => Self::internal(cause),
        }
    }
}
