use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    client::{ClientAuthMethod, ClientSecret},
    id::ClientSecretId,
    secret::{Digest, Secret},
    testing::SeededRandom,
};
use std::time::Duration;

fn form(text: &str) -> Parameters {
    Parameters::parse(text).unwrap()
}

fn basic(text: &str) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

fn read(header: Option<&str>, body: &str) -> Result<Credentials, ErrorCode> {
    Credentials::read(header, &form(body)).map_err(|error| error.code())
}

#[test]
fn s2_3_1_both_halves_of_basic_are_form_encoded() {
    match read(Some(&basic("my%2Dapp:a%3Ab+c%25")), "grant_type=x").unwrap() {
        Credentials::Secret {
            client_id,
            method,
            secret,
        } => {
            assert_eq!(
                (client_id.as_str(), secret.expose().as_str()),
                ("my-app", "a:b c%")
            );
            assert_eq!(method, ClientAuthMethod::ClientSecretBasic);
        }
        Credentials::None { .. } | Credentials::Assertion { .. } => panic!("a secret was sent"),
    }
}

#[test]
fn s2_3_one_method_only() {
    let header = basic("app:hush");
    assert_eq!(
        read(Some(&header), "client_secret=hush").err(),
        Some(ErrorCode::InvalidRequest)
    );
    assert_eq!(
        read(Some(&header), "client_id=other").err(),
        Some(ErrorCode::InvalidRequest)
    );
    assert_eq!(
        read(None, "client_id=a&client_id=b").err(),
        Some(ErrorCode::InvalidRequest)
    );
    assert!(read(Some(&header), "client_id=app").is_ok());
}

#[test]
fn what_cannot_be_read_is_invalid_client() {
    for header in [
        "Bearer abc",
        "Basic",
        "Basic !!",
        &basic("no-colon"),
        &basic("a:%zz"),
        &basic("a b:c"),
    ] {
        assert_eq!(
            read(Some(header), "").err(),
            Some(ErrorCode::InvalidClient),
            "{header}"
        );
    }
    assert_eq!(read(None, "").err(), Some(ErrorCode::InvalidClient));
    assert_eq!(
        read(None, "client_secret=x").err(),
        Some(ErrorCode::InvalidClient)
    );
}

#[test]
fn two_secrets_work_while_one_replaces_the_other() {
    let now = crate::fixtures::now();
    let secret = |text: &str, expires_at| ClientSecret {
        id: ClientSecretId::generate(now, &SeededRandom::new(1)),
        digest: Digest::of(text),
        created_at: now,
        expires_at,
    };
    let secrets = [
        secret("new", None),
        secret("old", Some(now + Duration::from_secs(10))),
    ];
    let accepted = |text: &str, at| secret::is_accepted(&secrets, &Secret::new(text.to_owned()), at);
    assert!(accepted("new", now) && accepted("old", now));
    assert!(
        !accepted("old", now + Duration::from_secs(10)) && accepted("new", now + Duration::from_secs(10))
    );
    assert!(!accepted("", now) && !accepted("other", now));
}

#[test]
fn unknown_disabled_and_wrong_look_the_same() {
    for error in [
        ClientAuthError::UnknownClient,
        ClientAuthError::Disabled,
        ClientAuthError::WrongMethod,
        ClientAuthError::WrongSecret,
    ] {
        assert_eq!(error.code(), ErrorCode::InvalidClient);
    }
}
