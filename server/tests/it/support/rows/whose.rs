//! Whose a row is, read from the schema itself, so that a table that comes later is not overlooked: accounts, what names
//! one, and what belongs to such a row.

use super::Rows;
use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Bytes that a value has at least for it to be found nowhere by chance.
const TELLING: usize = 8;

/// A column, and what a cell of it holds: ids as they are written.
pub type Cell = (String, Vec<u8>);

/// A foreign key: the table, its columns, and those of the table that they name.
struct Reference {
    table: String,
    parent: String,
    columns: Vec<(String, String)>,
}

impl Rows {
    /// The tables with rows that are somebody's, and which rows are: a condition that names the account once.
    pub async fn of_people(&self) -> BTreeMap<String, String> {
        let place = self.place();
        let mut theirs = BTreeMap::from([("app_user".to_owned(), format!("id = {place}"))]);
        for table in self.tables_of_people().await {
            theirs.insert(table, format!("user_id = {place}"));
        }
        let references = self.references().await;
        loop {
            let known = theirs.len();
            for reference in &references {
                let Some(condition) = theirs.get(&reference.parent) else {
                    continue;
                };
                let (own, named): (Vec<&str>, Vec<&str>) = reference
                    .columns
                    .iter()
                    .map(|(own, named)| (own.as_str(), named.as_str()))
                    .unzip();
                let (own, named) = (own.join(", "), named.join(", "));
                let condition = format!(
                    "({own}) IN (SELECT {named} FROM {} WHERE {condition})",
                    reference.parent
                );
                theirs.entry(reference.table.clone()).or_insert(condition);
            }
            if theirs.len() == known {
                return theirs;
            }
        }
    }

    /// The tables that are nobody's.
    pub async fn of_nobody(&self) -> BTreeSet<String> {
        let (theirs, tables) = (self.of_people().await, self.tables().await);
        let others = tables.into_iter().filter(|table| !theirs.contains_key(table));
        others.filter(|table| !table.starts_with("sqlite_")).collect()
    }

    /// Every cell with a text, an id or bytes in the rows of this person, by table: those without any rows too.
    pub async fn cells_of(&self, user: Uuid) -> BTreeMap<String, Vec<Cell>> {
        let mut cells = BTreeMap::new();
        for (table, condition) in self.of_people().await {
            let sql = format!("SELECT * FROM {table} WHERE {condition}");
            let asked = Statement::from_sql_and_values(self.0.get_database_backend(), sql, [user.into()]);
            let rows = self.0.query_all_raw(asked).await.unwrap();
            let of_table = rows.iter().flat_map(|row| read(&table, row)).collect();
            cells.insert(table, of_table);
        }
        cells
    }

    /// Every cell with a text, an id or bytes in these tables, in all if none is named.
    pub async fn cells_in(&self, tables: &[&str]) -> Vec<Cell> {
        let mut cells = Vec::new();
        for table in self.tables().await {
            if tables.is_empty() || tables.contains(&table.as_str()) {
                let rows = self.select(&format!("SELECT * FROM {table}")).await;
                cells.extend(rows.iter().flat_map(|row| read(&table, row)));
            }
        }
        cells
    }

    /// The columns of tables that are somebody's that hold a text, an id or bytes.
    pub async fn columns_of_people(&self) -> BTreeSet<String> {
        let sql = match self.0.get_database_backend() {
            DbBackend::Postgres => {
                "SELECT table_name::text, column_name::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND data_type NOT IN ('bigint', 'integer', 'boolean')"
            }
            _ => {
                "SELECT m.name, p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND lower(p.type) NOT IN ('bigint', 'integer', 'boolean')"
            }
        };
        let (theirs, rows) = (self.of_people().await, self.select(sql).await);
        let columns = rows.iter().map(|row| -> (String, String) {
            (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
        });
        let columns = columns.filter(|(table, _)| theirs.contains_key(table));
        columns
            .map(|(table, column)| format!("{table}.{column}"))
            .collect()
    }

    fn place(&self) -> &'static str {
        match self.0.get_database_backend() {
            DbBackend::Postgres => "$1",
            _ => "?",
        }
    }

    async fn references(&self) -> Vec<Reference> {
        let sql = match self.0.get_database_backend() {
            DbBackend::Postgres => {
                "SELECT t.relname::text, c.conname::text, p.relname::text, a.attname::text, b.attname::text \
                 FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class p ON p.oid = c.confrelid, \
                 unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(own, named, place) \
                 JOIN pg_attribute a ON a.attnum = k.own JOIN pg_attribute b ON b.attnum = k.named \
                 WHERE c.contype = 'f' AND a.attrelid = c.conrelid AND b.attrelid = c.confrelid \
                 AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2, k.place"
            }
            _ => {
                "SELECT t.name, CAST(f.id AS TEXT), f.\"table\", f.\"from\", f.\"to\" \
                 FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f \
                 WHERE t.type = 'table' ORDER BY 1, 2, f.seq"
            }
        };
        let mut found: BTreeMap<(String, String), Reference> = BTreeMap::new();
        for row in self.select(sql).await {
            let text = |index| -> String { row.try_get_by_index(index).unwrap() };
            let reference = found.entry((text(0), text(1))).or_insert_with(|| Reference {
                table: text(0),
                parent: text(2),
                columns: Vec::new(),
            });
            reference.columns.push((text(3), text(4)));
        }
        found.into_values().collect()
    }
}

/// The cells of a row.
fn read(table: &str, row: &QueryResult) -> Vec<Cell> {
    let cell = |column: &String| {
        let id: Option<Uuid> = row.try_get("", column).ok();
        let text: Option<String> = row.try_get("", column).ok();
        let bytes: Option<Vec<u8>> = row.try_get("", column).ok();
        let text = text.map(String::into_bytes);
        let id = id.map(|id| id.to_string().into_bytes());
        Some((format!("{table}.{column}"), text.or(id).or(bytes)?))
    };
    row.column_names().iter().filter_map(cell).collect()
}

/// What is told by these cells: whole texts and bytes, and ids as texts and as bytes.
pub fn told<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> BTreeMap<Vec<u8>, String> {
    let mut told = BTreeMap::new();
    for (column, value) in cells {
        let id = std::str::from_utf8(value)
            .ok()
            .and_then(|text| Uuid::try_parse(text).ok());
        if let Some(id) = id {
            told.insert(id.as_bytes().to_vec(), column.clone());
        }
        if value.len() >= TELLING {
            told.insert(value.clone(), column.clone());
        }
    }
    told
}

/// Which of `wanted` stand anywhere in `cells`: where each came from, and where it stands.
pub fn found(wanted: &BTreeMap<Vec<u8>, String>, cells: &[Cell]) -> BTreeSet<(String, String)> {
    let mut by_beginning: HashMap<&[u8], Vec<(&Vec<u8>, &String)>> = HashMap::new();
    for (value, column) in wanted {
        by_beginning
            .entry(&value[..TELLING])
            .or_default()
            .push((value, column));
    }
    let mut found = BTreeSet::new();
    for (place, cell) in cells {
        for (at, window) in cell.windows(TELLING).enumerate() {
            for (value, column) in by_beginning.get(window).into_iter().flatten() {
                if cell[at..].starts_with(value) {
                    found.insert(((*column).clone(), place.clone()));
                }
            }
        }
    }
    found
}
