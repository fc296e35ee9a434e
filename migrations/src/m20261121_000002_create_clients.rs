//! Clients and their secrets.

use crate::table::{drop_tables, index, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "client",
            [
                uuid("realm_id"),
                string_len("client_id", 128),
                string_len("display_name", 400),
                string_len("party", 16),
                text("allowed_origins"),
                string_len("protocol", 16),
                string_len("client_type", 16),
                string_len_null("auth_method", 32),
                text("redirect_uris"),
                text("post_logout_redirect_uris"),
                text("grant_types"),
                text("scopes"),
                string_len("pkce", 16),
                string_len("id_token_alg", 16),
                string_len("status", 16),
                big_integer("not_before"),
                big_integer("created_at"),
            ],
        )
        .key(["realm_id", "client_id"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await?;
        table(
            "client_secret",
            [
                uuid("realm_id"),
                uuid("id"),
                string_len("client_id", 128),
                var_binary("digest", 32),
                big_integer("created_at"),
                big_integer_null("expires_at"),
            ],
        )
        .key(["realm_id", "id"])
        .belongs_to("client", ["realm_id", "client_id"], ["realm_id", "client_id"])
        .create(manager)
        .await?;
        index(manager, "client_secret", ["realm_id", "client_id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["client_secret", "client"]).await
    }
}
