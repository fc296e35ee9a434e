//! What providers say of people beside who they are, and which of them a session rests on.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

const SAID: [&str; 2] = ["said_groups", "said_attributes"];
/// Most sessions rest on no provider, and who looks for those that rest on one that is gone looks for no others.
const RESTING: &str = "ix_login_session_provider";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in SAID {
            let mut alter = Table::alter();
            alter.table("linked_identity").add_column(text_null(column));
            manager.alter_table(alter).await?;
        }
        let mut alter = Table::alter();
        alter.table("login_session").add_column(text_null("provider"));
        manager.alter_table(alter).await?;
        let mut index = Index::create();
        index
            .name(RESTING)
            .table("login_session")
            .col("realm_id")
            .col("provider")
            .and_where(Expr::col("provider").is_not_null());
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::drop();
        index.name(RESTING).table("login_session");
        manager.drop_index(index).await?;
        let mut alter = Table::alter();
        alter.table("login_session").drop_column("provider");
        manager.alter_table(alter).await?;
        for column in SAID {
            let mut alter = Table::alter();
            alter.table("linked_identity").drop_column(column);
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
