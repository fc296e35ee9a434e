//! A run so far, kept sealed under the visitor's browser for an hour.

use super::exchange::{Answered, Exchange, pretty};
use crate::{
    demo,
    pages::{AppState, PageRequest},
};
use app::{
    UiError,
    pages::playground::{Act, Decoded, Playground, Signature, Step, StepKind, TokenKind},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    id::LoginSessionId,
    outbound::Sealed,
    pkce::CodeVerifier,
    realm_context::RealmContext,
    secret::Digest,
    stores::{StoreError, Stored},
};
use oidc::jose::{TokenType, verify};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const KEPT: Duration = Duration::from_secs(3_600);
const MAX_STEPS: usize = 24;
const SEALED_AS: &str = "playground";

/// What the relying party must remember between request and response.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// The request's `state`.
    pub state: String,
    /// The request's `nonce`.
    pub nonce: String,
    /// The verifier of its challenge.
    pub verifier: String,
}

/// The tokens it holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// RFC 6749 §1.4.
    pub access_token: String,
    /// RFC 6749 §1.5.
    pub refresh_token: Option<String>,
    /// OpenID Connect Core §2.
    pub id_token: Option<String>,
}

impl Tokens {
    /// The tokens of a token response.
    pub fn read(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Written {
    kind: u8,
    ok: bool,
    status: Option<String>,
    request: Option<String>,
    response: Option<String>,
}

/// A run so far.
#[derive(Default, Serialize, Deserialize)]
pub struct Run {
    /// A request whose response has not come yet.
    pub pending: Option<Pending>,
    /// The tokens it holds.
    pub tokens: Option<Tokens>,
    /// The sign-in session the tokens were issued in.
    session: Option<LoginSessionId>,
    steps: Vec<Written>,
    #[serde(skip)]
    decoded: Vec<Vec<Decoded>>,
    #[serde(skip)]
    available: bool,
}

const KINDS: [StepKind; 8] = [
    StepKind::Discovery,
    StepKind::AuthorizationRequest,
    StepKind::AuthorizationResponse,
    StepKind::TokenRequest,
    StepKind::RefreshRequest,
    StepKind::Userinfo,
    StepKind::Revocation,
    StepKind::EndSession,
];

impl Run {
    /// The run of this browser, or an empty one.
    pub async fn load(state: &AppState, page: &PageRequest) -> Stored<Self> {
        let ports = &state.runtime.services.ports;
        let stored = page
            .realm
            .stores
            .browsers
            .load(&key(page), ports.clock.now())
            .await?;
        let opened = stored.and_then(|(bytes, _)| {
            let sealed: Sealed = serde_json::from_slice(&bytes).ok()?;
            let plain = ports.sealer.open(SEALED_AS, &sealed).ok()?;
            serde_json::from_slice::<Run>(plain.expose()).ok()
        });
        let mut run = opened.unwrap_or_default();
        let signed_in = |id| page.cx.sessions.iter().any(|person| person.session().id == id);
        // What was shown to one person is not shown to the next on this browser.
        if run.session.is_some_and(|id| !signed_in(id)) {
            run = Self::default();
        }
        run.decoded = run
            .steps
            .iter()
            .map(|step| decode_tokens(&page.realm, step.response.as_deref().unwrap_or_default()))
            .collect();
        let client = demo::SPA.parse().map_err(StoreError::unavailable)?;
        run.available = page.realm.stores.clients.find(&client).await?.is_some();
        Ok(run)
    }

    /// Keeps the run for this browser.
    pub async fn save(&self, state: &AppState, page: &PageRequest) -> Stored<()> {
        let ports = &state.runtime.services.ports;
        let plain = serde_json::to_vec(self).map_err(StoreError::unavailable)?;
        let sealed =
            serde_json::to_vec(&ports.sealer.seal(SEALED_AS, &plain)).map_err(StoreError::unavailable)?;
        page.realm
            .stores
            .browsers
            .save(&key(page), &sealed, ports.clock.now() + KEPT)
            .await
    }

    /// A new run with fresh secrets.
    pub fn begin(exchange: &Exchange<'_>) -> Self {
        let random = &exchange.state.runtime.services.ports.random;
        let fresh = || URL_SAFE_NO_PAD.encode(random.bytes32());
        let pending = Pending {
            state: fresh(),
            nonce: fresh(),
            verifier: fresh(),
        };
        Self {
            pending: Some(pending),
            available: true,
            ..Self::default()
        }
    }

    /// Whether the demo's client is there to run with.
    pub fn is_available(&self) -> bool {
        self.available
    }

    /// Takes what the token endpoint answered; from now on the run belongs to the person signed in.
    pub fn receive(&mut self, answer: &Answered, page: &PageRequest) {
        self.tokens = Tokens::read(&answer.body);
        self.session = page.cx.sessions.first().map(|person| person.session().id);
    }

    /// Where the visitor is sent to sign in.
    pub fn authorization_url(&self, exchange: &Exchange<'_>) -> String {
        let Some(pending) = &self.pending else {
            return exchange.home();
        };
        let challenge = CodeVerifier::parse(&pending.verifier)
            .ok()
            .and_then(|verifier| serde_json::to_value(verifier.challenge()).ok());
        let challenge = challenge
            .as_ref()
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        let redirect_uri = exchange.realm.issuer.url("/playground/callback");
        let query = serde_urlencoded::to_string([
            ("client_id", demo::SPA),
            ("response_type", "code"),
            ("redirect_uri", &redirect_uri),
            ("scope", "openid profile email offline_access"),
            ("state", &pending.state),
            ("nonce", &pending.nonce),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]);
        exchange
            .realm
            .issuer
            .url(&format!("/authorize?{}", query.unwrap_or_default()))
    }

    /// Writes down a request and its answer.
    pub fn add_answer(&mut self, kind: StepKind, answer: &Answered) {
        self.add(
            kind,
            answer.ok,
            Some(answer.request.clone()),
            Some(answer.body.clone()),
            Some(answer.status.clone()),
        );
    }

    /// Writes down a step; past a bound nothing more is written.
    pub fn add(
        &mut self,
        kind: StepKind,
        ok: bool,
        request: Option<String>,
        response: Option<String>,
        status: Option<String>,
    ) {
        if self.steps.len() < MAX_STEPS
            && let Some(kind) = KINDS
                .iter()
                .position(|known| *known == kind)
                .and_then(|at| u8::try_from(at).ok())
        {
            self.steps.push(Written {
                kind,
                ok,
                status,
                request,
                response,
            });
            self.decoded.push(Vec::new());
        }
    }

    /// The page that shows the run.
    pub fn view(&self, error: Option<UiError>) -> Playground {
        let steps = self
            .steps
            .iter()
            .zip(&self.decoded)
            .filter_map(|(step, decoded)| {
                Some(Step {
                    kind: *KINDS.get(usize::from(step.kind))?,
                    status: step.status.clone(),
                    ok: step.ok,
                    request: step.request.clone(),
                    response: step.response.clone(),
                    decoded: decoded.clone(),
                })
            });
        Playground {
            steps: steps.collect(),
            next: self.next(),
            error,
        }
    }

    fn next(&self) -> Vec<Act> {
        match &self.tokens {
            _ if !self.available => Vec::new(),
            Some(tokens) if tokens.refresh_token.is_some() => {
                vec![Act::Refresh, Act::Userinfo, Act::Revoke, Act::SignOut, Act::Start]
            }
            Some(_) => vec![Act::Userinfo, Act::Revoke, Act::SignOut, Act::Start],
            None => vec![Act::Start],
        }
    }
}

fn key(page: &PageRequest) -> Digest {
    Digest::of(format!("playground:{}", page.browser.cookie.to_base64url()))
}

fn decode_tokens(realm: &RealmContext, body: &str) -> Vec<Decoded> {
    let Some(tokens) = Tokens::read(body) else {
        return Vec::new();
    };
    let mut decoded = vec![decode_token(
        realm,
        TokenKind::AccessToken,
        TokenType::AccessToken,
        &tokens.access_token,
    )];
    if let Some(id_token) = &tokens.id_token {
        decoded.push(decode_token(
            realm,
            TokenKind::IdToken,
            TokenType::IdToken,
            id_token,
        ));
    }
    decoded
}

fn decode_token(realm: &RealmContext, token: TokenKind, typ: TokenType, text: &str) -> Decoded {
    let part = |index: usize| {
        let bytes = text
            .split('.')
            .nth(index)
            .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok())
            .unwrap_or_default();
        pretty(&String::from_utf8_lossy(&bytes))
    };
    let header = part(0);
    let kid = serde_json::from_str::<serde_json::Value>(&header)
        .ok()
        .and_then(|header| Some(header.get("kid")?.as_str()?.to_owned()));
    let valid = verify::<serde_json::Value>(&realm.keys, &realm.issuer, typ, text).is_ok();
    let signature = match kid {
        Some(kid) if valid => Signature::Valid { kid },
        Some(_) | None => Signature::Invalid,
    };
    Decoded {
        token,
        header,
        claims: part(1),
        signature,
    }
}
