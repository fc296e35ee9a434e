//! Consents, authorizations and refresh tokens.

use crate::table::{drop_tables, index, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            "consent",
            [
                uuid("realm_id"),
                uuid("user_id"),
                string_len("client_id", 128),
                text("scopes"),
                big_integer("granted_at"),
                big_integer("updated_at"),
            ],
        )
        .key(["realm_id", "user_id", "client_id"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .belongs_to("client", ["realm_id", "client_id"], ["realm_id", "client_id"])
        .create(manager)
        .await?;
        index(manager, "consent", ["realm_id", "client_id"]).await?;
        authorizations(manager).await?;
        refresh_tokens(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["refresh_token", "authorization_root", "consent"]).await
    }
}

async fn authorizations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "authorization_root",
        [
            uuid("realm_id"),
            uuid("id"),
            uuid("user_id"),
            string_len("client_id", 128),
            uuid("login_session_id"),
            text("scopes"),
            boolean("offline"),
            big_integer("authenticated_at"),
            text("methods"),
            text_null("nonce"),
            big_integer("created_at"),
            big_integer("last_issued_at"),
            big_integer_null("revoked_at"),
        ],
    )
    .key(["realm_id", "id"])
    .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
    .belongs_to("client", ["realm_id", "client_id"], ["realm_id", "client_id"])
    .create(manager)
    .await?;
    for columns in [
        ["realm_id", "user_id", "client_id"],
        ["realm_id", "client_id", "id"],
        ["realm_id", "login_session_id", "id"],
    ] {
        index(manager, "authorization_root", columns).await?;
    }
    index(manager, "authorization_root", ["last_issued_at"]).await
}

async fn refresh_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "refresh_token",
        [
            uuid("realm_id"),
            var_binary("digest", 32),
            uuid("id"),
            uuid("authorization_id"),
            big_integer("created_at"),
            big_integer("expires_at"),
            big_integer_null("rotated_at"),
            var_binary_null("successor", 32),
        ],
    )
    .key(["realm_id", "digest"])
    .belongs_to(
        "authorization_root",
        ["realm_id", "authorization_id"],
        ["realm_id", "id"],
    )
    .create(manager)
    .await?;
    index(manager, "refresh_token", ["realm_id", "authorization_id"]).await?;
    index(manager, "refresh_token", ["expires_at"]).await
}
