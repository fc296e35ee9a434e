//! Minting. Nothing outside this folder makes a token.

pub(crate) mod access_token;
mod act;
pub(crate) mod claims;
pub(crate) mod id_token;
pub(crate) mod logout_token;
pub(crate) mod refresh_token;
mod target;

pub(crate) use act::ActClaim;
pub(crate) use target::{Audience, Target};

use crate::{dpop::SenderConstraint, subject::SubjectIdentifier};
use domain::{
    authorization::Authorization,
    client::ClientId,
    clock::Timestamp,
    realm_context::RealmContext,
    scope::ScopeSet,
    signing_key::{Signer, SigningAlgorithm, SigningError},
    user::User,
};

/// A person and what they approved.
#[derive(Clone, Copy)]
pub(crate) struct Person<'a> {
    pub authorization: &'a Authorization,
    pub user: &'a User,
    /// What the client knows them by.
    pub sub: SubjectIdentifier,
}

/// What tokens are minted from: what a grant decided, this time.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// Who holds the tokens.
    pub client: &'a ClientId,
    /// On whose behalf; the client's own if nobody's.
    pub person: Option<Person<'a>>,
    /// Who acts for the person, where it is not the client they approved.
    pub act: Option<&'a ActClaim>,
    pub scopes: &'a ScopeSet,
    /// Who may use the access token.
    pub constraint: &'a SenderConstraint,
    pub now: Timestamp,
}

pub(crate) fn signer(realm: &RealmContext, alg: SigningAlgorithm) -> Result<&dyn Signer, SigningError> {
    realm.keys.signer(alg).map(|signer| &**signer).ok_or(SigningError)
}
