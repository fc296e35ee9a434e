//! RFC 9126: a request that is handed over before the browser is sent.

use crate::fixture::{Browser, Idp, Prover, RelyingParty, Request, assert_refused};
use domain::{
    client::ClientAlgorithm,
    opaque::{OpaqueKind, OpaqueToken},
    testing::{a_client, a_user},
};
use oidc::{
    authorize::{AuthorizeError, PageError, Step},
    dpop::{DpopError, ProofHeader},
    pushed_authorization_request::PushError,
    token::TokenError,
};

impl RelyingParty<'_> {
    /// What stands for `request`.
    async fn pushed(&self, request: &Request) -> String {
        self.push(request).await.unwrap().request_uri().to_owned()
    }

    /// The authorization request that refers to a pushed one.
    pub fn referring_to(&self, request_uri: &str) -> Request {
        Request::of(&[("client_id", self.id().as_str()), ("request_uri", request_uri)])
    }
}

/// The person allows what is asked; the code.
async fn code(idp: &Idp, request: &Request, browser: &Browser) -> String {
    let asked = idp.authorize(request, browser).await.consent();
    let scopes = asked.consent.as_ref().unwrap().scopes.to_string();
    let answer = idp.allow(asked, &scopes, browser).await;
    answer.response().unwrap().code().to_owned()
}

#[tokio::test]
async fn s2_2_a_request_uri_that_nobody_guesses_and_that_expires() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let first = rp.push(&rp.request()).await.unwrap();
    let second = rp.push(&rp.request()).await.unwrap();
    assert_ne!(first.request_uri(), second.request_uri());
    let random = first
        .request_uri()
        .strip_prefix("urn:ietf:params:oauth:request_uri:")
        .unwrap();
    assert!(random.len() >= 43);
    assert!((60..=90).contains(&first.expires_in()));
    let said = serde_json::to_value(&first).unwrap();
    assert_eq!(said.as_object().unwrap().len(), 2);
    assert_eq!(said["request_uri"], first.request_uri());
    assert_eq!(said["expires_in"], first.expires_in());
    let browser = idp.signed_in(a_user()).await;
    idp.wait(first.expires_in() - 1);
    idp.authorize(&rp.referring_to(first.request_uri()), &browser)
        .await
        .consent();
    idp.wait(1);
    let answer = idp
        .authorize(&rp.referring_to(second.request_uri()), &browser)
        .await;
    assert_refused!(answer.page(), PageError::RequestUri, "invalid_request_uri");
}

#[tokio::test]
async fn s4_only_what_was_pushed_counts() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let pushed = rp.pushed(&rp.request().with("scope", "openid")).await;
    let beside = rp
        .request()
        .with("request_uri", &pushed)
        .with("scope", "openid email profile offline_access")
        .with("state", "another")
        .with("redirect_uri", "https://evil.example/")
        .with("response_mode", "form_post")
        .with("request", "x")
        .and("nonce", "twice");
    let asked = idp.authorize(&beside, &browser).await.consent();
    assert_eq!(asked.consent.as_ref().unwrap().scopes.to_string(), "openid");
    let told = idp.allow(asked, "openid", &browser).await.response().unwrap();
    assert!(told.to.starts_with("https://app.example.com/callback?"));
    assert_eq!((told.get("state"), told.posted), (Some("af0ifjsldkj"), false));
    assert!(rp.redeem(told.code()).await.is_ok());
}

#[tokio::test]
async fn s2_2_it_is_its_clients_alone() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let other = idp.relying_party(a_client().id("other")).await;
    let browser = idp.signed_in(a_user()).await;
    let uri = rp.pushed(&rp.request()).await;
    let unknown = format!("{uri}A");
    let elsewhere = idp.realm("acme");
    for request in [
        other.referring_to(&uri),
        rp.referring_to(&unknown),
        rp.referring_to("urn:ietf:params:oauth:request_uri:"),
    ] {
        let answer = idp.authorize(&request, &browser).await;
        assert_refused!(answer.page(), PageError::RequestUri, "invalid_request_uri");
    }
    let answer = elsewhere
        .authorize(&rp.referring_to(&uri), &Browser::default())
        .await;
    assert_refused!(answer.page(), PageError::RequestUri, "invalid_request_uri");
    let nameless = rp.referring_to(&uri).without("client_id");
    let answer = idp.authorize(&nameless, &browser).await;
    assert_refused!(answer.page(), PageError::ClientMissing, "invalid_request");
    idp.authorize(&rp.referring_to(&uri), &browser).await.consent();
}

#[tokio::test]
async fn s4_it_is_used_once_and_may_be_loaded_again_until_then() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.referring_to(&rp.pushed(&rp.request()).await);
    let first = idp.authorize(&request, &browser).await.consent();
    let reloaded = idp.authorize(&request, &browser).await.consent();
    assert_ne!(first.id, reloaded.id);
    let scopes = "openid profile email";
    assert!(idp.allow(reloaded, scopes, &browser).await.response().is_ok());
    idp.wait(600);
    // Neither the tab from before nor another visit gets a second answer.
    let answer = idp.allow(first, scopes, &browser).await;
    assert_refused!(
        answer.response(),
        AuthorizeError::RequestUriUsed,
        "invalid_request_uri"
    );
    let answer = idp.authorize(&request, &browser).await;
    assert_refused!(answer.page(), PageError::RequestUri, "invalid_request_uri");
}

#[tokio::test]
async fn s4_it_is_used_up_where_nobody_is_asked_and_when_the_person_declines() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let declined = rp.referring_to(&rp.pushed(&rp.request()).await);
    let asked = idp.authorize(&declined, &browser).await.consent();
    let denied = idp.moved(&asked, asked.clone().denied()).await;
    let answer = idp.resume(denied, &browser).await;
    assert_refused!(answer.response(), AuthorizeError::Unmet(_), "access_denied");
    rp.code(&browser).await;
    let silent = rp.referring_to(&rp.pushed(&rp.request()).await);
    assert!(idp.authorize(&silent, &browser).await.response().is_ok());
    for used in [declined, silent] {
        let answer = idp.authorize(&used, &browser).await;
        assert_refused!(answer.page(), PageError::RequestUri, "invalid_request_uri");
    }
}

#[tokio::test]
async fn s4_who_began_in_time_may_take_longer_to_sign_in() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let ada = idp.person(a_user()).await;
    let request = rp.referring_to(&rp.pushed(&rp.request()).await);
    let (waiting, step) = idp.authorize(&request, &Browser::default()).await.step();
    assert_eq!(step, Step::SignIn);
    idp.wait(600);
    let browser = idp.sign_in(&ada).await;
    let signed_in = waiting.clone().signed_in(browser.session(), true);
    let signed_in = idp.moved(&waiting, signed_in).await;
    let asked = idp.resume(signed_in, &browser).await.consent();
    let told = idp.allow(asked, "openid", &browser).await.response().unwrap();
    assert!(rp.redeem(told.code()).await.is_ok());
}

#[tokio::test]
async fn s2_1_a_request_uri_cannot_be_pushed() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let uri = rp.pushed(&rp.request()).await;
    for uri in [uri.as_str(), "https://app.example.com/request.jwt"] {
        let answer = rp.push(&rp.request().with("request_uri", uri)).await;
        assert_refused!(answer, PushError::RequestUri, "invalid_request");
    }
    let twice = rp.request().with("request_uri", "a").and("request_uri", "b");
    assert_refused!(rp.push(&twice).await, PushError::Repeated, "invalid_request");
}

#[tokio::test]
async fn s2_3_what_the_authorization_endpoint_would_refuse_is_refused_at_once() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let good = || rp.request();
    for (request, code) in [
        (good().without("redirect_uri"), "invalid_request"),
        (
            good().with("redirect_uri", "https://evil.example/"),
            "invalid_request",
        ),
        (good().without("response_type"), "invalid_request"),
        (good().with("response_type", "token"), "unsupported_response_type"),
        (good().with("response_mode", "fragment"), "invalid_request"),
        (good().with("scope", "admin"), "invalid_scope"),
        (good().without("scope"), "invalid_scope"),
        (good().without("code_challenge"), "invalid_request"),
        (good().with("code_challenge_method", "plain"), "invalid_request"),
        (good().with("prompt", "none login"), "invalid_request"),
        (good().with("max_age", "soon"), "invalid_request"),
        (good().with("id_token_hint", "x"), "invalid_request"),
        (good().with("dpop_jkt", "x"), "invalid_request"),
        (good().with("state", &"x".repeat(4_097)), "invalid_request"),
        (good().and("nonce", "twice"), "invalid_request"),
        (good().with("request", "x"), "invalid_request_object"),
        (good().with("resource", "x"), "invalid_target"),
        (
            good().with("resource", "https://nobody.example/api"),
            "invalid_target",
        ),
        (good().with("registration", "{}"), "registration_not_supported"),
    ] {
        let refused = rp.push(&request).await.unwrap_err();
        assert_eq!(refused.code().as_str(), code, "{refused:?}");
    }
    let grants = [domain::client::GrantType::ClientCredentials];
    let machine = idp.relying_party(a_client().id("machine").grants(&grants)).await;
    assert_refused!(
        machine.push(&machine.request()).await,
        PushError::Request(AuthorizeError::GrantNotRegistered),
        "unauthorized_client"
    );
}

#[tokio::test]
async fn s2_1_public_clients_push_too_and_a_client_need_not_name_itself_twice() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    for client in [a_client(), a_client().id("public").public()] {
        let rp = idp.relying_party(client).await;
        let request = rp.request().without("client_id").with("client_secret", "secret");
        let uri = rp.pushed(&request).await;
        let reference = uri.rsplit_once(':').unwrap().1;
        let reference = OpaqueToken::parse(OpaqueKind::PushedRequest, reference).unwrap();
        let kept = idp.realm.ephemeral.pushed.find(&reference.digest()).await;
        let kept = kept.unwrap().unwrap().parameters;
        assert!(!kept.contains("secret"), "what proves the client is not kept");
        let request = rp.referring_to(&uri);
        let code = code(&idp, &request, &browser).await;
        assert!(rp.redeem(&code).await.is_ok());
    }
}

#[tokio::test]
async fn s5_and_s6_where_it_is_required_no_other_request_is_answered() {
    let lenient = Idp::start().await;
    let strict = Idp::start_with(|settings| settings.require_pushed_authorization_requests = true).await;
    let required = a_client().metadata(|metadata| metadata.require_pushed_authorization_requests = true);
    for (idp, client) in [(&lenient, required), (&strict, a_client())] {
        let rp = idp.relying_party(client).await;
        let browser = idp.signed_in(a_user()).await;
        let answer = idp.authorize(&rp.request(), &browser).await;
        assert_refused!(answer.response(), AuthorizeError::NotPushed, "invalid_request");
        let request = rp.referring_to(&rp.pushed(&rp.request()).await);
        idp.authorize(&request, &browser).await.consent();
    }
    for (idp, required) in [(lenient, false), (strict, true)] {
        let document = serde_json::to_value(oidc::discovery::metadata(&idp.realm)).unwrap();
        assert_eq!(document["require_pushed_authorization_requests"], required);
    }
}

#[tokio::test]
async fn rfc9449_s10_1_a_proof_or_dpop_jkt_binds_the_code() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let (holder, thief) = (
        Prover::new(ClientAlgorithm::Es256).await,
        Prover::new(ClientAlgorithm::Es256).await,
    );
    let named = rp.request().with("dpop_jkt", holder.jkt());
    let proof = async |by: &Prover| by.proof(&idp, "/par").sign();
    let by_name = rp.push(&named).await.unwrap();
    let both = rp
        .push_with(&named, ProofHeader::One(&proof(&holder).await))
        .await
        .unwrap();
    let by_proof = rp
        .push_with(&rp.request(), ProofHeader::One(&proof(&holder).await))
        .await
        .unwrap();
    for pushed in [by_name, both, by_proof] {
        let request = rp.referring_to(pushed.request_uri());
        let redeeming = rp.redemption(&code(&idp, &request, &browser).await);
        idp.revoke_consent(idp.user_of(&browser).await, rp.id()).await;
        let theirs = thief.for_token(&idp);
        for proof in [ProofHeader::Absent, ProofHeader::One(&theirs)] {
            let answer = rp.token_with(&redeeming, proof).await;
            assert_refused!(answer, TokenError::OtherKey, "invalid_grant");
        }
    }
    let answer = rp.push_with(&named, ProofHeader::One(&proof(&thief).await)).await;
    assert_refused!(answer, PushError::Dpop(DpopError::OtherKey), "invalid_dpop_proof");
    let elsewhere = holder.for_token(&idp);
    let answer = rp.push_with(&named, ProofHeader::One(&elsewhere)).await;
    assert_refused!(answer, PushError::Dpop(DpopError::Uri), "invalid_dpop_proof");
    let answer = rp.push_with(&named, ProofHeader::Several).await;
    assert_refused!(answer, PushError::Dpop(DpopError::Several), "invalid_dpop_proof");
}
