//! An authorization; `offline` repeats what its scopes say, so that statements can ask for it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_root")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub client_id: String,
    pub login_session_id: Uuid,
    pub scopes: String,
    pub offline: bool,
    pub authenticated_at: i64,
    pub methods: String,
    pub nonce: Option<String>,
    pub terms: String,
    pub created_at: i64,
    pub last_issued_at: i64,
    pub revoked_at: Option<i64>,
    pub expires_at: Option<i64>,
}

super::plain!();
