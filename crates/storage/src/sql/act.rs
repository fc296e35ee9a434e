//! One act under way: its transaction or savepoint, and what must be told once it is committed.

use super::{
    access_tokens,
    dialect::{Turn, take_turn},
    entity::{activity, change_feed, event_log, job, revocation},
    error::Sql,
    row,
};
use domain::{
    change::{Change, Changed, Revocation, Revoked},
    event::Event,
    id::RealmId,
    job::NewJob,
    stores::{Alongside, Moment},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, SimpleExpr},
};
use std::sync::Arc;

/// What listeners learn after the commit.
#[derive(Debug, Default)]
pub struct Written {
    /// Entries of the change feed.
    pub changes: Vec<Change>,
    /// Whether there is new work.
    pub jobs: bool,
}

impl Written {
    /// Adds what another act of the same commit wrote.
    pub fn add(&mut self, other: Self) {
        self.changes.extend(other.changes);
        self.jobs |= other.jobs;
    }
}

/// Events written with one statement at most; each takes five parameters.
const EVENTS: usize = 500;

/// An event about to be written, and how the person whose activity it is finds it.
pub struct Logged {
    event: event_log::ActiveModel,
    found_by: Option<activity::ActiveModel>,
}

/// One act under way.
pub struct Act {
    tx: Arc<DatabaseTransaction>,
    announced: Vec<(RealmId, Changed)>,
    events: Vec<Logged>,
    written: Written,
    undone: bool,
}

impl Act {
    /// Starts an act in a transaction or savepoint, its own or one it shares with others.
    pub fn new(tx: Arc<DatabaseTransaction>) -> Self {
        Self {
            tx,
            announced: Vec::new(),
            events: Vec::new(),
            written: Written::default(),
            undone: false,
        }
    }

    /// Where the act writes.
    pub fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// Answers although the act does not take place: whatever it wrote is undone.
    pub fn undo<T>(&mut self, answer: T) -> Sql<T> {
        self.undone = true;
        Ok(answer)
    }

    /// What the act wrote and the events still to be written, unless it does not take place.
    pub fn kept(self) -> Option<(Written, Vec<Logged>)> {
        (!self.undone).then_some((self.written, self.events))
    }

    /// Stores what belongs to the act.
    pub async fn store(&mut self, realm: RealmId, with: Alongside) -> Sql<()> {
        self.store_events(&with.events)?;
        for new in with.jobs {
            let row = job_row(realm, new).into_active_model();
            job::Entity::insert(row).exec_without_returning(self.tx()).await?;
            self.written.jobs = true;
        }
        for token in &with.access_tokens {
            access_tokens::insert(self, realm, token).await?;
        }
        Ok(())
    }

    /// Stores events when the act has done everything else; the log gives them their places later.
    pub fn store_events(&mut self, events: &[Event]) -> Sql<()> {
        for event in events {
            let row = event_log::Model {
                realm_id: event.realm.as_uuid(),
                id: event.id.as_uuid(),
                happened_at: event.at.micros(),
                place: None,
                body: row::to_json(event)?,
            };
            let found_by = event.kind.activity().map(|(user, topic)| activity::Model {
                realm_id: row.realm_id,
                user_id: user.as_uuid(),
                event_id: row.id,
                topic: topic.as_str().to_owned(),
            });
            self.events.push(Logged {
                event: row.into_active_model(),
                found_by: found_by.map(IntoActiveModel::into_active_model),
            });
        }
        Ok(())
    }

    /// Announces a change on the feed once the act has done everything else.
    pub fn announce(&mut self, realm: RealmId, changed: Changed) {
        self.announced.push((realm, changed));
    }

    /// Writes what was announced. Its turn comes last and is held until the commit only, so that nobody who
    /// has it ever waits for a row.
    pub async fn publish(&mut self) -> Sql<()> {
        if self.undone || self.announced.is_empty() {
            return Ok(());
        }
        take_turn(self.tx(), Turn::Changes).await?;
        for (realm, changed) in std::mem::take(&mut self.announced) {
            let row = change_feed::ActiveModel {
                sequence: NotSet,
                realm_id: Set(realm.as_uuid()),
                body: Set(row::to_json(&changed)?),
            };
            let inserted = change_feed::Entity::insert(row).exec(self.tx()).await?;
            self.written.changes.push(Change {
                sequence: inserted.last_insert_id,
                realm,
                changed,
            });
        }
        Ok(())
    }

    /// Remembers and announces a revocation. Of two for the same thing the later counts.
    pub async fn revoke(&mut self, realm: RealmId, what: Revoked, moment: Moment) -> Sql<()> {
        use revocation::Column::{Kind, RealmId, RememberUntil, RevokedAt, Subject};
        let (kind, subject) = revoked_name(&what);
        let row = revocation::Model {
            realm_id: realm.as_uuid(),
            kind: kind.to_owned(),
            subject,
            revoked_at: moment.at.micros(),
            remember_until: moment.tokens_until.micros(),
        };
        let mut or_later = OnConflict::columns([RealmId, Kind, Subject]);
        or_later
            .value(RevokedAt, later(RevokedAt, row.revoked_at))
            .value(RememberUntil, later(RememberUntil, row.remember_until));
        revocation::Entity::insert(row.into_active_model())
            .on_conflict(or_later)
            .exec_without_returning(self.tx())
            .await?;
        let revocation = Revocation {
            what,
            at: moment.at,
            until: moment.tokens_until,
        };
        self.announce(realm, Changed::Revoked(revocation));
        Ok(())
    }
}

/// Writes events, of one act or of many.
pub async fn write_events(tx: &DatabaseTransaction, logged: Vec<Logged>) -> Result<(), DbErr> {
    let mut activity = Vec::new();
    let mut events = logged
        .into_iter()
        .map(|logged| {
            activity.extend(logged.found_by);
            logged.event
        })
        .peekable();
    while events.peek().is_some() {
        event_log::Entity::insert_many(events.by_ref().take(EVENTS))
            .exec_without_returning(tx)
            .await?;
    }
    drop(events);
    let mut activity = activity.into_iter().peekable();
    while activity.peek().is_some() {
        activity::Entity::insert_many(activity.by_ref().take(EVENTS))
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// The stored value or the new one, whichever is later.
fn later(column: revocation::Column, new: i64) -> SimpleExpr {
    let stored = || Expr::col((revocation::Entity, column));
    CaseStatement::new()
        .case(stored().gt(new), stored())
        .finally(Expr::value(new))
        .into()
}

fn job_row(realm: RealmId, new: NewJob) -> job::Model {
    job::Model {
        realm_id: realm.as_uuid(),
        id: new.id.as_uuid(),
        kind: new.kind.as_str().to_owned(),
        sealed_by: new.payload.key_id,
        sealed: new.payload.bytes,
        run_at: new.run_at.micros(),
        attempt: 0,
        lease_until: None,
    }
}

/// How a revocation is named in its row.
fn revoked_name(what: &Revoked) -> (&'static str, String) {
    match what {
        Revoked::Authorization(id) => ("authorization", id.to_string()),
        Revoked::LoginSession(id) => ("login_session", id.to_string()),
        Revoked::User(id) => ("user", id.to_string()),
        Revoked::Client(id) => ("client", id.to_string()),
        Revoked::Token(jti) => ("token", jti.clone()),
    }
}

/// The revocation of a row.
pub fn revocation(row: &revocation::Model) -> domain::stores::Stored<Revocation> {
    let what = match row.kind.as_str() {
        "authorization" => Revoked::Authorization(row::parse(&row.subject, "subject")?),
        "login_session" => Revoked::LoginSession(row::parse(&row.subject, "subject")?),
        "user" => Revoked::User(row::parse(&row.subject, "subject")?),
        "client" => Revoked::Client(row::parse(&row.subject, "subject")?),
        "token" => Revoked::Token(row.subject.clone()),
        _ => return Err(row::unreadable("kind")),
    };
    Ok(Revocation {
        what,
        at: domain::clock::Timestamp::from_micros(row.revoked_at),
        until: domain::clock::Timestamp::from_micros(row.remember_until),
    })
}
