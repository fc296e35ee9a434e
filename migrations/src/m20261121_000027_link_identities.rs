//! Identities at other providers, whose they are, and which sessions they began.

use crate::table::{drop_tables, index, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "linked_identity",
            [
                uuid("realm_id"),
                uuid("id"),
                uuid("user_id"),
                text("issuer"),
                text("subject"),
                text("provider"),
                text_null("label"),
                big_integer("linked_at"),
                big_integer_null("last_used_at"),
            ],
        )
        .key(["realm_id", "id"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .create(manager)
        .await?;
        unique_index(manager, "linked_identity", ["realm_id", "issuer", "subject"]).await?;
        index(manager, "linked_identity", ["realm_id", "user_id"]).await?;
        table(
            "federated_session",
            [
                uuid("realm_id"),
                uuid("login_session_id"),
                uuid("identity_id"),
                text_null("upstream_session"),
            ],
        )
        .key(["realm_id", "login_session_id"])
        .belongs_to(
            "login_session",
            ["realm_id", "login_session_id"],
            ["realm_id", "id"],
        )
        .belongs_to("linked_identity", ["realm_id", "identity_id"], ["realm_id", "id"])
        .create(manager)
        .await?;
        index(manager, "federated_session", ["realm_id", "identity_id"]).await?;
        index(manager, "federated_session", ["realm_id", "upstream_session"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["federated_session", "linked_identity"]).await
    }
}
