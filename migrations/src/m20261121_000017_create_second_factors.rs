//! Second factors: authenticator apps, recovery codes, and browsers that are trusted without them.

use crate::table::{drop_tables, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const USER: [&str; 2] = ["realm_id", "user_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        authenticators(manager).await?;
        table(
            "recovery_code",
            [
                uuid("realm_id"),
                uuid("user_id"),
                var_binary("digest", 32),
                big_integer_null("used_at"),
            ],
        )
        .key(["realm_id", "user_id", "digest"])
        .belongs_to("app_user", USER, ["realm_id", "id"])
        .create(manager)
        .await?;
        table(
            "recovery_sheet",
            [
                uuid("realm_id"),
                uuid("user_id"),
                uuid("login_session_id"),
                string_len("sealed_by", 128),
                blob("sealed"),
                big_integer("expires_at"),
            ],
        )
        .key(USER)
        .belongs_to("app_user", USER, ["realm_id", "id"])
        .create(manager)
        .await?;
        trusted_devices(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "trusted_device",
            "recovery_sheet",
            "recovery_code",
            "authenticator",
        ];
        drop_tables(manager, tables).await
    }
}

/// One that counts and one that waits for its first code: the state is part of the key.
async fn authenticators(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "authenticator",
        [
            uuid("realm_id"),
            uuid("user_id"),
            string_len("authenticator_state", 16),
            uuid("id"),
            string_len("sealed_by", 128),
            blob("sealed"),
            big_integer("created_at"),
            big_integer("last_step"),
            big_integer_null("last_used_at"),
        ],
    )
    .key(["realm_id", "user_id", "authenticator_state"])
    .belongs_to("app_user", USER, ["realm_id", "id"])
    .create(manager)
    .await
}

async fn trusted_devices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "trusted_device",
        [
            uuid("realm_id"),
            uuid("user_id"),
            uuid("id"),
            var_binary("digest", 32),
            string_len_null("user_agent", 256),
            big_integer("created_at"),
            big_integer("last_used_at"),
            big_integer("expires_at"),
        ],
    )
    .key(["realm_id", "user_id", "id"])
    .belongs_to("app_user", USER, ["realm_id", "id"])
    .create(manager)
    .await?;
    unique_index(manager, "trusted_device", ["realm_id", "digest"]).await
}
