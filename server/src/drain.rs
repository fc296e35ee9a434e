//! Ending without losing a request: the door new connections come through, and what requests and connections are told
//! while the process drains. `signet serve` decides when.
//!
//! An answer that says `Connection: close` ends a connection at a moment both sides know. Closing one that only seems
//! idle may cross the next request on its way here, which a proxy must not repeat when it is a POST.

mod door;

pub use door::Door;

use axum::{
    Extension, Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Version, header},
    middleware::{AddExtension, Next, from_fn_with_state},
    response::Response,
    serve::IncomingStream,
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    convert::Infallible,
    net::SocketAddr,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::watch};
use tower::Layer as _;

/// How long a connection stays open for its next request while the process drains. A proxy that itself closes idle
/// connections sooner never sees one closed under its hands.
const LINGER: Duration = Duration::from_secs(2);
/// How far back a question for readiness, and a request, count as signs of a balancer at work.
const LATELY: Duration = Duration::from_secs(30);

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Not begun.
    Serving,
    /// Balancers are told to send nothing more; what comes is served.
    Unready,
    /// The door is closed.
    Closed,
}

/// Marks a request that came after the end had begun.
#[derive(Clone, Copy, Debug)]
pub struct Leaving;

/// Held by every connection and request.
#[derive(Clone)]
struct InHand(#[expect(dead_code, reason = "to be held is its use")] watch::Receiver<()>);

/// What the process knows of its traffic, and how far its end has come.
pub struct Drain {
    begun: Instant,
    stage: watch::Sender<Stage>,
    in_hand: watch::Sender<()>,
    last_probe: Moment,
    last_request: Moment,
    last_use: Moment,
}

impl Drain {
    /// Of a process that serves.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            stage: watch::Sender::new(Stage::Serving),
            in_hand: watch::Sender::new(()),
            last_probe: Moment::default(),
            last_request: Moment::default(),
            last_use: Moment::default(),
        })
    }

    /// Goes on to `stage`.
    pub fn enter(&self, stage: Stage) {
        self.stage.send_replace(stage);
    }

    /// Whether a balancer asks for readiness and sends requests: it is worth waiting until it has heard.
    pub fn is_balanced(&self) -> bool {
        let lately = |moment: &Moment| moment.age(self.begun).is_some_and(|age| age < LATELY);
        lately(&self.last_probe) && lately(&self.last_request)
    }

    /// Waits until every connection is gone, or has not been used for so long that closing it meets no request.
    pub async fn linger(&self) {
        let age = self.last_use.age(self.begun).unwrap_or(LINGER);
        tokio::time::timeout(LINGER.saturating_sub(age), self.finished())
            .await
            .ok();
    }

    /// Waits until every connection is gone and every request has run to its end.
    pub async fn finished(&self) {
        self.in_hand.closed().await;
    }

    /// Serves `app` to whoever comes in through the door, until `hang_up` says that connections are to be closed.
    pub async fn serve(
        self: Arc<Self>,
        door: Door,
        app: Router,
        hang_up: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let app = app.layer(from_fn_with_state(self.clone(), attend));
        let connections =
            tower::service_fn(move |stream: IncomingStream<'_, Door>| self.connection(&app, &stream));
        axum::serve(door, connections)
            .with_graceful_shutdown(hang_up)
            .await
    }

    /// Makes what serves one connection.
    fn connection(
        &self,
        app: &Router,
        stream: &IncomingStream<'_, Door>,
    ) -> std::future::Ready<Result<Connection, Infallible>> {
        self.last_use.touch(self.begun);
        let held = Extension(InHand(self.in_hand.subscribe())).layer(app.clone());
        let peer: SocketAddr = *stream.remote_addr();
        std::future::ready(Ok(Extension(ConnectInfo(peer)).layer(held)))
    }

    fn is_leaving(&self) -> bool {
        *self.stage.borrow() > Stage::Serving
    }
}

/// The service of one connection.
type Connection = AddExtension<AddExtension<Router, InHand>, ConnectInfo<SocketAddr>>;

/// Notes the request, lets it run to its end even when its client goes away, and ends connections while leaving.
async fn attend(State(drain): State<Arc<Drain>>, mut request: Request, next: Next) -> Response {
    let is_probe = request.uri().path() == "/readyz";
    let has_connections = request.version() <= Version::HTTP_11;
    let moment = if is_probe {
        &drain.last_probe
    } else {
        &drain.last_request
    };
    moment.touch(drain.begun);
    if drain.is_leaving() {
        request.extensions_mut().insert(Leaving);
    }
    let held = drain.in_hand.subscribe();
    let running = AssertUnwindSafe(async move {
        let response = next.run(request).await;
        drop(held);
        response
    });
    let running = ToItsEnd(Some(running.catch_unwind().boxed()));
    let mut response = running.await.unwrap_or_else(|_| crate::error::try_later());
    drain.last_use.touch(drain.begun);
    if has_connections && drain.is_leaving() {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Work that is not left half-done: when nobody waits for it any more, it becomes a task of its own. Acts that follow one
/// another, such as a session and the cookie that names it, are not to be parted.
struct ToItsEnd<T: Send + 'static>(Option<BoxFuture<'static, T>>);

impl<T: Send + 'static> Future for ToItsEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Some(work) = &mut self.0 else {
            return Poll::Pending;
        };
        let done = work.as_mut().poll(context);
        if done.is_ready() {
            self.0 = None;
        }
        done
    }
}

impl<T: Send + 'static> Drop for ToItsEnd<T> {
    fn drop(&mut self) {
        if let (Some(rest), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(rest);
        }
    }
}

/// When something was last; milliseconds since the process began, and one, so that zero is never.
#[derive(Default)]
struct Moment(AtomicU64);

impl Moment {
    fn touch(&self, begun: Instant) {
        let now = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.store(now.saturating_add(1), Ordering::Relaxed);
    }

    fn age(&self, begun: Instant) -> Option<Duration> {
        let at = self.0.load(Ordering::Relaxed).checked_sub(1)?;
        Some(begun.elapsed().saturating_sub(Duration::from_millis(at)))
    }
}
