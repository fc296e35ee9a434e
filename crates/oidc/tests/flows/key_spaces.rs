//! Each kind of handle has a key space of its own: whatever is given out for one use is nothing at every other.

use crate::fixture::{
    Browser, Idp, Registered, RelyingParty, Request, an_application, bearer, exchanging, told,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    api::TokenFormat,
    client::Client,
    client_registration::RegistrationMode,
    opaque::{OpaqueKind, OpaqueToken},
    testing::{a_client, a_user},
};
use oidc::{registration, token::TokenResponse};
use std::collections::BTreeMap;

const ORDERS: &str = "https://orders.example.com";
const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// A use of a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Code,
    RefreshToken,
    DeviceCode,
    AccessToken,
    Hint,
    Pushed,
    Register,
    Manage,
    Secret,
}

impl Use {
    const ALL: [Self; 9] = [
        Self::Code,
        Self::RefreshToken,
        Self::DeviceCode,
        Self::AccessToken,
        Self::Hint,
        Self::Pushed,
        Self::Register,
        Self::Manage,
        Self::Secret,
    ];
}

struct Scene<'a> {
    idp: &'a Idp,
    rp: RelyingParty<'a>,
    browser: Browser,
    registered: Registered,
}

impl<'a> Scene<'a> {
    async fn new(idp: &'a Idp) -> Self {
        let opaque = |api: &mut domain::api::Api| api.format = TokenFormat::Opaque;
        idp.api_with(ORDERS, "orders:read", opaque).await;
        let client = a_client().scopes("openid profile email offline_access orders:read");
        let first = idp.initial_token(None, None).await;
        let body = an_application().to_string();
        Self {
            rp: idp.relying_party(client).await,
            browser: idp.signed_in(a_user()).await,
            registered: told(idp.register_with(Some(&first), body.as_bytes()).await),
            idp,
        }
    }

    /// One handle of every kind that is good for something, and those of other kinds that are good for nothing here.
    async fn handles(&self) -> Vec<(Option<Use>, String)> {
        let tokens: TokenResponse = self.rp.tokens(&self.browser).await;
        let opaque = self.rp.tokens_for("orders:read", &self.browser).await;
        let device = self.rp.device("openid").await;
        device.allow(&self.browser).await.unwrap();
        let pushed = self.rp.push(&self.rp.request()).await.unwrap();
        let uri = pushed.request_uri().strip_prefix(REQUEST_URI).unwrap();
        let text = |text: &str| text.to_owned();
        let mut handles = vec![
            (Some(Use::Code), self.rp.code(&self.browser).await),
            (Some(Use::RefreshToken), text(tokens.refresh_token().unwrap())),
            (Some(Use::DeviceCode), text(&device.answer.device_code)),
            (Some(Use::AccessToken), text(opaque.access_token())),
            (Some(Use::AccessToken), text(tokens.access_token())),
            (Some(Use::Hint), text(tokens.id_token().unwrap())),
            (Some(Use::Pushed), text(uri)),
            (Some(Use::Register), self.idp.initial_token(None, None).await),
            (Some(Use::Manage), text(self.registered.token())),
            (Some(Use::Secret), text("secret")),
            (None, text(self.registered.text("client_secret"))),
            (None, text(&device.answer.user_code)),
            (None, self.browser.session().to_string()),
        ];
        for kind in [OpaqueKind::MailedLink, OpaqueKind::Browser, OpaqueKind::Setup] {
            let token = OpaqueToken::generate(kind, &*self.idp.ports.random);
            handles.push((None, text(token.expose())));
        }
        handles
    }

    /// Whether `handle` is good for `this`.
    async fn opens(&self, this: Use, handle: &str) -> bool {
        let (idp, rp) = (self.idp, &self.rp);
        match this {
            Use::Code => rp.redeem(handle).await.is_ok(),
            Use::RefreshToken => rp.refresh(handle).await.is_ok(),
            Use::DeviceCode => {
                let grant = "urn:ietf:params:oauth:grant-type:device_code";
                let poll = Request::of(&[("grant_type", grant), ("device_code", handle)]);
                rp.token(&poll).await.is_ok()
            }
            Use::AccessToken => {
                let exchanged = rp.token(&exchanging(handle)).await.is_ok();
                let told = idp.userinfo(handle).await.is_ok() || exchanged;
                // A refresh token may be asked about as well.
                assert!(!told || rp.sees(handle).await);
                told
            }
            Use::Hint => {
                let request = rp.request().with("id_token_hint", handle).with("prompt", "none");
                idp.authorize(&request, &self.browser).await.response().is_ok()
            }
            Use::Pushed => {
                let request = rp.referring_to(&format!("{REQUEST_URI}{handle}"));
                idp.authorize(&request, &self.browser).await.page().is_ok()
            }
            Use::Register => {
                let (act, header) = (elsewhere(idp), bearer(handle));
                let body = an_application().to_string();
                let (protocol, body) = (&idp.protocol, body.as_bytes());
                let registered = registration::register(protocol, &act, Some(&header), body);
                registered.await.is_ok()
            }
            Use::Manage => {
                let (act, header) = (elsewhere(idp), bearer(handle));
                let id = self.registered.id();
                let read = registration::read_client(&idp.protocol, &act, Some(&header), id);
                read.await.is_ok()
            }
            Use::Secret => {
                let header = crate::fixture::basic(rp.id().as_str(), handle);
                rp.proves_in(&elsewhere(idp), Some(&header), &[]).await.is_ok()
            }
        }
    }
}

/// Another place each time, so that wrong handles do not use up what may be tried.
fn elsewhere(idp: &Idp) -> domain::services::Act {
    let bytes = idp.ports.random.bytes32();
    idp.act_from(&format!("198.51.{}.{}", bytes[0], bytes[1]))
}

#[tokio::test]
async fn a_handle_is_good_for_its_own_use_alone() {
    let idp = Idp::start_with(|settings| settings.registration.mode = RegistrationMode::Token).await;
    let scene = Scene::new(&idp).await;
    let handles = scene.handles().await;
    for (own, handle) in &handles {
        for this in Use::ALL.into_iter().filter(|this| Some(*this) != *own) {
            assert!(!scene.opens(this, handle).await, "{own:?} as {this:?}");
        }
    }
    // None of that used anything up.
    let mut good: BTreeMap<Use, usize> = BTreeMap::new();
    for (own, handle) in handles.iter().filter_map(|(own, handle)| Some(((*own)?, handle))) {
        assert!(scene.opens(own, handle).await, "{own:?}");
        *good.entry(own).or_default() += 1;
    }
    assert_eq!(good.len(), Use::ALL.len());
}

#[tokio::test]
async fn no_prefix_is_another_kinds() {
    let kinds = [
        OpaqueKind::AuthorizationCode,
        OpaqueKind::AccessToken,
        OpaqueKind::RefreshToken,
        OpaqueKind::ClientSecret,
        OpaqueKind::InitialAccessToken,
        OpaqueKind::RegistrationAccessToken,
        OpaqueKind::MailedLink,
        OpaqueKind::DeviceCode,
        OpaqueKind::Browser,
        OpaqueKind::PushedRequest,
        OpaqueKind::Setup,
    ];
    for kind in kinds {
        let token = OpaqueToken::from_entropy(kind, [7; 32]);
        for other in kinds {
            let read = OpaqueToken::parse(other, token.expose());
            assert_eq!(read.is_some(), kind == other, "{kind:?} as {other:?}");
            // Nor does another beginning make it another's: the checksum covers it.
            let renamed = token.expose().replacen(kind.prefix(), other.prefix(), 1);
            let read = OpaqueToken::parse(other, &renamed);
            assert_eq!(read.is_some(), kind == other, "{kind:?} renamed {other:?}");
        }
    }
}

#[tokio::test]
async fn of_one_digest_a_store_of_one_kind_has_nothing_of_another() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client()).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    let digest = domain::secret::Digest::of(&code);
    let stores = &idp.realm.ephemeral;
    assert!(stores.codes.find(&digest).await.unwrap().is_some());
    assert!(stores.pushed.find(&digest).await.unwrap().is_none());
    let client: Client = rp.client.clone();
    assert_eq!(
        stores.codes.find(&digest).await.unwrap().unwrap().client_id,
        client.id
    );
}

/// RFC 6749 §10.10: nobody guesses what 256 random bits say, and no two are the same.
#[tokio::test]
async fn rfc6749_s10_10_handles_are_256_random_bits() {
    let idp = Idp::start_with(|settings| settings.registration.mode = RegistrationMode::Token).await;
    let scene = Scene::new(&idp).await;
    let mut seen = std::collections::BTreeSet::new();
    for (_, handle) in [scene.handles().await, scene.handles().await].concat() {
        let Some(rest) = handle.strip_prefix("sgn_").and_then(|rest| rest.get(3..)) else {
            continue;
        };
        let random = rest.get(..43).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(random).unwrap().len(), 32);
        let managing = handle.starts_with("sgn_ra_") || handle.starts_with("sgn_cs_");
        assert!(seen.insert(random.to_owned()) || managing, "{handle}");
    }
    assert!(seen.len() >= 14);
}
