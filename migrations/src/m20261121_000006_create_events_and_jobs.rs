//! The event log, how far each sink has read it, and work to be done later.

use crate::table::{drop_tables, index, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "event_log",
            [
                uuid("realm_id"),
                uuid("id"),
                big_integer("happened_at"),
                big_integer_null("place"),
                text("body"),
            ],
        )
        .key(["realm_id", "id"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await?;
        unique_index(manager, "event_log", ["place"]).await?;
        table("sink_cursor", [string_len("sink", 128), big_integer("place")])
            .key(["sink"])
            .create(manager)
            .await?;
        jobs(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["job", "sink_cursor", "event_log"]).await
    }
}

async fn jobs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "job",
        [
            uuid("realm_id"),
            uuid("id"),
            string_len("kind", 32),
            string_len("sealed_by", 128),
            blob("sealed"),
            big_integer("run_at"),
            integer("attempt"),
            big_integer_null("lease_until"),
        ],
    )
    .key(["realm_id", "id"])
    .belongs_to("realm", ["realm_id"], ["id"])
    .create(manager)
    .await?;
    unique_index(manager, "job", ["id"]).await?;
    index(manager, "job", ["run_at"]).await
}
