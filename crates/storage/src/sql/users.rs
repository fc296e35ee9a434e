//! Accounts, what they are found by, and their passwords.

mod accounts;
mod passwords;
mod rows;

pub use accounts::{Accounts, reader as accounts};
pub use passwords::{drop_password, remember, replace_password, set_password};
pub use rows::{ADMINISTRATOR, EMAIL, SIGN_UP, claim_identifier, identifier_of, to_rows, user};

use super::{
    InRealm,
    act::Act,
    dialect::{Turn, take_turn},
    endings,
    entity::{app_user, user_identifier, user_password},
    error::{Sql, failed},
    mailed_codes, row,
};
use async_trait::async_trait;
use domain::{
    change::Revoked,
    client::Status,
    clock::Timestamp,
    id::{RealmId, UserId},
    person::PasswordHash,
    stores::{
        Alongside, Moment, NewUser, Page, PageRequest, PastPasswords, Registration, StoreError, Stored,
        UserStore,
    },
    user::{Profile, User, UserWithPassword},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, UpdateMany,
    sea_query::{Expr, ExprTrait, LockType},
};

#[async_trait]
impl UserStore for InRealm {
    async fn register(&self, new: NewUser, with: Alongside) -> Stored<Registration> {
        let realm = self.realm;
        self.db
            .act(move |act| Box::pin(register(act, realm, new, with)))
            .await
    }

    async fn register_first_administrator(&self, new: NewUser, with: Alongside) -> Stored<Registration> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    take_turn(act.tx(), Turn::FirstAdministrator).await?;
                    if administrators(act.tx(), realm).await? > 0 {
                        return Err(StoreError::Conflict.into());
                    }
                    register(act, realm, new, with).await
                })
            })
            .await
    }

    async fn administrator_exists(&self) -> Stored<bool> {
        Ok(administrators(&self.db.reading, self.realm).await? > 0)
    }

    async fn find(&self, id: UserId) -> Stored<Option<User>> {
        self.db.accounts.ask((self.realm, id)).await?
    }

    async fn find_by_email(&self, normalised: &str) -> Stored<Option<UserWithPassword>> {
        rows::find_to_sign_in(&self.db.reading, self.realm, normalised).await
    }

    async fn list(&self, page: &PageRequest) -> Stored<Page<User>> {
        let mut query = rows::accounts(self.realm)
            .order_by_asc(app_user::Column::Id)
            .limit(u64::from(page.limit()) + 1);
        if let Some(after) = &page.after {
            let Ok(after) = after.parse::<UserId>() else {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            };
            query = query.filter(app_user::Column::Id.gt(after.as_uuid()));
        }
        let found = query.all(&self.db.reading).await.map_err(failed)?;
        let items = found
            .into_iter()
            .map(rows::with_identifier)
            .collect::<Stored<Vec<_>>>()?;
        Ok(row::page(items, page, |user| user.id.to_string()))
    }

    async fn update_profile(
        &self,
        id: UserId,
        version: i64,
        profile: &Profile,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<()> {
        use app_user::Column;
        let (realm, profile) = (self.realm, profile.clone());
        let described = row::to_json(&profile.described)?;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let (name, described) = (profile.name.map(String::from), described.clone());
                    let updated = changed(realm, id, at)
                        .filter(Column::RowVersion.eq(version))
                        .col_expr(Column::DisplayName, Expr::value(name))
                        .col_expr(Column::Locale, Expr::value(profile.locale))
                        .col_expr(Column::Zoneinfo, Expr::value(profile.zoneinfo))
                        .col_expr(Column::Profile, Expr::value(described))
                        .exec(act.tx())
                        .await?;
                    if updated.rows_affected == 0 {
                        return Err(StoreError::Conflict.into());
                    }
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn past_passwords(&self, id: UserId) -> Stored<PastPasswords> {
        passwords::past(&self.db.reading, (self.realm, id)).await
    }

    async fn rehash(
        &self,
        id: UserId,
        old: &PasswordHash,
        new: &PasswordHash,
        with: Alongside,
    ) -> Stored<()> {
        use user_password::{Column, Entity};
        let (realm, old, new) = (self.realm, old.clone(), new.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let replaced = Entity::update_many()
                        .col_expr(Column::Phc, Expr::value(new.expose()))
                        .filter(Column::RealmId.eq(realm.as_uuid()))
                        .filter(Column::UserId.eq(id.as_uuid()))
                        .filter(Column::Phc.eq(old.expose()))
                        .exec(act.tx())
                        .await?;
                    match replaced.rows_affected {
                        0 => Ok(()),
                        _ => act.store(realm, with).await,
                    }
                })
            })
            .await
    }

    async fn set_status(&self, id: UserId, status: Status, moment: Moment, with: Alongside) -> Stored<bool> {
        let realm = self.realm;
        self.db
            .act(move |act| Box::pin(set_status(act, realm, id, (status, moment), with)))
            .await
    }

    async fn delete(&self, id: UserId, moment: Moment, with: Alongside) -> Stored<bool> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    // The account comes before its sessions, as in every act that ends them.
                    hold(act.tx(), realm, id).await?;
                    delete(act, realm, id, moment, with).await
                })
            })
            .await
    }
}

async fn register(act: &mut Act, realm: RealmId, new: NewUser, with: Alongside) -> Sql<Registration> {
    let (account, identifier) = rows::to_rows(realm, &new.user)?;
    app_user::Entity::insert(account.into_active_model())
        .exec_without_returning(act.tx())
        .await?;
    if !rows::claim_identifier(act.tx(), identifier).await? {
        return act.undo(Registration::IdentifierTaken);
    }
    if let Some(password) = &new.password {
        let whose = (realm, new.user.id);
        set_password(act.tx(), whose, password, new.user.created_at).await?;
    }
    if let Some(code) = &new.mailed_code {
        mailed_codes::insert(act.tx(), realm, code).await?;
    }
    act.store(realm, with).await?;
    Ok(Registration::Registered)
}

/// Deletes an account that is held, and everything that is its own; false if there is none.
pub async fn delete(
    act: &mut Act,
    realm: RealmId,
    id: UserId,
    moment: Moment,
    mut with: Alongside,
) -> Sql<bool> {
    endings::tell_clients(act, realm, id, &mut with).await?;
    let key = (realm.as_uuid(), id.as_uuid());
    let deleted = app_user::Entity::delete_by_id(key).exec(act.tx()).await?;
    if deleted.rows_affected == 0 {
        return Ok(false);
    }
    act.revoke(realm, Revoked::User(id), moment).await?;
    act.store(realm, with).await?;
    Ok(true)
}

async fn set_status(
    act: &mut Act,
    realm: RealmId,
    id: UserId,
    (status, moment): (Status, Moment),
    mut with: Alongside,
) -> Sql<bool> {
    use app_user::Column;
    let mut update =
        changed(realm, id, moment.at).col_expr(Column::Status, Expr::value(row::status_name(status)));
    update = match status {
        Status::Disabled => update.col_expr(Column::NotBefore, Expr::value(moment.at.micros())),
        Status::Active => update.col_expr(Column::EraseAt, Expr::value(None::<i64>)),
    };
    if update.exec(act.tx()).await?.rows_affected == 0 {
        return Ok(false);
    }
    if status == Status::Disabled {
        endings::end_everything(act, realm, id, moment.at.micros(), &mut with).await?;
        act.revoke(realm, Revoked::User(id), moment).await?;
    }
    act.store(realm, with).await?;
    Ok(true)
}

/// An update of the account's row that counts as a change of it.
pub fn changed(realm: RealmId, id: UserId, at: Timestamp) -> UpdateMany<app_user::Entity> {
    use app_user::Column;
    app_user::Entity::update_many()
        .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(at.micros()))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Id.eq(id.as_uuid()))
}

/// Lets acts on the same account follow one another until the transaction ends; whether there is the account.
pub async fn hold(tx: &impl ConnectionTrait, realm: RealmId, id: UserId) -> Sql<bool> {
    let held = app_user::Entity::find_by_id((realm.as_uuid(), id.as_uuid())).lock(LockType::NoKeyUpdate);
    Ok(held.one(tx).await?.is_some())
}

/// Like [`hold`]; false also where what ends the account's sessions came after one that `began` then.
pub async fn hold_for(tx: &impl ConnectionTrait, realm: RealmId, id: UserId, began: Timestamp) -> Sql<bool> {
    let held = app_user::Entity::find_by_id((realm.as_uuid(), id.as_uuid())).lock(LockType::NoKeyUpdate);
    let held = held.one(tx).await?;
    Ok(held.is_some_and(|held| held.not_before <= began.micros()))
}

/// Whether the account has an address that is proven to be theirs.
pub async fn has_proven_address(tx: &impl ConnectionTrait, realm: RealmId, id: UserId) -> Sql<bool> {
    use user_identifier::Column;
    let proven = user_identifier::Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(id.as_uuid()))
        .filter(Column::Kind.eq(EMAIL))
        .filter(Column::VerifiedAt.is_not_null());
    Ok(proven.one(tx).await?.is_some())
}

/// How many active accounts may run the realm.
pub async fn administrators(connection: &impl ConnectionTrait, realm: RealmId) -> Sql<u64> {
    use app_user::Column;
    let count = app_user::Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::AccountRole.eq(rows::ADMINISTRATOR))
        .filter(Column::Status.eq(row::status_name(Status::Active)))
        .filter(Column::EraseAt.is_null())
        .count(connection)
        .await?;
    Ok(count)
}
