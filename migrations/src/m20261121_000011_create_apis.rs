//! Registered APIs. Scopes and introspection clients are JSON.

use crate::table::{drop_tables, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "api",
            [
                uuid("realm_id"),
                uuid("id"),
                string_len("audience", 200),
                string_len("display_name", 400),
                text("scopes"),
                big_integer_null("access_token_lifetime"),
                string_len_null("alg", 16),
                string_len("format", 16),
                text("introspection_clients"),
                big_integer("created_at"),
            ],
        )
        .key(["realm_id", "id"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await?;
        unique_index(manager, "api", ["realm_id", "audience"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["api"]).await
    }
}
