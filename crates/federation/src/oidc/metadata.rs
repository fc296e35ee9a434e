//! A provider's metadata (OpenID Connect Discovery 1.0 §3, §4.3; RFC 9207 §3): what of it is believed, and for how long.

use crate::{
    cached::{Kept, Read},
    line::Line,
};
use domain::{federation::UpstreamError, outbound::FetchRequest};
use openidconnect::{
    AdditionalProviderMetadata, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use std::time::Duration;
use url::Url;

/// For an hour, or as the provider says; while it cannot be read, for a day.
pub(super) const KEPT: Kept = Kept {
    usually: Duration::from_secs(3_600),
    at_least: Duration::from_secs(300),
    at_most: Duration::from_secs(86_400),
};

#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
struct NamesItself {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for NamesItself {}

type Document = ProviderMetadata<
    NamesItself,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Metadata that were checked.
pub(super) struct Metadata {
    document: Document,
    token_endpoint: Url,
}

/// Reads the metadata of `issuer`; each try takes this long at most.
pub(super) async fn read(
    line: &Line,
    issuer: &str,
    at_most: Duration,
) -> Result<Read<Metadata>, UpstreamError> {
    let address = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    let url = Url::parse(&address).map_err(|_| UpstreamError::Refused("the issuer is no URL"))?;
    let request = FetchRequest::get(url, "application/json").with_timeout(at_most);
    let fetched = line.read(&request).await?;
    if fetched.status != 200 {
        return Err(UpstreamError::Refused(
            "there are no metadata where the issuer has them",
        ));
    }
    let document = serde_json::from_slice(&fetched.body)
        .map_err(|_| UpstreamError::Refused("the metadata are malformed"))?;
    Ok(Read {
        document: Metadata::checked(document, issuer)?,
        fresh_for: fetched.max_age(),
    })
}

impl Metadata {
    fn checked(document: Document, issuer: &str) -> Result<Self, UpstreamError> {
        // To the letter (Discovery §4.3): another's metadata would let it sign in everybody.
        if document.issuer().as_str() != issuer {
            return Err(UpstreamError::Refused("the metadata are another issuer's"));
        }
        let token_endpoint = document
            .token_endpoint()
            .ok_or(UpstreamError::Refused("the metadata name no token endpoint"))?;
        let userinfo = document.userinfo_endpoint().map(|endpoint| endpoint.url());
        let endpoints = [
            document.authorization_endpoint().url(),
            document.jwks_uri().url(),
            token_endpoint.url(),
        ];
        // Only a provider that is itself reached by http may have such endpoints.
        let plain = issuer.starts_with("http://");
        let secure = |url: &Url| url.scheme() == "https" || (plain && url.scheme() == "http");
        if !endpoints.into_iter().chain(userinfo).all(secure) {
            return Err(UpstreamError::Refused("an endpoint is not https"));
        }
        Ok(Self {
            token_endpoint: token_endpoint.url().clone(),
            document,
        })
    }

    pub(super) fn authorization_endpoint(&self) -> &Url {
        self.document.authorization_endpoint().url()
    }

    pub(super) fn token_endpoint(&self) -> &Url {
        &self.token_endpoint
    }

    pub(super) fn userinfo_endpoint(&self) -> Option<&Url> {
        self.document.userinfo_endpoint().map(|endpoint| endpoint.url())
    }

    pub(super) fn jwks_uri(&self) -> &Url {
        self.document.jwks_uri().url()
    }

    /// Whether `iss` must be in authorization responses (RFC 9207 §3).
    pub(super) fn names_itself(&self) -> bool {
        let further = self.document.additional_metadata();
        further.authorization_response_iss_parameter_supported
    }

    /// Whether the secret goes into the body: only where Basic, which is the default, is not to be had.
    pub(super) fn wants_secret_in_body(&self) -> bool {
        self.document
            .token_endpoint_auth_methods_supported()
            .is_some_and(|methods| {
                methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                    && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
            })
    }
}
