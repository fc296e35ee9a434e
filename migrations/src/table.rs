//! How tables are declared here: columns, a composite primary key, foreign keys that cascade, and indexes.

use sea_orm_migration::prelude::*;

/// A table under construction.
pub struct Declared {
    name: &'static str,
    create: TableCreateStatement,
}

/// Starts a table with its columns.
pub fn table(name: &'static str, columns: impl IntoIterator<Item = ColumnDef>) -> Declared {
    let mut create = Table::create();
    create.table(name);
    for column in columns {
        create.col(column);
    }
    Declared { name, create }
}

impl Declared {
    /// Declares the primary key.
    pub fn key<const N: usize>(mut self, columns: [&'static str; N]) -> Self {
        let mut key = Index::create();
        key.name(format!("pk_{}", self.name));
        for column in columns {
            key.col(column);
        }
        self.create.primary_key(&mut key);
        self
    }

    /// Declares that rows go with the row of `parent` they point at.
    pub fn belongs_to<const N: usize>(
        mut self,
        parent: &'static str,
        columns: [&'static str; N],
        parent_columns: [&'static str; N],
    ) -> Self {
        let mut key = ForeignKey::create();
        key.name(format!("fk_{}_{parent}", self.name));
        for (column, parent_column) in columns.into_iter().zip(parent_columns) {
            key.from(self.name, column).to(parent, parent_column);
        }
        self.create.foreign_key(key.on_delete(ForeignKeyAction::Cascade));
        self
    }

    /// Creates the table.
    pub async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager.create_table(self.create).await
    }
}

/// Creates an index for look-ups by `columns`.
pub async fn index<const N: usize>(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    manager.create_index(declare_index("ix", table, columns)).await
}

/// Creates an index that admits each value once.
pub async fn unique_index<const N: usize>(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: [&'static str; N],
) -> Result<(), DbErr> {
    let mut index = declare_index("ux", table, columns);
    manager.create_index(index.unique().to_owned()).await
}

fn declare_index<const N: usize>(
    prefix: &str,
    table: &'static str,
    columns: [&'static str; N],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("{prefix}_{table}_{}", columns.join("_")))
        .table(table);
    for column in columns {
        index.col(column);
    }
    index
}

/// Drops tables, in the order given.
pub async fn drop_tables<const N: usize>(
    manager: &SchemaManager<'_>,
    tables: [&'static str; N],
) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(table).to_owned()).await?;
    }
    Ok(())
}
