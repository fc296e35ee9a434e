//! Issuing an authorization code (RFC 6749 §4.1.2) and, before it, the authorization that tokens descend from.

use super::{AuthorizationResponse, AuthorizeError, Pending, source, start_over::Overtaken};
use crate::{Protocol, error::ErrorCode};
use domain::{
    authorization::{Authorization, Begun, ConsentRule, Terms},
    client::{ClientId, ClientType},
    consent::{Consent, Validity},
    ephemeral::CodeGrant,
    event::{Actor, EventKind},
    id::{AuthorizationId, UserId},
    login_session::SignedInUser,
    opaque::{OpaqueKind, OpaqueToken},
    scope::ScopeSet,
    services::Act,
};

/// Who allowed what.
pub(super) struct Grant<'a> {
    pub person: &'a SignedInUser,
    pub scopes: ScopeSet,
    /// For how long, if the person said so just now.
    pub just_now: Option<Validity>,
    pub consent: ConsentRule,
}

/// What an attempt to issue a code came to.
pub(super) enum Issued {
    /// The answer with the code.
    Code(AuthorizationResponse),
    /// What the grant rests on was withdrawn meanwhile: there is no authorization, and no code.
    Overtaken(Overtaken),
}

/// Remembers what was allowed, makes the authorization and answers with its code.
pub(super) async fn issue(
    protocol: &Protocol,
    act: &Act,
    pending: &Pending,
    grant: Grant<'_>,
) -> Result<Issued, AuthorizeError> {
    let act = Act {
        actor: Actor::Person(grant.person.user().id),
        ..act.clone()
    };
    if let Some(validity) = grant.just_now {
        remember(protocol, &act, pending, (&grant, validity)).await?;
    }
    let authorization = match begin(protocol, &act, pending, grant).await? {
        (authorization, Begun::Stored) => authorization,
        (_, Begun::SignedOut) => return Ok(Issued::Overtaken(Overtaken::SignedOut)),
        (_, Begun::ConsentWithdrawn) => return Ok(Issued::Overtaken(Overtaken::ConsentWithdrawn)),
        (_, Begun::ClientWithdrawn) => return Err(AuthorizeError::Unmet(ErrorCode::AccessDenied)),
    };
    source::consume(protocol, &act, pending.pushed.as_ref()).await?;
    let code = OpaqueToken::generate(OpaqueKind::AuthorizationCode, &*protocol.ports.random);
    let stands_for = CodeGrant {
        authorization_id: authorization.id,
        client_id: pending.client.id.clone(),
        redirect_uri: pending.address.reply().redirect_uri.clone(),
        code_challenge: pending.request.code_challenge.clone(),
        dpop_jkt: pending.request.dpop_jkt.clone(),
        expires_at: authorization.created_at + act.realm.settings.lifetimes.code,
    };
    act.realm.ephemeral.codes.put(&code.digest(), &stands_for).await?;
    Ok(Issued::Code(pending.address.code(&code)))
}

impl Pending {
    /// What tokens that descend from the request must remember.
    fn terms(&self, granted: &ScopeSet) -> Terms {
        let refresh_jkt = match self.client.oidc().client_type {
            ClientType::Public => self.request.dpop_jkt.clone(),
            // Authenticating is proof enough (RFC 9449 §5).
            ClientType::Confidential { .. } => None,
        };
        Terms {
            resources: self.request.resources.clone().into_names(),
            claims: self.request.claims.clone().covered_by(granted).to_terms(),
            refresh_jkt,
        }
    }
}

async fn remember(
    protocol: &Protocol,
    act: &Act,
    pending: &Pending,
    (grant, validity): (&Grant<'_>, Validity),
) -> Result<(), AuthorizeError> {
    let now = protocol.ports.clock.now();
    let (user_id, client_id) = (grant.person.user().id, pending.client.id.clone());
    let event = EventKind::ConsentGranted {
        user: user_id,
        client: client_id.clone(),
    };
    let declined = pending.request.to_be_allowed().difference(&grant.scopes);
    take_back(protocol, act, (user_id, &client_id), &declined).await?;
    let consent = Consent {
        user_id,
        client_id,
        scopes: grant.scopes.clone(),
        declined,
        granted_at: now,
        updated_at: now,
        expires_at: validity.end(now),
    };
    Ok(act
        .realm
        .stores
        .consents
        .allow(&consent, protocol.ports.alongside(act, event))
        .await?)
}

/// What was allowed before and is declined now is allowed no longer, and what rests on it ends.
async fn take_back(
    protocol: &Protocol,
    act: &Act,
    (user, client): (UserId, &ClientId),
    declined: &ScopeSet,
) -> Result<(), AuthorizeError> {
    if declined.is_empty() {
        return Ok(());
    }
    let consents = &act.realm.stores.consents;
    let before = consents.find(user, client).await?;
    let Some(before) = before.filter(|before| !before.scopes.intersection(declined).is_empty()) else {
        return Ok(());
    };
    let kind = EventKind::ConsentNarrowed {
        user,
        client: client.clone(),
    };
    let (kept, with) = (
        before.scopes.difference(declined),
        protocol.ports.alongside(act, kind),
    );
    let moment = act.realm.moment(protocol.ports.clock.now());
    consents.narrow(user, client, &kept, moment, with).await?;
    Ok(())
}

async fn begin(
    protocol: &Protocol,
    act: &Act,
    pending: &Pending,
    grant: Grant<'_>,
) -> Result<(Authorization, Begun), AuthorizeError> {
    let now = pending.looked_at;
    let session = grant.person.session();
    let terms = pending.terms(&grant.scopes);
    let authorization = Authorization {
        id: AuthorizationId::generate(now, &*protocol.ports.random),
        user_id: grant.person.user().id,
        client_id: pending.client.id.clone(),
        login_session_id: session.id,
        scopes: grant.scopes.intersection(&pending.request.scopes),
        authenticated_at: session.authenticated_at,
        methods: session.methods.clone(),
        nonce: pending.request.nonce.clone(),
        terms,
        created_at: now,
        revoked_at: None,
        expires_at: None,
    };
    let event = EventKind::AuthorizationIssued {
        user: authorization.user_id,
        client: authorization.client_id.clone(),
        authorization: authorization.id,
    };
    let with = protocol.ports.alongside(act, event);
    let authorizations = &act.realm.stores.authorizations;
    let begun = authorizations.begin(&authorization, grant.consent, with).await?;
    Ok((authorization, begun))
}
