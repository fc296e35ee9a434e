//! An API; scopes with their descriptions and introspection clients are JSON, its tokens' lifetime is in seconds.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub audience: String,
    pub display_name: String,
    pub scopes: String,
    pub access_token_lifetime: Option<i64>,
    pub alg: Option<String>,
    pub format: String,
    pub introspection_clients: String,
    pub created_at: i64,
}

super::plain!();
