//! A database of its own for every test; it goes when the test does.

use testbed::Postgres;
use tokio::sync::OnceCell;

/// 32 bytes in base64: on PostgreSQL the operator provides the master key.
const MASTER_KEY: &str = "c29tZSByYW5kb20gYnl0ZXMgZm9yIHRlc3RzIG9ubHk=";

/// The two kinds there are.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The kind that a test module is named after.
    pub fn of(module: &str) -> Self {
        match module.split("::").nth(1) {
            Some("on_sqlite") => Self::Sqlite,
            Some("on_postgres") => Self::Postgres,
            other => panic!("a module of every database, not of {other:?}"),
        }
    }
}

/// A database; SQLite's is the file that the product makes by itself.
pub enum Database {
    Sqlite,
    Postgres(String),
}

impl Database {
    /// A database without any table.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::Sqlite,
            Kind::Postgres => Self::Postgres(Postgres::shared().create_database(None).unwrap()),
        }
    }

    /// A database that is up to date, where that saves time.
    pub async fn ready(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::Sqlite,
            Kind::Postgres => {
                let copy = Postgres::shared().create_database(Some(template().await));
                Self::Postgres(copy.unwrap())
            }
        }
    }

    /// What the configuration says of it.
    pub fn settings(&self) -> Vec<(String, String)> {
        match self {
            Self::Sqlite => Vec::new(),
            Self::Postgres(name) => vec![
                ("SIGNET_DATABASE_URL".to_owned(), Postgres::shared().url(name)),
                ("SIGNET_MASTER_KEY".to_owned(), MASTER_KEY.to_owned()),
            ],
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres(name) = self {
            Postgres::shared().drop_database(name).unwrap();
        }
    }
}

/// The migrated database that others are copies of.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = async || {
        let name = Postgres::shared().create_database(None).unwrap();
        storage::migrate(&Postgres::shared().url(&name)).await.unwrap();
        name
    };
    TEMPLATE.get_or_init(make).await
}
