//! Clients as rows and back.

use super::super::{
    entity::{client, client_secret},
    row,
};
use domain::{
    client::{
        Application, Client, ClientAuthMethod, ClientId, ClientProtocol, ClientSecret, ClientType,
        OidcClient, Party, PkceRequirement,
    },
    clock::Timestamp,
    id::{ClientSecretId, RealmId},
    person::DisplayName,
    signing_key::SigningAlgorithm,
    stores::Stored,
};
use sea_orm::{EntityTrait, RelationDef};

const OIDC: &str = "oidc";
const PUBLIC: &str = "public";
const CONFIDENTIAL: &str = "confidential";

/// The secrets of a client.
pub fn secrets_of() -> RelationDef {
    client::Entity::belongs_to(client_secret::Entity)
        .from((client::Column::RealmId, client::Column::ClientId))
        .to((client_secret::Column::RealmId, client_secret::Column::ClientId))
        .into()
}

/// Whether the client shares a secret.
pub fn keeps_secrets(row: &client::Model) -> bool {
    let method = row.auth_method.as_deref().and_then(ClientAuthMethod::parse);
    method.is_some_and(ClientAuthMethod::uses_secret)
}

/// The client of its rows.
pub fn client(row: client::Model, secrets: Vec<client_secret::Model>) -> Stored<Client> {
    if row.protocol != OIDC {
        return Err(row::unreadable("protocol"));
    }
    let oidc = OidcClient {
        client_type: client_type(&row, secrets)?,
        redirect_uris: row::from_json(&row.redirect_uris, "redirect_uris")?,
        post_logout_redirect_uris: row::from_json(
            &row.post_logout_redirect_uris,
            "post_logout_redirect_uris",
        )?,
        grants: row::from_json(&row.grant_types, "grant_types")?,
        scopes: row::parse(&row.scopes, "scopes")?,
        pkce: match row.pkce.as_str() {
            "required" => PkceRequirement::Required,
            "optional" => PkceRequirement::Optional,
            _ => return Err(row::unreadable("pkce")),
        },
        id_token_alg: SigningAlgorithm::parse(&row.id_token_alg)
            .ok_or_else(|| row::unreadable("id_token_alg"))?,
        metadata: row::from_json(&row.metadata, "metadata")?,
    };
    let application = Application {
        name: DisplayName::parse(&row.display_name).map_err(|_| row::unreadable("display_name"))?,
        party: match row.party.as_str() {
            "first" => Party::First,
            "third" => Party::Third,
            _ => return Err(row::unreadable("party")),
        },
        allowed_origins: row::from_json(&row.allowed_origins, "allowed_origins")?,
    };
    Ok(Client {
        id: row::parse(&row.client_id, "client_id")?,
        application,
        protocol: ClientProtocol::Oidc(oidc),
        status: row::status(&row.status)?,
        not_before: Timestamp::from_micros(row.not_before),
        created_at: Timestamp::from_micros(row.created_at),
    })
}

fn client_type(row: &client::Model, mut rows: Vec<client_secret::Model>) -> Stored<ClientType> {
    match (row.client_type.as_str(), &row.auth_method) {
        (PUBLIC, None) => Ok(ClientType::Public),
        (CONFIDENTIAL, Some(method)) => {
            // Newest first.
            rows.sort_by_key(|secret| std::cmp::Reverse((secret.created_at, secret.id)));
            Ok(ClientType::Confidential {
                method: ClientAuthMethod::parse(method).ok_or_else(|| row::unreadable("auth_method"))?,
                secrets: rows.iter().map(secret).collect::<Stored<_>>()?,
            })
        }
        _ => Err(row::unreadable("client_type")),
    }
}

fn secret(row: &client_secret::Model) -> Stored<ClientSecret> {
    Ok(ClientSecret {
        id: ClientSecretId::from_uuid(row.id),
        digest: row::digest(&row.digest)?,
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: row::moment(row.expires_at),
    })
}

/// The row of a new client, without its secrets.
pub fn to_row(realm: RealmId, client: &Client) -> Stored<client::Model> {
    let oidc = client.oidc();
    let (client_type, auth_method) = match &oidc.client_type {
        ClientType::Public => (PUBLIC, None),
        ClientType::Confidential { method, .. } => (CONFIDENTIAL, Some(method.as_str().to_owned())),
    };
    Ok(client::Model {
        realm_id: realm.as_uuid(),
        client_id: client.id.to_string(),
        display_name: client.application.name.as_str().to_owned(),
        party: match client.application.party {
            Party::First => "first".to_owned(),
            Party::Third => "third".to_owned(),
        },
        allowed_origins: row::to_json(&client.application.allowed_origins)?,
        protocol: match &client.protocol {
            ClientProtocol::Oidc(_) => OIDC.to_owned(),
        },
        client_type: client_type.to_owned(),
        auth_method,
        redirect_uris: row::to_json(&oidc.redirect_uris)?,
        post_logout_redirect_uris: row::to_json(&oidc.post_logout_redirect_uris)?,
        grant_types: row::to_json(&oidc.grants)?,
        scopes: oidc.scopes.to_string(),
        pkce: match oidc.pkce {
            PkceRequirement::Required => "required".to_owned(),
            PkceRequirement::Optional => "optional".to_owned(),
        },
        id_token_alg: oidc.id_token_alg.as_str().to_owned(),
        metadata: row::to_json(&oidc.metadata)?,
        status: row::status_name(client.status).to_owned(),
        not_before: client.not_before.micros(),
        created_at: client.created_at.micros(),
    })
}

/// The row of a secret.
pub fn secret_row(realm: RealmId, client: &ClientId, secret: &ClientSecret) -> client_secret::Model {
    client_secret::Model {
        realm_id: realm.as_uuid(),
        id: secret.id.as_uuid(),
        client_id: client.to_string(),
        digest: row::bytes(&secret.digest),
        created_at: secret.created_at.micros(),
        expires_at: secret.expires_at.map(Timestamp::micros),
    }
}
