//! Mailed codes and links: used once, tried five times at most.

mod address;
mod rows;

pub use address::{forget_codes, give_way};
pub use rows::code;

use super::{
    InRealm,
    act::Act,
    endings,
    entity::{
        app_user,
        mailed_code::{Column, Entity},
        user_identifier,
    },
    error::{Sql, failed},
    row, terms, users,
};
use async_trait::async_trait;
use domain::{
    change::Revoked,
    clock::Timestamp,
    id::{MailedCodeId, RealmId, UserId},
    mail::{Chosen, MailedCode, MailedCodePurpose, MailedProof},
    secret::Digest,
    stores::{Alongside, MailedCodeStore, MailedOutcome, Moment, NextPassword, Stored},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Select, UpdateMany,
    sea_query::{Expr, ExprTrait},
};

#[async_trait]
impl MailedCodeStore for InRealm {
    async fn send(&self, code: &MailedCode, with: Alongside) -> Stored<()> {
        let (realm, code) = (self.realm, code.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    users::hold(act.tx(), realm, code.user_id).await?;
                    update(realm)
                        .filter(Column::UserId.eq(code.user_id.as_uuid()))
                        .filter(Column::Purpose.eq(code.purpose.as_str()))
                        .col_expr(Column::UsedAt, Expr::value(code.created_at.micros()))
                        .exec(act.tx())
                        .await?;
                    insert(act.tx(), realm, &code).await?;
                    act.store(realm, with).await
                })
            })
            .await
    }

    async fn find(&self, id: MailedCodeId, now: Timestamp) -> Stored<Option<MailedCode>> {
        let query = usable(self.realm, now).filter(Column::Id.eq(id.as_uuid()));
        let found = query.one(&self.db.reading).await.map_err(failed)?;
        found.map(rows::code).transpose()
    }

    async fn find_by_link(&self, link: &Digest, now: Timestamp) -> Stored<Option<MailedCode>> {
        let query = usable(self.realm, now).filter(Column::Link.eq(row::bytes(link)));
        let found = query.one(&self.db.reading).await.map_err(failed)?;
        found.map(rows::code).transpose()
    }

    async fn confirm_email(
        &self,
        proof: MailedProof,
        chosen: Option<Chosen>,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome> {
        let realm = self.realm;
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let used = use_up(act, realm, MailedCodePurpose::ConfirmEmail, proof, now).await?;
                    let Some(code) = used else {
                        return Ok(MailedOutcome::Refused);
                    };
                    if verify(act, realm, &code, now).await? {
                        take_over(act, realm, (code.user_id, now), chosen).await?;
                    }
                    act.store(realm, with).await?;
                    Ok(MailedOutcome::Redeemed(code))
                })
            })
            .await
    }

    async fn reset_password(
        &self,
        proof: MailedProof,
        new: &NextPassword,
        moment: Moment,
        mut with: Alongside,
    ) -> Stored<MailedOutcome> {
        let (realm, new) = (self.realm, new.clone());
        self.db
            .act(move |act| {
                Box::pin(async move {
                    let used = use_up(act, realm, MailedCodePurpose::ResetPassword, proof, moment.at).await?;
                    let Some(code) = used else {
                        return Ok(MailedOutcome::Refused);
                    };
                    reset(act, realm, (code.user_id, &new), moment, &mut with).await?;
                    // Whoever reads the mailbox has proven the address.
                    verify(act, realm, &code, moment.at).await?;
                    act.store(realm, with).await?;
                    Ok(MailedOutcome::Redeemed(code))
                })
            })
            .await
    }

    async fn sign_in(&self, proof: MailedProof, now: Timestamp, with: Alongside) -> Stored<MailedOutcome> {
        let realm = self.realm;
        self.db
            .act(move |act| Box::pin(address::sign_in(act, realm, proof, now, with)))
            .await
    }

    async fn prove_address(
        &self,
        proof: MailedProof,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome> {
        let realm = self.realm;
        self.db
            .act(move |act| Box::pin(address::prove(act, realm, proof, now, with)))
            .await
    }

    async fn change_email(
        &self,
        proof: MailedProof,
        undo: &MailedCode,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome> {
        let (realm, undo) = (self.realm, undo.clone());
        self.db
            .act(move |act| Box::pin(address::change(act, realm, proof, (undo, now), with)))
            .await
    }

    async fn undo_email(
        &self,
        link: Digest,
        new: &NextPassword,
        moment: Moment,
        with: Alongside,
    ) -> Stored<MailedOutcome> {
        let (realm, new) = (self.realm, new.clone());
        self.db
            .act(move |act| Box::pin(address::undo(act, realm, link, (new, moment), with)))
            .await
    }

    async fn last_sent(&self, user: UserId, purpose: MailedCodePurpose) -> Stored<Option<Timestamp>> {
        let latest = Entity::find()
            .filter(Column::RealmId.eq(self.key()))
            .filter(Column::UserId.eq(user.as_uuid()))
            .filter(Column::Purpose.eq(purpose.as_str()))
            .order_by_desc(Column::CreatedAt)
            .one(&self.db.reading)
            .await
            .map_err(failed)?;
        Ok(latest.map(|row| Timestamp::from_micros(row.created_at)))
    }
}

/// Stores a new code.
pub async fn insert(tx: &impl ConnectionTrait, realm: RealmId, code: &MailedCode) -> Sql<()> {
    Entity::insert(rows::to_row(realm, code).into_active_model())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

fn usable(realm: RealmId, now: Timestamp) -> Select<Entity> {
    Entity::find()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now.micros()))
}

/// An update of codes that are not used.
fn update(realm: RealmId) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::RealmId.eq(realm.as_uuid()))
        .filter(Column::UsedAt.is_null())
}

/// Judges a proof and uses its code up. A wrong code costs an attempt even though nothing else happens.
pub async fn use_up(
    act: &Act,
    realm: RealmId,
    purpose: MailedCodePurpose,
    proof: MailedProof,
    now: Timestamp,
) -> Sql<Option<MailedCode>> {
    let candidates = usable(realm, now).filter(Column::Purpose.eq(purpose.as_str()));
    let proven = match proof {
        MailedProof::Code { id, code } => {
            if !spend_attempt(act, realm, id, now).await? {
                return Ok(None);
            }
            let found = candidates
                .filter(Column::Id.eq(id.as_uuid()))
                .one(act.tx())
                .await?;
            let found = found.map(rows::code).transpose()?;
            found.filter(|found| found.code == code)
        }
        MailedProof::Link { link } => {
            let found = candidates
                .filter(Column::Link.eq(row::bytes(&link)))
                .one(act.tx())
                .await?;
            found.map(rows::code).transpose()?
        }
    };
    let Some(proven) = proven else {
        return Ok(None);
    };
    let used = update(realm)
        .filter(Column::Id.eq(proven.id.as_uuid()))
        .col_expr(Column::UsedAt, Expr::value(now.micros()))
        .exec(act.tx())
        .await?;
    Ok((used.rows_affected == 1).then_some(proven))
}

async fn spend_attempt(act: &Act, realm: RealmId, id: MailedCodeId, now: Timestamp) -> Sql<bool> {
    let spent = update(realm)
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::ExpiresAt.gt(now.micros()))
        .filter(Column::AttemptsLeft.gt(0))
        .col_expr(Column::AttemptsLeft, Expr::col(Column::AttemptsLeft).sub(1))
        .exec(act.tx())
        .await?;
    Ok(spent.rows_affected == 1)
}

/// Marks the address verified if it is still the account's and was not before; whether that was so.
async fn verify(act: &Act, realm: RealmId, code: &MailedCode, now: Timestamp) -> Sql<bool> {
    use user_identifier::Column as Identifier;
    let verified = user_identifier::Entity::update_many()
        .col_expr(Identifier::VerifiedAt, Expr::value(now.micros()))
        .filter(Identifier::RealmId.eq(realm.as_uuid()))
        .filter(Identifier::Kind.eq(users::EMAIL))
        .filter(Identifier::Normalised.eq(code.email.normalised()))
        .filter(Identifier::UserId.eq(code.user_id.as_uuid()))
        .filter(Identifier::VerifiedAt.is_null())
        .exec(act.tx())
        .await?;
    if verified.rows_affected > 0 {
        users::changed(realm, code.user_id, now).exec(act.tx()).await?;
    }
    Ok(verified.rows_affected > 0)
}

/// Gives an account whose address was just proven its password and name; what was there before is dropped.
async fn take_over(
    act: &Act,
    realm: RealmId,
    (user, now): (UserId, Timestamp),
    chosen: Option<Chosen>,
) -> Sql<()> {
    use app_user::Column::{DisplayName, Id, RealmId};
    let (password, name, accepted) = match chosen {
        Some(Chosen {
            password,
            name,
            terms,
        }) => (Some(password), name, terms),
        None => (None, None, None),
    };
    if let Some(accepted) = accepted {
        terms::insert(act.tx(), (realm, user), &accepted).await?;
    }
    match &password {
        Some(password) => users::set_password(act.tx(), (realm, user), password, now).await?,
        None => users::drop_password(act.tx(), realm, user).await?,
    }
    app_user::Entity::update_many()
        .col_expr(DisplayName, Expr::value(name.map(String::from)))
        .filter(RealmId.eq(realm.as_uuid()))
        .filter(Id.eq(user.as_uuid()))
        .exec(act.tx())
        .await?;
    Ok(())
}

async fn reset(
    act: &mut Act,
    realm: RealmId,
    (user, new): (UserId, &NextPassword),
    moment: Moment,
    with: &mut Alongside,
) -> Sql<()> {
    users::replace_password(act.tx(), (realm, user), new, moment.at).await?;
    address::forget_codes(act, realm, user, (None, moment.at)).await?;
    users::changed(realm, user, moment.at)
        .col_expr(app_user::Column::NotBefore, Expr::value(moment.at.micros()))
        .exec(act.tx())
        .await?;
    endings::end_everything(act, realm, user, moment.at.micros(), with).await?;
    act.revoke(realm, Revoked::User(user), moment).await
}
