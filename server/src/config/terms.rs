//! What people must agree to, and where they read it.

use super::{ConfigError, raw::Raw};
use domain::{issuer::Origin, terms_of_use::TermsOfUse, web_uri::WebUri};

impl Raw {
    pub(super) fn terms_of_use(&self, issuer: &Origin) -> Result<Option<TermsOfUse>, ConfigError> {
        let uri = document("SIGNET_TERMS_URL", self.terms_url.as_deref(), issuer)?;
        let version = self
            .terms_version
            .as_deref()
            .filter(|version| !version.is_empty());
        match (uri, version) {
            (Some(uri), Some(version)) => {
                let version = version
                    .parse()
                    .map_err(|error| ConfigError::new("SIGNET_TERMS_VERSION", format!("{error}")))?;
                Ok(Some(TermsOfUse { version, uri }))
            }
            (None, None) => Ok(None),
            (Some(_), None) => Err(ConfigError::new(
                "SIGNET_TERMS_VERSION",
                "is required with SIGNET_TERMS_URL; people are asked again when it changes",
            )),
            (None, Some(_)) => Err(ConfigError::new(
                "SIGNET_TERMS_URL",
                "is required with SIGNET_TERMS_VERSION",
            )),
        }
    }

    pub(super) fn privacy_uri(&self, issuer: &Origin) -> Result<Option<WebUri>, ConfigError> {
        document("SIGNET_PRIVACY_URL", self.privacy_url.as_deref(), issuer)
    }
}

/// The address of a document that people are to trust.
fn document(key: &str, text: Option<&str>, issuer: &Origin) -> Result<Option<WebUri>, ConfigError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let uri = text.parse::<WebUri>().ok();
    uri.filter(|uri| uri.is_https() || issuer.is_loopback())
        .map(Some)
        .ok_or_else(|| ConfigError::new(key, "must be an https address, such as https://example.com/terms"))
}
