use crate::subject::{MINUTE, Subject, next};
use domain::{
    mail::{
        Chosen, MailedCode,
        MailedCodePurpose::{ConfirmEmail, ResetPassword},
        MailedProof, WaitingSignUp,
    },
    person::{DisplayName, PasswordHash},
    secret::Digest,
    stores::{Alongside, MailedOutcome, NewUser, Registration},
    terms_of_use::AcceptedTerms,
    testing::a_user,
    user::User,
};

fn chosen(password: &str, name: Option<&str>) -> Chosen {
    Chosen {
        password: PasswordHash::new(password.to_owned()),
        name: name.map(|name| DisplayName::parse(name).unwrap()),
        terms: None,
    }
}

fn agreed(s: &Subject) -> AcceptedTerms {
    AcceptedTerms {
        version: "2026-11".parse().unwrap(),
        at: s.now(),
    }
}

fn signed_up(s: &Subject, user: &User, code: &str, chosen: Chosen) -> MailedCode {
    MailedCode {
        sign_up: Some(Box::new(WaitingSignUp {
            browser: Digest::of("a browser"),
            chosen,
        })),
        ..s.mailed(user, ConfirmEmail, code)
    }
}

/// The password and name of the account.
async fn known(s: &Subject, user: &User) -> (Option<String>, Option<String>) {
    let users = s.here().users;
    let found = users
        .find_by_email(&user.email.normalised())
        .await
        .unwrap()
        .unwrap();
    let password = found.password.map(|password| password.expose().to_owned());
    (password, found.user.name.map(String::from))
}

fn linked(code: &MailedCode) -> MailedProof {
    MailedProof::Link { link: code.link }
}

async fn confirm(s: &Subject, code: &MailedCode, chosen: Option<Chosen>) -> MailedOutcome {
    let codes = s.here().mailed_codes;
    let confirmed = codes.confirm_email(linked(code), chosen, s.now(), Alongside::default());
    confirmed.await.unwrap()
}

pub async fn what_was_chosen_waits_with_its_code(s: Subject) {
    let user = a_user().unverified().build();
    let first = signed_up(&s, &user, "1", chosen("$1", Some("Ada")));
    let new = NewUser {
        user: user.clone(),
        password: None,
        mailed_code: Some(first.clone()),
    };
    let registered = s.here().users.register(new, Alongside::default()).await.unwrap();
    assert_eq!(registered, Registration::Registered);
    let codes = s.here().mailed_codes;
    assert_eq!(codes.find(first.id, s.now()).await.unwrap(), Some(first));
    assert_eq!(known(&s, &user).await.0, None, "the account has no password yet");
    let agreed = Chosen {
        terms: Some(agreed(&s)),
        ..chosen("$2", None)
    };
    let second = signed_up(&s, &user, "2", agreed);
    codes.send(&second, Alongside::default()).await.unwrap();
    let found = codes.find_by_link(&second.link, s.now()).await.unwrap();
    assert_eq!(found, Some(second));
}

pub async fn confirming_gives_the_account_what_was_chosen(s: Subject) {
    let codes = s.here().mailed_codes;
    let with = |text: &str| Some(text.to_owned());
    for (number, choice, expected) in [
        (
            1,
            Some(chosen("$own", Some("Own name"))),
            (with("$own"), with("Own name")),
        ),
        (2, Some(chosen("$own", None)), (with("$own"), None)),
        (3, None, (None, None)),
    ] {
        let email = format!("{number}@example.com");
        // It comes with a password and a name that somebody else may have typed.
        let user = s
            .register(a_user().number(number).email(&email).unverified().build())
            .await;
        let code = s.mailed(&user, ConfirmEmail, &email);
        codes.send(&code, Alongside::default()).await.unwrap();
        let outcome = confirm(&s, &code, choice).await;
        assert!(matches!(outcome, MailedOutcome::Redeemed(_)));
        assert_eq!(known(&s, &user).await, expected);
    }
}

pub async fn confirming_keeps_what_was_agreed_to_when_signing_up(s: Subject) {
    let (codes, terms) = (s.here().mailed_codes, s.here().terms);
    let user = s.register(a_user().unverified().build()).await;
    let agreed = agreed(&s);
    s.clock.advance(MINUTE);
    let chosen = Chosen {
        terms: Some(agreed.clone()),
        ..chosen("$own", None)
    };
    let code = signed_up(&s, &user, "1", chosen.clone());
    codes.send(&code, Alongside::default()).await.unwrap();
    assert_eq!(terms.accepted(user.id, &agreed.version).await.unwrap(), None);
    confirm(&s, &code, Some(chosen)).await;
    let accepted = terms.accepted(user.id, &agreed.version).await.unwrap();
    assert_eq!(accepted, Some(agreed.at));
}

pub async fn confirming_a_proven_address_changes_no_password(s: Subject) {
    let user = s.ada().await;
    let before = known(&s, &user).await;
    let code = s.mailed(&user, ConfirmEmail, "late");
    s.here()
        .mailed_codes
        .send(&code, Alongside::default())
        .await
        .unwrap();
    confirm(&s, &code, Some(chosen("$strangers", Some("Stranger")))).await;
    assert_eq!(known(&s, &user).await, before);
}

pub async fn a_reset_uses_up_every_other_code(s: Subject) {
    let user = s.register(a_user().unverified().build()).await;
    let other = s
        .register(a_user().number(2).email("bob@example.com").unverified().build())
        .await;
    let codes = s.here().mailed_codes;
    let waiting = signed_up(&s, &user, "c", chosen("$strangers", None));
    let (reset, anothers) = (
        s.mailed(&user, ResetPassword, "r"),
        s.mailed(&other, ConfirmEmail, "o"),
    );
    for code in [&waiting, &reset, &anothers] {
        codes.send(code, Alongside::default()).await.unwrap();
    }
    let hash = next("$new");
    codes
        .reset_password(linked(&reset), &hash, s.moment(), Alongside::default())
        .await
        .unwrap();
    assert_eq!(codes.find(waiting.id, s.now()).await.unwrap(), None);
    assert_eq!(
        confirm(&s, &waiting, Some(chosen("$strangers", None))).await,
        MailedOutcome::Refused
    );
    assert_eq!(codes.find(anothers.id, s.now()).await.unwrap(), Some(anothers));
}
