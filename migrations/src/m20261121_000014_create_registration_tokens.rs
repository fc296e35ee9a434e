//! Initial access tokens, with which clients are registered.

use crate::table::{drop_tables, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "registration_token",
            [
                uuid("realm_id"),
                uuid("id"),
                var_binary("digest", 32),
                big_integer("created_at"),
                big_integer_null("expires_at"),
                big_integer_null("uses_left"),
            ],
        )
        .key(["realm_id", "id"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await?;
        unique_index(manager, "registration_token", ["realm_id", "digest"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["registration_token"]).await
    }
}
