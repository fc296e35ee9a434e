//! An account.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "app_user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub display_name: Option<String>,
    pub locale: Option<String>,
    pub zoneinfo: Option<String>,
    pub status: String,
    pub account_role: String,
    pub account_source: String,
    pub not_before: i64,
    pub row_version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub profile: String,
    pub erase_at: Option<i64>,
}

super::plain!();
