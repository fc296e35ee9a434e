//! Forms of clients: whole, bounded, posted as forms, by whom they say.

use super::{FORM, FORMS, MARK, Scene, VISITED, assert_error, wrong_forms};
use crate::support::relying_party::basic_of;
use axum::http::Method;

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
            "/device/code" => assert_eq!(empty.status, 200, "{}", empty.body),
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
async fn a_secret_in_an_address_is_none() {
    let mut scene = Scene::new().await;
    let secret = scene.rp.secret.clone().unwrap();
    let query =
        serde_urlencoded::to_string([("client_id", &scene.rp.id), ("client_secret", &secret)]).unwrap();
    for (path, parameter) in FORMS {
        let form = [("content-type", FORM)];
        let body = format!("{parameter}=x");
        let answer = scene
            .send(Method::POST, &format!("{path}?{query}"), &form, body)
            .await;
        assert_error(path, &answer, 401, "invalid_client");
    }
}

#[tokio::test]
async fn a_body_that_says_how_large_it_is_is_not_read() {
    let mut scene = Scene::new().await;
    let length = [("content-type", FORM), ("content-length", "65537")];
    for path in [
        "/token",
        "/par",
        "/revoke",
        "/introspect",
        "/device/code",
        "/userinfo",
        "/register",
    ] {
        let answer = scene.send(Method::POST, path, &length, String::new()).await;
        assert_error(path, &answer, 413, "invalid_request");
    }
    for path in VISITED {
        let answer = scene.send(Method::POST, path, &length, String::new()).await;
        assert_eq!(answer.status, 413, "{path}");
    }
}
