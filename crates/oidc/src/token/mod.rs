//! The token endpoint (RFC 6749 §3.2): a grant decides, then tokens are minted, recorded and rendered.
//!
//! Clients are authenticated before. Every grant returns an [`Approval`]; the rest exists once.

mod authorization_code;
mod binding;
mod client_credentials;
mod device_code;
mod error;
mod refresh_token;
mod request;
mod response;
mod standing;
mod token_exchange;
mod upstream_token;

pub use error::{TokenError, UnfitToken};
pub(crate) use refresh_token::live as live_family;
pub use response::TokenResponse;
pub(crate) use standing::revoke_authorization;
pub use upstream_token::UpstreamTokenError;

use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    discovery::path,
    dpop::{self, ProofHeader, ProvenRequest, SenderConstraint},
    issue::{self, ActClaim, Person, Subject, Target, access_token::Minted, claims::StandardScope},
    parameters::Parameters,
    subject::SubjectIdentifier,
};
use domain::{
    access_token::AccessToken,
    authorization::Authorization,
    client::{ClientId, GrantType},
    clock::Timestamp,
    event::{Actor, EventKind},
    id::AuthorizationId,
    opaque::OpaqueToken,
    scope::ScopeSet,
    services::Act,
    stores::{Alongside, Recorded},
    user::User,
};
use request::TokenRequest;
use std::time::Duration;

/// What a grant decided.
struct Approval {
    subject: Approved,
    /// What the tokens of this response may do.
    scopes: ScopeSet,
    /// Whom the access token is for.
    target: Target,
}

/// Who approved.
enum Approved {
    /// A person, in this authorization.
    Person {
        authorization: Box<Authorization>,
        user: Box<User>,
        /// The nonce for the ID token.
        nonce: Option<String>,
        refresh: Refresh,
    },
    /// A person, in this authorization, of which the client gets a narrower token.
    Exchanged {
        authorization: Box<Authorization>,
        user: Box<User>,
        /// Who acts for the person, where it is not the client they approved.
        act: Option<ActClaim>,
    },
    /// Nobody: the client acts for itself.
    Client,
}

impl Approved {
    /// The person, whom the client knows by what `known_as` says.
    fn person(&self, known_as: impl Fn(&User) -> SubjectIdentifier) -> Option<Person<'_>> {
        match self {
            Self::Person {
                authorization, user, ..
            }
            | Self::Exchanged {
                authorization, user, ..
            } => Some(Person {
                sub: known_as(user),
                authorization,
                user,
            }),
            Self::Client => None,
        }
    }

    /// How much of `lifetime` an access token may have that is issued at `now`.
    fn within(&self, lifetime: Duration, now: Timestamp) -> Duration {
        match self {
            Self::Person { authorization, .. } | Self::Exchanged { authorization, .. } => {
                authorization.within(lifetime, now)
            }
            Self::Client => lifetime,
        }
    }

    /// Who acts for the person.
    fn act(&self) -> Option<&ActClaim> {
        match self {
            Self::Exchanged { act, .. } => act.as_ref(),
            Self::Person { .. } | Self::Client => None,
        }
    }
}

/// Which refresh token goes with the response.
enum Refresh {
    /// None.
    No,
    /// The first of the authorization.
    First,
    /// One that takes the place of another, in `refresh_token.rs`.
    Successor(Box<refresh_token::Rotating>),
}

/// Answers a token request of an authenticated client that sent these `DPoP` headers.
pub async fn respond(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    parameters: &Parameters,
    proof: ProofHeader<'_>,
) -> Result<TokenResponse, TokenError> {
    let act = &Act {
        actor: Actor::Client(client.id().clone()),
        ..act.clone()
    };
    let request = TokenRequest::parse(parameters)?;
    if !client.client().oidc().grants.contains(&request.grant_type()) {
        return Err(TokenError::GrantNotRegistered);
    }
    let endpoint = ProvenRequest::post(path::TOKEN);
    let constraint = dpop::constraint(protocol, act, proof, endpoint).await?;
    binding::check_client(client, &constraint)?;
    let approval = match request {
        TokenRequest::AuthorizationCode(request) => {
            let (approval, redeemed) =
                authorization_code::approve(protocol, act, client, &request, &constraint).await?;
            let response = mint(protocol, act, client, approval, &constraint).await?;
            redeemed.settle(protocol, act).await?;
            return Ok(response);
        }
        TokenRequest::RefreshToken(request) => {
            refresh_token::approve(protocol, act, client, request, &constraint).await?
        }
        TokenRequest::ClientCredentials(request) => client_credentials::approve(act, client, request).await?,
        TokenRequest::DeviceCode(request) => device_code::approve(protocol, act, client, &request).await?,
        TokenRequest::TokenExchange(request) => {
            token_exchange::approve(protocol, act, client, request, &constraint).await?
        }
        TokenRequest::UpstreamToken(request) => {
            return upstream_token::release(protocol, act, client, request, &constraint).await;
        }
    };
    mint(protocol, act, client, approval, &constraint).await
}

async fn mint(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    approval: Approval,
    constraint: &SenderConstraint,
) -> Result<TokenResponse, TokenError> {
    let Approval {
        subject,
        scopes,
        target,
    } = approval;
    let (random, now) = (&*protocol.ports.random, client.looked_at());
    let known_as =
        |user: &User| SubjectIdentifier::of(&protocol.ports, &act.realm.realm, client.client(), user.id);
    // A signed token is not looked up again: it must not outlive what was allowed.
    let lifetime = subject.within(target.lifetime, now);
    let target = Target { lifetime, ..target };
    let about = Subject {
        client: client.id(),
        person: subject.person(known_as),
        act: subject.act(),
        scopes: &scopes,
        constraint,
        now,
    };
    let Minted {
        text: access_token,
        row,
    } = issue::access_token::issue(&act.realm, random, about, &target).await?;
    let answer = |access_token, scopes, id_token, refresh_token| {
        TokenResponse::new(access_token, lifetime, scopes, id_token, refresh_token).under(constraint)
    };
    match subject {
        Approved::Person {
            authorization,
            user,
            nonce,
            refresh,
        } => {
            let person = Person {
                sub: known_as(&user),
                authorization: &authorization,
                user: &user,
            };
            let about = (person, &scopes, now);
            let id_token = id_token((protocol, act), client, about, nonce.as_deref(), &access_token).await?;
            let refresh_token = record(protocol, act, &authorization, refresh, row).await?;
            if refresh_token.is_some() {
                binding::bind(act, client, &authorization, constraint).await?;
            }
            Ok(answer(access_token, scopes, id_token, refresh_token))
        }
        Approved::Exchanged { authorization, .. } => {
            let event = issued(client.id(), Some(authorization.id), false);
            record_alone(protocol, act, row, event).await?;
            Ok(answer(access_token, scopes, None, None).exchanged())
        }
        Approved::Client => {
            record_alone(protocol, act, row, issued(client.id(), None, false)).await?;
            Ok(answer(access_token, scopes, None, None))
        }
    }
}

/// The ID token that goes with an access token, where `openid` was granted.
async fn id_token(
    (protocol, act): (&Protocol, &Act),
    client: &AuthenticatedClient,
    (person, scopes, now): (Person<'_>, &ScopeSet, Timestamp),
    nonce: Option<&str>,
    access_token: &str,
) -> Result<Option<String>, TokenError> {
    if !StandardScope::Openid.is_in(scopes) {
        return Ok(None);
    }
    let client = client.client();
    let said = issue::id_token::said(protocol, act, client, (person, scopes)).await?;
    let about = (person, &said, scopes, now);
    let issued = issue::id_token::issue(&act.realm, client, about, nonce, access_token);
    Ok(Some(issued.await?))
}

/// Writes down what must be remembered; refuses if the authorization was revoked meanwhile.
async fn record(
    protocol: &Protocol,
    act: &Act,
    authorization: &Authorization,
    refresh: Refresh,
    access_token: Option<AccessToken>,
) -> Result<Option<OpaqueToken>, TokenError> {
    let event = |refresh| issued(&authorization.client_id, Some(authorization.id), refresh);
    match refresh {
        Refresh::No => {
            record_alone(protocol, act, access_token, event(false)).await?;
            Ok(None)
        }
        Refresh::First => {
            let lifetimes = &act.realm.settings.lifetimes;
            let new = issue::refresh_token::first(&protocol.ports, authorization, lifetimes);
            let with = Alongside {
                access_tokens: access_token.into_iter().collect(),
                ..protocol.ports.alongside(act, event(true))
            };
            match act.realm.stores.authorizations.record(&new.row, with).await? {
                Recorded::Saved => Ok(Some(new.token)),
                Recorded::Revoked => Err(TokenError::AuthorizationRevoked),
            }
        }
        Refresh::Successor(rotating) => {
            let next = refresh_token::rotate(protocol, act, authorization, *rotating, access_token);
            next.await.map(Some)
        }
    }
}

/// Records an access token that comes without a refresh token.
async fn record_alone(
    protocol: &Protocol,
    act: &Act,
    access_token: Option<AccessToken>,
    event: EventKind,
) -> Result<(), TokenError> {
    let Some(row) = access_token else {
        queue(protocol, act, event);
        return Ok(());
    };
    let with = protocol.ports.alongside(act, event);
    match act.realm.stores.access_tokens.record(&row, with).await? {
        Recorded::Saved => Ok(()),
        Recorded::Revoked => Err(TokenError::AuthorizationRevoked),
    }
}

/// Issuance that writes no row waits for no commit.
fn queue(protocol: &Protocol, act: &Act, event: EventKind) {
    let event = protocol.ports.event(act, event);
    protocol.ports.event_queue.push(event);
}

fn issued(client: &ClientId, authorization: Option<AuthorizationId>, refresh: bool) -> EventKind {
    EventKind::TokenIssued {
        client: client.clone(),
        authorization,
        refresh,
    }
}

/// Whether the client and the person may have a refresh token.
fn may_refresh(client: &AuthenticatedClient, user: &User) -> bool {
    client.client().oidc().grants.contains(&GrantType::RefreshToken) && user.email_verified()
}
