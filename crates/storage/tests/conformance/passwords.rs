//! The password of an account and those it had.

use crate::{
    passkeys::added,
    second_factors::enrolled,
    subject::{MINUTE, Subject, at_once, next},
};
use domain::{
    authorization::Authorization,
    change::Revoked,
    id::LoginSessionId,
    login_session::LoginSession,
    mail::{MailedCodePurpose, MailedProof},
    person::PasswordHash,
    stores::{
        Alongside, ChosenPassword, EarlierPasswords, FactorRemoved, MailedOutcome, NewUser, NextPassword,
        PasswordRemoved, PasswordSet, StoreError, Stored,
    },
    testing::{a_client, a_user},
    user::User,
};

async fn registered(s: &Subject, user: User, password: Option<&str>) -> User {
    let new = NewUser {
        user: user.clone(),
        password: password.map(|phc| PasswordHash::new(phc.to_owned())),
        mailed_code: None,
    };
    s.here().users.register(new, Alongside::default()).await.unwrap();
    user
}

async fn past(s: &Subject, user: &User) -> Vec<String> {
    let past = s.here().users.past_passwords(user.id).await.unwrap();
    past.all().map(|hash| hash.expose().to_owned()).collect()
}

/// A password that was told apart from the one `user` has now, of which `keep` are remembered.
async fn told_apart(s: &Subject, user: &User, phc: &str, keep: usize) -> NextPassword {
    let past = s.here().users.past_passwords(user.id).await.unwrap();
    NextPassword {
        hash: PasswordHash::new(phc.to_owned()),
        earlier: Some(EarlierPasswords {
            present: past.present,
            keep,
        }),
    }
}

/// Sets it in a session of theirs.
async fn set(s: &Subject, (user, by): (&User, LoginSessionId), next: NextPassword) -> Stored<PasswordSet> {
    let new = ChosenPassword {
        next,
        needs_second_factor: false,
    };
    let passwords = s.here().passwords;
    passwords
        .set(user.id, &new, by, s.moment(), Alongside::default())
        .await
}

pub async fn passwords_are_remembered_newest_first_and_no_more_than_wanted(s: Subject) {
    let user = registered(&s, a_user().build(), Some("first")).await;
    let none = registered(&s, a_user().number(2).email("ann@example.com").build(), None).await;
    let (users, by) = (s.here().users, s.session(&user).await.id);
    assert_eq!(past(&s, &user).await, ["first"]);
    assert!(past(&s, &none).await.is_empty());
    // All in one moment: none takes the place of another among those remembered.
    for new in ["second", "third", "fourth"] {
        let next = told_apart(&s, &user, new, 2).await;
        assert_eq!(set(&s, (&user, by), next).await.unwrap(), PasswordSet::Set);
    }
    assert_eq!(past(&s, &user).await, ["fourth", "third", "second"]);
    let (hers, next) = (s.session(&none).await.id, told_apart(&s, &none, "own", 2).await);
    assert_eq!(set(&s, (&none, hers), next).await.unwrap(), PasswordSet::Set);
    assert_eq!(past(&s, &none).await, ["own"]);
    assert!(
        users
            .delete(user.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert!(past(&s, &user).await.is_empty());
}

pub async fn a_password_that_is_removed_stays_remembered(s: Subject) {
    let user = registered(&s, a_user().build(), Some("first")).await;
    let by = s.session(&user).await.id;
    let next = told_apart(&s, &user, "second", 2).await;
    assert_eq!(set(&s, (&user, by), next).await.unwrap(), PasswordSet::Set);
    let passwords = s.here().passwords;
    let removed = passwords.remove(user.id, by, (&[], 3), s.moment(), Alongside::default());
    assert_eq!(removed.await.unwrap(), PasswordRemoved::Removed);
    assert_eq!(past(&s, &user).await, ["second", "first"]);
    let next = told_apart(&s, &user, "third", 1).await;
    assert_eq!(set(&s, (&user, by), next).await.unwrap(), PasswordSet::Set);
    assert_eq!(past(&s, &user).await, ["third", "second"]);
}

/// Whatever could set a password that was told apart from another than the present one.
pub async fn a_password_takes_the_place_of_the_one_it_was_told_apart_from_alone(s: Subject) {
    let user = registered(&s, a_user().build(), Some("first")).await;
    let (by, codes) = (s.session(&user).await.id, s.here().mailed_codes);
    let purposes = [MailedCodePurpose::UndoEmail, MailedCodePurpose::ResetPassword];
    let sent = purposes.map(|purpose| s.mailed(&user, purpose, purpose.as_str()));
    for code in &sent {
        codes.send(code, Alongside::default()).await.unwrap();
    }
    let late = told_apart(&s, &user, "late", 5).await;
    let next = told_apart(&s, &user, "second", 5).await;
    assert_eq!(set(&s, (&user, by), next).await.unwrap(), PasswordSet::Set);
    let again = s.mailed(&user, MailedCodePurpose::ResetPassword, "again");
    codes.send(&again, Alongside::default()).await.unwrap();
    let conflict = |outcome| matches!(outcome, Err(StoreError::Conflict));
    assert!(conflict(set(&s, (&user, by), late.clone()).await.map(drop)));
    let proof = MailedProof::Link { link: again.link };
    let note = s.note();
    let reset = codes.reset_password(proof, &late, s.moment(), note.with());
    assert!(conflict(reset.await.map(drop)));
    let undone = codes.undo_email(sent[0].link, &late, s.moment(), note.with());
    assert!(conflict(undone.await.map(drop)));
    assert!(!s.took_place(&note).await);
    assert_eq!(past(&s, &user).await, ["second", "first"], "nothing was written");
    // The link was not used up, and works with what was told apart from the present one.
    let next = told_apart(&s, &user, "third", 5).await;
    let reset = codes.reset_password(proof, &next, s.moment(), Alongside::default());
    assert!(matches!(reset.await.unwrap(), MailedOutcome::Redeemed(_)));
    let next = told_apart(&s, &user, "fourth", 5).await;
    let undone = codes.undo_email(sent[0].link, &next, s.moment(), Alongside::default());
    assert!(matches!(undone.await.unwrap(), MailedOutcome::Redeemed(_)));
    assert_eq!(past(&s, &user).await, ["fourth", "third", "second", "first"]);
}

pub async fn of_fifty_passwords_told_apart_from_one_each_that_is_set_is_remembered(s: Subject) {
    let user = registered(&s, a_user().build(), Some("first")).await;
    let by = s.session(&user).await.id;
    let late = told_apart(&s, &user, "x", 60).await;
    let outcomes = at_once(50, |number| {
        let (passwords, moment, mut next) = (s.here().passwords, s.moment(), late.clone());
        next.hash = PasswordHash::new(format!("new {number}"));
        let new = ChosenPassword {
            next,
            needs_second_factor: false,
        };
        async move {
            passwords
                .set(user.id, &new, by, moment, Alongside::default())
                .await
        }
    });
    let mut set = Vec::new();
    for (number, outcome) in outcomes.await.into_iter().enumerate() {
        match outcome {
            Ok(PasswordSet::Set) => set.push(format!("new {number}")),
            Err(StoreError::Conflict) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(set.len(), 1, "{set:?}");
    set.push("first".to_owned());
    assert_eq!(past(&s, &user).await, set);
}

pub async fn a_password_keeps_the_time_it_was_set_when_only_its_hash_is_replaced(s: Subject) {
    let user = registered(&s, a_user().build(), Some("old")).await;
    let users = s.here().users;
    s.clock.advance(MINUTE);
    let (old, new) = (
        PasswordHash::new("old".to_owned()),
        PasswordHash::new("new".to_owned()),
    );
    users
        .rehash(user.id, &old, &new, Alongside::default())
        .await
        .unwrap();
    let found = users
        .find_by_email(&user.email.normalised())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.password.unwrap().expose(), "new");
    assert_eq!(found.password_set_at, Some(user.created_at));
}

/// What changes when somebody sets or removes a password in `session`.
struct Changed {
    kept: bool,
    other_lives: bool,
    allowed: bool,
}

impl Changed {
    async fn look(
        s: &Subject,
        (session, other): (&LoginSession, &LoginSession),
        root: &Authorization,
    ) -> Self {
        let here = s.here();
        let lives = async |id| {
            let found = here.sessions.find_many(&[id]).await.unwrap();
            let (session, user) = found.into_iter().next().unwrap();
            session.signed_in(user, s.now(), MINUTE * 60).is_some()
        };
        Self {
            kept: lives(session.id).await,
            other_lives: lives(other.id).await,
            allowed: s.lives(root).await,
        }
    }
}

fn chosen(phc: &str, needs_second_factor: bool) -> ChosenPassword {
    ChosenPassword {
        next: next(phc),
        needs_second_factor,
    }
}

pub async fn a_password_that_is_set_ends_all_but_the_session_it_is_set_in(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let (session, other) = (s.session(&ada).await, s.session(&ada).await);
    let root = s.authorization(&client, &session, "openid offline_access").await;
    let codes = s.here().mailed_codes;
    let purposes = [MailedCodePurpose::ResetPassword, MailedCodePurpose::UndoEmail];
    let sent = purposes.map(|purpose| s.mailed(&ada, purpose, purpose.as_str()));
    for code in &sent {
        codes.send(code, Alongside::default()).await.unwrap();
    }
    s.clock.advance(MINUTE);
    let (passwords, note) = (s.here().passwords, s.note());
    let new = chosen("new", false);
    let set = passwords
        .set(ada.id, &new, session.id, s.moment(), note.with())
        .await;
    assert_eq!(set.unwrap(), PasswordSet::Set);
    assert!(s.took_place(&note).await);
    let changed = Changed::look(&s, (&session, &other), &root).await;
    assert!(changed.kept && !changed.other_lives && !changed.allowed);
    assert!(s.is_revoked(Revoked::User(ada.id)).await);
    let facts = s.password(ada.id).await.unwrap();
    assert_eq!((facts.set_at, facts.needs_second_factor), (s.now(), false));
    assert_eq!(past(&s, &ada).await, ["new"]);
    let found = s.here().users.find(ada.id).await.unwrap().unwrap();
    assert_eq!(found.not_before, s.now());
    for (code, works) in sent.iter().zip([false, true]) {
        let found = codes.find(code.id, s.now()).await.unwrap();
        assert_eq!(found.is_some(), works, "{:?}", code.purpose);
    }
    // A session that ended sets nothing, and neither does somebody else's.
    let ann = s
        .register(a_user().number(2).email("ann@example.com").build())
        .await;
    let hers = s.session(&ann).await;
    let evil = chosen("evil", false);
    for by in [other.id, hers.id] {
        let note = s.note();
        let set = passwords.set(ada.id, &evil, by, s.moment(), note.with());
        assert_eq!(set.await.unwrap(), PasswordSet::SignedOut);
        assert!(!s.took_place(&note).await);
    }
    assert_eq!(past(&s, &ada).await, ["new"]);
}

pub async fn a_short_password_and_a_second_factor_need_each_other(s: Subject) {
    let passwords = s.here().passwords;
    let bob = s
        .register(a_user().number(3).email("bob@example.com").build())
        .await;
    let his = s.session(&bob).await;
    let (short, note) = (chosen("short", true), s.note());
    let set = passwords.set(bob.id, &short, his.id, s.moment(), note.with());
    assert_eq!(set.await.unwrap(), PasswordSet::SecondFactorMissing);
    assert!(!s.took_place(&note).await);
    assert_eq!(past(&s, &bob).await, ["$hash"]);

    let (user, _) = enrolled(&s).await;
    let ada = s.here().users.find(user).await.unwrap().unwrap();
    let (session, factors) = (s.session(&ada).await, s.here().second_factors);
    let moment = s.moment();
    let set = passwords.set(user, &short, session.id, moment, Alongside::default());
    assert_eq!(set.await.unwrap(), PasswordSet::Set);
    assert!(s.password(user).await.unwrap().needs_second_factor);
    let note = s.note();
    let removed = factors.remove(user, note.with()).await.unwrap();
    assert_eq!(removed, FactorRemoved::PasswordTooShort);
    assert!(!s.took_place(&note).await);
    assert!(factors.find(user).await.unwrap().authenticator.is_some());
    let long = chosen("long", false);
    let set = passwords.set(user, &long, session.id, moment, Alongside::default());
    assert_eq!(set.await.unwrap(), PasswordSet::Set);
    let removed = factors.remove(user, Alongside::default()).await.unwrap();
    assert_eq!(removed, FactorRemoved::Removed);
}

pub async fn a_password_is_removed_unless_it_is_the_last_way_in(s: Subject) {
    let ada = registered(&s, a_user().unverified().build(), Some("hers")).await;
    let (session, other) = (s.session(&ada).await, s.session(&ada).await);
    let client = s.client(a_client().build()).await;
    let root = s.authorization(&client, &session, "openid offline_access").await;
    let passwords = s.here().passwords;
    s.clock.advance(MINUTE);
    let note = s.note();
    let removed = passwords.remove(ada.id, session.id, (&[], 0), s.moment(), note.with());
    assert_eq!(removed.await.unwrap(), PasswordRemoved::LastWayIn);
    assert!(!s.took_place(&note).await);
    let changed = Changed::look(&s, (&session, &other), &root).await;
    assert!(changed.kept && changed.other_lives && changed.allowed);

    added(&s, ada.id, "one").await;
    for (taken, outcome) in [
        (true, PasswordRemoved::Removed),
        (false, PasswordRemoved::Missing),
    ] {
        let note = s.note();
        let removed = passwords.remove(ada.id, session.id, (&[], 0), s.moment(), note.with());
        assert_eq!(removed.await.unwrap(), outcome);
        assert_eq!(s.took_place(&note).await, taken);
    }
    let changed = Changed::look(&s, (&session, &other), &root).await;
    assert!(changed.kept && !changed.other_lives && !changed.allowed);
    assert_eq!(s.password(ada.id).await, None);
    let bob = s
        .register(a_user().number(3).email("bob@example.com").build())
        .await;
    let (his, moment) = (s.session(&bob).await, s.moment());
    let removed = passwords.remove(bob.id, his.id, (&[], 0), moment, Alongside::default());
    assert_eq!(
        removed.await.unwrap(),
        PasswordRemoved::Removed,
        "his address is proven"
    );
    let elsewhere = s.elsewhere().passwords;
    let removed = elsewhere.remove(ada.id, session.id, (&[], 0), s.moment(), Alongside::default());
    assert_eq!(removed.await.unwrap(), PasswordRemoved::Missing);
}
