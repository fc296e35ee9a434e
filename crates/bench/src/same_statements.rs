//! What the databases alone need for a refresh: the same reads and writes on the same tables, filled by the product
//! itself, without HTTP, signatures or anything else around them.

use crate::{
    database::{committing, pgbench_script, psql},
    load::{Load, Rate},
    refresh,
    server::Server,
};
use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use testbed::Postgres;

const SCOPE: &str = "offline_access";

/// On SQLite, committed in groups by one writer.
pub async fn on_sqlite(signet: &Path, load: Load) -> Result<Rate> {
    let server = Server::start(signet, None).await?;
    refresh::families(&server, SCOPE, load.connections).await?;
    let folder = server.end().await?;
    let database = Connection::open(folder.path().join("signet.db"))?;
    let mut families = families(&database, load.connections)?;
    committing(load, database, move |database, client| {
        let family = families.get_mut(client).context("a client without a family")?;
        family.refresh(database)
    })
}

/// On PostgreSQL, with a transaction each, by its own benchmark.
pub async fn on_postgres(signet: &Path, postgres: &Postgres, load: Load) -> Result<Rate> {
    let name = postgres.create_database(None)?;
    let url = postgres.url(&name);
    let server = Server::start(signet, Some(&url)).await?;
    refresh::families(&server, SCOPE, load.connections).await?;
    server.end().await?;
    psql(postgres, &url, FIRST_TOKENS)?;
    pgbench_script(postgres, &url, TRANSACTION, load)
}

/// The chain of tokens of one authorization.
struct Family {
    number: usize,
    uses: u64,
    realm: [u8; 16],
    authorization: [u8; 16],
}

fn families(database: &Connection, count: usize) -> Result<Vec<Family>> {
    let mut roots = database.prepare("SELECT realm_id, id FROM authorization_root LIMIT ?1")?;
    let count = i64::try_from(count)?;
    let roots = roots.query_map([count], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let families = roots.enumerate().map(|(number, root)| {
        let (realm, authorization) = root?;
        Ok(Family {
            number,
            uses: 0,
            realm,
            authorization,
        })
    });
    let families: Vec<Family> = families.collect::<Result<_>>()?;
    for family in &families {
        family.insert(database, &family.digest(0))?;
    }
    Ok(families)
}

impl Family {
    fn digest(&self, uses: u64) -> [u8; 32] {
        Sha256::digest(format!("{}:{uses}", self.number)).into()
    }

    /// Looks the token up, marks it as used, and stores its successor and the event.
    fn refresh(&mut self, database: &Connection) -> Result<()> {
        let (old, new) = (self.digest(self.uses), self.digest(self.uses + 1));
        self.uses += 1;
        let mut look_up = database.prepare_cached(LOOK_UP)?;
        let mut found = look_up.query(params![self.realm, old])?;
        let row = found.next()?.context("the token is gone")?;
        for column in 0..row.as_ref().column_count() {
            row.get_ref(column)?;
        }
        drop(found);
        let mut stands = database.prepare_cached(
            "SELECT 1 FROM authorization_root WHERE realm_id = ?1 AND id = ?2 AND revoked_at IS NULL",
        )?;
        let stands: Option<i64> = stands
            .query_row(params![self.realm, self.authorization], |row| row.get(0))
            .optional()?;
        stands.context("the authorization was revoked")?;
        let mut rotate = database.prepare_cached(
            "UPDATE refresh_token SET rotated_at = 1, successor = ?3 \
             WHERE realm_id = ?1 AND digest = ?2 AND rotated_at IS NULL",
        )?;
        rotate.execute(params![self.realm, old, new])?;
        self.insert(database, &new)?;
        let mut log = database.prepare_cached(
            "INSERT INTO event_log (realm_id, id, happened_at, body) VALUES (?1, ?2, 1, ?3)",
        )?;
        log.execute(params![self.realm, id_of(&new), EVENT])?;
        Ok(())
    }

    fn insert(&self, database: &Connection, digest: &[u8; 32]) -> Result<()> {
        let mut insert = database.prepare_cached(
            "INSERT INTO refresh_token (realm_id, digest, id, authorization_id, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, 1, 9000000000000000)",
        )?;
        insert.execute(params![self.realm, digest, id_of(digest), self.authorization])?;
        Ok(())
    }
}

fn id_of(digest: &[u8; 32]) -> &[u8] {
    digest.get(..16).unwrap_or(digest)
}

/// As long as the event of a refresh.
const EVENT: &str = "{\"id\":\"01aa6b2f-5b8e-7c53-b8f4-1fd1e3a8a6c1\",\"version\":1,\"at\":1795256789012345,\
    \"realm\":\"01aa6b2f-5b8e-7c53-b8f4-1fd1e3a8a6c1\",\"actor\":{\"client\":\"01aa6b2f5b8e7c53b8f41fd1e3a8a6c1\"},\
    \"origin\":{\"address\":\"127.0.0.1\",\"user_agent\":null,\"request_id\":\"01aa6b2f5b8e7c53b8f41fd1e3a8a6c1\"},\
    \"kind\":{\"token_issued\":{\"client\":\"01aa6b2f5b8e7c53b8f41fd1e3a8a6c1\",\
    \"authorization\":\"01aa6b2f-5b8e-7c53-b8f4-1fd1e3a8a6c1\",\"refresh\":true}}}";

const LOOK_UP: &str = "SELECT * FROM refresh_token t \
    JOIN authorization_root a ON a.realm_id = t.realm_id AND a.id = t.authorization_id \
    JOIN app_user u ON u.realm_id = a.realm_id AND u.id = a.user_id \
    JOIN user_identifier i ON i.realm_id = u.realm_id AND i.user_id = u.id AND i.kind = 'email' \
    LEFT JOIN login_session s ON s.realm_id = a.realm_id AND s.id = a.login_session_id \
    WHERE t.realm_id = ?1 AND t.digest = ?2";

/// A token for each of pgbench's clients, named by how often it was used.
const FIRST_TOKENS: &str = "
    CREATE TABLE bench_family AS SELECT row_number() OVER (ORDER BY id) - 1 AS client, realm_id, id
        FROM authorization_root;
    ALTER TABLE bench_family ADD PRIMARY KEY (client);
    INSERT INTO refresh_token (realm_id, digest, id, authorization_id, created_at, expires_at)
        SELECT realm_id, sha256((client || ':0')::bytea), gen_random_uuid(), id, 1, 9000000000000000
        FROM bench_family;
    ANALYZE";

const TRANSACTION: &str = "\\set next :n + 1
SELECT realm_id, id FROM bench_family WHERE client = :client_id \\gset family_
BEGIN;
SELECT * FROM refresh_token t
    JOIN authorization_root a ON a.realm_id = t.realm_id AND a.id = t.authorization_id
    JOIN app_user u ON u.realm_id = a.realm_id AND u.id = a.user_id
    JOIN user_identifier i ON i.realm_id = u.realm_id AND i.user_id = u.id AND i.kind = 'email'
    LEFT JOIN login_session s ON s.realm_id = a.realm_id AND s.id = a.login_session_id
    WHERE t.realm_id = :family_realm_id AND t.digest = sha256((:client_id || ':' || :n)::bytea);
SELECT 1 FROM authorization_root WHERE realm_id = :family_realm_id AND id = :family_id AND revoked_at IS NULL
    FOR NO KEY UPDATE;
UPDATE refresh_token SET rotated_at = 1, successor = sha256((:client_id || ':' || :next)::bytea)
    WHERE realm_id = :family_realm_id AND digest = sha256((:client_id || ':' || :n)::bytea)
    AND rotated_at IS NULL;
INSERT INTO refresh_token (realm_id, digest, id, authorization_id, created_at, expires_at)
    VALUES (:family_realm_id, sha256((:client_id || ':' || :next)::bytea), gen_random_uuid(), :family_id, 1,
    9000000000000000);
INSERT INTO event_log (realm_id, id, happened_at, body)
    VALUES (:family_realm_id, gen_random_uuid(), 1, repeat('7', 460));
COMMIT;
\\set n :next
";
