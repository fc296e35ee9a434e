//! What people see of their own account a part at a time: where they are signed in, their apps, what happened.
//!
//! Where a part begins is text in the page's address. It says the place itself, so that whatever is removed or used
//! meanwhile makes nothing be passed over; a mark of the person keeps it from meaning anything to anybody else.

use super::AccountService;
use crate::{
    client::ClientId,
    clock::Timestamp,
    login_session::SignedInUser,
    secret::Digest,
    services::Act,
    stores::{
        ActivityWanted, Alive, Page, PageRequest, Part, PartRequest, Position, SeenApp, SeenEvent,
        SeenSession, StoreError,
    },
    user::User,
};
use std::{fmt::Display, str::FromStr};

/// Sessions or apps on a page.
const SHOWN: u16 = 25;
/// Apps that are removed before the next are looked for.
const AT_ONCE: u16 = 200;
/// How much of the mark is written: it proves nothing, it only tells people apart.
const MARK: usize = 8;

impl AccountService {
    /// The person's sessions that are alive, 25 at a time: the one in use first, then newest use first. `after` is `next`
    /// of the part before; whatever else it is, the first are meant.
    pub async fn sessions(
        &self,
        act: &Act,
        person: &SignedInUser,
        after: Option<&str>,
    ) -> Result<Part<SeenSession, String>, StoreError> {
        let (now, user) = (self.ports.clock.now(), person.user());
        let alive = Alive {
            now,
            used_since: now - act.realm.settings.lifetimes.session_idle,
            begun_since: user.not_before,
            here: person.session().id,
        };
        let wanted = PartRequest::new(read(after, user), SHOWN);
        let own = &act.realm.stores.own;
        let mut seen = own.live_sessions(user.id, &alive, &wanted).await?;
        let rules = self.ports.session_rules(&act.realm);
        // What rests on a provider that is gone is about to be ended.
        let found = seen.items.len();
        seen.items
            .retain(|seen| seen.session.clone().signed_in(user.clone(), now, rules).is_some());
        let strays = u64::try_from(found - seen.items.len()).unwrap_or_default();
        seen.total = seen.total.saturating_sub(strays);
        Ok(written(seen, user))
    }

    /// The apps that have something to do with the account, 25 at a time, last used first. `after` is `next` of the part
    /// before; whatever else it is, the first are meant.
    pub async fn apps(
        &self,
        act: &Act,
        person: &SignedInUser,
        after: Option<&str>,
    ) -> Result<Part<SeenApp, String>, StoreError> {
        let (now, user) = (self.ports.clock.now(), person.user());
        let wanted = PartRequest::new(read(after, user), SHOWN);
        let seen = act.realm.stores.own.apps(user.id, now, &wanted).await?;
        Ok(written(seen, user))
    }

    /// Takes back what every app was allowed, however many are listed at once; how many there were.
    pub async fn remove_apps(&self, act: &Act, person: &SignedInUser) -> Result<usize, StoreError> {
        let (own, user) = (&act.realm.stores.own, person.user().id);
        let first = PartRequest::<ClientId>::new(None, AT_ONCE);
        let mut removed = 0;
        loop {
            let before = removed;
            for app in own.apps(user, self.ports.clock.now(), &first).await?.items {
                removed += usize::from(self.remove_app(act, person, &app.client.id).await?);
            }
            if removed == before {
                return Ok(removed);
            }
        }
    }

    /// What happened to the account, newest first.
    pub async fn activity(
        &self,
        act: &Act,
        person: &SignedInUser,
        which: &ActivityWanted,
        page: &PageRequest,
    ) -> Result<Page<SeenEvent>, StoreError> {
        act.realm.stores.own.activity(person.user().id, which, page).await
    }
}

fn written<T, I: Display>(part: Part<T, Position<I>>, user: &User) -> Part<T, String> {
    Part {
        items: part.items,
        skipped: part.skipped,
        total: part.total,
        next: part.next.map(|next| text(&next, user)),
    }
}

fn text<I: Display>(position: &Position<I>, user: &User) -> String {
    let (used, id) = (position.used.micros(), &position.id);
    let mark = Digest::of(format!("{} {used} {id}", user.id)).to_base64url();
    let mark: String = mark.chars().take(MARK).collect();
    format!("{used}.{mark}.{id}")
}

fn read<I: FromStr + Display>(after: Option<&str>, user: &User) -> Option<Position<I>> {
    let after = after?;
    let (used, rest) = after.split_once('.')?;
    let (_, id) = rest.split_once('.')?;
    let position = Position {
        used: Timestamp::from_micros(used.parse().ok()?),
        id: id.parse().ok()?,
    };
    (text(&position, user) == after).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{LoginSessionId, UserId},
        testing::a_user,
    };

    #[test]
    fn a_place_is_read_by_the_person_it_was_written_for_and_by_nobody_else() {
        let (ada, bob) = (a_user().build(), a_user().number(2).build());
        assert_ne!(ada.id, bob.id);
        let app: Position<ClientId> = Position {
            used: Timestamp::from_micros(1_795_302_300_000_000),
            id: "an.app-of_theirs~7".parse().unwrap(),
        };
        let written = text(&app, &ada);
        assert_eq!(read(Some(&written), &ada), Some(app));
        assert_eq!(read::<ClientId>(Some(&written), &bob), None);
        let session = Position {
            used: Alive::HERE,
            id: LoginSessionId::from_uuid(UserId::as_uuid(&ada.id)),
        };
        let written = text(&session, &ada);
        assert_eq!(read(Some(&written), &ada), Some(session));
        let later = written.replacen('9', "8", 1);
        for garbage in [
            "",
            ".",
            "..",
            "7",
            "7.7.7",
            "x.y.z",
            &later,
            &format!("{written} "),
        ] {
            assert_eq!(read::<LoginSessionId>(Some(garbage), &ada), None, "{garbage}");
        }
        assert_eq!(read::<LoginSessionId>(None, &ada), None);
    }
}
