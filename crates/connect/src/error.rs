//! Why something was not fetched.

/// Why something was not fetched. The text names the address.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is no http or https address.
    #[error("{url}: {reason}")]
    Address { url: String, reason: String },
    /// The address leads into a private network.
    #[error("{url}: {address} is a private address; such are asked only where they are allowed")]
    Private { url: String, address: String },
    /// The other side answered, and it was no.
    #[error("{url}: the answer was {status}")]
    Status { url: String, status: u16 },
    #[error("{url}: more than {most} bytes")]
    TooLarge { url: String, most: u64 },
    /// No answer: name not found, refused, cut off, out of time, a certificate that is not trusted.
    #[error("{url}: {reason}")]
    Failed { url: String, reason: String },
}

impl ConnectError {
    /// Whether asking again may help.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::Failed { .. } => true,
            Self::Address { .. } | Self::Private { .. } | Self::TooLarge { .. } => false,
        }
    }
}
