//! Work that one node at a time does.

use crate::table::{drop_tables, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "lease",
            [
                string_len("name", 128),
                uuid("holder"),
                big_integer("lease_until"),
            ],
        )
        .key(["name"])
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["lease"]).await
    }
}
