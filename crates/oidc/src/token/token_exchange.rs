//! Token exchange (RFC 8693): from an access token that a person approved, a client gets a narrower one.
//!
//! It descends from the same approval, ends with it, and tells who acts for the person. Nothing grows: neither scopes
//! nor audience nor lifetime. Tokens of other issuers are not taken, and neither refresh nor ID tokens are given.

use super::{
    Approval, Approved, TokenError, UnfitToken, authorization_code::who, request::TokenExchangeRequest,
    standing::Standing,
};
use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    dpop::SenderConstraint,
    issue::{ActClaim, Target, claims::StandardScope},
    presented::{self, NotAccepted, PresentedToken},
    resource::{self, Resources, TargetError},
    subject::SubjectIdentifier,
};
use domain::{
    api::TokenFormat,
    authorization::Authorization,
    client::Status,
    clock::Timestamp,
    id::AuthorizationId,
    scope::{Scope, ScopeSet},
    services::Act,
    user::User,
};
use std::collections::BTreeSet;

/// How many may act for a person one after the other.
const MAX_ACTORS: usize = 5;

/// What a token can be called (RFC 8693 §3); all of them are access tokens of this issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenTypeIdentifier {
    /// In whatever format.
    AccessToken,
    /// A signed one.
    Jwt,
}

impl TokenTypeIdentifier {
    const ALL: [Self; 2] = [Self::AccessToken, Self::Jwt];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "urn:ietf:params:oauth:token-type:access_token",
            Self::Jwt => "urn:ietf:params:oauth:token-type:jwt",
        }
    }

    /// The one named `text`.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let named = Self::ALL.into_iter().find(|known| known.as_str() == text);
        named.ok_or(TokenError::TokenTypeUnsupported)
    }
}

/// Decides about an exchange.
pub(super) async fn approve(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    request: TokenExchangeRequest,
    constraint: &SenderConstraint,
) -> Result<Approval, TokenError> {
    if !client.client().is_confidential() {
        return Err(TokenError::GrantNotRegistered);
    }
    let exchange = Exchange::new(protocol, act, client, constraint);
    let subject = exchange.accept(&request.subject_token, TokenError::SubjectToken);
    let subject = subject.await?;
    let (authorization, user) = exchange.approved(&subject).await?;
    let actor = match &request.actor_token {
        Some(text) => Some(exchange.accept(text, TokenError::ActorToken).await?),
        None => None,
    };
    let claim = exchange.act_claim(&subject, actor)?;
    let scopes = exchange.narrow(&subject, request.scopes)?;
    let resources = exchange.resources(&subject, request.resources).await?;
    let (target, scopes) = resource::target(act, client.client(), &resources, scopes).await?;
    let must_be_signed = claim.is_some() || request.requested == TokenTypeIdentifier::Jwt;
    if must_be_signed && target.format == TokenFormat::Opaque {
        return Err(TokenError::OpaqueTarget);
    }
    let left = Timestamp::from_seconds(subject.expires_at).since(protocol.ports.clock.now());
    Ok(Approval {
        subject: Approved::Exchanged {
            authorization: Box::new(authorization),
            user: Box::new(user),
            act: claim,
        },
        scopes,
        target: Target {
            lifetime: target.lifetime.min(left),
            ..target
        },
    })
}

/// Whatever ended before the subject token did makes that one unfit.
fn ended(error: TokenError) -> TokenError {
    if let TokenError::Store(error) = error {
        TokenError::Store(error)
    } else {
        TokenError::SubjectToken(UnfitToken::Ended(Box::new(error)))
    }
}

/// Who exchanges, where, and which key they proved.
pub(super) struct Exchange<'a> {
    protocol: &'a Protocol,
    act: &'a Act,
    client: &'a AuthenticatedClient,
    constraint: &'a SenderConstraint,
}

impl<'a> Exchange<'a> {
    pub fn new(
        protocol: &'a Protocol,
        act: &'a Act,
        client: &'a AuthenticatedClient,
        constraint: &'a SenderConstraint,
    ) -> Self {
        Self {
            protocol,
            act,
            client,
            constraint,
        }
    }

    /// The access token that `text` is, if this client may use it here; else `unfit` says why not.
    pub async fn accept(
        &self,
        text: &str,
        unfit: fn(UnfitToken) -> TokenError,
    ) -> Result<PresentedToken, TokenError> {
        let token = match presented::accept(self.protocol, self.act, text).await {
            Ok(token) => token,
            Err(NotAccepted::Store(error)) => return Err(error.into()),
            Err(NotAccepted::NotOurs | NotAccepted::Expired | NotAccepted::Revoked) => {
                return Err(unfit(UnfitToken::NotAccepted));
            }
        };
        if !self.client.client().may_exchange(&token.client_id) {
            return Err(unfit(UnfitToken::ForeignClient));
        }
        let bound = token.confirmation.as_ref().map(|confirmation| &confirmation.jkt);
        if self.constraint.meets(bound) {
            Ok(token)
        } else {
            Err(unfit(UnfitToken::OtherKey))
        }
    }

    /// Who approved what the subject token descends from, if that still stands.
    pub async fn approved(&self, subject: &PresentedToken) -> Result<(Authorization, User), TokenError> {
        let root = subject.authorization;
        let root = root.ok_or(TokenError::SubjectToken(UnfitToken::NoPerson))?;
        self.standing(root).await.map_err(ended)
    }

    /// What the person approved, for whichever client, if it still stands.
    async fn standing(&self, id: AuthorizationId) -> Result<(Authorization, User), TokenError> {
        let (stores, ports) = (&self.act.realm.stores, &self.protocol.ports);
        let authorization = stores.authorizations.find(id).await?;
        let authorization = authorization.ok_or(TokenError::AuthorizationRevoked)?;
        let approved = stores.clients.find(&authorization.client_id).await?;
        let approved = approved.filter(|client| client.status == Status::Active);
        let approved = approved.ok_or(TokenError::ClientWithdrawn)?;
        let (user, login_session) = who(self.act, &authorization).await?;
        Standing {
            authorization: &authorization,
            client: &approved,
            user: &user,
            login_session: login_session.as_ref(),
        }
        .check(ports.clock.now(), ports.session_rules(&self.act.realm))?;
        Ok((authorization, user))
    }

    /// Who acts for the person, and who did before (§4.1). A client that narrows its own token adds nobody.
    fn act_claim(
        &self,
        subject: &PresentedToken,
        actor: Option<PresentedToken>,
    ) -> Result<Option<ActClaim>, TokenError> {
        let before = subject.act.clone();
        let (sub, client_id) = match actor {
            Some(actor) if actor.act.is_some() => {
                return Err(TokenError::ActorToken(UnfitToken::Delegated));
            }
            Some(actor) => (self.name_of(&actor), actor.client_id),
            None if self.holds(subject) => return Ok(before),
            None => (self.client.id().to_string(), self.client.id().clone()),
        };
        let claim = ActClaim {
            sub,
            client_id,
            act: before.map(Box::new),
        };
        if claim.depth() > MAX_ACTORS {
            return Err(TokenError::SubjectToken(UnfitToken::TooManyActors));
        }
        Ok(Some(claim))
    }

    /// A person by what this client knows them by, a client by its id.
    fn name_of(&self, actor: &PresentedToken) -> String {
        let (ports, realm) = (&self.protocol.ports, &self.act.realm.realm);
        match actor.user {
            Some(user) => SubjectIdentifier::of(ports, realm, self.client.client(), user).to_string(),
            None => actor.subject.clone(),
        }
    }

    fn holds(&self, token: &PresentedToken) -> bool {
        token.client_id == *self.client.id()
    }

    /// The scopes of the subject token that this client may have, or those of them that it asks for.
    fn narrow(&self, subject: &PresentedToken, requested: Option<ScopeSet>) -> Result<ScopeSet, TokenError> {
        let registered = &self.client.client().oidc().scopes;
        // Who the person is, and access without them, was given to one client.
        let of_one_client = |scope: &Scope| {
            let kept = [StandardScope::Openid, StandardScope::OfflineAccess];
            kept.iter().any(|kept| kept.as_str() == scope.as_str())
        };
        let may_have = |scope: &&Scope| {
            registered.contains(scope.as_str()) && (self.holds(subject) || !of_one_client(scope))
        };
        let most: ScopeSet = subject.scopes.iter().filter(may_have).cloned().collect();
        match requested {
            None => Ok(most),
            Some(scopes) if !scopes.is_empty() && scopes.is_subset(&most) => Ok(scopes),
            Some(_) => Err(TokenError::Scope),
        }
    }

    /// The APIs of the subject token that are asked for. If none is, those that are open to this client; if there is
    /// none of these, the issuer, provided that the subject token is for it.
    async fn resources(
        &self,
        subject: &PresentedToken,
        requested: Resources,
    ) -> Result<Resources, TokenError> {
        let audience: BTreeSet<String> = subject.audience.names().iter().cloned().collect();
        if !requested.is_empty() {
            return Ok(resource::narrow(&audience, requested)?);
        }
        let open = resource::open_to(self.act, self.client.client(), &audience).await?;
        if open.is_empty() && !subject.audience.contains(self.act.realm.issuer.as_str()) {
            return Err(TargetError::NotOpen.into());
        }
        Ok(open)
    }
}
