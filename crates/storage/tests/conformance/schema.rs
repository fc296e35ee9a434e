//! Both databases have the same schema, read from their own catalogues.

use crate::databases::{Database, Kind};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use std::collections::BTreeSet;

type Lines = BTreeSet<String>;

struct Catalogue {
    columns: &'static str,
    keys: &'static str,
    indexes: &'static str,
    references: &'static str,
}

const SQLITE: Catalogue = Catalogue {
    columns: "SELECT t.name || '.' || c.name || ' ' || lower(c.type)
            || CASE WHEN c.\"notnull\" OR c.pk THEN ' not null' ELSE '' END
        FROM sqlite_master t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    keys: "SELECT name || ' (' || group_concat(part, ', ') || ')' FROM (
            SELECT t.name, c.name AS part FROM sqlite_master t, pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.pk > 0 ORDER BY t.name, c.pk
        ) GROUP BY name",
    indexes: "SELECT name || ' ' || kind || ' (' || group_concat(part, ', ') || ')' FROM (
            SELECT t.name || '.' || i.name AS name, CASE i.\"unique\" WHEN 1 THEN 'unique' ELSE 'plain' END AS kind,
                c.name AS part
            FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
            WHERE t.type = 'table' AND i.origin <> 'pk' ORDER BY t.name, i.name, c.seqno
        ) GROUP BY name, kind",
    references: "SELECT name || ' (' || group_concat(own, ', ') || ') ' || parent || ' (' || group_concat(theirs, ', ')
            || ') ' || lower(act) FROM (
            SELECT t.name, f.id, f.\"from\" AS own, f.\"table\" AS parent, f.\"to\" AS theirs, f.on_delete AS act
            FROM sqlite_master t, pragma_foreign_key_list(t.name) f
            WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq
        ) GROUP BY name, id, parent, act",
};

const POSTGRES: Catalogue = Catalogue {
    columns: "SELECT table_name || '.' || column_name || ' ' || data_type
            || coalesce('(' || character_maximum_length || ')', '')
            || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
        FROM information_schema.columns WHERE table_schema = 'public'",
    keys: "SELECT t.relname || ' (' || string_agg(a.attname, ', ' ORDER BY k.place) || ')'
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid,
            unnest(c.conkey) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attnum = k.number
        WHERE c.contype = 'p' AND a.attrelid = c.conrelid AND c.connamespace = 'public'::regnamespace
        GROUP BY t.relname",
    indexes:
        "SELECT t.relname || '.' || n.relname || CASE WHEN i.indisunique THEN ' unique' ELSE ' plain' END
            || ' (' || string_agg(a.attname, ', ' ORDER BY k.place) || ')'
        FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid,
            unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
            JOIN pg_attribute a ON a.attnum = k.number
        WHERE NOT i.indisprimary AND a.attrelid = i.indrelid AND t.relnamespace = 'public'::regnamespace
        GROUP BY t.relname, n.relname, i.indisunique",
    references:
        "SELECT t.relname || ' (' || string_agg(a.attname, ', ' ORDER BY k.place) || ') ' || p.relname || ' ('
            || string_agg(b.attname, ', ' ORDER BY k.place) || ')'
            || CASE c.confdeltype WHEN 'c' THEN ' cascade' ELSE ' ' || c.confdeltype::text END
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class p ON p.oid = c.confrelid,
            unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(own, theirs, place)
            JOIN pg_attribute a ON a.attnum = k.own JOIN pg_attribute b ON b.attnum = k.theirs
        WHERE c.contype = 'f' AND a.attrelid = c.conrelid AND b.attrelid = c.confrelid
            AND c.connamespace = 'public'::regnamespace
        GROUP BY t.relname, c.conname, p.relname, c.confdeltype",
};

async fn lines(connection: &DatabaseConnection, sql: &str) -> Lines {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// A column with the one name that each pair of equivalent types has here.
fn plain(column: String) -> String {
    const NAMES: [(&str, &str); 14] = [
        (" uuid_text", " uuid"),
        (" character varying", " text"),
        (" varchar", " text"),
        (" varbinary_blob(16)", " bytes"),
        (" varbinary_blob(32)", " bytes"),
        (" varbinary_blob(1023)", " bytes"),
        (" varbinary(32)", " bytes"),
        (" bytea", " bytes"),
        (" blob", " bytes"),
        (" bigint", " number"),
        (" integer", " number"),
        (" boolean", " truth"),
        (" real", " float"),
        (" double precision", " float"),
    ];
    NAMES
        .iter()
        .fold(column, |column, (given, name)| column.replacen(given, name, 1))
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let (sqlite, postgres) = (
        Database::migrated(Kind::Sqlite).await,
        Database::migrated(Kind::Postgres).await,
    );
    let one = sea_orm::Database::connect(&sqlite.url).await.unwrap();
    let two = sea_orm::Database::connect(&postgres.url).await.unwrap();
    let columns = |lines: Lines| lines.into_iter().map(plain).collect::<Lines>();
    let first = columns(lines(&one, SQLITE.columns).await);
    let second = columns(lines(&two, POSTGRES.columns).await);
    assert!(first.len() > 100, "{first:#?}");
    assert_eq!(differences(&first, &second), Lines::new());
    for (first, second) in [
        (SQLITE.keys, POSTGRES.keys),
        (SQLITE.indexes, POSTGRES.indexes),
        (SQLITE.references, POSTGRES.references),
    ] {
        let (first, second) = (lines(&one, first).await, lines(&two, second).await);
        assert!(first.len() > 10, "{first:#?}");
        assert_eq!(differences(&first, &second), Lines::new());
    }
}

fn differences(sqlite: &Lines, postgres: &Lines) -> Lines {
    let only = |who: &str, line: &String| format!("only {who}: {line}");
    let mut lines: Lines = sqlite
        .difference(postgres)
        .map(|line| only("SQLite", line))
        .collect();
    lines.extend(postgres.difference(sqlite).map(|line| only("PostgreSQL", line)));
    lines
}
