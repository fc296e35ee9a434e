//! What a password must be.

use super::{ConfigError, raw::Raw};
use domain::person::PasswordPolicy;
use url::Url;

impl Raw {
    pub(super) fn password_policy(&self) -> Result<PasswordPolicy, ConfigError> {
        match self.password_policy.as_deref() {
            None | Some("standard") => Ok(PasswordPolicy::STANDARD),
            Some("enterprise") => Ok(PasswordPolicy::ENTERPRISE),
            Some(_) => Err(ConfigError::new(
                "SIGNET_PASSWORD_POLICY",
                "use standard or enterprise",
            )),
        }
    }

    pub(super) fn leaked_passwords(&self) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self
            .leaked_passwords_url
            .as_deref()
            .filter(|text| !text.is_empty())
        else {
            return Ok(None);
        };
        let url = Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "https" | "http") && url.path().ends_with('/') && url.query().is_none()
        });
        url.map(Some).ok_or_else(|| {
            ConfigError::new(
                "SIGNET_LEAKED_PASSWORDS_URL",
                "must be an address that ends in /, such as https://api.pwnedpasswords.com/range/",
            )
        })
    }
}
