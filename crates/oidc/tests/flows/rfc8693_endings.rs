//! RFC 8693 §2.1, RFC 7009: an exchanged token ends with all that it descends from.

use crate::fixture::{Browser, Idp, RelyingParty, Request, acted, assert_refused, exchanger, exchanging};
use domain::{
    api::{Api, TokenFormat},
    client::Status,
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    dpop::ProofHeader,
    revocation::RevocationError,
    token::{self, TokenError, TokenResponse, UnfitToken},
    userinfo::UserinfoError,
};
use std::time::Duration;

fn a_shop() -> ClientBuilder {
    a_client().scopes("openid offline_access orders:read")
}

/// What ends.
#[derive(Clone, Copy, Debug)]
enum Ending {
    ApprovedClient,
    ApprovedClientForAMoment,
    Account,
    Session,
    Consent,
    Approval,
}

impl Ending {
    const ALL: [Self; 6] = [
        Self::ApprovedClient,
        Self::ApprovedClientForAMoment,
        Self::Account,
        Self::Session,
        Self::Consent,
        Self::Approval,
    ];

    async fn happen(self, rp: &RelyingParty<'_>, browser: &Browser, subject: &str) {
        let idp = rp.idp();
        let user = idp.user_of(browser).await;
        match self {
            Self::ApprovedClient => idp.set_client(rp.id(), Status::Disabled).await,
            Self::ApprovedClientForAMoment => {
                idp.set_client(rp.id(), Status::Disabled).await;
                idp.set_client(rp.id(), Status::Active).await;
            }
            Self::Account => idp.set_user(user, Status::Disabled).await,
            Self::Session => idp.sign_out(browser).await,
            Self::Consent => idp.revoke_consent(user, rp.id()).await,
            Self::Approval => rp.revoke(&Request::of(&[("token", subject)])).await.unwrap(),
        }
    }
}

async fn subject(rp: &RelyingParty<'_>, browser: &Browser) -> String {
    let tokens = rp.tokens_for("openid orders:read", browser).await;
    tokens.access_token().to_owned()
}

/// Why what a subject token descends from counts no more.
fn ended(answer: Result<TokenResponse, TokenError>) -> TokenError {
    match answer {
        Err(TokenError::SubjectToken(UnfitToken::Ended(error))) => *error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_has_ended_is_not_exchanged() {
    for ending in Ending::ALL {
        let idp = Idp::start().await;
        let rp = idp.relying_party(a_shop()).await;
        let backend = idp.relying_party(exchanger("backend", &["app"])).await;
        let browser = idp.signed_in(a_user()).await;
        let subject = subject(&rp, &browser).await;
        assert!(backend.exchange(&subject).await.is_ok());
        ending.happen(&rp, &browser, &subject).await;
        assert_refused!(
            backend.exchange(&subject).await,
            TokenError::SubjectToken(UnfitToken::NotAccepted),
            "invalid_request"
        );
        // A node that has not heard of it asks the store.
        let elsewhere = idp.rotated(true).await;
        let backend = RelyingParty::new(&elsewhere, backend.client);
        let error = ended(backend.exchange(&subject).await);
        match ending {
            Ending::ApprovedClient => assert!(matches!(error, TokenError::ClientWithdrawn), "{error:?}"),
            Ending::ApprovedClientForAMoment
            | Ending::Account
            | Ending::Session
            | Ending::Consent
            | Ending::Approval => {
                assert!(
                    matches!(error, TokenError::AuthorizationRevoked),
                    "{ending:?}: {error:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_session_that_was_not_used_for_too_long_gives_no_tokens() {
    let idp = Idp::start_with(|settings| {
        settings.lifetimes.session_idle = Duration::from_secs(100);
    })
    .await;
    let rp = idp.relying_party(a_shop()).await;
    let browser = idp.signed_in(a_user()).await;
    let online = subject(&rp, &browser).await;
    let offline = rp.tokens_for("openid offline_access", &browser).await;
    idp.wait(100);
    let error = ended(rp.exchange(&online).await);
    assert!(matches!(error, TokenError::SessionEnded), "{error:?}");
    assert!(rp.exchange(offline.access_token()).await.is_ok());
}

#[tokio::test]
async fn what_ends_later_ends_the_exchanged_token() {
    for ending in Ending::ALL {
        let idp = Idp::start().await;
        let rp = idp.relying_party(a_shop()).await;
        let backend = idp.relying_party(exchanger("backend", &["app"])).await;
        let ledger = idp.relying_party(exchanger("ledger", &["backend"])).await;
        let browser = idp.signed_in(a_user()).await;
        let subject = subject(&rp, &browser).await;
        let (first, _) = backend.exchanged(&exchanging(&subject)).await;
        let (second, _) = ledger.exchanged(&exchanging(&first)).await;
        assert!(backend.sees(&first).await && ledger.sees(&second).await);
        assert_refused!(
            idp.userinfo(&first).await,
            UserinfoError::InsufficientScope,
            "insufficient_scope"
        );
        ending.happen(&rp, &browser, &subject).await;
        assert!(
            !backend.sees(&first).await && !ledger.sees(&second).await,
            "{ending:?}"
        );
        for token in [&first, &second] {
            assert_refused!(idp.userinfo(token).await, UserinfoError::Revoked, "invalid_token");
        }
    }
}

#[tokio::test]
async fn it_ends_with_the_client_that_holds_it_and_with_nobody_elses() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = subject(&rp, &browser).await;
    let (token, _) = backend.exchanged(&exchanging(&subject)).await;
    idp.set_client(backend.id(), Status::Disabled).await;
    assert_refused!(
        idp.userinfo(&token).await,
        UserinfoError::Revoked,
        "invalid_token"
    );
    assert!(idp.userinfo(&subject).await.is_ok());
}

#[tokio::test]
async fn an_opaque_one_ends_with_what_it_descends_from() {
    for ending in Ending::ALL {
        let idp = Idp::start().await;
        idp.api_with("orders", "orders:read", |api| api.format = TokenFormat::Opaque)
            .await;
        let rp = idp.relying_party(a_shop()).await;
        let browser = idp.signed_in(a_user()).await;
        let request = rp.request().with("scope", "openid orders:read");
        let code = rp.code_for(&request.and("resource", "orders"), &browser).await;
        let subject = rp.redeem(&code).await.unwrap().access_token().to_owned();
        let token = rp.exchange(&subject).await.unwrap().access_token().to_owned();
        assert!(idp.userinfo(&token).await.is_ok());
        ending.happen(&rp, &browser, &subject).await;
        assert_refused!(
            idp.userinfo(&token).await,
            UserinfoError::Revoked,
            "invalid_token"
        );
    }
}

#[tokio::test]
async fn rfc7009_s2_1_its_holder_revokes_it_alone() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = subject(&rp, &browser).await;
    let (first, _) = backend.exchanged(&exchanging(&subject)).await;
    let (second, _) = backend.exchanged(&exchanging(&subject)).await;
    let revoking = Request::of(&[("token", &first)]);
    assert_refused!(
        rp.revoke(&revoking).await,
        RevocationError::ClientMismatch,
        "invalid_grant"
    );
    assert!(backend.sees(&first).await);
    backend.revoke(&revoking).await.unwrap();
    assert!(!backend.sees(&first).await && backend.sees(&second).await);
    assert!(idp.userinfo(&subject).await.is_ok());
    assert_refused!(
        backend.exchange(&first).await,
        TokenError::SubjectToken(UnfitToken::NotAccepted),
        "invalid_request"
    );
}

#[tokio::test]
async fn s4_1_it_ends_with_every_client_that_has_acted() {
    for ended in ["app", "backend", "ledger", "archive"] {
        for again in [false, true] {
            let idp = Idp::start().await;
            let rp = idp.relying_party(a_shop()).await;
            let backend = idp.relying_party(exchanger("backend", &["app"])).await;
            let ledger = idp.relying_party(exchanger("ledger", &["backend"])).await;
            let archive = idp.relying_party(exchanger("archive", &["ledger"])).await;
            let rs = idp.relying_party(exchanger("rs", &["archive"])).await;
            let watching = |api: &mut Api| api.introspection_clients.extend([rs.id().clone()]);
            idp.api_with("orders", "orders:read", watching).await;
            let browser = idp.signed_in(a_user()).await;
            let request = rp.request().with("scope", "openid orders:read");
            let code = rp.code_for(&request.and("resource", "orders"), &browser).await;
            let subject = rp.redeem(&code).await.unwrap().access_token().to_owned();
            let (first, _) = backend.exchanged(&exchanging(&subject)).await;
            let (second, _) = ledger.exchanged(&exchanging(&first)).await;
            let (third, said) = archive.exchanged(&exchanging(&second)).await;
            assert_eq!(said["act"]["act"]["act"]["client_id"], "backend");
            assert!(rs.sees(&third).await);
            let id = ended.parse().unwrap();
            idp.set_client(&id, Status::Disabled).await;
            if again {
                idp.set_client(&id, Status::Active).await;
            }
            assert!(!rs.sees(&third).await, "{ended}");
            assert_refused!(
                rs.exchange(&third).await,
                TokenError::SubjectToken(UnfitToken::NotAccepted),
                "invalid_request"
            );
        }
    }
}

#[tokio::test]
async fn who_acted_by_a_token_of_their_own_counts_too() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app", "clerk"])).await;
    let clerk = idp.relying_party(a_client().id("clerk")).await;
    let browser = idp.signed_in(a_user()).await;
    let acting = acted(
        exchanging(&subject(&rp, &browser).await),
        &clerk.own_token().await,
    );
    let (token, said) = backend.exchanged(&acting).await;
    assert_eq!(said["act"]["client_id"], "clerk");
    assert!(backend.sees(&token).await);
    idp.set_client(clerk.id(), Status::Disabled).await;
    assert!(!backend.sees(&token).await);
}

#[tokio::test]
async fn what_is_withdrawn_while_a_request_is_answered_reaches_its_token() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_shop()).await;
    let backend = idp.relying_party(exchanger("backend", &["app"])).await;
    let browser = idp.signed_in(a_user()).await;
    let subject = subject(&rp, &browser).await;
    let own = Request::of(&[("grant_type", "client_credentials")]);
    for request in [exchanging(&subject), own] {
        let proven = backend.authenticated().await.unwrap();
        // What was read of the client is all that is known of it from here on.
        idp.set_client(backend.id(), Status::Disabled).await;
        idp.set_client(backend.id(), Status::Active).await;
        idp.wait(5);
        let (act, parameters) = (idp.act(), request.parameters());
        let answer = token::respond(&idp.protocol, &act, &proven, &parameters, ProofHeader::Absent);
        let late = answer.await.unwrap().access_token().to_owned();
        assert!(!backend.sees(&late).await);
    }
}
