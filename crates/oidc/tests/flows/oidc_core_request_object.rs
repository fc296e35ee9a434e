//! OpenID Connect Core §6, RFC 9101: authorization requests as JWTs, by value and by reference.

use crate::fixture::{Browser, CALLBACK, ClientKey, Idp, RelyingParty, Request, assert_refused, unsigned};
use domain::{
    client::{ClientAlgorithm, ClientKeys, RequestObjectSigning},
    outbound::{FetchError, Fetched},
    testing::{ClientBuilder, a_client, a_user},
};
use oidc::{
    authorize::{AuthorizeError, PageError, RequestObjectError, Step},
    jose::ForeignTokenError,
    remote_keys::SignerError,
};
use serde_json::{Value, json};

const OBJECT: &str = "https://app.example.com/request.jwt";

fn by_reference() -> ClientBuilder {
    a_client().metadata(|metadata| {
        let version = format!("{OBJECT}#v1");
        metadata.request_uris = vec![OBJECT.parse().unwrap(), version.parse().unwrap()];
    })
}

fn unsigned_client() -> ClientBuilder {
    a_client().metadata(|metadata| {
        metadata.request_object_signing_alg = Some(RequestObjectSigning::Unsigned);
    })
}

async fn key() -> ClientKey {
    ClientKey::new(ClientAlgorithm::Es256).await
}

async fn signing(idp: &Idp) -> RelyingParty<'_> {
    idp.relying_party_with_key(a_client(), key().await).await
}

/// A request with this object, and beside it only what must be there and an address for errors.
fn with_object(rp: &RelyingParty<'_>, object: &str) -> Request {
    Request::of(&[
        ("client_id", rp.id().as_str()),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("state", "beside"),
        ("request", object),
    ])
}

/// The claims of an object with nothing wrong, but `value` for `name`, or nothing where that is null.
fn claims(rp: &RelyingParty<'_>, name: &str, value: Value) -> Value {
    let mut claims = rp.request().claims();
    claims[name] = value;
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}

async fn refusal(idp: &Idp, request: &Request) -> AuthorizeError {
    let (fields, error) = idp.authorize(request, &Browser::default()).await.told();
    assert_eq!(fields.get("state"), Some("beside"));
    assert!(fields.to.starts_with(CALLBACK));
    error.unwrap()
}

/// Asserts that each of these objects is refused for this reason.
macro_rules! assert_objects_refused {
    ($idp:expr, $rp:expr, $objects:expr, $fact:pat) => {
        for object in $objects {
            let error = refusal($idp, &with_object($rp, &object)).await;
            assert!(matches!(error, AuthorizeError::RequestObject($fact)), "{error:?}");
            assert_eq!(error.code().as_str(), "invalid_request_object");
            assert!(error.description().is_some());
        }
    };
}

#[tokio::test]
async fn s6_1_what_is_inside_supersedes_what_is_beside() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let browser = idp.signed_in(a_user()).await;
    rp.tokens(&browser).await;
    let object = rp.key().sign(&claims(&rp, "state", "inside".into()));
    let request = with_object(&rp, &object)
        .with("scope", "unregistered")
        .with("nonce", "beside")
        .with("prompt", "none");
    let fields = idp.authorize(&request, &browser).await.response().unwrap();
    assert_eq!(fields.get("state"), Some("inside"));
    let tokens = rp.redeem(fields.code()).await.unwrap();
    let (_, id_token) = idp.read(oidc::jose::TokenType::IdToken, tokens.id_token().unwrap());
    assert_eq!(id_token["nonce"], "n-0S6_WzA2Mj");
}

#[tokio::test]
async fn s6_1_what_is_only_beside_the_object_stands() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let object = rp
        .key()
        .sign(&json!({ "login_hint": "ada@example.com", "max_age": 60 }));
    let request = rp
        .request()
        .with("request", &object)
        .with("login_hint", "x@example.com");
    let (waiting, step) = idp.authorize(&request, &Browser::default()).await.step();
    assert_eq!(step, Step::SignIn);
    assert_eq!(waiting.requirement.login_hint.as_deref(), Some("ada@example.com"));
    assert_eq!(waiting.requirement.max_age.map(|age| age.as_secs()), Some(60));
    assert_eq!(
        waiting.consent.unwrap().scopes.to_string(),
        "email openid profile"
    );
}

#[tokio::test]
async fn rfc9101_s6_3_beside_an_object_that_says_it_is_one_nothing_counts() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let inside = rp.request().claims();
    for (typ, max_age) in [
        (Some("oauth-authz-req+jwt"), None),
        (Some("application/oauth-authz-req+jwt"), None),
        (Some("JWT"), Some(60)),
        (None, Some(60)),
    ] {
        let header = match typ {
            Some(typ) => json!({ "alg": "ES256", "typ": typ }),
            None => json!({ "alg": "ES256" }),
        };
        let object = rp.key().sign_with(&header, &inside);
        let request = rp.request().with("request", &object).with("max_age", "60");
        let (waiting, _) = idp.authorize(&request, &Browser::default()).await.step();
        let counts = waiting.requirement.max_age.map(|age| age.as_secs());
        assert_eq!(counts, max_age, "{typ:?}");
    }
}

#[tokio::test]
async fn s6_1_the_redirect_uri_inside_is_judged_like_any_other() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let browser = idp.signed_in(a_user()).await;
    rp.tokens(&browser).await;
    // The one beside is not registered and does not matter.
    let good = rp.key().sign(&rp.request().claims());
    let request = with_object(&rp, &good).with("redirect_uri", "https://attacker.example/cb");
    let fields = idp.authorize(&request, &browser).await.response().unwrap();
    assert!(fields.to.starts_with(CALLBACK));
    // The one inside is not registered and does.
    let bad = rp
        .key()
        .sign(&claims(&rp, "redirect_uri", "https://attacker.example/cb".into()));
    let answer = idp.authorize(&with_object(&rp, &bad), &browser).await;
    assert!(matches!(answer.page(), Err(PageError::RedirectUriUnregistered)));
    // An object that is not believed names no address.
    let forged = key().await.sign(&rp.request().claims());
    let nowhere = with_object(&rp, &forged).without("redirect_uri");
    match idp.authorize(&nowhere, &browser).await.page() {
        Err(error @ PageError::RequestObject(_)) => {
            assert_eq!(error.code().as_str(), "invalid_request_object");
        }
        other => panic!("{other:?}"),
    }
    let elsewhere = with_object(&rp, &forged).with("redirect_uri", "https://attacker.example/cb");
    let answer = idp.authorize(&elsewhere, &browser).await;
    assert!(matches!(answer.page(), Err(PageError::RedirectUriUnregistered)));
}

#[tokio::test]
async fn s6_1_client_id_stands_beside_and_what_is_in_both_is_the_same() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    idp.relying_party(a_client().id("other")).await;
    let differing = [
        claims(&rp, "client_id", "other".into()),
        claims(&rp, "client_id", json!(7)),
        claims(&rp, "response_type", "token".into()),
    ];
    assert_objects_refused!(
        &idp,
        &rp,
        differing.map(|claims| rp.key().sign(&claims)),
        RequestObjectError::Mismatch
    );
    let object = rp.key().sign(&rp.request().claims());
    let unnamed = with_object(&rp, &object).without("client_id");
    let answer = idp.authorize(&unnamed, &Browser::default()).await;
    assert!(matches!(answer.page(), Err(PageError::ClientMissing)));
    // Either may say the response type alone (RFC 9101 §5).
    let only_inside = with_object(&rp, &object).without("response_type");
    idp.authorize(&only_inside, &Browser::default()).await.step();
    let only_beside = rp.key().sign(&claims(&rp, "response_type", Value::Null));
    idp.authorize(&with_object(&rp, &only_beside), &Browser::default())
        .await
        .step();
}

#[tokio::test]
async fn s6_1_objects_do_not_nest_and_hold_parameters_only() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let inner = rp.key().sign(&rp.request().claims());
    let bad = [
        claims(&rp, "request", inner.into()),
        claims(&rp, "request_uri", OBJECT.into()),
        claims(&rp, "nonce", json!([["x"]])),
        claims(&rp, "nonce", json!([null])),
    ];
    assert_objects_refused!(
        &idp,
        &rp,
        bad.map(|claims| rp.key().sign(&claims)),
        RequestObjectError::Content
    );
    let mut crowd = rp.request().claims();
    for number in 0..100 {
        crowd[format!("extra{number}")] = "x".into();
    }
    assert_objects_refused!(&idp, &rp, [rp.key().sign(&crowd)], RequestObjectError::Content);
    // Repeated is what stands in an array.
    let twice = rp.key().sign(&claims(&rp, "nonce", json!(["a", "b"])));
    let answer = idp
        .authorize(&with_object(&rp, &twice), &Browser::default())
        .await;
    assert_refused!(answer.response(), AuthorizeError::Repeated, "invalid_request");
}

#[tokio::test]
async fn rfc9101_s6_2_the_signature_is_one_of_the_clients_keys() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let request = rp.request().claims();
    let forger = key().await;
    let same_name = json!({ "alg": "ES256", "kid": rp.key().kid() });
    for object in [forger.sign(&request), forger.sign_with(&same_name, &request)] {
        let error = refusal(&idp, &with_object(&rp, &object)).await;
        let signer = matches!(
            error,
            AuthorizeError::RequestObject(RequestObjectError::Signer(SignerError::Token(_)))
        );
        assert!(signer, "{error:?}");
    }
    let keyless = idp.relying_party(a_client().id("keyless")).await;
    let object = rp.key().sign(&claims(&keyless, "iss", Value::Null));
    let error = refusal(&idp, &with_object(&keyless, &object)).await;
    let no_keys = matches!(
        error,
        AuthorizeError::RequestObject(RequestObjectError::Signer(SignerError::Keys(_)))
    );
    assert!(no_keys, "{error:?}");
}

#[tokio::test]
async fn s6_1_unsigned_objects_are_for_clients_that_registered_none() {
    let idp = Idp::start().await;
    let none = |rp: &RelyingParty<'_>| {
        let object = unsigned(&json!({ "alg": "none" }), &rp.request().claims());
        format!("{object}.")
    };
    let rp = signing(&idp).await;
    let error = refusal(&idp, &with_object(&rp, &none(&rp))).await;
    assert_eq!(error.code().as_str(), "request_not_supported");
    assert!(error.description().is_some());
    let fetched = idp
        .relying_party_with_key(by_reference().id("fetched"), key().await)
        .await;
    idp.http.answer_with(OBJECT, "application/jwt", none(&fetched));
    let request = with_object(&fetched, "").with("request_uri", OBJECT);
    let error = refusal(&idp, &request).await;
    assert_eq!(error.code().as_str(), "request_uri_not_supported");
    let rp = idp
        .relying_party_with_key(unsigned_client().id("unsigned"), key().await)
        .await;
    idp.authorize(&with_object(&rp, &none(&rp)), &Browser::default())
        .await
        .step();
    let object = rp.key().sign(&rp.request().claims());
    let none_with_signature = format!("{}AAAA", none(&rp));
    assert_objects_refused!(
        &idp,
        &rp,
        [object, none_with_signature],
        RequestObjectError::Signing
    );
}

#[tokio::test]
async fn registration_s2_the_registered_algorithm_is_the_only_one() {
    let idp = Idp::start().await;
    let (registered, other) = (key().await, ClientKey::new(ClientAlgorithm::Ps256).await);
    let both = json!({ "keys": [registered.jwk(), other.jwk()] });
    let client = a_client().metadata(|metadata| {
        metadata.keys = ClientKeys::Inline(both);
        metadata.request_object_signing_alg = Some(RequestObjectSigning::Signed(ClientAlgorithm::Es256));
    });
    let rp = idp.relying_party(client).await.with_key(registered);
    let request = rp.request().claims();
    let good = with_object(&rp, &rp.key().sign(&request));
    idp.authorize(&good, &Browser::default()).await.step();
    let none = format!("{}.", unsigned(&json!({ "alg": "none" }), &request));
    let symmetric = other.sign_with(&json!({ "alg": "HS256" }), &request);
    assert_objects_refused!(
        &idp,
        &rp,
        [other.sign(&request), none, symmetric],
        RequestObjectError::Signing
    );
}

#[tokio::test]
async fn rfc9101_s4_what_the_object_says_of_itself_is_true() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let (now, issuer) = (idp.now().seconds(), idp.issuer());
    for (name, value) in [
        ("iss", json!("app")),
        ("aud", json!(issuer)),
        ("aud", json!([issuer, "https://other.example.com"])),
        ("exp", json!(now + 1)),
        ("nbf", json!(now + 60)),
        ("iat", json!(now - 86_400)),
        ("jti", json!("x")),
        // Of the JWT, so it is no parameter that could be malformed.
        ("sub", json!([null])),
    ] {
        let object = rp.key().sign(&claims(&rp, name, value.clone()));
        let answer = idp
            .authorize(&with_object(&rp, &object), &Browser::default())
            .await;
        assert_eq!(answer.step().1, Step::SignIn, "{name} {value}");
    }
    let sign = |name: &str, value: Value| rp.key().sign(&claims(&rp, name, value));
    assert_objects_refused!(
        &idp,
        &rp,
        [sign("iss", "other".into()), sign("iss", json!(["app"]))],
        RequestObjectError::Issuer
    );
    let elsewhere = [
        json!("https://other.example.com"),
        json!([]),
        json!(format!("{issuer}/authorize")),
        json!({ issuer: 1 }),
    ];
    assert_objects_refused!(
        &idp,
        &rp,
        elsewhere.map(|audience| sign("aud", audience)),
        RequestObjectError::Audience
    );
    assert_objects_refused!(
        &idp,
        &rp,
        [
            sign("exp", json!(now)),
            sign("nbf", json!(now + 61)),
            sign("iat", json!(now + 61)),
        ],
        RequestObjectError::Time
    );
    assert_objects_refused!(
        &idp,
        &rp,
        [
            sign("exp", json!("soon")),
            "x.y.z".to_owned(),
            String::from("a.b.c.d.e")
        ],
        RequestObjectError::Token(ForeignTokenError::Malformed)
    );
}

#[tokio::test]
async fn rfc9101_s10_8_a_jwt_for_another_use_is_no_request_object() {
    let idp = Idp::start().await;
    let rp = signing(&idp).await;
    let typed = |typ: &str| {
        let header = json!({ "alg": "ES256", "typ": typ });
        rp.key().sign_with(&header, &rp.request().claims())
    };
    for typ in ["oauth-authz-req+jwt", "application/oauth-authz-req+jwt", "JWT"] {
        let answer = idp
            .authorize(&with_object(&rp, &typed(typ)), &Browser::default())
            .await;
        assert_eq!(answer.step().1, Step::SignIn, "{typ}");
    }
    assert_objects_refused!(
        &idp,
        &rp,
        ["client-authentication+jwt", "dpop+jwt", "at+jwt"].map(typed),
        RequestObjectError::Type
    );
}

#[tokio::test]
async fn s6_2_an_object_is_fetched_from_a_registered_uri_only() {
    let idp = Idp::start().await;
    let rp = idp.relying_party_with_key(by_reference(), key().await).await;
    let object = rp.key().sign(&rp.request().claims());
    idp.http
        .answer_with(OBJECT, "application/oauth-authz-req+jwt", format!("{object}\n"));
    let request = |uri: &str| with_object(&rp, "").with("request_uri", uri);
    for uri in [OBJECT.to_owned(), format!("{OBJECT}#v1")] {
        let answer = idp.authorize(&request(&uri), &Browser::default()).await;
        assert_eq!(answer.step().1, Step::SignIn, "{uri}");
    }
    assert_eq!(idp.http.times_asked(OBJECT), 2);
    for uri in [
        format!("{OBJECT}#v2"),
        format!("{OBJECT}?x"),
        "https://app.example.com/".to_owned(),
        "http://169.254.169.254/latest".to_owned(),
        "file:///etc/hostname".to_owned(),
        "urn:example:request".to_owned(),
    ] {
        let error = refusal(&idp, &request(&uri)).await;
        let unregistered = matches!(
            error,
            AuthorizeError::RequestObject(RequestObjectError::Unregistered)
        );
        assert!(unregistered, "{uri} {error:?}");
        assert_eq!(error.code().as_str(), "invalid_request_uri");
    }
    assert_eq!(idp.http.asked().len(), 2);
}

#[tokio::test]
async fn s6_2_what_cannot_be_fetched_is_an_invalid_request_uri_and_what_is_no_object_an_invalid_object() {
    let idp = Idp::start().await;
    let rp = idp.relying_party_with_key(by_reference(), key().await).await;
    let request = with_object(&rp, "").with("request_uri", OBJECT);
    let missing = Fetched {
        status: 404,
        body: rp.key().sign(&rp.request().claims()).into_bytes(),
        ..Fetched::default()
    };
    for answer in [Err(FetchError::TooSlow), Err(FetchError::Redirected), Ok(missing)] {
        idp.http.answer(OBJECT, answer);
        let error = refusal(&idp, &request).await;
        assert_eq!(error.code().as_str(), "invalid_request_uri", "{error:?}");
    }
    idp.http.answer_with(OBJECT, "text/plain", "x".repeat(16_385));
    assert_eq!(
        refusal(&idp, &request).await.code().as_str(),
        "invalid_request_uri"
    );
    for body in [&b"<html>"[..], b"", b"\xff.\xff.\xff"] {
        idp.http.answer_with(OBJECT, "text/html", body);
        let error = refusal(&idp, &request).await;
        assert_eq!(error.code().as_str(), "invalid_request_object", "{error:?}");
    }
    let both = request.with("request", "x");
    let error = refusal(&idp, &both).await;
    assert!(matches!(
        error,
        AuthorizeError::RequestObject(RequestObjectError::Both)
    ));
    assert_eq!(error.code().as_str(), "invalid_request");
    for name in ["request", "request_uri"] {
        let twice = with_object(&rp, "").and(name, "x").and(name, "y");
        assert!(
            matches!(refusal(&idp, &twice).await, AuthorizeError::Repeated),
            "{name}"
        );
    }
}

#[tokio::test]
async fn s6_2_nobody_makes_this_server_fetch_without_end() {
    let idp = Idp::start().await;
    let rp = idp.relying_party_with_key(by_reference(), key().await).await;
    let object = rp.key().sign(&rp.request().claims());
    idp.http.answer_with(OBJECT, "application/jwt", object);
    let request = with_object(&rp, "").with("request_uri", OBJECT);
    for _ in 0..30 {
        idp.authorize(&request, &Browser::default()).await.step();
    }
    let error = refusal(&idp, &request).await;
    assert_eq!(error.code().as_str(), "temporarily_unavailable");
    assert_eq!(idp.http.times_asked(OBJECT), 30);
    idp.wait(60);
    idp.authorize(&request, &Browser::default()).await.step();
}

#[tokio::test]
async fn rfc9126_s3_an_object_may_be_pushed_and_what_it_says_counts() {
    let idp = Idp::start().await;
    let rp = idp
        .relying_party_with_key(a_client().first_party(), key().await)
        .await;
    let browser = idp.signed_in(a_user()).await;
    let object = rp.key().sign(&rp.request().with("state", "inside").claims());
    let sent = with_object(&rp, &object).with("state", "beside");
    let pushed = rp.push(&sent).await.unwrap();
    let reference = [
        ("client_id", rp.id().as_str()),
        ("request_uri", pushed.request_uri()),
    ];
    let answer = idp.authorize(&Request::of(&reference), &browser).await;
    let (fields, error) = answer.told();
    assert_eq!((fields.get("state"), error.is_none()), (Some("inside"), true));
    let forged = with_object(&rp, &format!("{object}x"));
    assert_eq!(
        rp.push(&forged).await.unwrap_err().code().as_str(),
        "invalid_request_object"
    );
}
