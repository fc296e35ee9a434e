//! Accounts that people leave: restoring and erasing one are decided by the same column of its row.

mod forget;

use super::{
    InRealm,
    act::Act,
    dialect::{Turn, take_turn},
    endings,
    entity::{app_user, login_session},
    error::Sql,
    mailed_codes, users,
};
use async_trait::async_trait;
use domain::{
    change::Revoked,
    client::Status,
    clock::Timestamp,
    id::{LoginSessionId, RealmId, UserId},
    mail::{MailedCode, MailedCodePurpose, MailedProof},
    secret::Digest,
    stores::{Alongside, LeavingStore, Left, MailedCodeStore as _, MailedOutcome, Moment, Stored},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};
use std::collections::HashMap;
use uuid::Uuid;

#[async_trait]
impl LeavingStore for InRealm {
    async fn leave(
        &self,
        code: &MailedCode,
        by: LoginSessionId,
        erase_at: Timestamp,
        moment: Moment,
        with: Alongside,
    ) -> Stored<Left> {
        let (realm, code) = (self.realm, code.clone());
        self.db
            .act(move |act| Box::pin(leave(act, realm, (code, by, erase_at), moment, with)))
            .await
    }

    async fn offer(&self, code: &MailedCode) -> Stored<bool> {
        let (realm, code) = (self.realm, code.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let held = held(act, realm, code.user_id).await?;
                    let leaves = held.is_some_and(|user| user.erase_at.is_some());
                    if leaves {
                        mailed_codes::insert(act.tx(), realm, &code).await?;
                    }
                    Ok(leaves)
                })
            })
            .await
    }

    async fn restore(&self, link: Digest, at: Timestamp, with: Alongside) -> Stored<MailedOutcome> {
        let Some(code) = self.find_by_link(&link, at).await? else {
            return Ok(MailedOutcome::Refused);
        };
        let (realm, user) = (self.realm, code.user_id);
        self.db
            .act(move |act| Box::pin(restore(act, realm, (user, link), at, with)))
            .await
    }

    async fn erase(&self, user: UserId, moment: Moment, with: Alongside) -> Stored<bool> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let held = held(act, realm, user).await?;
                    let due = held.and_then(|user| user.erase_at);
                    if due.is_none_or(|due| due > moment.at.micros()) {
                        return Ok(false);
                    }
                    users::delete(act, realm, user, moment, with).await
                })
            })
            .await
    }

    async fn forget(&self, user: UserId, pseudonyms: &HashMap<Uuid, Uuid>) -> Stored<()> {
        forget::forget(&self.db, self.realm, user, pseudonyms).await
    }
}

/// The account, held until the transaction ends.
async fn held(act: &Act, realm: RealmId, user: UserId) -> Sql<Option<app_user::Model>> {
    let held = app_user::Entity::find_by_id((realm.as_uuid(), user.as_uuid())).lock(LockType::Update);
    Ok(held.one(act.tx()).await?)
}

async fn leave(
    act: &mut Act,
    realm: RealmId,
    (code, by, erase_at): (MailedCode, LoginSessionId, Timestamp),
    moment: Moment,
    mut with: Alongside,
) -> Sql<Left> {
    use app_user::Column;
    let user = code.user_id;
    // Two of the last administrators must not leave beside each other.
    take_turn(act.tx(), Turn::FirstAdministrator).await?;
    let Some(held) = held(act, realm, user).await? else {
        return Ok(Left::SignedOut);
    };
    let active = held.status == super::row::status_name(Status::Active) && held.erase_at.is_none();
    if !active || !is_open(act, realm, user, by).await? {
        return Ok(Left::SignedOut);
    }
    if held.account_role == users::ADMINISTRATOR && users::administrators(act.tx(), realm).await? == 1 {
        return Ok(Left::LastAdministrator);
    }
    users::changed(realm, user, moment.at)
        .col_expr(Column::EraseAt, Expr::value(erase_at.micros()))
        .col_expr(Column::NotBefore, Expr::value(moment.at.micros()))
        .exec(act.tx())
        .await?;
    mailed_codes::forget_codes(act, realm, user, (None, moment.at)).await?;
    mailed_codes::insert(act.tx(), realm, &code).await?;
    endings::end_everything(act, realm, user, moment.at.micros(), &mut with).await?;
    act.revoke(realm, Revoked::User(user), moment).await?;
    act.store(realm, with).await?;
    Ok(Left::Left)
}

async fn is_open(act: &Act, realm: RealmId, user: UserId, session: LoginSessionId) -> Sql<bool> {
    use login_session::Column;
    let open = login_session::Entity::find_by_id((realm.as_uuid(), session.as_uuid()))
        .filter(Column::UserId.eq(user.as_uuid()))
        .filter(Column::EndedAt.is_null());
    Ok(open.one(act.tx()).await?.is_some())
}

async fn restore(
    act: &mut Act,
    realm: RealmId,
    (user, link): (UserId, Digest),
    at: Timestamp,
    with: Alongside,
) -> Sql<MailedOutcome> {
    use app_user::Column;
    // The account comes before its codes, as where it is erased.
    held(act, realm, user).await?;
    let proof = MailedProof::Link { link };
    let used = mailed_codes::use_up(act, realm, MailedCodePurpose::RestoreAccount, proof, at).await?;
    let Some(code) = used else {
        return Ok(MailedOutcome::Refused);
    };
    let restored = users::changed(realm, user, at)
        .col_expr(Column::EraseAt, Expr::value(None::<i64>))
        .filter(Column::EraseAt.gt(at.micros()))
        .exec(act.tx())
        .await?;
    if code.user_id != user || restored.rows_affected == 0 {
        return act.undo(MailedOutcome::Refused);
    }
    mailed_codes::forget_codes(act, realm, user, (None, at)).await?;
    act.store(realm, with).await?;
    Ok(MailedOutcome::Redeemed(code))
}
