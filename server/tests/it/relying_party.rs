//! A client library nobody here wrote, over real connections: discovery, code with PKCE, ID token, userinfo,
//! refresh, revocation.

use crate::support::{a_client, idp::PASSWORD};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use std::net::SocketAddr;

const ADA: &str = "ada@example.com";

async fn http(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let answer = client.execute(request.try_into()?).await?;
    let mut response = axum::http::Response::builder().status(answer.status());
    *response.headers_mut().unwrap() = answer.headers().clone();
    Ok(response.body(answer.bytes().await?.to_vec()).unwrap())
}

#[tokio::test]
async fn the_crate_openidconnect_accepts_everything() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let idp = super::start_with(&[("SIGNET_ISSUER", &issuer)]).await;
    let service = server::router(idp.runtime.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });
    idp.clock
        .set(domain::clock::Clock::now(&server::outbound::system::SystemClock));
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;

    let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.clone()).unwrap(), &http)
        .await
        .unwrap();
    let secret = ClientSecret::new(rp.secret.clone().unwrap());
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(rp.id.clone()), Some(secret))
        .set_redirect_uri(RedirectUrl::new(rp.redirect_uri.clone()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();

    let mut browser = idp.browser();
    let start = browser.get(url.as_str().strip_prefix(&issuer).unwrap()).await;
    let page = browser.follow(start).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "decision", &[("decision", "allow")]).await;
    let answer = browser.follow(answer).await;
    let parameters = answer.redirect_parameters();
    assert_eq!(&parameters["state"], state.secret());
    assert_eq!(parameters["iss"], issuer);

    let code = AuthorizationCode::new(parameters["code"].clone());
    let tokens = client
        .exchange_code(code)
        .unwrap()
        .set_pkce_verifier(verifier)
        .request_async(&http)
        .await
        .unwrap();
    let id_token = tokens.id_token().unwrap();
    let checker = client.id_token_verifier();
    let claims = id_token.claims(&checker, &nonce).unwrap();
    assert_eq!(claims.email().unwrap().as_str(), ADA);
    let expected = claims.access_token_hash().unwrap();
    let actual = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().unwrap(),
        id_token.signing_key(&checker).unwrap(),
    );
    assert_eq!(&actual.unwrap(), expected);

    let info: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .unwrap()
        .request_async(&http)
        .await
        .unwrap();
    assert_eq!(info.email().unwrap().as_str(), ADA);

    let refreshed = client
        .exchange_refresh_token(tokens.refresh_token().unwrap())
        .unwrap()
        .request_async(&http)
        .await
        .unwrap();
    let newest = refreshed.refresh_token().unwrap().clone();
    // The library revokes over https only, so this one request is made by hand.
    assert_eq!(
        rp.post(&mut browser, "/revoke", &[("token", newest.secret())])
            .await
            .status,
        200
    );
    assert!(
        client
            .exchange_refresh_token(&newest)
            .unwrap()
            .request_async(&http)
            .await
            .is_err()
    );
    serving.abort();
}
