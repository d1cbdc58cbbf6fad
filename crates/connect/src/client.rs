//! The client.

use std::time::Duration;

use ureq::config::Config;
use ureq::http::{Uri, header};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Proxy};

use crate::address::{Guarded, PrivateAddress, is_private};
use crate::error::ConnectError;

/// How the client behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Asks private addresses too: for a mirror inside.
    pub allow_private: bool,
    /// For the whole of one request.
    pub timeout: Duration,
    /// Largest answer, bytes.
    pub most_bytes: u64,
    /// Pauses before each further try where asking again may help.
    pub pauses: Vec<Duration>,
}

/// A word that proves who asks (`Authorization: Bearer`). It is shown nowhere, and goes to no other host: a redirect drops it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token.
    #[must_use]
    pub fn new(token: String) -> Self {
        Self(token)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Default for Options {
    fn default() -> Self {
        let pauses = vec![Duration::from_secs(1), Duration::from_secs(4)];
        Self { allow_private: false, timeout: Duration::from_secs(120), most_bytes: 512 << 20, pauses }
    }
}

/// What the other side said of the version that we have, so that it need not send it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// What we have is still the newest.
    Unchanged,
    New {
        bytes: Vec<u8>,
        validators: Validators,
    },
}

/// One client for all outgoing requests. The proxy comes from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`).
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    options: Options,
}

impl Client {
    /// A client.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let proxy = Proxy::try_from_env();
        let guarded = Guarded { allow_private: options.allow_private, proxy_host: proxy.as_ref().map(|proxy| proxy.host().to_owned()) };
        let config: Config = Agent::config_builder()
            .proxy(proxy)
            .timeout_global(Some(options.timeout))
            .timeout_connect(Some(options.timeout.min(Duration::from_secs(20))))
            .max_redirects(5)
            .http_status_as_error(false)
            .user_agent(concat!("muster/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), guarded), options }
    }

    /// Gets what lies at an address, unless it is what we have.
    ///
    /// # Errors
    /// When the address is none or private, the answer is no or too large, or none comes after all tries.
    pub fn fetch(&self, url: &str, known: &Validators) -> Result<Fetched, ConnectError> {
        self.fetch_as(url, known, None)
    }

    /// The same for an address that wants a token.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub fn fetch_as(&self, url: &str, known: &Validators, token: Option<&Token>) -> Result<Fetched, ConnectError> {
        let mut pauses = self.options.pauses.iter();
        loop {
            let error = match self.once(url, known, token) {
                Ok(fetched) => return Ok(fetched),
                Err(error) => error,
            };
            match pauses.next().filter(|_| error.may_pass()) {
                Some(pause) => std::thread::sleep(*pause),
                None => return Err(error),
            }
        }
    }

    fn once(&self, url: &str, known: &Validators, token: Option<&Token>) -> Result<Fetched, ConnectError> {
        self.check(url)?;
        let failed = |error: ureq::Error| self.error(url, &error);
        let mut request = self.agent.get(url);
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.0));
        }
        let mut response = request.call().map_err(failed)?;
        match response.status().as_u16() {
            200 => {}
            304 => return Ok(Fetched::Unchanged),
            status => return Err(ConnectError::Status { url: url.to_owned(), status }),
        }
        let text = |name: header::HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        let bytes = response.body_mut().with_config().limit(self.options.most_bytes).read_to_vec().map_err(failed)?;
        Ok(Fetched::New { bytes, validators })
    }

    /// Looks at the address itself: behind a proxy no name is looked up here.
    fn check(&self, url: &str) -> Result<(), ConnectError> {
        let wrong = |reason: &str| ConnectError::Address { url: url.to_owned(), reason: reason.to_owned() };
        let uri: Uri = url.parse().map_err(|_| wrong("not an address"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(wrong("only http and https addresses are asked"));
        }
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| wrong("it names no host"))?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse();
        if !self.options.allow_private && literal.is_ok_and(is_private) {
            return Err(ConnectError::Private { url: url.to_owned(), address: host.to_owned() });
        }
        Ok(())
    }

    fn error(&self, url: &str, error: &ureq::Error) -> ConnectError {
        let url = url.to_owned();
        match error {
            ureq::Error::BodyExceedsLimit(most) => ConnectError::TooLarge { url, most: *most },
            ureq::Error::Other(inner) if inner.is::<PrivateAddress>() => {
                let address = inner.downcast_ref::<PrivateAddress>().map(|found| found.0.clone()).unwrap_or_default();
                ConnectError::Private { url, address }
            }
            other => ConnectError::Failed { url, reason: other.to_string() },
        }
    }
}
