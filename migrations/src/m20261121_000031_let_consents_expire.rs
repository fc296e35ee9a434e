//! When what a person allowed ends, and what descends from it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const ENDING: [&str; 2] = ["consent", "authorization_root"];
/// Those that end are few, and the sweep looks for no others.
const SWEPT: &str = "ix_consent_expires_at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ENDING {
            let mut alter = Table::alter();
            alter.table(table).add_column(big_integer_null("expires_at"));
            manager.alter_table(alter).await?;
        }
        let mut index = Index::create();
        index
            .name(SWEPT)
            .table("consent")
            .col("expires_at")
            .and_where(Expr::col("expires_at").is_not_null());
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::drop();
        index.name(SWEPT).table("consent");
        manager.drop_index(index).await?;
        for table in ENDING {
            let mut alter = Table::alter();
            alter.table(table).drop_column("expires_at");
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
