use super::*;
use std::{
    collections::VecDeque,
    io,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// A server on this machine that answers every connection with the same bytes, one piece a pause.
struct Peer {
    port: u16,
    connections: Arc<AtomicUsize>,
    heard: Arc<Mutex<String>>,
}

impl Peer {
    async fn sends(pieces: Vec<Vec<u8>>, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
        let (counter, ear, pieces) = (connections.clone(), heard.clone(), Arc::new(pieces));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let (pieces, ear) = (pieces.clone(), ear.clone());
                tokio::spawn(async move {
                    let mut request = vec![0; 16_384];
                    let read = stream.read(&mut request).await.unwrap_or(0);
                    *ear.lock().unwrap() = String::from_utf8_lossy(&request[..read]).into_owned();
                    for piece in pieces.iter() {
                        if stream.write_all(piece).await.is_err() {
                            return;
                        }
                        tokio::time::sleep(pause).await;
                    }
                });
            }
        });
        Self {
            port,
            connections,
            heard,
        }
    }

    async fn answers(answer: impl Into<Vec<u8>>) -> Self {
        Self::sends(vec![answer.into()], Duration::ZERO).await
    }

    fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}/keys?a=b", self.port)).unwrap()
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Gives its answers one after the other.
struct Rebinding(Mutex<VecDeque<Vec<IpAddr>>>, AtomicUsize);

impl Rebinding {
    fn answers(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self(
            Mutex::new(answers.iter().map(parse).collect()),
            AtomicUsize::new(0),
        ))
    }
}

#[async_trait]
impl Lookup for Rebinding {
    async fn addresses(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        let next = self.0.lock().unwrap().pop_front();
        next.ok_or_else(|| io::Error::other("asked once too often"))
    }
}

fn install_tls() {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
}

fn local() -> GuardedHttp {
    install_tls();
    GuardedHttp::new(AddressPolicy {
        allowed: Vec::new(),
        loopback: true,
    })
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncache-control: max-age=60\r\n\
         etag: \"1\"\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn get(url: Url) -> FetchRequest {
    FetchRequest::get(url, "application/json")
}

#[tokio::test]
async fn an_answer_comes_with_its_status_type_and_freshness() {
    let peer = Peer::answers(ok("{}")).await;
    let fetched = local().fetch(&get(peer.url())).await.unwrap();
    assert_eq!((fetched.status, fetched.body.as_slice()), (200, &b"{}"[..]));
    assert_eq!(fetched.media_type().as_deref(), Some("application/json"));
    assert_eq!(fetched.max_age(), Some(Duration::from_secs(60)));
    assert_eq!(fetched.etag.as_deref(), Some("\"1\""));
    let heard = peer.heard().to_lowercase();
    assert!(heard.starts_with("get /keys?a=b http/1.1\r\n"), "{heard}");
    assert!(heard.contains("accept: application/json\r\n"), "{heard}");
    assert!(!heard.contains("accept-encoding"), "{heard}");
}

#[tokio::test]
async fn a_post_sends_its_headers_and_its_form() {
    let peer = Peer::answers(ok("{}")).await;
    let request = FetchRequest::post_form(peer.url(), &[("logout_token", "a.b.c")]).with_header(
        "authorization",
        domain::secret::Secret::new("Bearer x".to_owned()),
    );
    local().fetch(&request).await.unwrap();
    let heard = peer.heard();
    assert!(heard.starts_with("POST /keys?a=b HTTP/1.1\r\n"), "{heard}");
    assert!(
        heard.contains("content-type: application/x-www-form-urlencoded\r\n"),
        "{heard}"
    );
    assert!(heard.contains("authorization: Bearer x\r\n"), "{heard}");
    assert!(heard.ends_with("\r\n\r\nlogout_token=a.b.c"), "{heard}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Peer::answers(ok("{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let location = target.url();
        let answer = format!("HTTP/1.1 {status} X\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let peer = Peer::answers(answer).await;
        let error = local().fetch(&get(peer.url())).await.unwrap_err();
        assert!(matches!(error, FetchError::Redirected), "{status} {error:?}");
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn a_body_is_read_up_to_its_bound_whatever_it_says_of_its_length() {
    let request = |peer: &Peer| get(peer.url()).with_max_bytes(1_000);
    let fits = Peer::answers(ok(&"x".repeat(1_000))).await;
    assert_eq!(local().fetch(&request(&fits)).await.unwrap().body.len(), 1_000);
    let long = "x".repeat(1_001);
    let endless = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}",
        "x".repeat(100_000)
    );
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n{long}\r\n0\r\n\r\n");
    for answer in [ok(&long), endless, chunked] {
        let peer = Peer::answers(answer).await;
        let error = local().fetch(&request(&peer)).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLarge), "{error:?}");
    }
}

#[tokio::test]
async fn a_slow_server_is_given_up_whether_headers_or_body_drip() {
    let answer = ok(&"x".repeat(50));
    let head = answer.find("\r\n\r\n").unwrap() + 4;
    let drip = |bytes: &[u8]| bytes.iter().map(|byte| vec![*byte]).collect::<Vec<_>>();
    let slow_header = drip(answer.as_bytes());
    let slow_body = [
        vec![answer.as_bytes()[..head].to_vec()],
        drip(&answer.as_bytes()[head..]),
    ]
    .concat();
    for pieces in [slow_header, slow_body] {
        let peer = Peer::sends(pieces, Duration::from_millis(50)).await;
        let request = get(peer.url()).with_timeout(Duration::from_millis(300));
        let error = local().fetch(&request).await.unwrap_err();
        assert!(matches!(error, FetchError::TooSlow), "{error:?}");
    }
}

#[tokio::test]
async fn only_https_is_spoken_unless_the_deployment_is_local() {
    let peer = Peer::answers(ok("{}")).await;
    let strict = GuardedHttp::new(AddressPolicy {
        allowed: vec!["127.0.0.0/8".parse().unwrap()],
        loopback: false,
    });
    for (http, url) in [
        (&strict, peer.url().to_string()),
        (&strict, "file:///etc/hostname".to_owned()),
        (&local(), "file:///etc/hostname".to_owned()),
        (&local(), "ftp://127.0.0.1/".to_owned()),
        (&local(), format!("http://user@127.0.0.1:{}/", peer.port)),
        (&local(), format!("http://:hush@127.0.0.1:{}/", peer.port)),
    ] {
        let error = http.fetch(&get(Url::parse(&url).unwrap())).await.unwrap_err();
        assert!(matches!(error, FetchError::Refused(_)), "{url} {error:?}");
    }
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn an_address_in_the_url_is_judged_in_every_spelling() {
    install_tls();
    let peer = Peer::answers(ok("{}")).await;
    let http = GuardedHttp::new(AddressPolicy::default());
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "0.0.0.0",
        "169.254.169.254",
    ] {
        let url = Url::parse(&format!("https://{host}:{}/", peer.port)).unwrap();
        let error = http.fetch(&get(url)).await.unwrap_err();
        assert!(matches!(error, FetchError::Refused(_)), "{host} {error:?}");
    }
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn a_name_is_judged_by_all_its_addresses() {
    install_tls();
    let peer = Peer::answers(ok("{}")).await;
    let answers: [&[&str]; 3] = [&["127.0.0.1"], &["1.1.1.1", "127.0.0.1"], &["::ffff:127.0.0.1"]];
    let http = GuardedHttp::with_lookup(AddressPolicy::default(), Rebinding::answers(&answers));
    for answer in answers {
        let url = Url::parse(&format!("https://app.example.com:{}/", peer.port)).unwrap();
        let error = http.fetch(&get(url)).await.unwrap_err();
        assert!(matches!(error, FetchError::Refused(_)), "{answer:?} {error:?}");
    }
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn rebinding_gains_nothing_since_a_name_is_looked_up_once_for_each_request() {
    install_tls();
    let peer = Peer::answers(ok("{}")).await;
    let lookup = Rebinding::answers(&[&["127.0.0.2"], &["10.0.0.1"]]);
    let policy = AddressPolicy {
        allowed: Vec::new(),
        loopback: true,
    };
    let http = GuardedHttp::with_lookup(policy, lookup.clone());
    let url = Url::parse(&format!("http://app.example.com:{}/", peer.port)).unwrap();
    // The peer listens on 127.0.0.1 only: the request goes to the address that was judged, and to no other.
    let first = http.fetch(&get(url.clone())).await.unwrap_err();
    assert!(matches!(first, FetchError::Unreachable(_)), "{first:?}");
    assert_eq!((lookup.1.load(Ordering::SeqCst), peer.connections()), (1, 0));
    let second = http.fetch(&get(url)).await.unwrap_err();
    assert!(matches!(second, FetchError::Refused(_)), "{second:?}");
    assert_eq!(lookup.1.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_is_not_kept_for_a_later_request() {
    let peer = Peer::answers(ok("{}")).await;
    let http = local();
    for _ in 0..2 {
        http.fetch(&get(peer.url())).await.unwrap();
    }
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn a_server_that_is_not_there_or_speaks_no_tls_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    let plain = Peer::answers(ok("{}")).await;
    for url in [
        format!("http://127.0.0.1:{closed}/"),
        format!("https://127.0.0.1:{}/", plain.port),
    ] {
        let error = local().fetch(&get(Url::parse(&url).unwrap())).await.unwrap_err();
        assert!(matches!(error, FetchError::Unreachable(_)), "{url} {error:?}");
    }
}
