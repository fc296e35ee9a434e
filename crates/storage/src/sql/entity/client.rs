//! A client; lists are JSON, scopes are space-delimited.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    pub display_name: String,
    pub party: String,
    pub allowed_origins: String,
    pub protocol: String,
    pub client_type: String,
    pub auth_method: Option<String>,
    pub redirect_uris: String,
    pub post_logout_redirect_uris: String,
    pub grant_types: String,
    pub scopes: String,
    pub pkce: String,
    pub id_token_alg: String,
    pub metadata: String,
    pub status: String,
    pub not_before: i64,
    pub created_at: i64,
}

super::plain!();
