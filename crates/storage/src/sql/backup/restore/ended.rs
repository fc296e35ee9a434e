//! What a restore ends: it may have been ended, changed or used after the backup was made.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement, Value};

/// What a restore ended, since it may have been ended after the backup was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Sign-in sessions.
    pub sessions: u64,
    /// Authorizations with the refresh tokens below them.
    pub authorizations: u64,
    /// Mailed codes and links.
    pub mailed_codes: u64,
    /// Mails that were waiting to be sent.
    pub mails: u64,
}

/// Ends everything that was issued, at `at`; access tokens live until `tokens_until` at most.
pub async fn end(copy: &DatabaseConnection, at: i64, tokens_until: i64) -> Result<Ended, DbErr> {
    let change = async |sql: &str, values: Vec<Value>| {
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        Ok::<_, DbErr>(copy.execute_raw(statement).await?.rows_affected())
    };
    let now = || vec![at.into()];
    let ended = Ended {
        sessions: change(
            "UPDATE login_session SET ended_at = $1 WHERE ended_at IS NULL",
            now(),
        )
        .await?,
        authorizations: change(
            "UPDATE authorization_root SET revoked_at = $1 WHERE revoked_at IS NULL",
            now(),
        )
        .await?,
        mailed_codes: change("UPDATE mailed_code SET used_at = $1 WHERE used_at IS NULL", now()).await?,
        mails: change(
            "DELETE FROM job WHERE kind IN ('send_mail', 'send_reset_link')",
            Vec::new(),
        )
        .await?,
    };
    // Codes, interactions and initial access tokens may have been used since, opaque access tokens revoked, and no node
    // of then holds a lease.
    for table in [
        "access_token",
        "device_authorization",
        "ephemeral",
        "lease",
        "registration_token",
    ] {
        change(&format!("DELETE FROM {table}"), Vec::new()).await?;
    }
    // Access tokens name their client: what a client holds from before counts no more.
    change(
        "INSERT INTO revocation (realm_id, kind, subject, revoked_at, remember_until) \
         SELECT realm_id, 'client', client_id, $1, $2 FROM client WHERE true \
         ON CONFLICT (realm_id, kind, subject) DO UPDATE \
         SET revoked_at = max(revoked_at, excluded.revoked_at), \
         remember_until = max(remember_until, excluded.remember_until)",
        vec![at.into(), tokens_until.into()],
    )
    .await?;
    Ok(ended)
}
