//! A signing key; `slot` keeps an algorithm from having two keys in one state.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    pub alg: String,
    pub slot: String,
    pub public_jwk: String,
    pub sealed_by: String,
    pub sealed: Vec<u8>,
    pub state: String,
    pub retire_at: Option<i64>,
    pub created_at: i64,
}

super::plain!();
