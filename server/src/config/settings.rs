//! What a realm is given to begin with: how long things live, how tokens are signed, what is asked of people and apps.

use super::{ConfigError, bounded, raw::Raw};
use domain::{
    issuer::Origin,
    realm_context::{Lifetimes, RealmSettings},
    signing_key::SigningAlgorithm,
};
use std::time::Duration;

impl Raw {
    /// Read and bounded, each with its default.
    pub(super) fn settings(&self, issuer: &Origin) -> Result<RealmSettings, ConfigError> {
        const DAY: u64 = 86_400;
        let defaults = Lifetimes::default();
        let seconds = |key, given: Option<u64>, default: Duration, bound: std::ops::RangeInclusive<u64>| {
            bounded(key, given, default.as_secs(), bound).map(Duration::from_secs)
        };
        let alg = self.access_token_alg.as_deref().unwrap_or("ES256");
        Ok(RealmSettings {
            lifetimes: Lifetimes {
                code: seconds("SIGNET_CODE_LIFETIME", self.code_lifetime, defaults.code, 1..=600)?,
                access_token: seconds(
                    "SIGNET_ACCESS_TOKEN_LIFETIME",
                    self.access_token_lifetime,
                    defaults.access_token,
                    1..=DAY,
                )?,
                id_token: seconds(
                    "SIGNET_ID_TOKEN_LIFETIME",
                    self.id_token_lifetime,
                    defaults.id_token,
                    1..=DAY,
                )?,
                refresh_idle: seconds(
                    "SIGNET_REFRESH_IDLE",
                    self.refresh_idle,
                    defaults.refresh_idle,
                    1..=366 * DAY,
                )?,
                refresh_absolute: seconds(
                    "SIGNET_REFRESH_ABSOLUTE",
                    self.refresh_absolute,
                    defaults.refresh_absolute,
                    1..=732 * DAY,
                )?,
                refresh_grace: seconds(
                    "SIGNET_REFRESH_GRACE",
                    self.refresh_grace,
                    defaults.refresh_grace,
                    0..=300,
                )?,
                session_idle: seconds(
                    "SIGNET_SESSION_IDLE",
                    self.session_idle,
                    defaults.session_idle,
                    1..=31 * DAY,
                )?,
                session_absolute: seconds(
                    "SIGNET_SESSION_ABSOLUTE",
                    self.session_absolute,
                    defaults.session_absolute,
                    1..=366 * DAY,
                )?,
                device_code: seconds(
                    "SIGNET_DEVICE_CODE_LIFETIME",
                    self.device_code_lifetime,
                    defaults.device_code,
                    1..=1_800,
                )?,
                ..defaults
            },
            access_token_alg: SigningAlgorithm::parse(alg)
                .ok_or_else(|| ConfigError::new("SIGNET_ACCESS_TOKEN_ALG", "use ES256, EdDSA or RS256"))?,
            password: self.password_policy()?,
            leaked_passwords: self.leaked_passwords()?,
            registration: self.registration(issuer)?,
            require_dpop_nonce: self.require_dpop_nonce.unwrap_or_default(),
            require_pushed_authorization_requests: self
                .require_pushed_authorization_requests
                .unwrap_or_default(),
            hard_lockout: self.hard_lockout.unwrap_or_default(),
            work_after: self.work_after(issuer)?,
            terms_of_use: self.terms_of_use(issuer)?,
            privacy_uri: self.privacy_uri(issuer)?,
            theme: self.theme()?,
        })
    }

    /// On a loopback issuer everybody comes from this machine, so nothing is asked of it unless an operator says so.
    fn work_after(&self, issuer: &Origin) -> Result<Option<u64>, ConfigError> {
        let default = if issuer.is_loopback() { 0 } else { 3 };
        let free = bounded("SIGNET_WORK_AFTER", self.work_after, default, 0..=1_000_000)?;
        Ok((free > 0).then_some(free))
    }
}
