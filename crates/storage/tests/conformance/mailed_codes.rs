use crate::subject::{MINUTE, Subject, at_once, next};
use domain::{
    change::Revoked,
    mail::{
        MailedCode,
        MailedCodePurpose::{ConfirmEmail, ResetPassword},
        MailedProof,
    },
    secret::Digest,
    stores::{Alongside, MailedOutcome},
    testing::{a_client, a_user},
    user::User,
};

fn typed(code: &MailedCode, text: &str) -> MailedProof {
    MailedProof::Code {
        id: code.id,
        code: Digest::of(text),
    }
}

fn linked(code: &MailedCode) -> MailedProof {
    MailedProof::Link { link: code.link }
}

async fn newcomer(s: &Subject) -> User {
    s.register(a_user().unverified().build()).await
}

pub async fn a_code_is_tried_five_times_at_most(s: Subject) {
    let user = newcomer(&s).await;
    let codes = s.here().mailed_codes;
    let (code, note) = (s.mailed(&user, ConfirmEmail, "right"), s.note());
    codes.send(&code, note.with()).await.unwrap();
    assert!(s.took_place(&note).await);
    let note = s.note();
    for _ in 0..4 {
        let wrong = codes
            .confirm_email(typed(&code, "wrong"), None, s.now(), note.with())
            .await
            .unwrap();
        assert_eq!(wrong, MailedOutcome::Refused);
    }
    assert!(!s.took_place(&note).await);
    let right = codes
        .confirm_email(typed(&code, "right"), None, s.now(), note.with())
        .await
        .unwrap();
    assert_eq!(
        right,
        MailedOutcome::Redeemed(code.clone()),
        "the fifth attempt still counts"
    );
    assert!(s.took_place(&note).await);
    let confirmed = s.here().users.find(user.id).await.unwrap().unwrap();
    assert_eq!(confirmed.email_verified_at, Some(s.now()));

    let code = s.mailed(&user, ConfirmEmail, "other");
    codes.send(&code, s.note().with()).await.unwrap();
    for _ in 0..5 {
        codes
            .confirm_email(typed(&code, "wrong"), None, s.now(), Alongside::default())
            .await
            .unwrap();
    }
    let late = codes
        .confirm_email(typed(&code, "other"), None, s.now(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(late, MailedOutcome::Refused);
}

pub async fn a_link_confirms_once_and_for_its_purpose_only(s: Subject) {
    let user = newcomer(&s).await;
    let codes = s.here().mailed_codes;
    let code = s.mailed(&user, ConfirmEmail, "c");
    codes.send(&code, s.note().with()).await.unwrap();
    assert_eq!(
        codes.find_by_link(&code.link, s.now()).await.unwrap(),
        Some(code.clone())
    );
    let hash = next("$stolen");
    let crossed = codes
        .reset_password(linked(&code), &hash, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(crossed, MailedOutcome::Refused);
    let crossed = codes
        .reset_password(typed(&code, "c"), &hash, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(crossed, MailedOutcome::Refused);
    let first = codes
        .confirm_email(linked(&code), None, s.now(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(first, MailedOutcome::Redeemed(code.clone()));
    for proof in [
        linked(&code),
        typed(&code, "c"),
        MailedProof::Link {
            link: Digest::of("x"),
        },
    ] {
        let again = codes
            .confirm_email(proof, None, s.now(), Alongside::default())
            .await
            .unwrap();
        assert_eq!(again, MailedOutcome::Refused);
    }
    assert_eq!(codes.find(code.id, s.now()).await.unwrap(), None);
    assert_eq!(codes.find_by_link(&code.link, s.now()).await.unwrap(), None);
}

pub async fn a_later_code_replaces_an_earlier_one(s: Subject) {
    let user = newcomer(&s).await;
    let codes = s.here().mailed_codes;
    assert_eq!(codes.last_sent(user.id, ConfirmEmail).await.unwrap(), None);
    let (early, reset) = (
        s.mailed(&user, ConfirmEmail, "1"),
        s.mailed(&user, ResetPassword, "r"),
    );
    codes.send(&early, s.note().with()).await.unwrap();
    codes.send(&reset, s.note().with()).await.unwrap();
    s.clock.advance(MINUTE);
    let late = s.mailed(&user, ConfirmEmail, "2");
    codes.send(&late, s.note().with()).await.unwrap();
    assert_eq!(
        codes.last_sent(user.id, ConfirmEmail).await.unwrap(),
        Some(s.now())
    );
    assert_eq!(codes.find(early.id, s.now()).await.unwrap(), None);
    for proof in [typed(&early, "1"), linked(&early)] {
        let refused = codes
            .confirm_email(proof, None, s.now(), Alongside::default())
            .await
            .unwrap();
        assert_eq!(refused, MailedOutcome::Refused);
    }
    assert_eq!(
        codes.find(reset.id, s.now()).await.unwrap(),
        Some(reset),
        "another purpose"
    );
    let redeemed = codes
        .confirm_email(typed(&late, "2"), None, s.now(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(redeemed, MailedOutcome::Redeemed(late));
}

pub async fn expired_codes_are_refused(s: Subject) {
    let user = newcomer(&s).await;
    let codes = s.here().mailed_codes;
    let code = s.mailed(&user, ConfirmEmail, "c");
    codes.send(&code, s.note().with()).await.unwrap();
    s.clock.set(code.expires_at);
    assert_eq!(codes.find(code.id, s.now()).await.unwrap(), None);
    assert_eq!(codes.find_by_link(&code.link, s.now()).await.unwrap(), None);
    for proof in [typed(&code, "c"), linked(&code)] {
        let refused = codes
            .confirm_email(proof, None, s.now(), Alongside::default())
            .await
            .unwrap();
        assert_eq!(refused, MailedOutcome::Refused);
    }
}

pub async fn confirming_an_address_that_changed_hands_verifies_nothing(s: Subject) {
    let user = newcomer(&s).await;
    let codes = s.here().mailed_codes;
    let mut code = s.mailed(&user, ConfirmEmail, "c");
    code.email = domain::person::Email::parse("before@example.com").unwrap();
    codes.send(&code, s.note().with()).await.unwrap();
    let done = codes
        .confirm_email(linked(&code), None, s.now(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(done, MailedOutcome::Redeemed(code));
    assert_eq!(s.here().users.find(user.id).await.unwrap(), Some(user));
}

pub async fn of_fifty_confirmations_one_redeems(s: Subject) {
    let user = newcomer(&s).await;
    let codes = s.here().mailed_codes;
    let code = s.mailed(&user, ConfirmEmail, "c");
    codes.send(&code, s.note().with()).await.unwrap();
    let now = s.now();
    let all = at_once(50, |number| {
        let (codes, proof) = (
            codes.clone(),
            if number % 2 == 0 {
                typed(&code, "c")
            } else {
                linked(&code)
            },
        );
        async move {
            codes
                .confirm_email(proof, None, now, Alongside::default())
                .await
                .unwrap()
        }
    })
    .await;
    assert_eq!(
        all.iter()
            .filter(|outcome| **outcome != MailedOutcome::Refused)
            .count(),
        1
    );
}

pub async fn resetting_a_password_ends_everything(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(a_client().build()).await);
    let session = s.session(&ada).await;
    let offline = s.authorization(&client, &session, "openid offline_access").await;
    let codes = s.here().mailed_codes;
    let code = s.mailed(&ada, ResetPassword, "c");
    codes.send(&code, s.note().with()).await.unwrap();
    s.clock.advance(MINUTE);
    let (hash, note) = (next("$new"), s.note());
    let done = codes
        .reset_password(linked(&code), &hash, s.moment(), note.with())
        .await
        .unwrap();
    assert_eq!(done, MailedOutcome::Redeemed(code.clone()));
    assert!(s.took_place(&note).await);
    let found = s
        .here()
        .users
        .find_by_email("ada@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.password.unwrap().expose(), "$new");
    assert_eq!(found.user.not_before, s.now());
    assert!(s.here().sessions.list(ada.id).await.unwrap().is_empty());
    assert!(!s.lives(&offline).await);
    assert!(s.is_revoked(Revoked::User(ada.id)).await);
    let again = next("$again");
    let note = s.note();
    let done = codes
        .reset_password(linked(&code), &again, s.moment(), note.with())
        .await
        .unwrap();
    assert_eq!(done, MailedOutcome::Refused);
    assert!(!s.took_place(&note).await);
    let found = s
        .here()
        .users
        .find_by_email("ada@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.password.unwrap().expose(), "$new");
}

pub async fn codes_of_one_realm_are_not_in_another(s: Subject) {
    let user = newcomer(&s).await;
    let code = s.mailed(&user, ConfirmEmail, "c");
    s.here().mailed_codes.send(&code, s.note().with()).await.unwrap();
    s.register_in(&s.elsewhere(), a_user().build()).await;
    let elsewhere = s.elsewhere().mailed_codes;
    assert_eq!(elsewhere.find(code.id, s.now()).await.unwrap(), None);
    assert_eq!(elsewhere.find_by_link(&code.link, s.now()).await.unwrap(), None);
    assert_eq!(elsewhere.last_sent(user.id, ConfirmEmail).await.unwrap(), None);
    for _ in 0..5 {
        for proof in [typed(&code, "x"), typed(&code, "c"), linked(&code)] {
            let refused = elsewhere
                .confirm_email(proof, None, s.now(), Alongside::default())
                .await
                .unwrap();
            assert_eq!(refused, MailedOutcome::Refused);
        }
    }
    let other = s.mailed(&user, ConfirmEmail, "there");
    elsewhere.send(&other, Alongside::default()).await.unwrap();
    let done = s
        .here()
        .mailed_codes
        .confirm_email(typed(&code, "c"), None, s.now(), Alongside::default())
        .await;
    assert_eq!(
        done.unwrap(),
        MailedOutcome::Redeemed(code),
        "no attempt was spent from there"
    );
}
