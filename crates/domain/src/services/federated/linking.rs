//! Which account a vouched identity leads to: one pure function.
//!
//! The subject decides, never an address: an address may change its owner at the provider, and a subject may not
//! (OpenID Connect Core §5.7). An address is at most a reason to ask for the proof of a local account.

use crate::{id::UserId, person::Email, user::User};

/// What is known when a provider vouched for somebody.
#[derive(Clone, Copy, Debug)]
pub struct LinkFacts<'a> {
    /// The account that the identity is linked to.
    pub linked: Option<&'a User>,
    /// The address that is proven, by the provider's word or here.
    pub vouched: Option<&'a Email>,
    /// The account that this address identifies here.
    pub holder: Option<Holder<'a>>,
    /// Whether the operator lets the provider's word about addresses stand for the proof of an account.
    pub trust_email: bool,
}

/// The account that an address identifies.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The account.
    pub user: &'a User,
    /// Whether another identity of the same issuer is linked to it: then the address has changed its owner there.
    pub known_there: bool,
}

/// What is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The identity's own account is signed in.
    SignIn,
    /// The account that has the address gets the identity, and is signed in.
    AtOnce(UserId),
    /// The person proves that this account is theirs; then it gets the identity.
    AfterProof(UserId),
    /// A new account is made of what the provider vouched for.
    Provision,
    /// Nobody vouched for an address: the person proves one first.
    AfterAddress,
    /// The account may not be used.
    Disabled(UserId),
}

/// Decides where a vouched identity leads.
pub fn decide_link(facts: &LinkFacts<'_>) -> Link {
    if let Some(user) = facts.linked {
        return match user.may_sign_in() {
            true => Link::SignIn,
            false => Link::Disabled(user.id),
        };
    }
    let Some(vouched) = facts.vouched else {
        return Link::AfterAddress;
    };
    let Some(Holder { user, known_there }) = facts.holder else {
        return Link::Provision;
    };
    // Anybody can sign up with anybody's address; until it is proven that is in nobody's way.
    if user.awaits_confirmation() {
        return Link::Provision;
    }
    // Looking an address up folds letters that mail servers tell apart.
    let same = user.email.as_str().eq_ignore_ascii_case(vouched.as_str());
    if facts.trust_email && same && user.email_verified() && !known_there {
        return match user.may_sign_in() {
            true => Link::AtOnce(user.id),
            false => Link::Disabled(user.id),
        };
    }
    Link::AfterProof(user.id)
}

#[cfg(test)]
mod tests;
