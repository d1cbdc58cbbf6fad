//! What every handler has at hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::Timestamp;
use operations::Muster;
use tokio::sync::Semaphore;

use crate::problem::{Code, Problem};

/// Uploads that are held in memory beside each other; others wait.
const UPLOADS: usize = 2;

/// Muster, who decides, and the clock. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

struct Inner {
    muster: Muster,
    author: String,
    clock: fn() -> Timestamp,
    port: u16,
    started: Timestamp,
    requests: AtomicU64,
    uploads: Semaphore,
}

impl App {
    pub(crate) fn new(muster: Muster, author: String, clock: fn() -> Timestamp, port: u16) -> Self {
        let (requests, uploads) = (AtomicU64::new(0), Semaphore::new(UPLOADS));
        Self(Arc::new(Inner { muster, author, clock, port, started: clock(), requests, uploads }))
    }

    /// The port that requests must name.
    pub(crate) fn port(&self) -> u16 {
        self.0.port
    }

    /// A name for a request, to find it in the log by.
    pub(crate) fn request_id(&self) -> String {
        format!("{:x}-{:x}", self.0.started.0, self.0.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Waits until an upload may be taken into memory; the answer is held while it is there.
    pub(crate) async fn upload_turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, Problem> {
        self.0.uploads.acquire().await.map_err(|error| Problem::internal(error.to_string()))
    }

    /// Runs an operation on a thread that may block.
    pub(crate) async fn call<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Muster, Timestamp) -> operations::Result<T> + Send + 'static,
    {
        let app = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&app.0.muster, (app.0.clock)())).await;
        match done {
            Ok(result) => Ok(result?),
            Err(error) => Err(Problem::internal(format!("an operation ended abnormally: {error}"))),
        }
    }

    /// As [`App::call`], for operations that note who decided.
    pub(crate) async fn decide<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Muster, &str, Timestamp) -> operations::Result<T> + Send + 'static,
    {
        let author = self.0.author.clone();
        self.call(move |muster, now| work(muster, &author, now)).await
    }

    /// The server's clock.
    pub(crate) fn now(&self) -> Timestamp {
        (self.0.clock)()
    }
}

/// Where a code needs no more words than its own.
impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code, code.title())
    }
}
