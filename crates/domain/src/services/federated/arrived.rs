//! What arrives with a callback: whom the provider vouches for, and whether anybody says that the address is proven.

use super::{FederatedService, Setback, callback::Callback};
use crate::{
    clock::Timestamp,
    event::SignInFailure,
    federation::{Answer, Attempt, Provider, SeenIdentity, UpstreamError, Vouched, VouchedProfile},
    person::Email,
    services::Act,
    stores::Stored,
};

/// The longest code that is brought to a provider.
const MAX_CODE: usize = 4_096;

/// Who was vouched for, by whom, and since when what ends a sign-in ends this one.
pub(super) struct Arrived {
    pub provider: Provider,
    pub profile: VouchedProfile,
    pub address: Address,
    pub seen: SeenIdentity,
    pub authenticated_at: Option<Timestamp>,
    pub begun: Timestamp,
}

/// The address of somebody who was vouched for.
pub(super) enum Address {
    /// The provider says that it is proven.
    Vouched(Email),
    /// It is proven here.
    ProvenHere(Email),
    /// Nobody says that it is proven, if there is one at all.
    Claimed(Option<Email>),
}

impl Address {
    fn of(vouched: &Vouched) -> Self {
        let email = vouched.email.as_ref();
        let parsed = email.and_then(|email| Email::parse(&email.address).ok());
        match parsed {
            Some(address) if email.is_some_and(|email| email.verified) => Self::Vouched(address),
            claimed => Self::Claimed(claimed),
        }
    }

    pub(super) fn proven(&self) -> Option<&Email> {
        match self {
            Self::Vouched(email) | Self::ProvenHere(email) => Some(email),
            Self::Claimed(_) => None,
        }
    }
}

impl FederatedService {
    /// Whom the provider vouches for, if it may be used and nothing went wrong there.
    pub(super) async fn redeem(
        &self,
        act: &Act,
        attempt: &Attempt,
        callback: Callback,
    ) -> Stored<Result<Arrived, Setback>> {
        let id = attempt.provider.as_str();
        let Some(upstream) = self.ports.upstreams.find(&act.realm.realm.name, id) else {
            return Ok(Err(Setback::Off));
        };
        match callback.error.as_deref() {
            None => {}
            Some("server_error" | "temporarily_unavailable") => return Ok(Err(Setback::Unavailable)),
            Some(_) => return Ok(Err(Setback::Denied)),
        }
        let begun = self.ports.clock.now();
        let code = callback
            .code
            .filter(|code| (1..=MAX_CODE).contains(&code.expose().len()));
        let Some(code) = code else {
            return self.refuse(act).await.map(Err);
        };
        let answer = Answer {
            code,
            issuer: callback.issuer,
        };
        let vouched = match upstream.redeem(attempt, answer).await {
            Ok(vouched) => vouched,
            Err(UpstreamError::Unavailable(_)) => return Ok(Err(Setback::Unavailable)),
            Err(UpstreamError::Stale(_)) => {
                self.refuse(act).await?;
                return Ok(Err(Setback::Stale));
            }
            Err(UpstreamError::Refused(_)) => return self.refuse(act).await.map(Err),
        };
        match SeenIdentity::of(&vouched) {
            Ok(seen) if vouched.provider == attempt.provider => Ok(Ok(Arrived {
                provider: upstream.provider().clone(),
                seen: self.with_tokens(act, upstream.provider(), (seen, vouched.tokens.as_ref())),
                profile: VouchedProfile::of(&vouched),
                address: Address::of(&vouched),
                authenticated_at: vouched.authenticated_at,
                begun,
            })),
            Ok(_) | Err(_) => self.refuse(act).await.map(Err),
        }
    }

    async fn refuse(&self, act: &Act) -> Stored<Setback> {
        self.record(act, None, SignInFailure::WrongAnswer).await?;
        Ok(Setback::Refused)
    }
}
