//! An opaque access token; its audience is JSON.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: Vec<u8>,
    pub authorization_id: Option<Uuid>,
    pub client_id: String,
    pub subject: String,
    pub scopes: String,
    pub audience: String,
    pub issued_at: i64,
    pub expires_at: i64,
    pub jkt: Option<String>,
}

super::plain!();
