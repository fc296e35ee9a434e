//! How a realm looks, and the pictures that stand for it and its apps.

use crate::table::{drop_tables, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut alter = Table::alter();
        alter.table("realm").add_column(text("theme").default("{}"));
        manager.alter_table(alter).await?;
        table(
            "logo",
            [uuid("realm_id"), var_binary("digest", 32), blob("content")],
        )
        .key(["realm_id", "digest"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["logo"]).await?;
        let mut alter = Table::alter();
        alter.table("realm").drop_column("theme");
        manager.alter_table(alter).await
    }
}
