//! What a client asks to be registered as, parsed into values and held against what the realm allows (RFC 7591 §2).

use super::{RegistrationError, document::Document, metadata, redirect};
use crate::issue::claims::StandardScope;
use domain::{
    client::{ClientAuthMethod, ClientKeys, ClientMetadata, GrantType},
    client_registration::{ApplicationType, RegistrationPolicy},
    person::DisplayName,
    redirect_uri::RedirectUri,
    scope::{Scope, ScopeSet},
    signing_key::SigningAlgorithm,
};
use std::collections::BTreeSet;

/// What is to be registered, defaults included.
pub(super) struct Requested {
    pub name: Option<DisplayName>,
    /// `None` for a public client.
    pub method: Option<ClientAuthMethod>,
    pub application_type: ApplicationType,
    pub redirect_uris: Vec<RedirectUri>,
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    pub grants: BTreeSet<GrantType>,
    pub scopes: ScopeSet,
    pub id_token_alg: SigningAlgorithm,
    /// Whether it is to have subjects of its own.
    pub pairwise: bool,
    pub software_id: Option<String>,
    pub software_version: Option<String>,
    /// Everything else, but for the subject type.
    pub metadata: ClientMetadata,
}

impl Requested {
    pub fn parse(document: &Document, policy: &RegistrationPolicy) -> Result<Self, RegistrationError> {
        let application_type = document.one_of("application_type", ApplicationType::parse)?;
        let application_type = application_type.unwrap_or_default();
        let redirect_uris = redirect_uris(document, application_type, policy)?;
        let method = method(document)?;
        let requested = Self {
            name: document.one_of("client_name", |name| DisplayName::parse(name).ok())?,
            grants: grants(document, policy)?,
            scopes: scopes(document, policy)?,
            id_token_alg: document
                .one_of("id_token_signed_response_alg", SigningAlgorithm::parse)?
                .unwrap_or(SigningAlgorithm::Rs256),
            pairwise: document.one_of("subject_type", is_pairwise)?.unwrap_or(false),
            software_id: document.text("software_id")?.map(str::to_owned),
            software_version: document.text("software_version")?.map(str::to_owned),
            post_logout_redirect_uris: post_logout_redirect_uris(document, policy)?,
            metadata: metadata::parse(document, &redirect_uris)?,
            method,
            application_type,
            redirect_uris,
        };
        requested.check(document)?;
        Ok(requested)
    }

    /// What must fit together.
    fn check(&self, document: &Document) -> Result<(), RegistrationError> {
        let code = self.grants.contains(&GrantType::AuthorizationCode);
        check_response_types(document, code)?;
        if code && self.redirect_uris.is_empty() {
            return Err(RegistrationError::RedirectUri("there is none"));
        }
        if self.method.is_none() && self.grants.iter().any(|grant| grant.needs_confidential()) {
            return Err(RegistrationError::Metadata("grant_types"));
        }
        let by_key = self.method.is_some_and(|method| !method.uses_secret());
        if by_key && self.metadata.keys == ClientKeys::None {
            return Err(RegistrationError::Metadata("jwks"));
        }
        Ok(())
    }
}

fn redirect_uris(
    document: &Document,
    application_type: ApplicationType,
    policy: &RegistrationPolicy,
) -> Result<Vec<RedirectUri>, RegistrationError> {
    let texts = document
        .texts("redirect_uris")
        .map_err(|_| RegistrationError::RedirectUri("they are no list of texts, or too many"))?;
    let parse = |text: &str| redirect::parse(text, application_type, policy);
    texts.unwrap_or_default().into_iter().map(parse).collect()
}

fn post_logout_redirect_uris(
    document: &Document,
    policy: &RegistrationPolicy,
) -> Result<Vec<RedirectUri>, RegistrationError> {
    let texts = document.texts("post_logout_redirect_uris")?.unwrap_or_default();
    let parse = |text: &str| {
        let uri = RedirectUri::parse(text).ok();
        uri.filter(|uri| redirect::may_lead_to(uri, policy))
    };
    let parsed: Option<_> = texts.into_iter().map(parse).collect();
    parsed.ok_or(RegistrationError::Metadata("post_logout_redirect_uris"))
}

fn method(document: &Document) -> Result<Option<ClientAuthMethod>, RegistrationError> {
    let parse = |text: &str| match text {
        "none" => Some(None),
        name => ClientAuthMethod::parse(name).map(Some),
    };
    let method = document.one_of("token_endpoint_auth_method", parse)?;
    Ok(method.unwrap_or(Some(ClientAuthMethod::ClientSecretBasic)))
}

fn grants(
    document: &Document,
    policy: &RegistrationPolicy,
) -> Result<BTreeSet<GrantType>, RegistrationError> {
    let Some(names) = document.texts("grant_types")? else {
        return Ok(BTreeSet::from([GrantType::AuthorizationCode]));
    };
    let allowed = |name: &str| GrantType::parse(name).filter(|grant| policy.grants.contains(grant));
    let grants: Option<BTreeSet<_>> = names.into_iter().map(allowed).collect();
    let grants = grants.filter(|grants| !grants.is_empty());
    grants.ok_or(RegistrationError::Metadata("grant_types"))
}

/// The only one is `code`, and it goes with the grant (RFC 7591 §2.1).
fn check_response_types(document: &Document, code: bool) -> Result<(), RegistrationError> {
    let right = match document.texts("response_types")? {
        None => true,
        Some(types) => types.iter().all(|name| *name == "code") && types.is_empty() != code,
    };
    if right {
        Ok(())
    } else {
        Err(RegistrationError::Metadata("response_types"))
    }
}

fn scopes(document: &Document, policy: &RegistrationPolicy) -> Result<ScopeSet, RegistrationError> {
    let standard = || {
        let named = StandardScope::ALL.into_iter().map(StandardScope::as_str);
        named.filter_map(|name| name.parse::<Scope>().ok()).collect()
    };
    let allowed: ScopeSet = policy.scopes.clone().unwrap_or_else(standard);
    let Some(text) = document.text("scope")? else {
        return Ok(allowed);
    };
    let asked = text
        .parse()
        .ok()
        .filter(|asked: &ScopeSet| asked.is_subset(&allowed));
    asked.ok_or(RegistrationError::Metadata("scope"))
}

fn is_pairwise(name: &str) -> Option<bool> {
    let [public, pairwise] = domain::client::SubjectType::NAMES;
    match name {
        name if name == public => Some(false),
        name if name == pairwise => Some(true),
        _ => None,
    }
}
