//! The pictures of people: one an account at most, found by a name of its own.

use crate::table::{drop_tables, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "picture",
            [
                uuid("realm_id"),
                uuid("user_id"),
                var_binary("name", 32),
                blob("content"),
            ],
        )
        .key(["realm_id", "user_id"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .create(manager)
        .await?;
        unique_index(manager, "picture", ["realm_id", "name"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["picture"]).await
    }
}
