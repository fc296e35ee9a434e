//! The crate `openidconnect`, which nobody here wrote, as a relying party: it registers itself, and believes every
//! document, token and answer of the provider by its own checks. `relying_party.rs` has it over real connections.

use crate::support::{Browser, RelyingParty, TestIdp, idp::PASSWORD, relying_party::CALLBACK};
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use domain::clock::Clock as _;
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientName, CsrfToken,
    DeviceAuthorizationUrl, EndpointMaybeSet, EndpointSet, HttpRequest, HttpResponse, IntrospectionUrl,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, ProviderMetadata, RedirectUrl, RevocationUrl,
    Scope, SubjectIdentifier, TokenIntrospectionResponse, TokenResponse, UserInfoError,
    core::{
        CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
        CoreClientAuthMethod, CoreClientRegistrationRequest, CoreDeviceAuthorizationResponse, CoreGrantType,
        CoreIdToken, CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
    },
    registration::EmptyAdditionalClientMetadata,
};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::Mutex;
use tower::ServiceExt as _;

const ADA: &str = "ada@example.com";

// The crate revokes over https only.
const ISSUER: &str = "https://id.example.com";

/// What the provider publishes beyond OpenID Connect Discovery.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Endpoints {
    device_authorization_endpoint: DeviceAuthorizationUrl,
    introspection_endpoint: IntrospectionUrl,
    revocation_endpoint: RevocationUrl,
}

impl AdditionalProviderMetadata for Endpoints {}

type Metadata = ProviderMetadata<
    Endpoints,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client =
    CoreClient<EndpointSet, EndpointSet, EndpointSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Carries a request of the crate to the provider in this process.
async fn carry(router: Router, request: HttpRequest) -> Result<HttpResponse, Infallible> {
    let (mut parts, body) = request.into_parts();
    let authority = parts.uri.authority().unwrap().as_str();
    parts.headers.insert("host", authority.parse().unwrap());
    parts.uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
    let mut request = Request::from_parts(parts, Body::from(body));
    let peer = SocketAddr::from(([127, 0, 0, 1], 50_000));
    request.extensions_mut().insert(ConnectInfo(peer));
    let (parts, body) = router.oneshot(request).await?.into_parts();
    let body = axum::body::to_bytes(body, 4 << 20).await.unwrap();
    Ok(HttpResponse::from_parts(parts, body.to_vec()))
}

/// The crate's client, registered with a provider that knows Ada.
struct Party {
    idp: TestIdp,
    router: Router,
    client: Client,
}

impl Party {
    /// Discovers the provider and registers a client whose ID tokens are signed with `alg`.
    async fn registered(alg: Option<CoreJwsSigningAlgorithm>) -> Self {
        let grants = "authorization_code refresh_token urn:ietf:params:oauth:grant-type:device_code";
        let idp = super::start_with(&[
            ("SIGNET_ISSUER", ISSUER),
            ("SIGNET_SMTP_URL", "smtp://127.0.0.1:2525"),
            ("SIGNET_REGISTRATION", "open"),
            ("SIGNET_REGISTRATION_GRANTS", grants),
        ])
        .await;
        // The crate reads the machine's clock.
        idp.clock.set(server::outbound::system::SystemClock.now());
        idp.person(ADA).await;
        let router = server::router(idp.runtime.clone());
        let client = Self::register(&router, alg).await;
        Self { idp, router, client }
    }

    async fn register(router: &Router, alg: Option<CoreJwsSigningAlgorithm>) -> Client {
        let http = |request| carry(router.clone(), request);
        let issuer = IssuerUrl::new(ISSUER.to_owned()).unwrap();
        let metadata = Metadata::discover_async(issuer, &http).await.unwrap();
        let callback = RedirectUrl::new(CALLBACK.to_owned()).unwrap();
        let wanted =
            CoreClientRegistrationRequest::new(vec![callback.clone()], EmptyAdditionalClientMetadata {})
                .set_client_name(Some(ClientName::new("Garden".to_owned()).into()))
                .set_grant_types(Some(vec![
                    CoreGrantType::AuthorizationCode,
                    CoreGrantType::RefreshToken,
                    CoreGrantType::DeviceCode,
                ]))
                .set_id_token_signed_response_alg(alg.clone());
        let endpoint = metadata.registration_endpoint().unwrap();
        let told = wanted.register_async(endpoint, &http).await.unwrap();
        assert_eq!(told.redirect_uris(), std::slice::from_ref(&callback));
        assert_eq!(
            told.id_token_signed_response_alg(),
            Some(&alg.unwrap_or(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256))
        );
        let more = metadata.additional_metadata().clone();
        CoreClient::from_provider_metadata(metadata, told.client_id().clone(), told.client_secret().cloned())
            .set_redirect_uri(callback)
            .set_device_authorization_url(more.device_authorization_endpoint)
            .set_introspection_url(more.introspection_endpoint)
            .set_revocation_url(more.revocation_endpoint)
    }

    fn http(&self) -> impl Fn(HttpRequest) -> CarriedRequest + use<> {
        let router = self.router.clone();
        move |request| Box::pin(carry(router.clone(), request)) as CarriedRequest
    }

    /// A code flow with PKCE: the token response and the nonce that was sent.
    async fn tokens(&self, browser: &mut Browser) -> (CoreTokenResponse, Nonce) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let code = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = self
            .client
            .authorize_url(code, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        let request = url.as_str().strip_prefix(ISSUER).unwrap();
        let answer = RelyingParty::allow(browser, request, ADA).await;
        let parameters = answer.redirect_parameters();
        assert_eq!(&parameters["state"], state.secret());
        assert_eq!(parameters["iss"], ISSUER);
        let code = AuthorizationCode::new(parameters["code"].clone());
        let redeemed = self.client.exchange_code(code).unwrap();
        let redeemed = redeemed.set_pkce_verifier(verifier);
        (redeemed.request_async(&self.http()).await.unwrap(), nonce)
    }

    /// The claims of an ID token that the crate believes, bound to its access token.
    fn believed<'a>(&self, tokens: &'a CoreTokenResponse, nonce: &Nonce) -> &'a CoreIdTokenClaims {
        let id_token: &CoreIdToken = tokens.id_token().unwrap();
        let verifier = self.client.id_token_verifier();
        let claims = id_token.claims(&verifier, nonce).unwrap();
        let hash = AccessTokenHash::from_token(
            tokens.access_token(),
            id_token.signing_alg().unwrap(),
            id_token.signing_key(&verifier).unwrap(),
        );
        assert_eq!(claims.access_token_hash(), Some(&hash.unwrap()));
        claims
    }

    async fn userinfo(
        &self,
        token: &AccessToken,
        subject: SubjectIdentifier,
    ) -> Result<CoreUserInfoClaims, UserInfoError<Infallible>> {
        let request = self.client.user_info(token.clone(), Some(subject)).unwrap();
        request.request_async(&self.http()).await
    }

    async fn is_active(&self, token: &AccessToken) -> bool {
        let request = self.client.introspect(token);
        let told = request.request_async(&self.http()).await.unwrap();
        told.active()
    }
}

type CarriedRequest = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, Infallible>> + Send>>;

/// The whole code flow, with ID tokens of the algorithm the client registered.
async fn the_crate_believes(alg: Option<CoreJwsSigningAlgorithm>) {
    let party = Party::registered(alg.clone()).await;
    let mut browser = party.idp.browser();
    let (tokens, nonce) = party.tokens(&mut browser).await;
    let used = tokens.id_token().unwrap().signing_alg().unwrap();
    assert_eq!(
        *used,
        alg.unwrap_or(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256)
    );
    let claims = party.believed(&tokens, &nonce);
    assert_eq!(claims.email().unwrap().as_str(), ADA);
    let verifier = party.client.id_token_verifier();
    let other = Nonce::new_random();
    assert!(tokens.id_token().unwrap().claims(&verifier, &other).is_err());

    let subject = claims.subject().clone();
    let told = party
        .userinfo(tokens.access_token(), subject.clone())
        .await
        .unwrap();
    assert_eq!(told.email().unwrap().as_str(), ADA);
    let somebody = SubjectIdentifier::new("somebody".to_owned());
    assert!(party.userinfo(tokens.access_token(), somebody).await.is_err());

    let old = tokens.refresh_token().unwrap();
    let request = party.client.exchange_refresh_token(old).unwrap();
    let refreshed = request.request_async(&party.http()).await.unwrap();
    // The ID token of a refresh should carry no nonce (OpenID Connect Core §12.2).
    let id_token = refreshed.id_token().unwrap();
    let claims = id_token.claims(&verifier, |_: Option<&Nonce>| Ok(())).unwrap();
    assert_eq!(claims.subject(), &subject);
    assert!(party.userinfo(refreshed.access_token(), subject).await.is_ok());
}

#[tokio::test]
async fn an_app_that_registered_no_algorithm_gets_rs256() {
    the_crate_believes(None).await;
}

#[tokio::test]
async fn an_app_that_registered_es256_gets_it() {
    the_crate_believes(Some(CoreJwsSigningAlgorithm::EcdsaP256Sha256)).await;
}

#[tokio::test]
async fn an_app_that_registered_eddsa_gets_it() {
    the_crate_believes(Some(CoreJwsSigningAlgorithm::EdDsa)).await;
}

#[tokio::test]
async fn tokens_are_told_of_until_they_are_revoked() {
    let party = Party::registered(None).await;
    let mut browser = party.idp.browser();
    let (tokens, nonce) = party.tokens(&mut browser).await;
    let subject = party.believed(&tokens, &nonce).subject();
    let access = tokens.access_token();
    let request = party.client.introspect(access);
    let told = request.request_async(&party.http()).await.unwrap();
    assert!(told.active());
    assert_eq!(told.sub(), Some(subject.as_str()));
    assert_eq!(told.iss(), Some(ISSUER));
    assert_eq!(told.client_id(), Some(party.client.client_id()));
    assert!(told.exp().unwrap() > told.iat().unwrap());
    assert!(!party.is_active(&AccessToken::new("unknown".to_owned())).await);

    let refresh = tokens.refresh_token().unwrap().clone();
    let request = party.client.revoke_token(refresh.clone().into()).unwrap();
    request.request_async(&party.http()).await.unwrap();
    assert!(!party.is_active(access).await);
    let request = party.client.exchange_refresh_token(&refresh).unwrap();
    assert!(request.request_async(&party.http()).await.is_err());
}

/// Ada opens the link that the device shows, signs in and allows it.
async fn allow_device(browser: &mut Browser, codes: &CoreDeviceAuthorizationResponse) {
    let link = codes.verification_uri_complete().unwrap().secret();
    let page = browser.get(link.strip_prefix(ISSUER).unwrap()).await;
    let typed = browser.submit(&page, "code", &[]).await;
    let page = browser.follow(typed).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains(codes.user_code().secret().as_str()));
    let done = browser.submit(&page, "decision", &[("decision", "allow")]).await;
    browser.follow(done).await;
}

#[tokio::test]
async fn a_device_waits_as_long_as_it_is_told_and_gets_tokens() {
    let party = Party::registered(None).await;
    let http = party.http();
    let request = party.client.exchange_device_code();
    let codes: CoreDeviceAuthorizationResponse = request
        .add_scope(Scope::new("email".to_owned()))
        .request_async(&http)
        .await
        .unwrap();
    let (clock, browser) = (party.idp.clock.clone(), Arc::new(Mutex::new(party.idp.browser())));
    let pauses = Arc::new(Mutex::new(Vec::new()));
    let sleep = |pause: Duration| {
        let (clock, browser, pauses) = (clock.clone(), browser.clone(), pauses.clone());
        let codes = &codes;
        async move {
            let mut pauses = pauses.lock().await;
            pauses.push(pause);
            if pauses.len() == 1 {
                allow_device(&mut *browser.lock().await, codes).await;
            }
            clock.advance(pause);
        }
    };
    let request = party.client.exchange_device_access_token(&codes).unwrap();
    let tokens = request.request_async(&http, sleep, None).await.unwrap();
    // It asks at once, is told that nobody decided, and asks again after the pause that the provider named.
    assert_eq!(*pauses.lock().await, [codes.interval()]);
    let verifier = party.client.id_token_verifier();
    let claims = tokens
        .id_token()
        .unwrap()
        .claims(&verifier, |_: Option<&Nonce>| Ok(()))
        .unwrap();
    let told = party
        .userinfo(tokens.access_token(), claims.subject().clone())
        .await
        .unwrap();
    assert_eq!(told.email().unwrap().as_str(), ADA);
}
