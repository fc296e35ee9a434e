//! The sector that a client's pairwise subjects belong to (OpenID Connect Core §8.1, Registration §5).

use super::{RegistrationError, redirect, requested::Requested};
use crate::Protocol;
use domain::{client::SubjectType, outbound::FetchRequest, web_uri::WebUri};
use std::collections::BTreeSet;

const MEMBER: &str = "sector_identifier_uri";

/// Finds the sector. A `sector_identifier_uri` must list every redirection URI, whatever the subject type is.
pub(super) async fn settle(
    protocol: &Protocol,
    requested: &Requested,
) -> Result<SubjectType, RegistrationError> {
    let sector = match &requested.metadata.sector_identifier_uri {
        Some(uri) => {
            check_listed(protocol, uri, requested).await?;
            Some(uri.host())
        }
        None => only_host(requested),
    };
    match (requested.pairwise, sector) {
        (false, _) => Ok(SubjectType::Public),
        (true, Some(sector)) => Ok(SubjectType::Pairwise { sector }),
        (true, None) => Err(RegistrationError::Metadata(MEMBER)),
    }
}

/// The host that all redirection URIs share.
fn only_host(requested: &Requested) -> Option<String> {
    let hosts: Option<BTreeSet<String>> = requested.redirect_uris.iter().map(redirect::host).collect();
    let mut hosts = hosts?.into_iter();
    match (hosts.next(), hosts.next()) {
        (Some(only), None) => Some(only),
        (Some(_), Some(_)) | (None, _) => None,
    }
}

async fn check_listed(
    protocol: &Protocol,
    uri: &WebUri,
    requested: &Requested,
) -> Result<(), RegistrationError> {
    let refused = || RegistrationError::Metadata(MEMBER);
    let request = FetchRequest::get(uri.url().ok_or_else(refused)?, "application/json");
    let fetched = protocol
        .ports
        .http
        .fetch(&request)
        .await
        .and_then(|answer| answer.ok());
    let body = fetched.map_err(|_| refused())?.body;
    let listed: BTreeSet<String> = serde_json::from_slice(&body).map_err(|_| refused())?;
    let mut uris = requested.redirect_uris.iter();
    if uris.all(|uri| listed.contains(uri.as_str())) {
        Ok(())
    } else {
        Err(refused())
    }
}
