//! A database of its own for every test; it goes when the test does.

use testbed::Postgres;
use tokio::sync::OnceCell;

/// The two kinds there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

pub struct Database {
    pub url: String,
    place: Place,
}

enum Place {
    Folder(tempfile::TempDir),
    Server(String),
}

impl Database {
    /// A database without any table.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                Self {
                    url: format!("sqlite://{}", folder.path().join("signet.db").display()),
                    place: Place::Folder(folder),
                }
            }
            Kind::Postgres => Self::on_server(None),
        }
    }

    /// A database that is up to date.
    pub async fn migrated(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let database = Self::empty(kind);
                storage::migrate(&database.url).await.unwrap();
                database
            }
            Kind::Postgres => Self::on_server(Some(template().await)),
        }
    }

    fn on_server(template: Option<&str>) -> Self {
        let server = Postgres::shared();
        let name = server.create_database(template).unwrap();
        Self {
            url: server.url(&name),
            place: Place::Server(name),
        }
    }

    /// The folder of a SQLite file.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path()),
            Place::Server(_) => None,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server(name) = &self.place {
            // A second panic would end the whole run; the server and all its databases go with this process.
            Postgres::shared().drop_database(name).ok();
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
