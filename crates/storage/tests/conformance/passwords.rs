//! The password of an account and those it had.

use crate::subject::{MINUTE, Subject};
use domain::{
    person::PasswordHash,
    stores::{Alongside, NewUser},
    testing::a_user,
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
    past.iter().map(|hash| hash.expose().to_owned()).collect()
}

pub async fn passwords_are_remembered_newest_first_and_no_more_than_wanted(s: Subject) {
    let user = registered(&s, a_user().build(), Some("first")).await;
    let none = registered(&s, a_user().number(2).email("ann@example.com").build(), None).await;
    let users = s.here().users;
    assert_eq!(past(&s, &user).await, ["first"]);
    assert!(past(&s, &none).await.is_empty());
    for (old, new) in [("first", "second"), ("second", "third"), ("third", "fourth")] {
        s.clock.advance(MINUTE);
        users.remember_password(user.id, s.now(), 2).await.unwrap();
        let (old, new) = (
            PasswordHash::new(old.to_owned()),
            PasswordHash::new(new.to_owned()),
        );
        users
            .rehash(user.id, &old, &new, Alongside::default())
            .await
            .unwrap();
    }
    assert_eq!(past(&s, &user).await, ["fourth", "third", "second"]);
    users.remember_password(none.id, s.now(), 2).await.unwrap();
    assert!(past(&s, &none).await.is_empty());
    assert!(
        users
            .delete(user.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert!(past(&s, &user).await.is_empty());
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
