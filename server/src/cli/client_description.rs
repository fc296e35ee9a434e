//! What the command line says of a client beside its type, grants and secret: with `create`, or later with `update`.

use super::client_keys::KeyArgs;
use clap::{Args, ValueEnum};
use domain::{
    client::{ClientAlgorithm, ClientId, ClientKeys, RequestObjectSigning},
    federation::ProviderId,
    issuer::Origin,
    services::clients::{Address, ClientDescription, SubjectChoice},
    signing_key::SigningAlgorithm,
    web_uri::WebUri,
};
use std::collections::BTreeSet;

#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    Public,
    Pairwise,
}

/// An address, or with an empty text none any more.
#[derive(Clone)]
struct Written(Address);

/// An algorithm, or with `none` the clear.
#[derive(Clone, Copy)]
struct Signed(Option<SigningAlgorithm>);

/// How request objects are signed, or with an empty text any way there is.
#[derive(Clone, Copy)]
struct Requested(Option<RequestObjectSigning>);

/// A provider, or with an empty text none in particular.
#[derive(Clone)]
struct Named(Option<ProviderId>);

#[derive(Args)]
pub(super) struct DescriptionArgs {
    #[command(flatten)]
    keys: KeyArgs,
    /// Where it hears, from server to server, that a session ended.
    #[arg(long, value_name = "URI", value_parser = parse_address)]
    backchannel_logout_uri: Option<Written>,
    /// What browsers load to tell it that a session ended; on the origin of one of its redirect URIs.
    #[arg(long, value_name = "URI", value_parser = parse_address)]
    frontchannel_logout_uri: Option<Written>,
    /// Its ID tokens do not carry the claims of its scopes; userinfo tells them.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    slim_id_token: Option<bool>,
    /// Its access tokens are bound to a key that it proves with DPoP.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    dpop_bound: Option<bool>,
    /// Its authorization requests must be pushed.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_par: Option<bool>,
    /// Clients whose tokens it may exchange beside its own; it needs the token-exchange grant.
    #[arg(long = "exchange-from", num_args = 1.., value_name = "CLIENT_ID")]
    exchange_from: Option<Vec<ClientId>>,
    /// The providers that its people may sign in through; with an empty text any.
    #[arg(long = "provider", num_args = 1.., value_name = "ID", value_parser = parse_provider)]
    providers: Option<Vec<Named>>,
    /// Where its request objects are; a `request_uri` must be one of these.
    #[arg(long = "request-uri", num_args = 1.., value_name = "URI")]
    request_uris: Option<Vec<WebUri>>,
    /// Where people are sent to begin a sign-in at the app, as from their connected apps.
    #[arg(long, value_name = "URI", value_parser = parse_address)]
    initiate_login_uri: Option<Written>,
    /// Its home page.
    #[arg(long, value_name = "URI", value_parser = parse_address)]
    client_uri: Option<Written>,
    /// Its picture: a PNG, JPEG or WebP, fetched by this server; --theme-logo goes before it.
    #[arg(long, value_name = "URI", value_parser = parse_address)]
    logo_uri: Option<Written>,
    /// What it says about people's data.
    #[arg(long, value_name = "URI", value_parser = parse_address)]
    policy_uri: Option<Written>,
    /// What it asks people to agree to.
    #[arg(long, value_name = "URI", value_parser = parse_address)]
    tos_uri: Option<Written>,
    /// What its ID tokens are signed with; RS256 if nothing is said.
    #[arg(long, value_name = "ALG", value_parser = parse_alg)]
    id_token_alg: Option<SigningAlgorithm>,
    /// What its request objects are signed with; `none` for unsigned ones, with an empty text any algorithm there is.
    #[arg(long, value_name = "ALG", value_parser = parse_requested)]
    request_object_alg: Option<Requested>,
    /// What userinfo answers it with are signed with; `none` for JSON.
    #[arg(long, value_name = "ALG", value_parser = parse_signed)]
    userinfo_alg: Option<Signed>,
    /// Whether it knows people by names that other clients do not.
    #[arg(long, value_enum)]
    subject_type: Option<Subject>,
    /// The host whose clients share the names of people; without it, the one host of its redirect URIs.
    #[arg(long, value_name = "HOST", requires = "subject_type")]
    sector: Option<String>,
}

impl DescriptionArgs {
    /// What is said of a client of a deployment at `origin`.
    pub(super) fn read(self, origin: &Origin) -> anyhow::Result<ClientDescription> {
        let keys = match self.keys.read(origin)? {
            ClientKeys::None => None,
            keys @ (ClientKeys::Inline(_) | ClientKeys::Uri(_)) => Some(keys),
        };
        let written = |address: Option<Written>| address.map(|Written(address)| address);
        Ok(ClientDescription {
            keys,
            backchannel_logout_uri: written(self.backchannel_logout_uri),
            frontchannel_logout_uri: written(self.frontchannel_logout_uri),
            initiate_login_uri: written(self.initiate_login_uri),
            client_uri: written(self.client_uri),
            logo_uri: written(self.logo_uri),
            policy_uri: written(self.policy_uri),
            tos_uri: written(self.tos_uri),
            request_uris: self.request_uris,
            id_token_alg: self.id_token_alg,
            userinfo_alg: self.userinfo_alg.map(|Signed(alg)| alg),
            request_object_alg: self.request_object_alg.map(|Requested(alg)| alg),
            subject: self.subject_type.map(|kind| match kind {
                Subject::Public => SubjectChoice::Public,
                Subject::Pairwise => SubjectChoice::Pairwise { sector: self.sector },
            }),
            slim_id_token: self.slim_id_token,
            dpop_bound: self.dpop_bound,
            require_pushed_authorization_requests: self.require_par,
            providers: self.providers.map(chosen),
            exchange_from: self.exchange_from.map(|clients| clients.into_iter().collect()),
            ..ClientDescription::default()
        })
    }
}

/// What is chosen; an empty text takes a choice back.
fn chosen(named: Vec<Named>) -> Option<BTreeSet<ProviderId>> {
    named.into_iter().map(|Named(id)| id).collect()
}

fn parse_provider(text: &str) -> Result<Named, String> {
    if text.is_empty() {
        return Ok(Named(None));
    }
    let id: Result<ProviderId, _> = text.parse();
    id.map(|id| Named(Some(id))).map_err(|error| error.to_string())
}

fn parse_address(text: &str) -> Result<Written, String> {
    if text.is_empty() {
        return Ok(Written(None));
    }
    let uri: Result<WebUri, _> = text.parse();
    uri.map(|uri| Written(Some(uri)))
        .map_err(|error| error.to_string())
}

fn parse_alg(text: &str) -> Result<SigningAlgorithm, String> {
    let known = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).join(", ");
    SigningAlgorithm::parse(text).ok_or_else(|| format!("use one of {known}"))
}

fn parse_requested(text: &str) -> Result<Requested, String> {
    if text.is_empty() {
        return Ok(Requested(None));
    }
    let known = ClientAlgorithm::ALL.map(ClientAlgorithm::as_str).join(", ");
    let alg = RequestObjectSigning::parse(text).ok_or_else(|| format!("use none or one of {known}"))?;
    Ok(Requested(Some(alg)))
}

fn parse_signed(text: &str) -> Result<Signed, String> {
    match text {
        "none" => Ok(Signed(None)),
        alg => parse_alg(alg).map(|alg| Signed(Some(alg))),
    }
}
