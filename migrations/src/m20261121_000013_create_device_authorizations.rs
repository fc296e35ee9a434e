//! Devices that ask for tokens (RFC 8628).

use crate::table::{drop_tables, index, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "device_authorization";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            TABLE,
            [
                uuid("realm_id"),
                var_binary("device_code", 32),
                var_binary("user_code", 32),
                string_len("client_id", 128),
                text("scopes"),
                text("terms"),
                text("origin"),
                big_integer("created_at"),
                big_integer("expires_at"),
                string_len("state", 16),
                big_integer("poll_interval"),
                big_integer("next_poll_at"),
                uuid_null("authorization_id"),
            ],
        )
        .key(["realm_id", "device_code"])
        .belongs_to("client", ["realm_id", "client_id"], ["realm_id", "client_id"])
        .belongs_to(
            "authorization_root",
            ["realm_id", "authorization_id"],
            ["realm_id", "id"],
        )
        .create(manager)
        .await?;
        unique_index(manager, TABLE, ["realm_id", "user_code"]).await?;
        index(manager, TABLE, ["realm_id", "client_id"]).await?;
        index(manager, TABLE, ["realm_id", "authorization_id"]).await?;
        index(manager, TABLE, ["expires_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [TABLE]).await
    }
}
