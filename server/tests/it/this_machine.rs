//! What is for this machine alone, and what a page elsewhere could try through a person's browser.

use axum::{body::Body, http::Method};

#[tokio::test]
async fn the_mailbox_answers_to_names_of_the_machine_itself_only() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    for path in ["/dev/mailbox", "/dev/mailbox.json"] {
        for (host, expected) in [
            ("localhost:4000", 200),
            ("127.0.0.1:4000", 200),
            ("[::1]:4000", 200),
            ("rebound.evil.example:4000", 404),
            ("rebound.evil.example", 404),
        ] {
            let answer = browser
                .send(Method::GET, path, &[("host", host)], Body::empty())
                .await;
            assert_eq!(answer.status, expected, "{path} {host}");
        }
    }
}

#[tokio::test]
async fn a_server_function_never_sends_the_browser_to_where_it_came_from() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let flow = "01900000-0000-7000-8000-000000000000";
    let asks = [("identifier", "ada@example.com")];
    let confirms = [("flow", flow), ("code", "000000")];
    let forms = [
        ("/api/forgot-password", asks.as_slice(), 200),
        ("/api/verify-email/code", confirms.as_slice(), 403),
    ];
    let headers = [
        ("referer", "http://localhost:4000/sign-up?marker"),
        ("accept", "text/html,application/xhtml+xml"),
    ];
    for (path, form, expected) in forms {
        let answer = browser.post_with(path, &headers, form).await;
        assert_eq!(answer.status, expected, "{path}: {}", answer.body);
        assert_eq!(answer.location(), None, "{path}");
        assert!(answer.json().is_object(), "{path}");
    }
}
