//! Passkeys as rows and back.

use super::super::{
    entity::{
        app_user,
        passkey::{Column, Entity, Model},
        user_identifier,
    },
    error::failed,
    row, users,
};
use domain::{
    clock::Timestamp,
    id::{PasskeyId, RealmId, UserId},
    passkey::{Aaguid, CredentialId, Passkey, PasskeyAndUser},
    person::DisplayName,
    stores::Stored,
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult,
    QuerySelect, RelationDef,
};

struct WithUser {
    passkey: Model,
    account: app_user::Model,
    identifier: user_identifier::Model,
}

impl FromQueryResult for WithUser {
    fn from_query_result(row: &QueryResult, _prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            passkey: Model::from_query_result(row, "p_")?,
            account: app_user::Model::from_query_result(row, "u_")?,
            identifier: user_identifier::Model::from_query_result(row, "i_")?,
        })
    }
}

fn user_of() -> RelationDef {
    Entity::belongs_to(app_user::Entity)
        .from((Column::RealmId, Column::UserId))
        .to((app_user::Column::RealmId, app_user::Column::Id))
        .into()
}

/// The passkey of a credential, and whose it is, in one read.
pub async fn find(
    reading: &DatabaseConnection,
    realm: RealmId,
    credential: &CredentialId,
) -> Stored<Option<PasskeyAndUser>> {
    let query = Entity::find()
        .join(JoinType::InnerJoin, user_of())
        .join(JoinType::InnerJoin, users::identifier_of())
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::CredentialId.eq(credential.as_bytes()))
        .filter(user_identifier::Column::Kind.eq(users::EMAIL))
        .select_only();
    let query = row::with_columns::<Entity, _>(query, "p_");
    let query = row::with_columns::<app_user::Entity, _>(query, "u_");
    let query = row::with_columns::<user_identifier::Entity, _>(query, "i_");
    let found = query
        .into_model::<WithUser>()
        .one(reading)
        .await
        .map_err(failed)?;
    found
        .map(|found| {
            Ok(PasskeyAndUser {
                passkey: passkey(found.passkey)?,
                user: users::user(found.account, found.identifier)?,
            })
        })
        .transpose()
}

/// The row of a passkey.
pub fn row(realm: RealmId, passkey: Passkey) -> Model {
    Model {
        realm_id: realm.as_uuid(),
        id: passkey.id.as_uuid(),
        user_id: passkey.user_id.as_uuid(),
        credential_id: passkey.credential_id.as_bytes().to_vec(),
        display_name: passkey.name.map(String::from),
        aaguid: passkey.aaguid.0.to_vec(),
        synced: passkey.synced,
        sign_count: i64::from(passkey.sign_count),
        public: passkey.public,
        created_at: passkey.created_at.micros(),
        last_used_at: passkey.last_used_at.map(Timestamp::micros),
    }
}

/// The passkey of a row.
pub fn passkey(row: Model) -> Stored<Passkey> {
    let name = row.display_name.map(|name| DisplayName::parse(&name));
    let name = name.transpose();
    let aaguid = row.aaguid.try_into();
    Ok(Passkey {
        id: PasskeyId::from_uuid(row.id),
        credential_id: CredentialId::new(row.credential_id)
            .ok_or_else(|| row::unreadable("credential_id"))?,
        user_id: UserId::from_uuid(row.user_id),
        name: name.map_err(|_| row::unreadable("display_name"))?,
        aaguid: Aaguid(aaguid.map_err(|_| row::unreadable("aaguid"))?),
        synced: row.synced,
        sign_count: u32::try_from(row.sign_count).map_err(|_| row::unreadable("sign_count"))?,
        public: row.public,
        created_at: Timestamp::from_micros(row.created_at),
        last_used_at: row::moment(row.last_used_at),
    })
}
