//! What was refused is counted by door and reason, in words that nobody who asks can choose.

use crate::support::{AuthenticatorApp, Browser, RelyingParty, TestIdp, a_client, idp::PASSWORD};
use axum::{body::Body, http::Method};
use domain::{
    client::Status,
    door::{Door, Refusal},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use server::outbound::refusals::COUNTER;

const ADA: &str = "ada@example.com";

fn value(to: Option<String>, name: &str) -> String {
    let to = to.unwrap();
    let value = to.split(&format!("{name}=")).nth(1).unwrap();
    value.split('&').next().unwrap().to_owned()
}

async fn arrived(browser: &mut Browser) -> String {
    value(browser.get("/login").await.location(), "interaction")
}

async fn password(idp: &TestIdp, identifier: &str, password: &str) -> (Browser, String) {
    let mut browser = idp.browser();
    let id = arrived(&mut browser).await;
    let fields = [
        ("interaction", id.as_str()),
        ("identifier", identifier),
        ("password", password),
    ];
    browser.post("/login", &fields).await;
    (browser, id)
}

/// Is refused once at every door. The address is changed before there is a second factor, which it would ask for.
async fn every_door(idp: &TestIdp) {
    password(idp, ADA, "wrong").await;
    let (mut owner, _) = password(idp, ADA, PASSWORD).await;
    let mut signed_in = owner.clone();
    let fields = [("act", "address"), ("email", "other@example.com")];
    let asked = signed_in.post("/account/security", &fields).await;
    let flow = value(asked.location(), "flow");
    signed_in
        .post(
            "/api/account/address-code",
            &[("flow", flow.as_str()), ("code", "x")],
        )
        .await;
    AuthenticatorApp::add(idp, &mut owner).await;
    let (mut browser, id) = password(idp, ADA, PASSWORD).await;
    let code = [("interaction", id.as_str()), ("code", "x")];
    browser.post("/login/otp", &code).await;

    let mut browser = idp.browser();
    let id = arrived(&mut browser).await;
    browser
        .post("/login", &[("interaction", &id), ("identifier", ADA)])
        .await;
    let sent = browser
        .post("/login/code", &[("interaction", &id), ("act", "send")])
        .await;
    let flow = value(sent.location(), "flow");
    let code = [
        ("interaction", id.as_str()),
        ("flow", flow.as_str()),
        ("code", "x"),
    ];
    browser.post("/api/sign-in/code", &code).await;

    let fields = [("email", "new@example.com"), ("new_password", PASSWORD)];
    let flow = value(browser.post("/sign-up", &fields).await.location(), "flow");
    browser
        .post("/verify-email", &[("flow", flow.as_str()), ("code", "x")])
        .await;

    browser
        .post("/reset-password", &[("token", "x"), ("new_password", PASSWORD)])
        .await;
    let fields = [
        ("token", "x"),
        ("email", "root@example.com"),
        ("new_password", PASSWORD),
    ];
    browser.post("/setup", &fields).await;
    signed_in.post("/device", &[("code", "BBBB-BBBB")]).await;
}

async fn clients(idp: &TestIdp) {
    let rp = idp.relying_party(a_client()).await;
    let guesser = RelyingParty {
        secret: Some("guess".to_owned()),
        ..rp
    };
    let mut browser = idp.browser();
    for _ in 0..7 {
        guesser.post(&mut browser, "/token", &[]).await;
    }
    let headers = [
        ("authorization", "Bearer x"),
        ("content-type", "application/json"),
    ];
    browser
        .send(Method::POST, "/register", &headers, Body::from("{}"))
        .await;
}

/// How often something was refused there for that reason.
fn counted(told: &PrometheusHandle, door: Door, why: Refusal) -> u64 {
    let line = format!(
        "{COUNTER}{{door=\"{}\",reason=\"{}\"}} ",
        door.as_str(),
        why.as_str()
    );
    let text = told.render();
    let found = text.lines().find_map(|text| text.strip_prefix(&line));
    found.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test]
async fn refused_credentials_are_counted_by_door_and_reason() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let told = recorder.handle();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let idp = super::start_with(&[("SIGNET_REGISTRATION", "token")]).await;
    idp.person(ADA).await;
    let off = idp.person("off@example.com").await;
    let users = &idp.runtime.services.users;
    users
        .set_status(&idp.act().await, off.id, Status::Disabled)
        .await
        .unwrap();
    every_door(&idp).await;
    clients(&idp).await;
    password(&idp, "off@example.com", PASSWORD).await;
    for _ in 0..7 {
        password(&idp, "nobody@example.com", "wrong").await;
    }
    for (door, why, expected) in [
        (Door::Password, Refusal::Wrong, 6),
        (Door::Password, Refusal::TooMany, 2),
        (Door::Password, Refusal::NotAllowed, 1),
        (Door::Password, Refusal::Expired, 0),
        (Door::SecondFactor, Refusal::Wrong, 1),
        (Door::SignInCode, Refusal::Wrong, 1),
        (Door::SignUpCode, Refusal::Wrong, 1),
        (Door::AddressCode, Refusal::Wrong, 1),
        (Door::MailedLink, Refusal::Wrong, 1),
        (Door::SetUpLink, Refusal::Wrong, 1),
        (Door::UserCode, Refusal::Wrong, 1),
        (Door::Client, Refusal::Wrong, 5),
        (Door::Client, Refusal::TooMany, 2),
        (Door::RegistrationToken, Refusal::Wrong, 1),
    ] {
        assert_eq!(
            counted(&told, door, why),
            expected,
            "{door:?} {why:?}: {}",
            told.render()
        );
    }
    let text = told.render();
    let lines = text.lines().filter(|line| line.starts_with(COUNTER));
    let known: Vec<String> = Door::ALL
        .into_iter()
        .flat_map(|door| Refusal::ALL.map(|why| (door, why)))
        .map(|(door, why)| {
            format!(
                "{COUNTER}{{door=\"{}\",reason=\"{}\"}}",
                door.as_str(),
                why.as_str()
            )
        })
        .collect();
    for line in lines {
        assert!(known.iter().any(|known| line.starts_with(known)), "{line}");
    }
}
