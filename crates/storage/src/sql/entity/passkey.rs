//! A passkey.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub credential_id: Vec<u8>,
    pub display_name: Option<String>,
    pub aaguid: Vec<u8>,
    pub synced: bool,
    pub sign_count: i64,
    pub public: String,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
}

super::plain!();
