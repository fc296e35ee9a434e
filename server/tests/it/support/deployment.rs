//! What the nodes of a provider share: a folder, a database and settings. All of it goes with the test.

use super::TestIdp;
use server::config::Config;
use std::{collections::HashMap, fs, sync::Arc};
use testbed::Postgres;
use tokio::sync::OnceCell;

/// 32 bytes in base64: on PostgreSQL the operator provides the master key.
pub const MASTER_KEY: &str = "c29tZSByYW5kb20gYnl0ZXMgZm9yIHRlc3RzIG9ubHk=";

/// The databases there are.
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

/// The name of its configuration file, if it has one.
const FILE: &str = "signet.toml";

pub struct Deployment {
    folder: tempfile::TempDir,
    /// The database on the server that all tests share.
    shared: Option<String>,
    settings: HashMap<String, String>,
}

impl Deployment {
    /// Before the first start: SQLite's file and the master key beside it are made by the product.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::new(None),
            Kind::Postgres => Self::new(Some(Postgres::shared().create_database(None).unwrap())),
        }
    }

    /// After a first start, whose keys take their time.
    pub async fn started(kind: Kind) -> Self {
        static FILES: OnceCell<Vec<(String, Vec<u8>)>> = OnceCell::const_new();
        static DATABASE: OnceCell<String> = OnceCell::const_new();
        match kind {
            Kind::Sqlite => {
                let deployment = Self::new(None);
                for (name, content) in FILES.get_or_init(files_of_a_first_start).await {
                    fs::write(deployment.folder.path().join(name), content).unwrap();
                }
                deployment
            }
            Kind::Postgres => {
                let template = DATABASE.get_or_init(database_of_a_first_start).await;
                Self::new(Some(Postgres::shared().create_database(Some(template)).unwrap()))
            }
        }
    }

    fn new(shared: Option<String>) -> Self {
        let deployment = Self {
            folder: tempfile::tempdir().unwrap(),
            settings: HashMap::new(),
            shared,
        };
        match &deployment.shared {
            Some(name) => {
                let url = Postgres::shared().url(name);
                deployment.with(&[("SIGNET_DATABASE_URL", &url), ("SIGNET_MASTER_KEY", MASTER_KEY)])
            }
            None => deployment,
        }
    }

    /// On a PostgreSQL server of its own.
    pub fn at(url: &str) -> Self {
        Self::new(None).with(&[("SIGNET_DATABASE_URL", url), ("SIGNET_MASTER_KEY", MASTER_KEY)])
    }

    pub fn with(mut self, settings: &[(&str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        self.settings.extend(settings);
        self
    }

    /// With a configuration file.
    pub fn with_file(self, toml: &str) -> Self {
        fs::write(self.folder.path().join(FILE), toml).unwrap();
        self
    }

    pub fn config(&self) -> Config {
        let folder = self.folder.path().display().to_string();
        let file = Some(self.folder.path().join(FILE)).filter(|file| file.exists());
        let mut environment = HashMap::from([
            ("SIGNET_DATA_DIR".to_owned(), folder),
            ("SIGNET_ISSUER".to_owned(), "http://localhost:4000".to_owned()),
            // The browsers of a test share one address.
            ("SIGNET_REQUEST_LIMIT".to_owned(), "0".to_owned()),
        ]);
        environment.extend(self.settings.clone());
        Config::from_sources(file.as_deref(), environment).unwrap()
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        if let Some(name) = &self.shared {
            // A second panic would end the whole run; the server and all its databases go with this process.
            Postgres::shared().drop_database(name).ok();
        }
    }
}

async fn files_of_a_first_start() -> Vec<(String, Vec<u8>)> {
    let deployment = Arc::new(Deployment::empty(Kind::Sqlite));
    let _node = TestIdp::node(&deployment).await;
    // Nobody writes any more; the log beside the database belongs to it.
    let names = ["signet.db", "signet.db-wal", "master.key"].map(str::to_owned);
    let read = |name: String| {
        (
            name.clone(),
            fs::read(deployment.folder.path().join(name)).unwrap(),
        )
    };
    names.map(read).into()
}

async fn database_of_a_first_start() -> String {
    let name = Postgres::shared().create_database(None).unwrap();
    let deployment = Deployment::at(&Postgres::shared().url(&name));
    TestIdp::node(&Arc::new(deployment)).await;
    // A database can be copied only while nobody is connected.
    Postgres::shared().disconnect(&name).unwrap();
    name
}
