//! Values that may be lost, for deployments that keep them in the database.

use crate::table::{drop_tables, index, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "ephemeral",
            [string_len("key", 255), blob("value"), big_integer("expires_at")],
        )
        .key(["key"])
        .create(manager)
        .await?;
        index(manager, "ephemeral", ["expires_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["ephemeral"]).await
    }
}
