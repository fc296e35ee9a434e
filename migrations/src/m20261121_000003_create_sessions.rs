//! Sign-in sessions, browsers' cookies, and codes sent by mail.

use crate::table::{drop_tables, index, table, unique_index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sessions(manager).await?;
        table(
            "browser",
            [
                uuid("realm_id"),
                var_binary("cookie", 32),
                blob("payload"),
                big_integer("expires_at"),
            ],
        )
        .key(["realm_id", "cookie"])
        .belongs_to("realm", ["realm_id"], ["id"])
        .create(manager)
        .await?;
        index(manager, "browser", ["expires_at"]).await?;
        mailed_codes(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["mailed_code", "browser", "login_session"]).await
    }
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "login_session",
        [
            uuid("realm_id"),
            uuid("id"),
            uuid("user_id"),
            big_integer("created_at"),
            big_integer("authenticated_at"),
            text("methods"),
            big_integer("last_seen_at"),
            big_integer("expires_at"),
            big_integer_null("ended_at"),
            string_len_null("address", 64),
            string_len_null("user_agent", 1024),
            string_len_null("request_id", 256),
        ],
    )
    .key(["realm_id", "id"])
    .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
    .create(manager)
    .await?;
    index(manager, "login_session", ["realm_id", "user_id", "last_seen_at"]).await?;
    index(manager, "login_session", ["expires_at"]).await
}

async fn mailed_codes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        "mailed_code",
        [
            uuid("realm_id"),
            uuid("id"),
            uuid("user_id"),
            string_len("purpose", 32),
            string_len("email", 254),
            var_binary("code", 32),
            var_binary("link", 32),
            integer("attempts_left"),
            big_integer("created_at"),
            big_integer("expires_at"),
            big_integer_null("used_at"),
        ],
    )
    .key(["realm_id", "id"])
    .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
    .create(manager)
    .await?;
    unique_index(manager, "mailed_code", ["realm_id", "link"]).await?;
    index(
        manager,
        "mailed_code",
        ["realm_id", "user_id", "purpose", "created_at"],
    )
    .await?;
    index(manager, "mailed_code", ["expires_at"]).await
}
