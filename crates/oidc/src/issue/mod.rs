//! Minting. Nothing outside this folder makes a token.

pub(crate) mod access_token;
pub(crate) mod claims;
pub(crate) mod id_token;
pub(crate) mod refresh_token;

use domain::{
    authorization::Authorization,
    clock::Timestamp,
    realm_context::RealmContext,
    scope::ScopeSet,
    signing_key::{Signer, SigningAlgorithm, SigningError},
    user::User,
};

/// What tokens are minted from: an approval and the scopes it covers this time.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub authorization: &'a Authorization,
    pub user: &'a User,
    pub scopes: &'a ScopeSet,
    pub now: Timestamp,
}

fn signer(realm: &RealmContext, alg: SigningAlgorithm) -> Result<&dyn Signer, SigningError> {
    realm.keys.signer(alg).map(|signer| &**signer).ok_or(SigningError)
}
