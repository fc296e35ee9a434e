//! Codes and refresh tokens at clients they were not issued to: every code with every client's credentials, every
//! address and every verifier. One combination gives tokens, and none of the others uses the code up.

use crate::fixture::{Idp, RelyingParty, Request};
use domain::{
    client::ClientAuthMethod,
    pkce::CodeVerifier,
    secret::Digest,
    testing::{ClientBuilder, a_client, a_user},
};

const ELSEWHERE: &str = "https://elsewhere.example.com/callback";

/// A client, and the verifier it keeps for its one request; none if it goes without PKCE.
struct Party<'a> {
    rp: RelyingParty<'a>,
    verifier: Option<String>,
}

impl Party<'_> {
    fn address(&self) -> &str {
        self.rp.client.oidc().redirect_uris[0].as_str()
    }

    async fn code(&self, browser: &crate::fixture::Browser) -> String {
        let request = match &self.verifier {
            None => self.rp.request_without_pkce(),
            Some(verifier) => {
                let challenge = CodeVerifier::parse(verifier).unwrap().challenge();
                let challenge = serde_json::to_value(challenge).unwrap();
                self.rp
                    .request()
                    .with("code_challenge", challenge.as_str().unwrap())
            }
        };
        self.rp.code_for(&request, browser).await
    }

    /// Whether this address and verifier are the ones of its request.
    fn meant(&self, address: Option<&str>, verifier: Option<&str>) -> bool {
        let own_address = match address {
            Some(address) => address == self.address(),
            None => self.verifier.is_some(),
        };
        own_address && verifier == self.verifier.as_deref()
    }
}

fn redemption(code: &str, address: Option<&str>, verifier: Option<&str>) -> Request {
    let request = Request::of(&[("grant_type", "authorization_code"), ("code", code)]);
    let request = address.map_or(request.clone(), |address| request.with("redirect_uri", address));
    verifier.map_or(request.clone(), |verifier| {
        request.with("code_verifier", verifier)
    })
}

fn clients() -> Vec<ClientBuilder> {
    let named = |id: &str| {
        a_client()
            .id(id)
            .redirect_uri(&format!("https://{id}.example.com/callback"))
    };
    let post = ClientAuthMethod::ClientSecretPost;
    vec![
        named("basic"),
        named("posting").method(post, Digest::of("secret")),
        named("public").public(),
        named("own").first_party(),
        named("plain").without_pkce(),
    ]
}

async fn parties(idp: &Idp) -> Vec<Party<'_>> {
    let mut parties = Vec::new();
    for client in clients() {
        let rp = idp.relying_party(client).await;
        let id = rp.id().as_str();
        let verifier = (id != "plain").then(|| Digest::of(id).to_base64url());
        parties.push(Party { rp, verifier });
    }
    parties
}

#[tokio::test]
async fn a_code_is_good_for_one_client_at_one_address_with_one_verifier() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    let parties = parties(&idp).await;
    let mut addresses: Vec<_> = parties.iter().map(|party| Some(party.address())).collect();
    addresses.extend([Some(ELSEWHERE), None]);
    let mut verifiers: Vec<_> = parties.iter().map(|party| party.verifier.as_deref()).collect();
    verifiers.push(Some("0123456789012345678901234567890123456789012"));
    let (mut good, mut bad) = (0, 0);
    for owner in &parties {
        let code = owner.code(&browser).await;
        for (who, address, verifier) in every(&parties, &addresses, &verifiers) {
            let own = who.rp.id() == owner.rp.id();
            let request = |code| redemption(code, address, verifier);
            if own && owner.meant(address, verifier) {
                let another = owner.code(&browser).await;
                assert!(who.rp.token(&request(&another)).await.is_ok());
                good += 1;
            } else {
                let refused = who.rp.token(&request(&code)).await.unwrap_err();
                assert_eq!(refused.code().as_str(), "invalid_grant");
                bad += 1;
            }
        }
        // Whatever was tried with it, the code is still its client's.
        let own = redemption(&code, Some(owner.address()), owner.verifier.as_deref());
        assert!(owner.rp.token(&own).await.is_ok());
    }
    // With PKCE the address may be left out, without it may not.
    assert_eq!((good, bad), (4 * 2 + 1, 5 * 5 * 7 * 6 - 9));
}

type Attempt<'a> = (&'a Party<'a>, Option<&'a str>, Option<&'a str>);

fn every<'a>(
    parties: &'a [Party<'a>],
    addresses: &'a [Option<&'a str>],
    verifiers: &'a [Option<&'a str>],
) -> Vec<Attempt<'a>> {
    let mut all = Vec::new();
    for who in parties {
        for address in addresses {
            all.extend(verifiers.iter().map(|verifier| (who, *address, *verifier)));
        }
    }
    all
}

#[tokio::test]
async fn refresh_tokens_and_device_codes_are_good_for_one_client() {
    let idp = Idp::start().await;
    let browser = idp.signed_in(a_user()).await;
    let parties = parties(&idp).await;
    for owner in &parties {
        let code = owner.code(&browser).await;
        let own = redemption(&code, Some(owner.address()), owner.verifier.as_deref());
        let tokens = owner.rp.token(&own).await.unwrap();
        let refresh_token = tokens.refresh_token().unwrap();
        let device = owner.rp.device("openid").await;
        device.allow(&browser).await.unwrap();
        for other in parties.iter().filter(|other| other.rp.id() != owner.rp.id()) {
            for request in [owner.rp.refreshing(refresh_token), device.polling()] {
                let refused = other.rp.token(&request).await.unwrap_err();
                assert_eq!(refused.code().as_str(), "invalid_grant");
            }
        }
        assert!(device.poll().await.is_ok());
        assert!(owner.rp.refresh(refresh_token).await.is_ok());
    }
}
