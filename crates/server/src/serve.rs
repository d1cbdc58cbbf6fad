//! The running server.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use model::Timestamp;
use operations::Muster;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::table::{BASE, routes};
use crate::{assets, finish, guard};

/// Largest body, in bytes, of what is no upload.
const LARGEST_BODY: usize = 1024 * 1024;
/// How long requests that run may take to end, once the server was told to.
const LAST_CALL: Duration = Duration::from_secs(10);
/// Operations that run beside each other; the database has fewer connections, so more would only wait.
const THREADS: usize = 64;

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Who decides: without accounts, the user of this machine.
    pub author: String,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Others could reach the server, and there is nothing to tell them apart by.
    #[error("{0} can be reached from other machines, which needs accounts, and there are none yet; listen on 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// The address is in use, or not this machine's.
    #[error("cannot listen on {address}: {reason}")]
    CannotListen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The system failed in another way.
    #[error("the server failed: {0}")]
    System(#[from] std::io::Error),
}

impl ServeError {
    /// True where another address helps.
    #[must_use]
    pub fn is_user_fault(&self) -> bool {
        matches!(self, Self::NotLoopback(_) | Self::CannotListen { .. })
    }
}

/// Serves the API and the pages until the process is told to end (Ctrl-C, SIGTERM). `ready` hears the address when requests are
/// taken.
///
/// # Errors
/// When the address is none of loopback or cannot be listened on, or the system fails.
pub fn serve(muster: Muster, options: ServeOptions, clock: fn() -> Timestamp, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let ServeOptions { listen, author } = options;
    if !listen.ip().is_loopback() {
        return Err(ServeError::NotLoopback(listen));
    }
    let runtime = Builder::new_multi_thread().enable_all().max_blocking_threads(THREADS).build()?;
    // A database must not be dropped on a thread of the runtime: the last one is dropped here, when that is gone.
    let last = muster.clone();
    let result = runtime.block_on(async move {
        let cannot = |reason| ServeError::CannotListen { address: listen, reason };
        let listener = TcpListener::bind(listen).await.map_err(cannot)?;
        let address = listener.local_addr()?;
        let router = router(muster, author, clock, address.port());
        ready(address);
        run(listener, router).await
    });
    runtime.shutdown_timeout(LAST_CALL);
    drop(last);
    result
}

async fn run(listener: TcpListener, router: Router) -> Result<(), ServeError> {
    let (tell, told) = oneshot::channel();
    let stop = async move {
        told_to_end().await;
        // Nobody hears it where the server has failed meanwhile.
        let _ = tell.send(());
    };
    let late = async {
        if told.await.is_err() {
            std::future::pending::<()>().await;
        }
        // Connections that idle are closed; one that does not end is cut, at once when asked for a second time.
        tokio::select! {
            () = tokio::time::sleep(LAST_CALL) => {}
            () = told_to_end() => {}
        }
    };
    tokio::select! {
        served = axum::serve(listener, router).with_graceful_shutdown(stop) => Ok(served?),
        () = late => Ok(()),
    }
}

async fn told_to_end() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// The router of the API and the pages, for requests that name a loopback address with that port. `author` decides.
///
/// Whoever drops it must hold another clone of `muster`, or drop it where blocking is allowed.
pub fn router(muster: Muster, author: String, clock: fn() -> Timestamp, port: u16) -> Router {
    let app = App::new(muster, author, clock, port);
    let mut router = Router::new();
    for route in routes() {
        router = router.route(&format!("{BASE}{}", route.path), (route.handler)());
    }
    // The first layer is the innermost.
    router
        .fallback(assets::fallback)
        .method_not_allowed_fallback(async || Problem::from(Code::MethodNotAllowed))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(from_fn_with_state(app.clone(), finish::finish))
        .with_state(app)
}
