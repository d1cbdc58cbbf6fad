//! Parameters and bodies of requests; what is wrong with them becomes a problem.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::problem::{Code, Problem};

/// The parameters behind the question mark.
pub(crate) struct Params<T>(pub(crate) T);

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

/// A form, `multipart/form-data`.
pub(crate) struct Form(pub(crate) Multipart);

/// The part of the path in braces.
pub(crate) struct Id(pub(crate) String);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let read = Query::from_request_parts(parts, app).await;
        read.map(|Query(params)| Self(params)).map_err(|rejection| Problem::new(Code::BadRequest, rejection.body_text()))
    }
}

impl FromRequestParts<App> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let read = Path::from_request_parts(parts, app).await;
        read.map(|Path(id)| Self(id)).map_err(|rejection| Problem::new(Code::BadRequest, rejection.body_text()))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let read = Json::from_request(request, app).await;
        read.map(|Json(body)| Self(body)).map_err(|rejection| Problem::new(code_of(rejection.status()), rejection.body_text()))
    }
}

impl FromRequest<App> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let read = Multipart::from_request(request, app).await;
        read.map(Self).map_err(|rejection| Problem::new(code_of(rejection.status()), rejection.body_text()))
    }
}

/// The code for what axum found wrong.
pub(crate) fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        _ => Code::BadRequest,
    }
}
