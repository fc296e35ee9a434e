//! An authenticator app; one of an account counts, and one may wait for its first code.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authenticator")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub authenticator_state: String,
    pub id: Uuid,
    pub sealed_by: String,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    pub last_step: i64,
    pub last_used_at: Option<i64>,
}

super::plain!();
