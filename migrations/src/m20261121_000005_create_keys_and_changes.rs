//! Signing keys, revocations, and the feed of changes that every node follows.
//!
//! The feed has no foreign key: that a realm was deleted must be told after its rows are gone.

use crate::table::{drop_tables, index, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        keys(manager).await?;
        table(
            "revocation",
            [
                uuid("realm_id"),
                string_len("kind", 16),
                string_len("subject", 128),
                big_integer("revoked_at"),
                big_integer("remember_until"),
            ],
        )
        .key(["realm_id", "kind", "subject"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await?;
        index(manager, "revocation", ["remember_until"]).await?;
        table(
            "change_feed",
            [
                big_integer("sequence").auto_increment().primary_key().to_owned(),
                uuid("realm_id"),
                text("body"),
            ],
        )
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["change_feed", "revocation", "signing_key"]).await
    }
}

/// `slot` is the state of a key that waits or signs, and the key's own id afterwards: with the unique index,
/// no algorithm ever has two active keys.
async fn keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "signing_key",
        [
            uuid("realm_id"),
            string_len("kid", 128),
            string_len("alg", 16),
            string_len("slot", 128),
            text("public_jwk"),
            string_len("sealed_by", 128),
            blob("sealed"),
            string_len("state", 16),
            big_integer_null("retire_at"),
            big_integer("created_at"),
        ],
    )
    .key(["realm_id", "kid"])
    .belongs_to("realm", ["realm_id"], ["id"])
    .create(manager)
    .await?;
    unique_index(manager, "signing_key", ["realm_id", "alg", "slot"]).await
}
