//! When a password was set, and those before it, for operators who want them to change and not to come back.

use crate::table::{drop_tables, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut alter = Table::alter();
        alter
            .table("user_password")
            .add_column(big_integer("set_at").default(0));
        manager.alter_table(alter).await?;
        table(
            "past_password",
            [
                uuid("realm_id"),
                uuid("user_id"),
                big_integer("remembered_at"),
                text("phc"),
            ],
        )
        .key(["realm_id", "user_id", "remembered_at"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["past_password"]).await?;
        let mut alter = Table::alter();
        alter.table("user_password").drop_column("set_at");
        manager.alter_table(alter).await
    }
}
