//! A mailed code and link; `browser`, `phc` and `display_name` are of the sign-up that waits for them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailed_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub purpose: String,
    pub email: String,
    pub code: Vec<u8>,
    pub link: Vec<u8>,
    pub attempts_left: i32,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub browser: Option<Vec<u8>>,
    pub phc: Option<String>,
    pub display_name: Option<String>,
    pub terms_version: Option<String>,
    pub terms_accepted_at: Option<i64>,
}

super::plain!();
