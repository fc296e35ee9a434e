//! Passwords that people set and remove themselves. Both acts hold the account, so that what they rest on, a second
//! factor or another way in, is there when they are done.

use super::{
    InRealm,
    act::Act,
    endings,
    entity::{app_user, authenticator, login_session, user_password},
    error::Sql,
    identities, mailed_codes, passkeys, second_factors, users,
};
use async_trait::async_trait;
use domain::{
    change::Revoked,
    clock::Timestamp,
    federation::ProviderId,
    id::{LoginSessionId, RealmId, UserId},
    passkey::{WaysIn, ways_in},
    stores::{Alongside, ChosenPassword, Moment, PasswordRemoved, PasswordSet, PasswordStore, Stored},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

/// By whom something is done: the session, whose account, in which realm.
type By = (RealmId, UserId, LoginSessionId);

#[async_trait]
impl PasswordStore for InRealm {
    async fn set(
        &self,
        user: UserId,
        new: &ChosenPassword,
        by: LoginSessionId,
        moment: Moment,
        with: Alongside,
    ) -> Stored<PasswordSet> {
        let (by, new) = ((self.realm, user, by), new.clone());
        self.db
            .act(move |act| Box::pin(set(act, by, new, moment, with)))
            .await
    }

    async fn remove(
        &self,
        user: UserId,
        by: LoginSessionId,
        (open, keep): (&[ProviderId], usize),
        moment: Moment,
        with: Alongside,
    ) -> Stored<PasswordRemoved> {
        let (by, left) = ((self.realm, user, by), (open.to_vec(), keep));
        self.db
            .act(move |act| Box::pin(remove(act, by, left, moment, with)))
            .await
    }
}

async fn set(
    act: &mut Act,
    by: By,
    new: ChosenPassword,
    moment: Moment,
    with: Alongside,
) -> Sql<PasswordSet> {
    let (realm, user, _) = by;
    users::hold(act.tx(), realm, user).await?;
    if !continues(act, by, moment.at).await? {
        return Ok(PasswordSet::SignedOut);
    }
    if new.needs_second_factor && !has_authenticator(act, realm, user).await? {
        return act.undo(PasswordSet::SecondFactorMissing);
    }
    users::replace_password(act.tx(), (realm, user), &new.next, moment.at).await?;
    if new.needs_second_factor {
        use user_password::Column;
        user_password::Entity::update_many()
            .col_expr(Column::NeedsSecondFactor, Expr::value(true))
            .filter(Column::RealmId.eq(realm.as_uuid()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .exec(act.tx())
            .await?;
    }
    end_others(act, by, moment, with).await?;
    Ok(PasswordSet::Set)
}

async fn remove(
    act: &mut Act,
    by: By,
    (open, keep): (Vec<ProviderId>, usize),
    moment: Moment,
    with: Alongside,
) -> Sql<PasswordRemoved> {
    let (realm, user, _) = by;
    users::hold(act.tx(), realm, user).await?;
    let password = user_password::Entity::find_by_id((realm.as_uuid(), user.as_uuid()));
    if password.one(act.tx()).await?.is_none() || !continues(act, by, moment.at).await? {
        return Ok(PasswordRemoved::Missing);
    }
    let left = WaysIn {
        password: false,
        passkeys: passkeys::count(act.tx(), realm, user).await?,
        identities: identities::usable(act.tx(), realm, user, &open).await?,
        mailed_code: users::has_proven_address(act.tx(), realm, user).await?,
    };
    if ways_in(left) == 0 {
        return act.undo(PasswordRemoved::LastWayIn);
    }
    users::remember(act.tx(), (realm, user), moment.at, keep).await?;
    users::drop_password(act.tx(), realm, user).await?;
    end_others(act, by, moment, with).await?;
    Ok(PasswordRemoved::Removed)
}

/// Lets a session that has not ended count from now; whether there is it.
async fn continues(act: &Act, (realm, user, by): By, at: Timestamp) -> Sql<bool> {
    use login_session::Column;
    let continued = login_session::Entity::update_many()
        .col_expr(Column::CreatedAt, Expr::value(at.micros()))
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::Id.eq(by.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null())
        .exec(act.tx())
        .await?;
    Ok(continued.rows_affected == 1)
}

async fn has_authenticator(act: &Act, realm: RealmId, user: UserId) -> Sql<bool> {
    use authenticator::Column;
    let confirmed = authenticator::Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::AuthenticatorState.eq(second_factors::CONFIRMED));
    Ok(confirmed.count(act.tx()).await? > 0)
}

/// Ends whatever an account has but the session that this is done in.
async fn end_others(act: &mut Act, by: By, moment: Moment, mut with: Alongside) -> Sql<()> {
    let (realm, user, session) = by;
    mailed_codes::forget_codes(act, realm, user, (None, moment.at)).await?;
    users::changed(realm, user, moment.at)
        .col_expr(app_user::Column::NotBefore, Expr::value(moment.at.micros()))
        .exec(act.tx())
        .await?;
    endings::end_everything_but(act, (realm, user), session, moment.at.micros(), &mut with).await?;
    act.revoke(realm, Revoked::User(user), moment).await?;
    act.store(realm, with).await
}
