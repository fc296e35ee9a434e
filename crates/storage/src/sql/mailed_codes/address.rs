//! Mailed codes that have to do with the address itself: signing in by it, changing it, bringing an earlier one back.

use super::{
    super::{
        act::Act,
        endings,
        entity::{
            app_user,
            mailed_code::Column,
            user_identifier::{self, Column as Identifier},
        },
        error::Sql,
        identities, passkeys, second_factors, users,
    },
    insert, take_over, update, use_up, verify,
};
use domain::{
    change::Revoked,
    clock::Timestamp,
    id::{RealmId, UserId},
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    person::Email,
    secret::Digest,
    stores::{Alongside, MailedOutcome, Moment, NextPassword},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};

/// Uses up a code that signs somebody in; a sign-up it confirms loses what a stranger may have chosen for it.
pub(super) async fn sign_in(
    act: &mut Act,
    realm: RealmId,
    proof: MailedProof,
    now: Timestamp,
    with: Alongside,
) -> Sql<MailedOutcome> {
    let Some(code) = use_up(act, realm, MailedCodePurpose::SignIn, proof, now).await? else {
        return Ok(MailedOutcome::Refused);
    };
    if verify(act, realm, &code, now).await? && signed_up(act, realm, code.user_id).await? {
        take_over(act, realm, (code.user_id, now), None).await?;
        forget_codes(act, realm, code.user_id, (None, now)).await?;
    }
    act.store(realm, with).await?;
    Ok(MailedOutcome::Redeemed(code))
}

/// Uses up a code that proves an address for somebody whom a provider vouched for; a sign-up is left to give way.
pub(super) async fn prove(
    act: &mut Act,
    realm: RealmId,
    proof: MailedProof,
    now: Timestamp,
    with: Alongside,
) -> Sql<MailedOutcome> {
    let Some(code) = use_up(act, realm, MailedCodePurpose::ProveAddress, proof, now).await? else {
        return Ok(MailedOutcome::Refused);
    };
    if !signed_up(act, realm, code.user_id).await? {
        verify(act, realm, &code, now).await?;
    }
    act.store(realm, with).await?;
    Ok(MailedOutcome::Redeemed(code))
}

/// Uses up a code that proves a new address and moves the account there.
pub(super) async fn change(
    act: &mut Act,
    realm: RealmId,
    proof: MailedProof,
    (undo, now): (MailedCode, Timestamp),
    with: Alongside,
) -> Sql<MailedOutcome> {
    let user = undo.user_id;
    users::hold(act.tx(), realm, user).await?;
    let used = use_up(act, realm, MailedCodePurpose::ChangeEmail, proof, now).await?;
    let Some(code) = used else {
        return Ok(MailedOutcome::Refused);
    };
    if code.user_id != user || !has_address(act, realm, user, &undo.email).await? {
        return act.undo(MailedOutcome::Refused);
    }
    if !move_to(act, realm, user, &code.email, now).await? {
        return act.undo(MailedOutcome::Refused);
    }
    users::changed(realm, user, now)
        .col_expr(app_user::Column::Email, Expr::value(code.email.as_str()))
        .exec(act.tx())
        .await?;
    forget_codes(act, realm, user, (None, now)).await?;
    insert(act.tx(), realm, &undo).await?;
    act.store(realm, with).await?;
    Ok(MailedOutcome::Redeemed(code))
}

/// Uses up a link that brings an address back, ends whatever there is, and drops what could have been added since.
pub(super) async fn undo(
    act: &mut Act,
    realm: RealmId,
    link: Digest,
    (new, moment): (NextPassword, Moment),
    mut with: Alongside,
) -> Sql<MailedOutcome> {
    let (proof, at) = (MailedProof::Link { link }, moment.at);
    let used = use_up(act, realm, MailedCodePurpose::UndoEmail, proof, at).await?;
    let Some(code) = used else {
        return Ok(MailedOutcome::Refused);
    };
    let user = code.user_id;
    users::hold(act.tx(), realm, user).await?;
    if !move_to(act, realm, user, &code.email, at).await? {
        return act.undo(MailedOutcome::Refused);
    }
    users::replace_password(act.tx(), (realm, user), &new, at).await?;
    users::changed(realm, user, at)
        .col_expr(app_user::Column::Email, Expr::value(code.email.as_str()))
        .col_expr(app_user::Column::NotBefore, Expr::value(at.micros()))
        .col_expr(app_user::Column::EraseAt, Expr::value(None::<i64>))
        .exec(act.tx())
        .await?;
    forget_codes(act, realm, user, (Some(code.created_at), at)).await?;
    identities::drop_since(act, realm, user, code.created_at).await?;
    passkeys::drop_since(act, realm, user, code.created_at).await?;
    second_factors::drop_since(act, realm, user, code.created_at).await?;
    endings::end_everything(act, realm, user, at.micros(), &mut with).await?;
    act.revoke(realm, Revoked::User(user), moment).await?;
    act.store(realm, with).await?;
    Ok(MailedOutcome::Redeemed(code))
}

/// No mailed code of an account works any more, but links that bring back an address, if made before `undone`:
/// whoever takes an account over must not take away the way back.
pub async fn forget_codes(
    act: &Act,
    realm: RealmId,
    user: UserId,
    (undone, at): (Option<Timestamp>, Timestamp),
) -> Sql<()> {
    let mut stop = Condition::any().add(Column::Purpose.ne(MailedCodePurpose::UndoEmail.as_str()));
    if let Some(undone) = undone {
        stop = stop.add(Column::CreatedAt.gte(undone.micros()));
    }
    update(realm)
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(stop)
        .col_expr(Column::UsedAt, Expr::value(at.micros()))
        .exec(act.tx())
        .await?;
    Ok(())
}

async fn signed_up(act: &Act, realm: RealmId, user: UserId) -> Sql<bool> {
    let found = app_user::Entity::find_by_id((realm.as_uuid(), user.as_uuid()))
        .filter(app_user::Column::AccountSource.eq(users::SIGN_UP))
        .one(act.tx())
        .await?;
    Ok(found.is_some())
}

async fn has_address(act: &Act, realm: RealmId, user: UserId, email: &Email) -> Sql<bool> {
    let key = (realm.as_uuid(), users::EMAIL.to_owned(), email.normalised());
    let found = user_identifier::Entity::find_by_id(key).one(act.tx()).await?;
    Ok(found.is_some_and(|found| found.user_id == user.as_uuid()))
}

/// Makes a proven address the one an account is found by; false if somebody else is.
async fn move_to(act: &Act, realm: RealmId, user: UserId, email: &Email, at: Timestamp) -> Sql<bool> {
    user_identifier::Entity::delete_many()
        .filter(Identifier::RealmId.eq(realm.as_uuid()))
        .filter(Identifier::UserId.eq(user.as_uuid()))
        .filter(Identifier::Kind.eq(users::EMAIL))
        .exec(act.tx())
        .await?;
    give_way(act, realm, email).await?;
    let identifier = user_identifier::Model {
        realm_id: realm.as_uuid(),
        kind: users::EMAIL.to_owned(),
        normalised: email.normalised(),
        user_id: user.as_uuid(),
        verified_at: Some(at.micros()),
    };
    users::claim_identifier(act.tx(), identifier).await
}

/// Deletes a sign-up with the address that was never confirmed: anybody could have made it, to be in the way.
pub async fn give_way(act: &Act, realm: RealmId, email: &Email) -> Sql<()> {
    let key = (realm.as_uuid(), users::EMAIL.to_owned(), email.normalised());
    let found = user_identifier::Entity::find_by_id(key)
        .filter(Identifier::VerifiedAt.is_null())
        .lock(LockType::Update)
        .one(act.tx())
        .await?;
    if let Some(found) = found {
        app_user::Entity::delete_many()
            .filter(app_user::Column::RealmId.eq(realm.as_uuid()))
            .filter(app_user::Column::Id.eq(found.user_id))
            .filter(app_user::Column::AccountSource.eq(users::SIGN_UP))
            .exec(act.tx())
            .await?;
    }
    Ok(())
}
