//! Tokens of other providers that are kept for apps, sealed.

use crate::table::{drop_tables, index, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "upstream_token",
            [
                uuid("realm_id"),
                uuid("identity_id"),
                text("provider"),
                text("sealed_by"),
                blob("sealed"),
                big_integer("kept_at"),
                big_integer("due_at"),
                integer("attempt"),
                big_integer("version"),
            ],
        )
        .key(["realm_id", "identity_id"])
        .belongs_to("linked_identity", ["realm_id", "identity_id"], ["realm_id", "id"])
        .create(manager)
        .await?;
        index(manager, "upstream_token", ["due_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["upstream_token"]).await
    }
}
