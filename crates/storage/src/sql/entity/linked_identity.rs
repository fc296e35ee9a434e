//! An identity at another provider, and whose it is.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "linked_identity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub issuer: String,
    pub subject: String,
    pub provider: String,
    pub label: Option<String>,
    pub linked_at: i64,
    pub last_used_at: Option<i64>,
    pub said_groups: Option<String>,
    pub said_attributes: Option<String>,
}

super::plain!();
