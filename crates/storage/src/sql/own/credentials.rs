//! What guards an account, one by one, read with one statement.

use super::super::{
    InRealm,
    entity::{authenticator, passkey, trusted_device},
    error::failed,
    passkeys, row, second_factors,
};
use super::read;
use domain::{
    clock::Timestamp,
    id::{LoginSessionId, UserId},
    stores::{PasswordFacts, SeenCredentials, Stored},
};
use sea_orm::{EntityTrait, FromQueryResult, IdenStatic as _, Iterable as _, QueryResult, prelude::Uuid};
use std::sync::LazyLock;

/// A row for each thing of which there may be several, or one where there is none: each kind is joined to a name of its
/// own, so that none multiplies another. What there is one of stands in every row.
static CREDENTIALS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {passkey}, {authenticator}, {device}, i.provider, w.set_at, w.needs_second_factor, \
        (SELECT COUNT(*) FROM recovery_code WHERE realm_id = $1 AND user_id = $2 AND used_at IS NULL) \
        AS recovery_codes, \
        (SELECT login_session_id FROM recovery_sheet WHERE realm_id = $1 AND user_id = $2 AND expires_at > $3) \
        AS sheet_of \
        FROM (VALUES ('passkey'), ('authenticator'), ('identity'), ('device')) k \
        LEFT JOIN user_password w ON w.realm_id = $1 AND w.user_id = $2 \
        LEFT JOIN passkey p ON k.column1 = 'passkey' AND p.realm_id = $1 AND p.user_id = $2 \
        LEFT JOIN authenticator a ON k.column1 = 'authenticator' AND a.realm_id = $1 AND a.user_id = $2 \
        LEFT JOIN linked_identity i ON k.column1 = 'identity' AND i.realm_id = $1 AND i.user_id = $2 \
        LEFT JOIN (SELECT * FROM trusted_device WHERE realm_id = $1 AND user_id = $2 AND expires_at > $3 \
        ORDER BY id DESC LIMIT 200) d ON k.column1 = 'device' \
        ORDER BY p.id, i.id, d.id DESC",
        passkey = columns::<passkey::Entity>("p"),
        authenticator = columns::<authenticator::Entity>("a"),
        device = columns::<trusted_device::Entity>("d"),
    )
});

/// The columns of a table that is joined under this name, as [`joined`] finds them.
fn columns<E: EntityTrait>(name: &str) -> String {
    let columns = E::Column::iter().map(|column| {
        let column = column.as_str();
        format!("{name}.{column} AS {name}_{column}")
    });
    columns.collect::<Vec<_>>().join(", ")
}

pub async fn find(here: &InRealm, user: UserId, now: Timestamp) -> Stored<SeenCredentials> {
    let rows = here.of_user(&CREDENTIALS, user, [now.micros().into()]).await?;
    let first = rows.first().ok_or_else(|| row::unreadable("credentials"))?;
    let mut seen = SeenCredentials {
        password: password(first)?,
        sheet_of: read::<Option<Uuid>>(first, "sheet_of")?.map(LoginSessionId::from_uuid),
        ..SeenCredentials::default()
    };
    let mut authenticators = Vec::new();
    for row in &rows {
        authenticators.extend(joined::<authenticator::Model>(row, "a_")?);
        if let Some(found) = joined(row, "p_")? {
            seen.passkeys.push(passkeys::passkey(found)?);
        }
        if let Some(found) = joined(row, "d_")? {
            seen.trusted_devices.push(second_factors::device(found)?);
        }
        if let Some(provider) = read::<Option<String>>(row, "provider")? {
            seen.identities.push(row::parse(&provider, "provider")?);
        }
    }
    let left: i64 = read(first, "recovery_codes")?;
    seen.factors = second_factors::factors(authenticators, u64::try_from(left).unwrap_or_default())?;
    Ok(seen)
}

fn password(row: &QueryResult) -> Stored<Option<PasswordFacts>> {
    let Some(set_at) = row::moment(read(row, "set_at")?) else {
        return Ok(None);
    };
    Ok(Some(PasswordFacts {
        set_at,
        needs_second_factor: read(row, "needs_second_factor")?,
    }))
}

/// The row of a table that was joined, if there is one.
fn joined<M: FromQueryResult>(row: &QueryResult, prefix: &str) -> Stored<Option<M>> {
    let id: Option<Uuid> = read(row, &format!("{prefix}id"))?;
    let found = id.map(|_| M::from_query_result(row, prefix));
    found.transpose().map_err(failed)
}
