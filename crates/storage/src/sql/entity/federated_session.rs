//! By which identity a session began, and the session at its provider.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "federated_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub realm_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub login_session_id: Uuid,
    pub identity_id: Uuid,
    pub upstream_session: Option<String>,
}

super::plain!();
