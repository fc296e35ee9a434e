//! What somebody chose when signing up waits beside the mailed code, with the browser they used. SQLite adds one
//! column at a time.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "mailed_code";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            var_binary_null("browser", 32),
            text_null("phc"),
            string_len_null("display_name", 400),
        ] {
            let mut alter = Table::alter();
            alter.table(TABLE).add_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["browser", "phc", "display_name"] {
            let mut alter = Table::alter();
            alter.table(TABLE).drop_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
