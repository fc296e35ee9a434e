//! Passkeys, and who does not want to be offered one.

use crate::table::{drop_tables, index, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "passkey",
            [
                uuid("realm_id"),
                uuid("id"),
                uuid("user_id"),
                var_binary("credential_id", 1023),
                text_null("display_name"),
                var_binary("aaguid", 16),
                boolean("synced"),
                big_integer("sign_count"),
                text("public"),
                big_integer("created_at"),
                big_integer_null("last_used_at"),
            ],
        )
        .key(["realm_id", "id"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .create(manager)
        .await?;
        unique_index(manager, "passkey", ["realm_id", "credential_id"]).await?;
        index(manager, "passkey", ["realm_id", "user_id"]).await?;
        table(
            "passkey_declined",
            [uuid("realm_id"), uuid("user_id"), big_integer("until")],
        )
        .key(["realm_id", "user_id"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["passkey_declined", "passkey"]).await
    }
}
