//! Deleting what has expired, a few rows at a time, so that nobody waits long for the writer.

use super::{
    Db,
    entity::{
        access_token, authorization_root, browser, change_feed, client_secret, consent, device_authorization,
        ephemeral, login_session, mailed_code, recovery_sheet, refresh_token, registration_token, revocation,
        trusted_device,
    },
    error::failed,
};
use domain::{clock::Timestamp, stores::Stored};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoSimpleExpr, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query},
};
use std::time::Duration;

/// How long an authorization without refresh tokens is kept after its last token was issued: longer than
/// any code or access token below it lives.
pub const WITHOUT_TOKENS: Duration = Duration::from_secs(7 * 86_400);
/// How long a device that keeps asking is told that its code expired (RFC 8628 §3.5).
const DEVICES: Duration = Duration::from_secs(3_600);
/// Entries of the change feed that are kept for nodes that lag behind.
const CHANGES: u64 = 100_000;

/// Deletes at most `limit` rows of each kind that expired before `now`.
pub async fn sweep(db: &Db, now: Timestamp, limit: u16) -> Stored<u64> {
    let at = now.micros();
    let mut swept = 0;
    swept += delete::<browser::Entity>(db, all(browser::Column::ExpiresAt.lt(at)), limit).await?;
    swept += delete::<login_session::Entity>(db, all(login_session::Column::ExpiresAt.lt(at)), limit).await?;
    swept += delete::<mailed_code::Entity>(db, all(mailed_code::Column::ExpiresAt.lt(at)), limit).await?;
    swept += delete::<device_authorization::Entity>(db, asking_no_more(now), limit).await?;
    swept += delete::<refresh_token::Entity>(db, all(refresh_token::Column::ExpiresAt.lt(at)), limit).await?;
    swept += delete::<access_token::Entity>(db, all(access_token::Column::ExpiresAt.lt(at)), limit).await?;
    swept += delete::<consent::Entity>(db, all(consent::Column::ExpiresAt.lte(at)), limit).await?;
    swept += delete::<client_secret::Entity>(db, all(client_secret::Column::ExpiresAt.lt(at)), limit).await?;
    swept +=
        delete::<registration_token::Entity>(db, all(registration_token::Column::ExpiresAt.lt(at)), limit)
            .await?;
    swept +=
        delete::<trusted_device::Entity>(db, all(trusted_device::Column::ExpiresAt.lt(at)), limit).await?;
    swept +=
        delete::<recovery_sheet::Entity>(db, all(recovery_sheet::Column::ExpiresAt.lt(at)), limit).await?;
    swept += delete::<revocation::Entity>(db, all(revocation::Column::RememberUntil.lt(at)), limit).await?;
    swept += delete::<ephemeral::Entity>(db, all(ephemeral::Column::ExpiresAt.lte(at)), limit).await?;
    swept += delete::<authorization_root::Entity>(db, without_tokens(now), limit).await?;
    swept += old_changes(db, limit).await?;
    Ok(swept)
}

fn all(condition: impl Into<Expr>) -> Condition {
    Condition::all().add(condition.into())
}

/// Devices whose codes expired a while ago.
fn asking_no_more(now: Timestamp) -> Condition {
    all(device_authorization::Column::ExpiresAt.lt((now - DEVICES).micros()))
}

/// Authorizations whose codes, tokens and session are all gone.
fn without_tokens(now: Timestamp) -> Condition {
    use authorization_root::Column as Root;
    use refresh_token::Column as Token;
    let root = |column: Root| Expr::col((authorization_root::Entity, column));
    let tokens = Query::select()
        .expr(Expr::value(1))
        .from(refresh_token::Entity)
        .and_where(Expr::col((refresh_token::Entity, Token::RealmId)).eq(root(Root::RealmId)))
        .and_where(Expr::col((refresh_token::Entity, Token::AuthorizationId)).eq(root(Root::Id)))
        .to_owned();
    // Who took part must be known when the session ends.
    let session = |column: login_session::Column| Expr::col((login_session::Entity, column));
    let live_session = Query::select()
        .expr(Expr::value(1))
        .from(login_session::Entity)
        .and_where(session(login_session::Column::RealmId).eq(root(Root::RealmId)))
        .and_where(session(login_session::Column::Id).eq(root(Root::LoginSessionId)))
        .and_where(session(login_session::Column::EndedAt).is_null())
        .to_owned();
    Condition::all()
        .add(Root::LastIssuedAt.lt((now - WITHOUT_TOKENS).micros()))
        .add(Expr::exists(tokens).not())
        .add(Expr::exists(live_session).not())
}

/// Deletes at most `limit` rows that match, found by their whole primary key.
async fn delete<E: EntityTrait>(db: &Db, which: Condition, limit: u16) -> Stored<u64> {
    let key = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let mut chosen = E::find()
        .select_only()
        .filter(which)
        .limit(u64::from(limit))
        // What somebody else sweeps or uses at this moment is left to them.
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    for column in key() {
        chosen = chosen.column(column);
    }
    let key = Expr::tuple(key().map(|column| column.into_simple_expr()));
    let delete = E::delete_many().filter(key.in_subquery(chosen.into_query()));
    db.act(move |act| Box::pin(async move { Ok(delete.exec(act.tx()).await?.rows_affected) }))
        .await
}

async fn old_changes(db: &Db, limit: u16) -> Stored<u64> {
    use change_feed::{Column, Entity};
    let oldest_kept: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Sequence)
        .order_by_desc(Column::Sequence)
        .offset(CHANGES)
        .limit(1)
        .into_tuple()
        .one(&db.reading)
        .await
        .map_err(failed)?;
    match oldest_kept {
        Some(sequence) => delete::<Entity>(db, all(Column::Sequence.lte(sequence)), limit).await,
        None => Ok(0),
    }
}
