//! The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.6).
//!
//! The code is redeemed only after everything the redeemer must prove was proven: a wrong guess changes nothing,
//! a second valid redemption revokes what the first gave. One that comes while the first is being answered leaves that to
//! it, or of two at once neither would be answered with tokens.

use super::{
    Approval, Approved, Refresh, TokenError, binding, may_refresh, request::AuthorizationCodeRequest,
    revoke_authorization,
};
use crate::{
    Protocol,
    client_auth::AuthenticatedClient,
    dpop::SenderConstraint,
    resource::{self, Resources},
    token::standing::Standing,
};
use domain::{
    authorization::Authorization,
    clock::Timestamp,
    ephemeral::{CodeGrant, Redemption, Settled},
    event::EventKind,
    login_session::LoginSession,
    secret::Digest,
    services::Act,
    stores::StoreError,
    user::User,
};

/// Decides about a code.
pub(super) async fn approve(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    request: &AuthorizationCodeRequest,
    constraint: &SenderConstraint,
) -> Result<(Approval, Redeemed), TokenError> {
    let digest = request.code.digest();
    let codes = &act.realm.ephemeral.codes;
    let grant = codes.find(&digest).await?.ok_or(TokenError::CodeUnknown)?;
    check_client(client, &grant)?;
    if protocol.ports.clock.now() >= grant.expires_at {
        return Err(TokenError::CodeExpired);
    }
    check_redirect_uri(request, &grant)?;
    check_verifier(request, &grant)?;
    binding::check(constraint, grant.dpop_jkt.as_ref())?;
    let redemption = codes.redeem(&digest, grant.expires_at).await?;
    let found = act
        .realm
        .stores
        .authorizations
        .find(grant.authorization_id)
        .await?;
    let authorization = found.ok_or(TokenError::CodeUnknown)?;
    match redemption {
        Redemption::First => {
            let resources = request.resources.clone();
            let redeemed = Redeemed {
                code: digest,
                expires_at: grant.expires_at,
                authorization: authorization.clone(),
            };
            let approval = approval(protocol, act, client, authorization, resources).await?;
            Ok((approval, redeemed))
        }
        Redemption::Replay => {
            revoke_replayed(protocol, act, &authorization).await?;
            Err(TokenError::CodeReplayed)
        }
        Redemption::Meanwhile => Err(TokenError::CodeReplayed),
    }
}

/// A code that was redeemed first by this request, which is not answered yet.
pub(super) struct Redeemed {
    code: Digest,
    expires_at: Timestamp,
    authorization: Authorization,
}

impl Redeemed {
    /// To be called once what the code gives is recorded: it ends here and now if somebody else came with the code.
    pub(super) async fn settle(self, protocol: &Protocol, act: &Act) -> Result<(), TokenError> {
        let codes = &act.realm.ephemeral.codes;
        match codes.settle(&self.code, self.expires_at).await? {
            Settled::Alone => {}
            Settled::Replayed => revoke_replayed(protocol, act, &self.authorization).await?,
        }
        Ok(())
    }
}

async fn revoke_replayed(
    protocol: &Protocol,
    act: &Act,
    authorization: &Authorization,
) -> Result<(), StoreError> {
    let replay = EventKind::ReplayDetected {
        client: authorization.client_id.clone(),
        authorization: authorization.id,
    };
    revoke_authorization(protocol, act, authorization, Some(replay)).await
}

fn check_client(client: &AuthenticatedClient, grant: &CodeGrant) -> Result<(), TokenError> {
    if *client.id() == grant.client_id {
        Ok(())
    } else {
        Err(TokenError::ClientMismatch)
    }
}

/// May be left out where PKCE binds the code to the request (OAuth 2.1 §10.2).
fn check_redirect_uri(request: &AuthorizationCodeRequest, grant: &CodeGrant) -> Result<(), TokenError> {
    let right = match &request.redirect_uri {
        Some(sent) => sent == grant.redirect_uri.as_str(),
        None => grant.code_challenge.is_some(),
    };
    if right {
        Ok(())
    } else {
        Err(TokenError::RedirectUriMismatch)
    }
}

/// A verifier comes if and only if there was a challenge (RFC 9700 §2.1.1).
fn check_verifier(request: &AuthorizationCodeRequest, grant: &CodeGrant) -> Result<(), TokenError> {
    let right = match (&grant.code_challenge, &request.code_verifier) {
        (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if right {
        Ok(())
    } else {
        Err(TokenError::VerifierMismatch)
    }
}

/// What an authorization that was just redeemed gives, if it still stands.
pub(super) async fn approval(
    protocol: &Protocol,
    act: &Act,
    client: &AuthenticatedClient,
    authorization: Authorization,
    requested: Resources,
) -> Result<Approval, TokenError> {
    let (user, login_session) = who(act, &authorization).await?;
    Standing {
        authorization: &authorization,
        client: client.client(),
        user: &user,
        login_session: login_session.as_ref(),
    }
    .check(
        protocol.ports.clock.now(),
        protocol.ports.session_rules(&act.realm),
    )?;
    let refresh = if may_refresh(client, &user) {
        Refresh::First
    } else {
        Refresh::No
    };
    let resources = resource::narrow(&authorization.terms.resources, requested)?;
    let scopes = authorization.scopes.clone();
    let (target, scopes) = resource::target(act, client.client(), &resources, scopes).await?;
    Ok(Approval {
        scopes,
        target,
        subject: Approved::Person {
            nonce: authorization.nonce.clone(),
            authorization: Box::new(authorization),
            user: Box::new(user),
            refresh,
        },
    })
}

/// Whose approval it is, and the session it was given in.
pub(super) async fn who(
    act: &Act,
    authorization: &Authorization,
) -> Result<(User, Option<LoginSession>), TokenError> {
    let sessions = act
        .realm
        .stores
        .sessions
        .find_many(&[authorization.login_session_id])
        .await?;
    if let Some((session, user)) = sessions.into_iter().next() {
        return Ok((user, Some(session)));
    }
    let user = act.realm.stores.users.find(authorization.user_id).await?;
    user.map(|user| (user, None)).ok_or(TokenError::UserRefused)
}
