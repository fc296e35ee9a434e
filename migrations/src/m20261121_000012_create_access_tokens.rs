//! Opaque access tokens. The audience is JSON; those that a client got for itself have no authorization.

use crate::table::{drop_tables, index, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "access_token",
            [
                uuid("realm_id"),
                var_binary("digest", 32),
                uuid_null("authorization_id"),
                string_len("client_id", 128),
                text("subject"),
                text("scopes"),
                text("audience"),
                big_integer("issued_at"),
                big_integer("expires_at"),
                text_null("jkt"),
            ],
        )
        .key(["realm_id", "digest"])
        .belongs_to("client", ["realm_id", "client_id"], ["realm_id", "client_id"])
        .belongs_to(
            "authorization_root",
            ["realm_id", "authorization_id"],
            ["realm_id", "id"],
        )
        .create(manager)
        .await?;
        for columns in [["realm_id", "authorization_id"], ["realm_id", "client_id"]] {
            index(manager, "access_token", columns).await?;
        }
        index(manager, "access_token", ["expires_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["access_token"]).await
    }
}
