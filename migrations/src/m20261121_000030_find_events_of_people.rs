//! Whose activity an event is part of. A table of its own: the log is long, and most of it is of no person.

use crate::table::{drop_tables, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "activity",
            [
                uuid("realm_id"),
                uuid("user_id"),
                uuid("event_id"),
                string_len("topic", 16),
            ],
        )
        .key(["realm_id", "user_id", "event_id"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["activity"]).await
    }
}
