//! A device that asks for tokens; `authorization_id` is there from the approval on.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device_authorization")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_code: Vec<u8>,
    pub user_code: Vec<u8>,
    pub client_id: String,
    pub scopes: String,
    pub terms: String,
    pub origin: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub state: String,
    pub poll_interval: i64,
    pub next_poll_at: i64,
    pub authorization_id: Option<Uuid>,
}

super::plain!();
