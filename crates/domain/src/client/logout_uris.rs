//! Which logout addresses a client may register (OpenID Connect Back-Channel Logout 1.0 §2.2, Front-Channel Logout 1.0
//! §2).

use super::OidcClient;
use crate::{issuer::Origin, redirect_uri::RedirectUri, web_uri::WebUri};

/// Why a logout address cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLogoutUri {
    /// Fragments are not sent.
    #[error("it must not have a fragment")]
    Fragment,
    /// Anybody on the way could read the logout token.
    #[error("it must be https")]
    NotHttps,
    /// Else an application could frame any page.
    #[error("its scheme, host and port must be those of a redirect URI")]
    ForeignOrigin,
}

/// Judges the logout addresses of a client of the deployment at `deployment`, which speaks http to nobody unless it
/// is on a loopback address itself.
pub fn check_logout_uris(client: &OidcClient, deployment: &Origin) -> Result<(), InvalidLogoutUri> {
    let metadata = &client.metadata;
    if let Some(logout) = &metadata.backchannel_logout {
        check_fragment(&logout.uri)?;
        if !logout.uri.is_https() && !deployment.is_loopback() {
            return Err(InvalidLogoutUri::NotHttps);
        }
    }
    if let Some(logout) = &metadata.frontchannel_logout {
        check_fragment(&logout.uri)?;
        let origin = logout.uri.url().map(|url| url.origin().ascii_serialization());
        let mut of_redirects = client.redirect_uris.iter().filter_map(RedirectUri::origin);
        if !of_redirects.any(|redirect| Some(redirect) == origin) {
            return Err(InvalidLogoutUri::ForeignOrigin);
        }
    }
    Ok(())
}

fn check_fragment(uri: &WebUri) -> Result<(), InvalidLogoutUri> {
    match uri.as_str().contains('#') {
        true => Err(InvalidLogoutUri::Fragment),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::LogoutUri, testing::a_client};

    fn judged(
        backchannel: Option<&str>,
        frontchannel: Option<&str>,
        deployment: &str,
    ) -> Option<InvalidLogoutUri> {
        let logout = |uri: &str| LogoutUri {
            uri: uri.parse().unwrap(),
            session_required: false,
        };
        let client = a_client().metadata(|metadata| {
            metadata.backchannel_logout = backchannel.map(logout);
            metadata.frontchannel_logout = frontchannel.map(logout);
        });
        let deployment = Origin::parse(deployment).unwrap();
        check_logout_uris(client.build().oidc(), &deployment).err()
    }

    #[test]
    fn backchannel_s2_2_addresses_are_https_without_a_fragment() {
        let at = |uri| judged(Some(uri), None, "https://id.example.com");
        assert_eq!(at("https://elsewhere.example/logout?x=y"), None);
        assert_eq!(
            at("https://elsewhere.example/#"),
            Some(InvalidLogoutUri::Fragment)
        );
        assert_eq!(at("http://localhost/logout"), Some(InvalidLogoutUri::NotHttps));
        let local = "http://localhost:4000";
        assert_eq!(judged(Some("http://127.0.0.1:9/logout"), None, local), None);
    }

    #[test]
    fn frontchannel_s2_addresses_are_on_the_origin_of_a_redirect_uri() {
        let at = |uri| judged(None, Some(uri), "http://localhost:4000");
        assert_eq!(at("https://app.example.com/front?x=y"), None);
        assert_eq!(at("https://app.example.com/#x"), Some(InvalidLogoutUri::Fragment));
        for foreign in [
            "http://app.example.com/front",
            "https://app.example.com:8443/front",
            "https://example.com/front",
            "https://app.example.com.evil.example/front",
        ] {
            assert_eq!(at(foreign), Some(InvalidLogoutUri::ForeignOrigin), "{foreign}");
        }
    }
}
