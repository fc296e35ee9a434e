//! What is neither logged nor measured as it was sent.

use super::{FORM, MARK, Scene};
use axum::http::Method;
use domain::door::{Door, Refusal};
use metrics_exporter_prometheus::PrometheusBuilder;

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

#[tokio::test]
async fn labels_come_from_closed_sets() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let told = recorder.handle();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let mut scene = Scene::new().await;
    for method in ["GET", "POST", MARK] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        for path in ["/token", "/authorize", "/realms/x", "/"] {
            let headers = [("user-agent", MARK), ("content-type", FORM)];
            let path = format!("{path}?error={MARK}&client_id={MARK}");
            scene
                .send(method.clone(), &path, &headers, format!("error={MARK}"))
                .await;
        }
    }
    let told = told.render();
    assert!(told.contains("signet_http_requests_total"), "{told}");
    let labels = told.split(['{', '}', ',']).filter(|part| part.contains("=\""));
    for label in labels {
        let (name, value) = label.split_once('=').unwrap();
        let known = match name {
            "method" => ["\"read\"", "\"post\"", "\"other\""].contains(&value),
            "status" => ["\"2xx\"", "\"3xx\"", "\"4xx\"", "\"5xx\""].contains(&value),
            "door" => Door::ALL
                .iter()
                .any(|door| value == format!("\"{}\"", door.as_str())),
            "reason" => Refusal::ALL
                .iter()
                .any(|why| value == format!("\"{}\"", why.as_str())),
            "quantile" | "le" => true,
            _ => false,
        };
        assert!(known, "{label}");
    }
}
