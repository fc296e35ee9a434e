//! Pictures of people.

use crate::subject::Subject;
use domain::{
    secret::Digest,
    stores::{Alongside, NewUser, Picture, PictureChange, StoreError},
    testing::a_user,
    user::{Described, User},
};

async fn registered(s: &Subject) -> User {
    let new = NewUser {
        user: a_user().build(),
        password: None,
        mailed_code: None,
    };
    let user = new.user.clone();
    s.here().users.register(new, Alongside::default()).await.unwrap();
    user
}

fn picture(text: &str) -> PictureChange {
    let name = Digest::of(text);
    let address = format!("https://id.example/pictures/{}.png", name.to_base64url());
    PictureChange {
        described: Described {
            picture: Some(address.parse().unwrap()),
            ..Described::default()
        },
        picture: Some(Picture {
            name,
            png: format!("\u{89}PNG{text}\0").into_bytes(),
        }),
    }
}

pub async fn a_picture_changes_with_what_apps_are_told(s: Subject) {
    let user = registered(&s).await;
    let (pictures, users) = (s.here().pictures, s.here().users);
    let (first, second) = (picture("first"), picture("second"));
    let mut version = user.version;
    for change in [&first, &second] {
        let with = Alongside::default();
        pictures
            .change(user.id, version, change, s.now(), with)
            .await
            .unwrap();
        let found = users.find(user.id).await.unwrap().unwrap();
        assert_eq!(
            (found.version, &found.described),
            (version + 1, &change.described)
        );
        version = found.version;
        let kept = change.picture.clone().unwrap();
        assert_eq!(pictures.find(&kept.name).await.unwrap(), Some(kept.png.clone()));
        assert_eq!(pictures.of(user.id).await.unwrap(), Some(kept));
    }
    let replaced = first.picture.as_ref().unwrap().name;
    assert_eq!(pictures.find(&replaced).await.unwrap(), None);
    let late = pictures.change(user.id, user.version, &first, s.now(), Alongside::default());
    assert!(matches!(late.await, Err(StoreError::Conflict)));
    assert_eq!(pictures.of(user.id).await.unwrap(), second.picture);
    let none = PictureChange {
        described: Described::default(),
        picture: None,
    };
    let taken = pictures.change(user.id, version, &none, s.now(), Alongside::default());
    taken.await.unwrap();
    assert_eq!(pictures.of(user.id).await.unwrap(), None);
    let found = users.find(user.id).await.unwrap().unwrap();
    assert_eq!(found.described, Described::default());
}

pub async fn a_picture_goes_with_its_account_and_is_in_no_other_realm(s: Subject) {
    let user = registered(&s).await;
    let pictures = s.here().pictures;
    let change = picture("only");
    let set = pictures.change(user.id, user.version, &change, s.now(), Alongside::default());
    set.await.unwrap();
    let name = change.picture.unwrap().name;
    assert_eq!(s.elsewhere().pictures.find(&name).await.unwrap(), None);
    assert_eq!(s.elsewhere().pictures.of(user.id).await.unwrap(), None);
    let users = s.here().users;
    let deleted = users.delete(user.id, s.moment(), Alongside::default());
    assert!(deleted.await.unwrap());
    assert_eq!(pictures.find(&name).await.unwrap(), None);
    assert_eq!(pictures.of(user.id).await.unwrap(), None);
}
