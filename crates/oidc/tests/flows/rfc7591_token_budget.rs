//! RFC 7591 §5, RFC 7592 §5: tokens for registering and managing clients are guessed on a budget of their network.

use crate::fixture::{Idp, Registered, Request, an_application, assert_refused, basic, bearer, told};
use domain::{
    client_registration::RegistrationMode,
    door::{Door, Refusal},
    services::Act,
};
use oidc::{
    client_auth::{AuthenticatedClient, ClientAuthError, TransportFacts, authenticate},
    registration::{self, ClientInformation, RegistrationError},
};

async fn with_tokens() -> Idp {
    Idp::start_with(|settings| settings.registration.mode = RegistrationMode::Token).await
}

async fn register(idp: &Idp, act: &Act, token: &str) -> Result<ClientInformation, RegistrationError> {
    let document = an_application().to_string();
    let header = bearer(token);
    registration::register(&idp.protocol, act, Some(&header), document.as_bytes()).await
}

async fn read(idp: &Idp, client: &Registered, token: &str) -> Result<ClientInformation, RegistrationError> {
    let header = bearer(token);
    registration::read_client(&idp.protocol, &idp.act(), Some(&header), client.id()).await
}

async fn proves(idp: &Idp, id: &str, secret: &str) -> Result<AuthenticatedClient, ClientAuthError> {
    let (act, header) = (idp.act(), basic(id, secret));
    let transport = TransportFacts {
        peer: act.origin.address,
        client_certificate: None,
    };
    let parameters = Request::default().parameters();
    authenticate(&idp.protocol, &act, Some(&header), &parameters, &transport).await
}

fn judged<T>(answer: &Result<T, RegistrationError>) -> bool {
    matches!(answer, Err(RegistrationError::TokenUnknown))
}

#[tokio::test]
async fn rfc7591_s5_after_five_wrong_tokens_not_even_the_right_one_is_looked_at_from_there() {
    let idp = with_tokens().await;
    let token = idp.initial_token(None, None).await;
    for _ in 0..5 {
        let refused = register(&idp, &idp.act(), "guess").await;
        assert_refused!(refused, RegistrationError::TokenUnknown, "invalid_token");
    }
    let refused = register(&idp, &idp.act(), &token).await;
    assert!(
        matches!(&refused, Err(RegistrationError::TooMany { retry_after }) if retry_after.as_secs() == 3_600)
    );
    assert!(register(&idp, &idp.act_from("192.0.2.9"), &token).await.is_ok());
    assert_eq!(idp.refusals.count(Door::RegistrationToken, Refusal::Wrong), 5);
    assert_eq!(idp.refusals.count(Door::RegistrationToken, Refusal::TooMany), 1);
    idp.wait(3_600);
    assert!(register(&idp, &idp.act(), &token).await.is_ok());
}

#[tokio::test]
async fn rfc7591_s5_tokens_guessed_at_once_share_the_budget_and_right_ones_use_nothing_up() {
    let idp = with_tokens().await;
    let (act, token) = (idp.act(), idp.initial_token(None, None).await);
    for _ in 0..20 {
        assert!(register(&idp, &act, &token).await.is_ok());
    }
    let answers = futures::future::join_all((0..200).map(|_| register(&idp, &act, "guess"))).await;
    assert_eq!(answers.iter().filter(|answer| judged(answer)).count(), 5);
}

#[tokio::test]
async fn rfc7592_s5_a_clients_token_and_its_secret_are_guessed_on_one_budget() {
    let idp = Idp::open_to_all(|_| {}).await;
    let (mine, other) = (
        told(idp.register(&an_application()).await),
        told(idp.register(&an_application()).await),
    );
    for _ in 0..3 {
        assert!(judged(&read(&idp, &mine, other.token()).await));
    }
    for _ in 0..2 {
        let answer = proves(&idp, mine.id(), "guess").await;
        assert!(answer.is_err());
    }
    let refused = read(&idp, &mine, mine.token()).await;
    assert!(matches!(refused, Err(RegistrationError::TooMany { .. })));
    let refused = proves(&idp, mine.id(), mine.text("client_secret")).await;
    assert_refused!(refused, ClientAuthError::TooManyFailures { .. }, "invalid_client");
    assert!(
        read(&idp, &other, other.token()).await.is_ok(),
        "nobody else is kept out"
    );
    assert_eq!(idp.refusals.count(Door::RegistrationToken, Refusal::Wrong), 3);
    assert_eq!(idp.refusals.count(Door::Client, Refusal::Wrong), 2);
}
