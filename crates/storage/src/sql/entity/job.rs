//! Work to be done.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub sealed_by: String,
    pub sealed: Vec<u8>,
    pub run_at: i64,
    pub attempt: i32,
    pub lease_until: Option<i64>,
}

super::plain!();
