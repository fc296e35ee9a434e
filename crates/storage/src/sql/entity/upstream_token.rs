//! Tokens of another provider, kept for an identity.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upstream_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub identity_id: Uuid,
    pub provider: String,
    pub sealed_by: String,
    pub sealed: Vec<u8>,
    pub kept_at: i64,
    pub due_at: i64,
    pub attempt: i32,
    pub version: i64,
}

super::plain!();
