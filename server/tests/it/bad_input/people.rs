//! People who are sent with a bad request, tokens and documents that are none.

use super::{FORM, MARK, Scene, VISITED, assert_error, assert_page, wrong_forms};
use axum::{body::Body, http::Method};

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
        MARK.to_string(),
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
        assert_error(
            &format!("userinfo {body:.60}"),
            &answer,
            status,
            "invalid_request",
        );
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
