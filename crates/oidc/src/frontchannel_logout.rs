//! OpenID Connect Front-Channel Logout 1.0: the addresses that a page loads in frames, so that the browser tells
//! clients that a session has ended.
//!
//! It is a courtesy to clients without a server: browsers may keep cookies from frames, and nobody learns whether
//! it worked.

use domain::{
    client::{LogoutUri, Status},
    id::LoginSessionId,
    realm_context::RealmContext,
    stores::StoreError,
};
use url::Url;

/// Frames on one page.
const MAX_FRAMES: usize = 30;

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutFrame {
    /// What it loads.
    pub url: String,
    /// The origin of that.
    pub origin: String,
}

/// The frames that tell of the end of these sessions.
pub async fn frames(realm: &RealmContext, ended: &[LoginSessionId]) -> Result<Vec<LogoutFrame>, StoreError> {
    let mut frames = Vec::new();
    for took_part in realm.stores.sessions.participations(ended).await? {
        let client = realm.stores.clients.find(&took_part.client).await?;
        let active = client.filter(|client| client.status == Status::Active);
        let logout = active.and_then(|client| client.oidc().metadata.frontchannel_logout.clone());
        frames.extend(logout.and_then(|logout| frame(realm, &logout, took_part.session)));
        if frames.len() == MAX_FRAMES {
            break;
        }
    }
    Ok(frames)
}

/// A client that asks for it is told which session (§2); its own query stays.
fn frame(realm: &RealmContext, logout: &LogoutUri, session: LoginSessionId) -> Option<LogoutFrame> {
    let mut url: Url = logout.uri.url()?;
    if logout.session_required {
        url.query_pairs_mut()
            .append_pair("iss", realm.issuer.as_str())
            .append_pair("sid", &session.to_string());
    }
    Some(LogoutFrame {
        origin: url.origin().ascii_serialization(),
        url: url.into(),
    })
}
