use crate::subject::{MINUTE, Subject, at_once};
use domain::{
    client::Status,
    mail::MailedCodePurpose,
    person::PasswordHash,
    stores::{Alongside, NewUser, PageRequest, Registration, StoreError},
    testing::a_user,
    user::Profile,
};

fn register_only(user: domain::user::User) -> NewUser {
    NewUser {
        user,
        password: None,
        mailed_code: None,
    }
}

pub async fn an_account_is_stored_as_it_was(s: Subject) {
    let users = s.here().users;
    for user in [
        a_user().build(),
        a_user()
            .number(2)
            .email("Grace.Hopper@Example.com")
            .unverified()
            .administrator()
            .disabled()
            .build(),
    ] {
        let code = s.mailed(&user, MailedCodePurpose::ConfirmEmail, user.email.as_str());
        let password = Some(PasswordHash::new("$argon2".to_owned()));
        let note = s.note();
        let new = NewUser {
            user: user.clone(),
            password,
            mailed_code: Some(code.clone()),
        };
        assert_eq!(
            users.register(new, note.with()).await.unwrap(),
            Registration::Registered
        );
        assert!(s.took_place(&note).await);
        assert_eq!(users.find(user.id).await.unwrap(), Some(user.clone()));
        let found = users
            .find_by_email(&user.email.normalised())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.user, user);
        assert_eq!(found.password.unwrap().expose(), "$argon2");
        assert_eq!(
            s.here().mailed_codes.find(code.id, s.now()).await.unwrap(),
            Some(code)
        );
        // Every id is found once only.
        let again = users.register(register_only(user), s.note().with()).await;
        assert!(matches!(again, Err(StoreError::Conflict)));
        s.clock.advance(MINUTE);
    }
    assert!(users.find_by_email("nobody@example.com").await.unwrap().is_none());
    let without = a_user().number(3).email("no@example.com").build();
    users
        .register(register_only(without), Alongside::default())
        .await
        .unwrap();
    assert!(
        users
            .find_by_email("no@example.com")
            .await
            .unwrap()
            .unwrap()
            .password
            .is_none()
    );
}

pub async fn an_identifier_belongs_to_one_account(s: Subject) {
    let users = s.here().users;
    s.ada().await;
    let second = a_user().number(2).email("ADA@example.com").build();
    let note = s.note();
    let taken = users
        .register(register_only(second.clone()), note.with())
        .await
        .unwrap();
    assert_eq!(taken, Registration::IdentifierTaken);
    assert!(!s.took_place(&note).await);
    assert_eq!(users.find(second.id).await.unwrap(), None);
}

pub async fn of_twenty_registrations_one_gets_the_address(s: Subject) {
    let users = s.here().users;
    let all = at_once(20, |number| {
        let users = users.clone();
        let user = a_user().number(number as u64 + 100).build();
        async move {
            users
                .register(register_only(user), Alongside::default())
                .await
                .unwrap()
        }
    })
    .await;
    assert_eq!(all.iter().filter(|r| **r == Registration::Registered).count(), 1);
    assert_eq!(
        users
            .list(&PageRequest::new(None, 200))
            .await
            .unwrap()
            .items
            .len(),
        1
    );
}

pub async fn the_first_administrator_is_made_once(s: Subject) {
    let users = s.here().users;
    assert!(!users.administrator_exists().await.unwrap());
    s.ada().await;
    assert!(
        !users.administrator_exists().await.unwrap(),
        "a member runs nothing"
    );
    let admin = |number| {
        a_user()
            .number(number)
            .email(&format!("a{number}@example.com"))
            .administrator()
    };
    let all = at_once(5, |number| {
        let (users, user) = (users.clone(), admin(number as u64 + 10).build());
        async move {
            users
                .register_first_administrator(register_only(user), Alongside::default())
                .await
                .is_ok()
        }
    })
    .await;
    assert_eq!(all.iter().filter(|made| **made).count(), 1);
    assert!(users.administrator_exists().await.unwrap());
    let note = s.note();
    let refused = users
        .register_first_administrator(register_only(admin(99).build()), note.with())
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
    assert!(!s.took_place(&note).await);
    assert!(!s.elsewhere().users.administrator_exists().await.unwrap());
}

pub async fn pages_of_accounts_follow_one_another(s: Subject) {
    let mut made = Vec::new();
    for number in 0..5 {
        s.clock.advance(MINUTE);
        let id = domain::id::UserId::generate(s.now(), &s.random);
        let user = a_user().id(id).email(&format!("u{number}@example.com")).build();
        made.push(s.register(user).await.id);
    }
    let users = s.here().users;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = users.list(&PageRequest::new(after, 2)).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|user| user.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, made);
    let nonsense = PageRequest::new(Some("nonsense".to_owned()), 2);
    assert!(users.list(&nonsense).await.unwrap().items.is_empty());
}

pub async fn profiles_are_updated_by_version(s: Subject) {
    let (ada, users) = (s.ada().await, s.here().users);
    let profile = Profile {
        name: None,
        locale: Some("de".to_owned()),
        zoneinfo: None,
        described: serde_json::from_str(r#"{"nickname": "Countess"}"#).unwrap(),
    };
    s.clock.advance(MINUTE);
    users
        .update_profile(ada.id, ada.version, &profile, s.now(), s.note().with())
        .await
        .unwrap();
    let changed = users.find(ada.id).await.unwrap().unwrap();
    assert_eq!((changed.version, changed.updated_at), (ada.version + 1, s.now()));
    assert_eq!(
        (changed.name, changed.locale, changed.zoneinfo),
        (None, Some("de".to_owned()), None)
    );
    assert_ne!(profile.described, ada.described);
    assert_eq!(changed.described, profile.described);
    let note = s.note();
    let stale = users
        .update_profile(ada.id, ada.version, &profile, s.now(), note.with())
        .await;
    assert!(matches!(stale, Err(StoreError::Conflict)));
    assert!(!s.took_place(&note).await);
}

pub async fn a_password_is_rehashed_only_while_it_is_the_old_one(s: Subject) {
    let (ada, users) = (s.ada().await, s.here().users);
    let hash = |text: &str| PasswordHash::new(text.to_owned());
    let (note, late) = (s.note(), s.note());
    users
        .rehash(ada.id, &hash("$hash"), &hash("$new"), note.with())
        .await
        .unwrap();
    users
        .rehash(ada.id, &hash("$hash"), &hash("$late"), late.with())
        .await
        .unwrap();
    let found = users.find_by_email("ada@example.com").await.unwrap().unwrap();
    assert_eq!(found.password.unwrap().expose(), "$new");
    assert!(s.took_place(&note).await);
    assert!(!s.took_place(&late).await);
}

pub async fn users_of_one_realm_are_not_in_another(s: Subject) {
    let (ada, users) = (s.ada().await, s.elsewhere().users);
    let hash = PasswordHash::new("$hash".to_owned());
    assert_eq!(users.find(ada.id).await.unwrap(), None);
    assert!(users.find_by_email("ada@example.com").await.unwrap().is_none());
    assert!(
        users
            .list(&PageRequest::new(None, 10))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        !users
            .set_status(ada.id, Status::Disabled, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    assert!(
        !users
            .delete(ada.id, s.moment(), Alongside::default())
            .await
            .unwrap()
    );
    let profile = Profile {
        name: None,
        locale: None,
        zoneinfo: None,
        described: ada.described.clone(),
    };
    let update = users
        .update_profile(ada.id, ada.version, &profile, s.now(), Alongside::default())
        .await;
    assert!(matches!(update, Err(StoreError::Conflict)));
    users
        .rehash(
            ada.id,
            &hash,
            &PasswordHash::new("$x".to_owned()),
            Alongside::default(),
        )
        .await
        .unwrap();
    assert_eq!(s.here().users.find(ada.id).await.unwrap(), Some(ada));
    let kept = s
        .here()
        .users
        .find_by_email("ada@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.password.unwrap().expose(), "$hash");
    // The same address and id are free in another realm.
    s.register_in(&s.elsewhere(), a_user().build()).await;
}
