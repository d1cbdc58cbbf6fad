//! The HTTP API and the web app.
use std::net::SocketAddr;
pub struct ServeOptions {
    pub listen: SocketAddr,
    pub author: String,
}
#[derive(Debug)]
pub struct ServeError;
impl std::fmt::Display for ServeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no server")
    }
}
impl ServeError {
    pub fn is_user_fault(&self) -> bool {
        true
    }
}
pub fn serve(
    _m: operations::Muster,
    _o: ServeOptions,
    _c: fn() -> model::Timestamp,
    _r: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    Err(ServeError)
}
