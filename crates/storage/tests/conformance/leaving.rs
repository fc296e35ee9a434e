use crate::subject::{MINUTE, Subject};
use domain::{
    change::Revoked,
    client::Status,
    clock::Timestamp,
    id::{LoginSessionId, MailedCodeId},
    login_session::LoginSession,
    mail::{MailedCode, MailedCodePurpose},
    secret::Digest,
    stores::{Alongside, Left, MailedOutcome},
    testing::{a_client, a_user},
    user::{Role, User},
};
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

const GRACE: Duration = Duration::from_secs(14 * 86_400);

fn way_back(s: &Subject, user: &User, name: &str, until: Timestamp) -> MailedCode {
    MailedCode {
        id: MailedCodeId::generate(s.now(), &s.random),
        user_id: user.id,
        purpose: MailedCodePurpose::RestoreAccount,
        email: user.email.clone(),
        code: Digest::of(format!("code {name}")),
        link: Digest::of(name),
        browser: None,
        sign_up: None,
        created_at: s.now(),
        expires_at: until,
    }
}

async fn leave(s: &Subject, user: &User, session: &LoginSession) -> Left {
    let until = s.now() + GRACE;
    let code = way_back(s, user, "back", until);
    let leaving = s.here().leaving;
    leaving
        .leave(&code, session.id, until, s.moment(), s.note().with())
        .await
        .unwrap()
}

async fn restored(s: &Subject, link: &str) -> bool {
    let leaving = s.here().leaving;
    let outcome = leaving.restore(Digest::of(link), s.now(), s.note().with());
    matches!(outcome.await.unwrap(), MailedOutcome::Redeemed(_))
}

async fn erased(s: &Subject, user: &User) -> bool {
    let leaving = s.here().leaving;
    leaving.erase(user.id, s.moment(), s.note().with()).await.unwrap()
}

async fn user(s: &Subject, user: &User) -> Option<User> {
    s.here().users.find(user.id).await.unwrap()
}

pub async fn leaving_ends_everything_and_restoring_gives_the_account_back_once(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let offline = s.authorization(&client, &session, "openid offline_access").await;
    s.clock.advance(MINUTE);
    assert_eq!(leave(&s, &ada, &session).await, Left::Left);
    let found = user(&s, &ada).await.unwrap();
    assert!(found.is_leaving() && !found.is_active());
    assert_eq!(
        (found.erase_at, found.not_before),
        (Some(s.now() + GRACE), s.now())
    );
    assert!(s.here().sessions.list(ada.id).await.unwrap().is_empty());
    assert!(!s.lives(&offline).await);
    assert!(s.is_revoked(Revoked::User(ada.id)).await);
    assert_eq!(
        leave(&s, &ada, &session).await,
        Left::SignedOut,
        "it was left already"
    );
    assert!(restored(&s, "back").await);
    assert!(user(&s, &ada).await.unwrap().is_active());
    assert!(!restored(&s, "back").await, "a link is good once");
    assert!(!s.lives(&offline).await, "what ended stays ended");
}

pub async fn only_an_open_session_of_an_active_account_leaves_it(s: Subject) {
    let ada = s.ada().await;
    let bob = s
        .register(a_user().number(2).email("bob@example.com").build())
        .await;
    let (hers, his) = (s.session(&ada).await, s.session(&bob).await);
    assert_eq!(leave(&s, &ada, &his).await, Left::SignedOut);
    let unknown = LoginSession {
        id: LoginSessionId::generate(s.now(), &s.random),
        ..hers.clone()
    };
    assert_eq!(leave(&s, &ada, &unknown).await, Left::SignedOut);
    let users = s.here().users;
    let disable = users.set_status(ada.id, Status::Disabled, s.moment(), Alongside::default());
    disable.await.unwrap();
    assert_eq!(leave(&s, &ada, &hers).await, Left::SignedOut);
    assert_eq!(user(&s, &ada).await.unwrap().erase_at, None);
    assert!(user(&s, &bob).await.unwrap().is_active());
}

pub async fn one_administrator_stays(s: Subject) {
    let administrator = |number, email: &str| {
        let mut user = a_user().number(number).email(email).build();
        user.role = Role::Administrator;
        user
    };
    let ada = s.register(administrator(1, "ada@example.com")).await;
    let bob = s.register(administrator(2, "bob@example.com")).await;
    let (hers, his) = (s.session(&ada).await, s.session(&bob).await);
    let until = s.now() + GRACE;
    let (one, other) = (way_back(&s, &ada, "a", until), way_back(&s, &bob, "b", until));
    let leaving = s.here().leaving;
    let (one, other) = tokio::join!(
        leaving.leave(&one, hers.id, until, s.moment(), Alongside::default()),
        leaving.leave(&other, his.id, until, s.moment(), Alongside::default()),
    );
    let mut left = [one.unwrap(), other.unwrap()];
    left.sort_by_key(|left| *left != Left::Left);
    assert_eq!(left, [Left::Left, Left::LastAdministrator]);
    assert!(s.here().users.administrator_exists().await.unwrap());
}

pub async fn a_further_way_back_is_offered_to_who_left_alone(s: Subject) {
    let ada = s.ada().await;
    let session = s.session(&ada).await;
    let leaving = s.here().leaving;
    let soon = s.now() + MINUTE;
    assert!(!leaving.offer(&way_back(&s, &ada, "early", soon)).await.unwrap());
    assert!(!restored(&s, "early").await);
    leave(&s, &ada, &session).await;
    assert!(leaving.offer(&way_back(&s, &ada, "first", soon)).await.unwrap());
    assert!(
        leaving
            .offer(&way_back(&s, &ada, "second", s.now() + 2 * MINUTE))
            .await
            .unwrap()
    );
    s.clock.advance(MINUTE);
    assert!(!restored(&s, "first").await, "its time is over");
    assert!(restored(&s, "second").await);
    assert!(
        !restored(&s, "back").await,
        "one restores, and no other link does again"
    );
}

pub async fn an_account_is_erased_when_its_time_has_come_and_not_restored_after(s: Subject) {
    let ada = s.ada().await;
    let session = s.session(&ada).await;
    assert!(!erased(&s, &ada).await, "nobody asked for it");
    leave(&s, &ada, &session).await;
    assert!(!erased(&s, &ada).await, "it may still be restored");
    s.clock.advance(GRACE);
    assert!(!restored(&s, "back").await);
    assert!(erased(&s, &ada).await);
    assert_eq!(user(&s, &ada).await, None);
    assert!(!erased(&s, &ada).await);
    s.register(a_user().number(3).build()).await;
}

pub async fn of_restoring_and_erasing_at_once_one_takes_place(s: Subject) {
    for round in 0..8 {
        let person = a_user()
            .number(50 + round)
            .email(&format!("p{round}@example.com"));
        let person = s.register(person.build()).await;
        let session = s.session(&person).await;
        let until = s.now() + GRACE;
        let name = format!("back {round}");
        let code = way_back(&s, &person, &name, until);
        let leaving = s.here().leaving;
        let left = leaving.leave(&code, session.id, until, s.moment(), Alongside::default());
        assert_eq!(left.await.unwrap(), Left::Left);
        let at = until - Duration::from_secs(1);
        let mut over = s.moment();
        over.at = until;
        let (restored, erased) = tokio::join!(
            leaving.restore(Digest::of(&name), at, Alongside::default()),
            leaving.erase(person.id, over, Alongside::default()),
        );
        let restored = matches!(restored.unwrap(), MailedOutcome::Redeemed(_));
        assert_ne!(restored, erased.unwrap());
        assert_eq!(user(&s, &person).await.is_some(), restored);
    }
}

pub async fn an_operator_who_enables_the_account_keeps_it_and_one_who_disables_it_does_not(s: Subject) {
    let ada = s.ada().await;
    let session = s.session(&ada).await;
    leave(&s, &ada, &session).await;
    let users = s.here().users;
    let set = |status| users.set_status(ada.id, status, s.moment(), Alongside::default());
    set(Status::Disabled).await.unwrap();
    let found = user(&s, &ada).await.unwrap();
    assert!(found.erase_at.is_some() && !found.is_leaving());
    set(Status::Active).await.unwrap();
    assert!(user(&s, &ada).await.unwrap().is_active());
    s.clock.advance(GRACE);
    assert!(!erased(&s, &ada).await);
}

pub async fn what_browsers_and_feeds_say_of_somebody_is_forgotten(s: Subject) {
    let ada = s.ada().await;
    let session = s.session(&ada).await;
    let other = Uuid::from_u128(77);
    let data = format!("{{\"a\":[\"{}\",\"{}\"],\"b\":\"{other}\"}}", ada.id, session.id);
    let (cookie, until) = (Digest::of("cookie"), s.now() + 100 * MINUTE);
    let here = s.here();
    here.browsers.save(&cookie, data.as_bytes(), until).await.unwrap();
    let which = domain::stores::EndSessions::All;
    let ended = here.sessions.end(ada.id, which, s.moment(), Alongside::default());
    assert_eq!(ended.await.unwrap(), [session.id]);
    assert!(
        here.users
            .delete(ada.id, s.moment(), s.note().with())
            .await
            .unwrap()
    );
    assert!(s.is_revoked(Revoked::User(ada.id)).await);
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let pseudonyms = HashMap::from([(ada.id.as_uuid(), one), (session.id.as_uuid(), two)]);
    here.leaving.forget(ada.id, &pseudonyms).await.unwrap();
    let (kept, _) = here.browsers.load(&cookie, s.now()).await.unwrap().unwrap();
    let expected = format!("{{\"a\":[\"{one}\",\"{two}\"],\"b\":\"{other}\"}}");
    assert_eq!(String::from_utf8(kept).unwrap(), expected);
    assert!(!s.is_revoked(Revoked::User(ada.id)).await);
    assert!(!s.is_revoked(Revoked::LoginSession(session.id)).await);
    let changes = format!("{:?}", s.changes().await);
    assert!(!changes.contains(&ada.id.to_string()) && !changes.contains(&session.id.to_string()));
}
