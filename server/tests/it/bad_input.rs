//! What no endpoint of the protocol takes: each answers in the words of its specification, and nothing of what was
//! sent stands in the answer or in the log.

use crate::support::{Answer, Browser, Log, RelyingParty, TestIdp, a_client, relying_party::basic_of};
use axum::{body::Body, http::Method};
use domain::client::GrantType;

/// Text that stands in every bad request.
const MARK: &str = "qZ7xMARKx7Zq";
const FORM: &str = "application/x-www-form-urlencoded";
/// Endpoints that clients post a form to, with a parameter that each reads.
const FORMS: [(&str, &str); 5] = [
    ("/token", "grant_type"),
    ("/par", "response_type"),
    ("/device/code", "scope"),
    ("/introspect", "token"),
    ("/revoke", "token"),
];
/// Endpoints that people are sent to.
const VISITED: [&str; 2] = ["/authorize", "/logout"];

struct Scene {
    log: Log,
    idp: TestIdp,
    rp: RelyingParty,
    browser: Browser,
}

impl Scene {
    async fn new() -> Self {
        let log = Log::listen();
        let idp = super::start_with(&[("SIGNET_REGISTRATION", "open")]).await;
        Self {
            rp: idp.relying_party(a_client().grants(&GrantType::ALL)).await,
            browser: idp.browser(),
            log,
            idp,
        }
    }

    async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let answer = self.browser.send(method, path, headers, Body::from(body)).await;
        assert!(!answer.body.contains(MARK), "{path}: {}", answer.body);
        assert!(answer.header("x-request-id").is_some(), "{path}");
        answer
    }

    /// A form of this client.
    async fn post(&mut self, path: &str, body: String) -> Answer {
        let basic = basic_of(&self.rp.id, self.rp.secret.as_deref().unwrap());
        let headers = [("authorization", basic.as_str()), ("content-type", FORM)];
        self.send(Method::POST, path, &headers, body).await
    }

    /// Nothing was logged as it was sent, and something was logged.
    fn assert_unheard(self) {
        let log = self.log.text();
        assert!(log.contains("route="), "nobody listens: {log}");
        assert!(!log.contains(MARK), "{log}");
        drop(self.idp);
    }
}

/// An error of the protocol, in JSON that nobody keeps.
fn assert_error(case: &str, answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{case}: {}", answer.body);
    assert_eq!(answer.json()["error"], error, "{case}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{case}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{case}");
    assert_eq!(answer.location(), None, "{case}");
}

/// A page that leads nowhere.
fn assert_page(case: &str, answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{case}: {}", answer.body);
    assert_eq!(answer.location(), None, "{case}");
    let html = answer.header("content-type").unwrap_or_default();
    assert!(html.starts_with("text/html"), "{case}: {html}");
}

/// Forms that are wrong wherever they are sent, with the status.
fn wrong_forms(parameter: &str) -> Vec<(String, u16)> {
    vec![
        (format!("{parameter}={MARK}&{parameter}={MARK}"), 400),
        (format!("{parameter}={MARK}{}", "x".repeat(16_384)), 400),
        (format!("x={MARK}&x=y&y={}", "x".repeat(65_536)), 413),
        (format!("{parameter}=%zz{MARK}"), 400),
        (format!("{parameter}=%ff{MARK}"), 400),
        (format!("{parameter}%={MARK}"), 400),
        (format!("x={MARK}&").repeat(101), 400),
    ]
}

#[tokio::test]
async fn forms_of_clients_are_whole_bounded_and_say_everything_once() {
    let mut scene = Scene::new().await;
    for (path, parameter) in FORMS {
        for (body, status) in wrong_forms(parameter) {
            let answer = scene.post(path, body.clone()).await;
            assert_error(&format!("{path} {body:.60}"), &answer, status, "invalid_request");
        }
        let empty = scene.post(path, format!("{parameter}=&unknown={MARK}")).await;
        // What is empty counts as omitted; only a device may leave its scope out.
        match path {
            "/device/code" => assert_eq!(empty.status, 400, "{}", empty.body),
            _ => assert_error(path, &empty, 400, "invalid_request"),
        }
    }
    scene.assert_unheard();
}

#[tokio::test]
async fn forms_are_posted_as_forms() {
    let mut scene = Scene::new().await;
    for (path, parameter) in FORMS {
        let json = format!("{{\"{parameter}\": \"{MARK}\"}}");
        let odd = format!("application/{MARK}");
        for kind in ["application/json", "text/plain", "multipart/form-data", &odd] {
            let answer = scene
                .send(Method::POST, path, &[("content-type", kind)], json.clone())
                .await;
            assert_error(&format!("{path} {kind}"), &answer, 415, "invalid_request");
        }
        let untyped = scene.send(Method::POST, path, &[], json).await;
        assert_error(path, &untyped, 415, "invalid_request");
    }
    let unregistered = Method::from_bytes(MARK.as_bytes()).unwrap();
    for (path, allowed) in [
        ("/token", "POST"),
        ("/par", "POST"),
        ("/device/code", "POST"),
        ("/introspect", "POST"),
        ("/revoke", "POST"),
        ("/userinfo", "GET"),
        ("/authorize", "GET"),
        ("/logout", "GET"),
    ] {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, unregistered.clone()] {
            let answer = scene
                .send(method, &format!("{path}?x={MARK}"), &[], String::new())
                .await;
            assert_error(path, &answer, 405, "invalid_request");
            assert!(answer.header("allow").unwrap().contains(allowed), "{path}");
        }
    }
    for (path, _) in FORMS {
        let answer = scene
            .send(Method::GET, &format!("{path}?token={MARK}"), &[], String::new())
            .await;
        assert_error(path, &answer, 405, "invalid_request");
    }
    scene.assert_unheard();
}

#[tokio::test]
async fn clients_that_are_unknown_or_malformed_are_invalid_everywhere() {
    let mut scene = Scene::new().await;
    let good = basic_of(&scene.rp.id, scene.rp.secret.as_deref().unwrap());
    let unknown = basic_of(MARK, MARK);
    let malformed = basic_of(&format!("%zz{MARK}"), "x");
    let scheme = format!("{MARK} x");
    let (no_base64, unencoded) = (format!("Basic %{MARK}"), format!("Basic {MARK}"));
    for (path, parameter) in FORMS {
        let id = &scene.rp.id.clone();
        for (headers, body, status, error) in [
            (vec![unknown.as_str()], String::new(), 401, "invalid_client"),
            (vec![malformed.as_str()], String::new(), 401, "invalid_client"),
            (vec![scheme.as_str()], String::new(), 401, "invalid_client"),
            (vec![no_base64.as_str()], String::new(), 401, "invalid_client"),
            (vec![unencoded.as_str()], String::new(), 401, "invalid_client"),
            (
                vec![good.as_str(), good.as_str()],
                String::new(),
                401,
                "invalid_client",
            ),
            (vec![], String::new(), 401, "invalid_client"),
            (vec![], "client_id=".to_owned(), 401, "invalid_client"),
            (vec![], format!("client_id={MARK}"), 401, "invalid_client"),
            (vec![], format!("client_id=%3C{MARK}%00"), 401, "invalid_client"),
            (
                vec![],
                format!("client_id={id}&client_secret={MARK}"),
                401,
                "invalid_client",
            ),
            (
                vec![],
                format!("client_id={MARK}&client_id={MARK}"),
                400,
                "invalid_request",
            ),
            (
                vec![good.as_str()],
                format!("client_secret={MARK}"),
                400,
                "invalid_request",
            ),
            (
                vec![good.as_str()],
                format!("client_id={MARK}"),
                400,
                "invalid_request",
            ),
        ] {
            let case = format!("{path} {headers:?} {body}");
            let mut all = vec![("content-type", FORM)];
            all.extend(headers.iter().map(|value| ("authorization", *value)));
            let answer = scene
                .send(Method::POST, path, &all, format!("{parameter}=x&{body}"))
                .await;
            assert_error(&case, &answer, status, error);
            let challenged = answer.header("www-authenticate").is_some();
            assert_eq!(challenged, status == 401 && !headers.is_empty(), "{case}");
        }
    }
    scene.assert_unheard();
}

#[tokio::test]
async fn people_sent_with_a_bad_request_get_a_page() {
    let mut scene = Scene::new().await;
    let good = scene.rp.authorize_url(&[]);
    let id = scene.rp.id.clone();
    for path in VISITED {
        for (query, status) in wrong_forms("client_id") {
            let answer = scene
                .send(Method::GET, &format!("{path}?{query:.60000}"), &[], String::new())
                .await;
            assert_page(&format!("{path} {query:.60}"), &answer, status.min(400));
            let form = [("content-type", FORM)];
            let answer = scene.send(Method::POST, path, &form, query).await;
            match status {
                413 => assert_page(path, &answer, 413),
                _ if answer.location().is_some() => {
                    let answer = scene.browser.follow(answer).await;
                    assert_page(path, &answer, 400);
                }
                _ => assert_page(path, &answer, 400),
            }
        }
        for bad in [MARK.to_owned(), format!("%3C{MARK}%00"), format!("{id}%20")] {
            let answer = scene
                .send(
                    Method::GET,
                    &format!("{path}?client_id={bad}"),
                    &[],
                    String::new(),
                )
                .await;
            assert_page(&format!("{path} {bad}"), &answer, 400);
        }
        let json = format!("{{\"client_id\":\"{MARK}\"}}");
        for headers in [&[("content-type", "application/json")][..], &[]] {
            let answer = scene.send(Method::POST, path, headers, json.clone()).await;
            assert_page(path, &answer, 415);
        }
        let bytes = [("content-type", FORM)];
        let answer = scene
            .browser
            .send(Method::POST, path, &bytes, Body::from(vec![0xff]))
            .await;
        assert_page(path, &answer, 400);
    }
    for uri in [
        format!("https://{MARK}.example/"),
        format!("{MARK}"),
        format!("javascript:{MARK}"),
    ] {
        let uri = serde_urlencoded::to_string([("redirect_uri", uri.as_str())]).unwrap();
        let path = format!("/authorize?client_id={id}&response_type=code&{uri}");
        let answer = scene.send(Method::GET, &path, &[], String::new()).await;
        assert_page(&path, &answer, 400);
        let path = format!("/logout?client_id={id}&post_logout_{uri}");
        let answer = scene.send(Method::GET, &path, &[], String::new()).await;
        assert_page(&path, &answer, 400);
    }
    let empty = format!("{good}&prompt=&unknown={MARK}");
    let empty = scene.send(Method::GET, &empty, &[], String::new()).await;
    assert!(empty.location().unwrap().starts_with("/login"));
    scene.assert_unheard();
}

#[tokio::test]
async fn tokens_and_documents_that_are_none_are_refused_as_such() {
    let mut scene = Scene::new().await;
    let (bearer, dpop) = (format!("Bearer {MARK}"), format!("DPoP {MARK}"));
    let broken = format!("Bearer {MARK} {MARK}");
    for (headers, query, status, error) in [
        (vec![bearer.as_str()], "", 401, Some("invalid_token")),
        (vec![dpop.as_str()], "", 401, Some("invalid_token")),
        (vec![broken.as_str()], "", 400, Some("invalid_request")),
        (
            vec![bearer.as_str(), bearer.as_str()],
            "",
            400,
            Some("invalid_request"),
        ),
        (vec![], "?access_token=", 401, None),
    ] {
        let all: Vec<_> = headers.iter().map(|value| ("authorization", *value)).collect();
        let path = format!("/userinfo{query}{}", if query.is_empty() { "" } else { MARK });
        let answer = scene.send(Method::GET, &path, &all, String::new()).await;
        match error {
            Some(error) => assert_error(&path, &answer, status, error),
            None => assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, "")),
        }
        assert!(answer.header("www-authenticate").is_some());
    }
    let (form, json) = ([("content-type", FORM)], [("content-type", "application/json")]);
    for (body, status) in wrong_forms("access_token") {
        let answer = scene.send(Method::POST, "/userinfo", &form, body.clone()).await;
        let error = answer.json()["error"].clone();
        if body.matches("x=").count() > 100 || status == 413 || error == "invalid_request" {
            assert_error(&body[..40], &answer, status, "invalid_request");
        } else {
            panic!("{body:.60}: {error}");
        }
    }
    let answer = scene
        .send(Method::POST, "/userinfo", &json, "{}".to_owned())
        .await;
    assert_error("userinfo", &answer, 415, "invalid_request");
    let document = format!("{{\"redirect_uris\": [\"https://{MARK}.example/\"]}}");
    let answer = scene
        .send(Method::POST, "/register", &form, document.clone())
        .await;
    assert_error("register", &answer, 415, "invalid_request");
    let twice = document.replace('}', &format!(", \"{MARK}\": 1, \"{MARK}\": 2}}"));
    for (body, error) in [
        (String::new(), "invalid_client_metadata"),
        (format!("[{document}]"), "invalid_client_metadata"),
        (format!("\"{MARK}\""), "invalid_client_metadata"),
        (format!("{{{MARK}"), "invalid_client_metadata"),
        (twice, "invalid_client_metadata"),
        (document.replace("https", "javascript"), "invalid_redirect_uri"),
        (
            document.replace('[', "[[").replace(']', "]]"),
            "invalid_redirect_uri",
        ),
    ] {
        let answer = scene.send(Method::POST, "/register", &json, body.clone()).await;
        assert_error(&body, &answer, 400, error);
    }
    let large = document.replace('}', &" ".repeat(65_536));
    let answer = scene.send(Method::POST, "/register", &json, large).await;
    assert_error("large", &answer, 413, "invalid_request");
    for id in [MARK.to_owned(), format!("%ff{MARK}"), format!("%2f{MARK}")] {
        let headers = [("authorization", bearer.as_str())];
        let path = format!("/register/{id}");
        let answer = scene.send(Method::GET, &path, &headers, String::new()).await;
        assert_error(&path, &answer, 401, "invalid_token");
    }
    scene.assert_unheard();
}

#[tokio::test]
async fn addresses_that_lead_nowhere_are_not_logged() {
    let mut scene = Scene::new().await;
    for path in [
        "/",
        "/resume/",
        "/resume/%ff",
        "/realms/",
        "/assets/",
        "/dev/mailbox/",
        "/login/",
    ] {
        for more in [
            MARK.to_owned(),
            format!("{MARK}/token"),
            format!("x?{MARK}={MARK}"),
        ] {
            let answer = scene
                .send(Method::GET, &format!("{path}{more}"), &[], String::new())
                .await;
            assert!(answer.status.is_client_error(), "{path}{more}: {}", answer.status);
        }
    }
    let headers = [
        ("user-agent", MARK),
        ("x-forwarded-for", MARK),
        ("x-request-id", MARK),
    ];
    scene.send(Method::GET, "/login", &headers, String::new()).await;
    scene.assert_unheard();
}
