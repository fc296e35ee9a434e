//! Who proved what: made by what verified a credential, used up by the session it begins.

use crate::{
    acr::{Acr, Method},
    clock::Timestamp,
    federation::ByIdentity,
    interaction::SecondFactorOwed,
    user::User,
};

/// A person who proved by some methods who they are. Only the services that verify a credential can make one.
#[derive(Clone, Debug)]
pub struct Proven {
    user: User,
    methods: Vec<Method>,
    begun: Timestamp,
    by: Option<ByIdentity>,
    earlier: Option<Timestamp>,
}

impl Proven {
    /// `user` proved it by `method`. `begun` is when the credentials were read: what ends them while they are
    /// judged ends the session too. `None` when the account may not sign in.
    pub(in crate::services) fn new(user: User, method: Method, begun: Timestamp) -> Option<Self> {
        user.may_sign_in().then(|| Self {
            user,
            methods: vec![method],
            begun,
            by: None,
            earlier: None,
        })
    }

    /// Another provider vouched for `user` by an identity that is linked to the account. The person proved there who they
    /// are at a time that it may have told.
    pub(in crate::services) fn by_identity(
        user: User,
        by: ByIdentity,
        (begun, told): (Timestamp, Option<Timestamp>),
    ) -> Option<Self> {
        let method = match told {
            Some(_) => Method::Federated,
            None => Method::FederatedUndated,
        };
        let proven = Self::new(user, method, begun)?;
        Some(Self {
            by: Some(by),
            earlier: told,
            ..proven
        })
    }

    /// `user` proved before what is owed a second factor, and now proved that too.
    pub(super) fn resumed(user: User, owed: SecondFactorOwed, second: Method) -> Option<Self> {
        let methods = owed.methods.into_iter().chain([second]).collect();
        user.may_sign_in().then_some(Self {
            user,
            methods,
            begun: owed.begun,
            by: owed.by,
            earlier: None,
        })
    }

    /// Who.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// By which methods, in the order of their proof.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }

    /// When the first credential was read.
    pub fn begun(&self) -> Timestamp {
        self.begun
    }

    /// When the person proved who they are, of somebody who is signed in at `now`: by now, unless a provider told that it was
    /// earlier.
    pub(super) fn authenticated_at(&self, now: Timestamp) -> Timestamp {
        self.earlier.map_or(now, |earlier| earlier.min(now))
    }

    /// The identity at another provider that began it, if one did.
    pub fn by(&self) -> Option<&ByIdentity> {
        self.by.as_ref()
    }

    /// The class that is reached so far.
    pub fn acr(&self) -> Option<Acr> {
        Acr::of(&self.methods)
    }
}
