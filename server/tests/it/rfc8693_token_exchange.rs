//! RFC 8693: token exchange, as headers, statuses and documents show it.

use crate::support::{Answer, Browser, RelyingParty, TestIdp, a_client, relying_party::claims};
use domain::{
    client::{ClientId, GrantType, Status},
    services::apis::NewApi,
};
use serde_json::Value;

const ADA: &str = "ada@example.com";
const ORDERS: &str = "https://orders.example.com/v1";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

async fn orders(idp: &TestIdp) {
    let new = NewApi {
        audience: ORDERS.to_owned(),
        name: "Orders".to_owned(),
        scopes: vec![("orders:read".to_owned(), "See orders".to_owned())],
        access_token_lifetime: None,
        alg: None,
        format: domain::api::TokenFormat::Jwt,
        introspection_clients: Vec::new(),
    };
    let act = idp.act().await;
    idp.runtime.services.apis.create(&act, new).await.unwrap();
}

/// A service that may exchange what was issued to `holder`.
async fn a_service(idp: &TestIdp, holder: &RelyingParty) -> RelyingParty {
    let holder: ClientId = holder.id.parse().unwrap();
    let service = a_client()
        .grants(&[GrantType::TokenExchange])
        .scopes("orders:read");
    let service = service.metadata(|metadata| {
        metadata.exchange.subject_clients.insert(holder);
    });
    idp.relying_party(service).await
}

/// The access token of an app that a person signed in to.
async fn a_subject(idp: &TestIdp, browser: &mut Browser) -> (RelyingParty, String) {
    let app = idp.relying_party(a_client().scopes("openid orders:read")).await;
    let asking = [("scope", "openid orders:read"), ("resource", ORDERS)];
    let answer = app.authorize(browser, ADA, &asking).await;
    let code = answer.redirect_parameters()["code"].clone();
    let tokens = app.redeem(browser, &code).await.json();
    (app, text(&tokens, "access_token"))
}

fn text(document: &Value, name: &str) -> String {
    document[name].as_str().unwrap().to_owned()
}

async fn exchange(service: &RelyingParty, browser: &mut Browser, changes: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("grant_type", GRANT), ("subject_token_type", ACCESS_TOKEN)];
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    service.post(browser, "/token", &fields).await
}

#[tokio::test]
async fn s2_2_1_a_service_gets_a_token_that_says_who_acts() {
    let idp = super::start().await;
    idp.person(ADA).await;
    orders(&idp).await;
    let mut browser = idp.browser();
    let (app, subject) = a_subject(&idp, &mut browser).await;
    let service = a_service(&idp, &app).await;
    let asked = [("subject_token", subject.as_str()), ("resource", ORDERS)];
    let answer = exchange(&service, &mut browser, &asked).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = answer.json();
    assert_eq!(told["issued_token_type"], ACCESS_TOKEN);
    assert_eq!(told["token_type"], "Bearer");
    for absent in ["refresh_token", "id_token"] {
        assert_eq!(told.get(absent), None);
    }
    let (before, after) = (claims(&subject), claims(&text(&told, "access_token")));
    assert_eq!((&after["sub"], &after["aud"]), (&before["sub"], &ORDERS.into()));
    assert_eq!(after["act"]["client_id"], service.id.as_str());
    assert_eq!(after["client_id"], service.id.as_str());
}

#[tokio::test]
async fn s2_2_2_errors_are_json() {
    let idp = super::start().await;
    idp.person(ADA).await;
    orders(&idp).await;
    let mut browser = idp.browser();
    let (app, subject) = a_subject(&idp, &mut browser).await;
    let service = a_service(&idp, &app).await;
    let subject = ("subject_token", subject.as_str());
    let id_token = "urn:ietf:params:oauth:token-type:id_token";
    for (changes, error) in [
        (&[][..], "invalid_request"),
        (&[("subject_token", "x")], "invalid_request"),
        (&[subject, ("subject_token_type", "")], "invalid_request"),
        (&[subject, ("subject_token_type", id_token)], "invalid_request"),
        (&[subject, ("requested_token_type", id_token)], "invalid_request"),
        (&[subject, ("scope", "openid")], "invalid_scope"),
        (
            &[subject, ("resource", "https://nobody.example.com")],
            "invalid_target",
        ),
    ] {
        let answer = exchange(&service, &mut browser, changes).await;
        assert_eq!(answer.status, 400, "{changes:?}: {}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.json()["error"], error, "{changes:?}");
    }
    let stranger = a_client()
        .grants(&[GrantType::TokenExchange])
        .scopes("orders:read");
    let stranger = idp.relying_party(stranger).await;
    let answer = exchange(&stranger, &mut browser, &[subject]).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]),
        (400, &"invalid_request".into())
    );
    let answer = exchange(&app, &mut browser, &[subject]).await;
    assert_eq!(answer.json()["error"], "unauthorized_client");
}

#[tokio::test]
async fn what_a_disabled_service_passed_on_ends_on_another_node() {
    let idp = super::start().await;
    idp.person(ADA).await;
    orders(&idp).await;
    let there = idp.another_node().await;
    let mut browser = idp.browser();
    let (app, subject) = a_subject(&idp, &mut browser).await;
    let service = a_service(&idp, &app).await;
    let archive = a_service(&idp, &service).await;
    let asked = [("subject_token", subject.as_str())];
    let first = text(
        &exchange(&service, &mut browser, &asked).await.json(),
        "access_token",
    );
    let asked = [("subject_token", first.as_str())];
    let second = text(
        &exchange(&archive, &mut browser, &asked).await.json(),
        "access_token",
    );
    let mut elsewhere = there.browser();
    let sees = async |elsewhere: &mut Browser| {
        let answer = archive
            .post(elsewhere, "/introspect", &[("token", &second)])
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["active"] == true
    };
    there.follow().await;
    assert!(sees(&mut elsewhere).await);
    let clients = &idp.runtime.services.clients;
    let id: ClientId = service.id.parse().unwrap();
    let done = clients.set_status(&idp.act().await, &id, Status::Disabled).await;
    assert!(done.unwrap());
    there.follow().await;
    assert!(!sees(&mut elsewhere).await);
}
