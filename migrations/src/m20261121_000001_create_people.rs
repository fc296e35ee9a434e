//! Realms, and the accounts of people with their identifiers and passwords.

use crate::table::{drop_tables, index, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "realm",
            [uuid("id"), string_len("name", 63), big_integer("created_at")],
        )
        .key(["id"])
        .create(manager)
        .await?;
        unique_index(manager, "realm", ["name"]).await?;
        users(manager).await?;
        identifiers(manager).await?;
        table(
            "user_password",
            [uuid("realm_id"), uuid("user_id"), string_len("phc", 512)],
        )
        .key(["realm_id", "user_id"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["user_password", "user_identifier", "app_user", "realm"]).await
    }
}

async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "app_user",
        [
            uuid("realm_id"),
            uuid("id"),
            string_len("email", 254),
            string_len_null("display_name", 400),
            string_len_null("locale", 64),
            string_len_null("zoneinfo", 64),
            string_len("status", 16),
            string_len("account_role", 32),
            string_len("account_source", 16),
            big_integer("not_before"),
            big_integer("row_version"),
            big_integer("created_at"),
            big_integer("updated_at"),
        ],
    )
    .key(["realm_id", "id"])
    .belongs_to("realm", ["realm_id"], ["id"])
    .create(manager)
    .await?;
    index(manager, "app_user", ["realm_id", "account_role"]).await
}

async fn identifiers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "user_identifier",
        [
            uuid("realm_id"),
            string_len("kind", 16),
            string_len("normalised", 512),
            uuid("user_id"),
            big_integer_null("verified_at"),
        ],
    )
    .key(["realm_id", "kind", "normalised"])
    .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
    .create(manager)
    .await?;
    unique_index(manager, "user_identifier", ["realm_id", "user_id", "kind"]).await
}
