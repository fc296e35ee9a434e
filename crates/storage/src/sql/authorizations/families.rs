//! Refresh tokens with everything that decides about them.

use super::rows;
use crate::sql::{
    entity::{app_user, authorization_root, login_session, refresh_token, user_identifier},
    look_ups::{self, FAMILIES, FIRST, LookUps},
    row, sessions, users,
};
use domain::{
    authorization::RefreshTokenFamily,
    id::RealmId,
    secret::Digest,
    stores::{StoreError, Stored},
};
use sea_orm::{DatabaseConnection, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

/// Which refresh token.
pub type Wanted = (RealmId, Digest);
/// Where refresh tokens are asked for.
pub type Families = LookUps<Wanted, RefreshTokenFamily>;

/// Starts what reads them.
pub fn reader(connection: &DatabaseConnection) -> Families {
    look_ups::start(connection, statement, family)
}

fn statement(connection: &DatabaseConnection, wanted: &[Wanted]) -> Statement {
    let rows = wanted
        .iter()
        .map(|(realm, digest)| [realm.as_uuid().into(), row::bytes(digest).into()]);
    FAMILIES.with(connection, rows, [Value::Uuid(None), Value::Bytes(None)])
}

fn family(row: &QueryResult) -> Stored<RefreshTokenFamily> {
    let models = read_models(row).map_err(StoreError::unavailable)?;
    Ok(RefreshTokenFamily {
        token: rows::token(models.token)?,
        authorization: rows::authorization(models.root)?,
        user: users::user(models.account, models.identifier)?,
        login_session: models.session.map(sessions::session).transpose()?,
    })
}

struct Models {
    token: refresh_token::Model,
    root: authorization_root::Model,
    account: app_user::Model,
    identifier: user_identifier::Model,
    session: Option<login_session::Model>,
}

fn read_models(row: &QueryResult) -> Result<Models, DbErr> {
    let mut place = FIRST;
    let place = &mut place;
    Ok(Models {
        token: look_ups::token(row, place)?,
        root: look_ups::root(row, place)?,
        account: look_ups::account(row, place)?,
        identifier: look_ups::identifier(row, place)?,
        session: match row.try_get_by_index::<Option<Uuid>>(*place)? {
            Some(_) => Some(look_ups::login_session(row, place)?),
            None => None,
        },
    })
}
