//! Accounts as rows and back.

use super::super::{
    entity::{app_user, user_identifier, user_password},
    error::{Sql, failed},
    row,
};
use domain::{
    clock::Timestamp,
    id::{RealmId, UserId},
    person::{DisplayName, Email, PasswordHash},
    stores::Stored,
    user::{Role, User, UserSource, UserWithPassword},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    JoinType, QueryFilter, QueryResult, QuerySelect, RelationDef, Select, SelectTwo, sea_query::OnConflict,
};

/// The kind of identifier that an address is.
pub const EMAIL: &str = "email";
/// The role of administrators as it is stored.
pub const ADMINISTRATOR: &str = "administrator";
const MEMBER: &str = "member";
const OPERATOR: &str = "operator";
/// How an account came about that somebody signed up for.
pub const SIGN_UP: &str = "sign_up";
const PROVIDER: &str = "provider";

/// The identifiers of an account.
pub fn identifier_of() -> RelationDef {
    use app_user::Column::{Id, RealmId};
    app_user::Entity::belongs_to(user_identifier::Entity)
        .from((RealmId, Id))
        .to((user_identifier::Column::RealmId, user_identifier::Column::UserId))
        .into()
}

fn password_of() -> RelationDef {
    use app_user::Column::{Id, RealmId};
    app_user::Entity::belongs_to(user_password::Entity)
        .from((RealmId, Id))
        .to((user_password::Column::RealmId, user_password::Column::UserId))
        .into()
}

fn joined(realm: RealmId) -> Select<app_user::Entity> {
    app_user::Entity::find()
        .join(JoinType::InnerJoin, identifier_of())
        .filter(app_user::Column::RealmId.eq(realm.as_uuid()))
        .filter(user_identifier::Column::Kind.eq(EMAIL))
}

/// Accounts of a realm with the address each is found by.
pub fn accounts(realm: RealmId) -> SelectTwo<app_user::Entity, user_identifier::Entity> {
    joined(realm).select_also(user_identifier::Entity)
}

/// The account of a row of [`accounts`].
pub fn with_identifier(
    (account, identifier): (app_user::Model, Option<user_identifier::Model>),
) -> Stored<User> {
    user(account, identifier.ok_or_else(|| row::unreadable("identifier"))?)
}

/// The account of its rows.
pub fn user(account: app_user::Model, identifier: user_identifier::Model) -> Stored<User> {
    Ok(User {
        id: UserId::from_uuid(account.id),
        email: Email::parse(&account.email).map_err(|_| row::unreadable("email"))?,
        email_verified_at: row::moment(identifier.verified_at),
        name: account
            .display_name
            .map(|name| DisplayName::parse(&name).map_err(|_| row::unreadable("display_name")))
            .transpose()?,
        locale: account.locale,
        zoneinfo: account.zoneinfo,
        described: row::from_json(&account.profile, "profile")?,
        status: row::status(&account.status)?,
        role: role(&account.account_role)?,
        source: source(&account.account_source)?,
        not_before: Timestamp::from_micros(account.not_before),
        erase_at: row::moment(account.erase_at),
        version: account.row_version,
        created_at: Timestamp::from_micros(account.created_at),
        updated_at: Timestamp::from_micros(account.updated_at),
    })
}

fn role(text: &str) -> Stored<Role> {
    match text {
        MEMBER => Ok(Role::Member),
        ADMINISTRATOR => Ok(Role::Administrator),
        _ => Err(row::unreadable("account_role")),
    }
}

fn source(text: &str) -> Stored<UserSource> {
    match text {
        OPERATOR => Ok(UserSource::Operator),
        SIGN_UP => Ok(UserSource::SignUp),
        PROVIDER => Ok(UserSource::Provider),
        _ => Err(row::unreadable("account_source")),
    }
}

/// The rows of a new account.
pub fn to_rows(realm: RealmId, user: &User) -> Stored<(app_user::Model, user_identifier::Model)> {
    let account = app_user::Model {
        realm_id: realm.as_uuid(),
        id: user.id.as_uuid(),
        email: user.email.as_str().to_owned(),
        display_name: user.name.clone().map(String::from),
        locale: user.locale.clone(),
        zoneinfo: user.zoneinfo.clone(),
        status: row::status_name(user.status).to_owned(),
        account_role: match user.role {
            Role::Member => MEMBER.to_owned(),
            Role::Administrator => ADMINISTRATOR.to_owned(),
        },
        account_source: match user.source {
            UserSource::Operator => OPERATOR.to_owned(),
            UserSource::SignUp => SIGN_UP.to_owned(),
            UserSource::Provider => PROVIDER.to_owned(),
        },
        not_before: user.not_before.micros(),
        erase_at: user.erase_at.map(Timestamp::micros),
        row_version: user.version,
        created_at: user.created_at.micros(),
        updated_at: user.updated_at.micros(),
        profile: row::to_json(&user.described)?,
    };
    let identifier = user_identifier::Model {
        realm_id: account.realm_id,
        kind: EMAIL.to_owned(),
        normalised: user.email.normalised(),
        user_id: account.id,
        verified_at: user.email_verified_at.map(Timestamp::micros),
    };
    Ok((account, identifier))
}

/// Stores the identifier unless somebody has it; whether it was stored.
pub async fn claim_identifier(tx: &impl ConnectionTrait, identifier: user_identifier::Model) -> Sql<bool> {
    use user_identifier::Column::{Kind, Normalised, RealmId};
    let taken = OnConflict::columns([RealmId, Kind, Normalised])
        .do_nothing()
        .to_owned();
    let inserted = user_identifier::Entity::insert(identifier.into_active_model())
        .on_conflict(taken)
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

struct SignInRow {
    account: app_user::Model,
    identifier: user_identifier::Model,
    phc: Option<String>,
    set_at: Option<i64>,
}

impl FromQueryResult for SignInRow {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            account: app_user::Model::from_query_result(row, "u_")?,
            identifier: user_identifier::Model::from_query_result(row, "i_")?,
            phc: row.try_get("", "phc")?,
            set_at: row.try_get("", "set_at")?,
        })
    }
}

/// The account an address identifies and its password, in one statement.
pub async fn find_to_sign_in(
    connection: &DatabaseConnection,
    realm: RealmId,
    normalised: &str,
) -> Stored<Option<UserWithPassword>> {
    let query = joined(realm)
        .join(JoinType::LeftJoin, password_of())
        .filter(user_identifier::Column::Normalised.eq(normalised))
        .select_only()
        .column_as(user_password::Column::Phc, "phc")
        .column_as(user_password::Column::SetAt, "set_at");
    let query = row::with_columns::<app_user::Entity, _>(query, "u_");
    let query = row::with_columns::<user_identifier::Entity, _>(query, "i_");
    let found = query
        .into_model::<SignInRow>()
        .one(connection)
        .await
        .map_err(failed)?;
    found
        .map(|found| {
            Ok(UserWithPassword {
                user: user(found.account, found.identifier)?,
                password: found.phc.map(PasswordHash::new),
                password_set_at: found.set_at.map(Timestamp::from_micros),
            })
        })
        .transpose()
}
