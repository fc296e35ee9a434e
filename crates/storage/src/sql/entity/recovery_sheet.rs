//! New recovery codes that were not shown yet.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_sheet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub login_session_id: Uuid,
    pub sealed_by: String,
    pub sealed: Vec<u8>,
    pub expires_at: i64,
}

super::plain!();
