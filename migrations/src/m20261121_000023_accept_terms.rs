//! Which version of the terms of use people agreed to, and when; at a sign-up it waits with the mail like all that was
//! chosen there.

use crate::table::{drop_tables, table};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const MAILED: &str = "mailed_code";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            string_len_null("terms_version", 64),
            big_integer_null("terms_accepted_at"),
        ] {
            let mut alter = Table::alter();
            alter.table(MAILED).add_column(column);
            manager.alter_table(alter).await?;
        }
        table(
            "accepted_terms",
            [
                uuid("realm_id"),
                uuid("user_id"),
                string_len("version", 64),
                big_integer("accepted_at"),
            ],
        )
        .key(["realm_id", "user_id", "version"])
        .belongs_to("app_user", ["realm_id", "user_id"], ["realm_id", "id"])
        .create(manager)
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["accepted_terms"]).await?;
        for column in ["terms_version", "terms_accepted_at"] {
            let mut alter = Table::alter();
            alter.table(MAILED).drop_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
