use crate::{
    identities, passkeys, second_factors,
    subject::{MINUTE, Subject, at_once, next},
};
use domain::{
    mail::{
        MailedCode,
        MailedCodePurpose::{self, ChangeEmail, ProveAddress, ResetPassword, SignIn, UndoEmail},
        MailedProof,
    },
    person::Email,
    second_factor::{PENDING_FOR, SecondFactors},
    secret::Digest,
    stores::{Alongside, MailedOutcome},
    testing::a_user,
    user::{User, UserSource},
};

const NEW: &str = "new@example.com";
const THIRD: &str = "third@example.com";

fn typed(code: &MailedCode, text: &str) -> MailedProof {
    MailedProof::Code {
        id: code.id,
        code: Digest::of(text),
    }
}

fn linked(code: &MailedCode) -> MailedProof {
    MailedProof::Link { link: code.link }
}

/// A code for an address that is not the account's.
fn to(s: &Subject, user: &User, purpose: MailedCodePurpose, email: &str) -> MailedCode {
    MailedCode {
        email: Email::parse(email).unwrap(),
        browser: Some(Digest::of("a browser")),
        link: Digest::of(format!("{} {email}", purpose.as_str())),
        ..s.mailed(user, purpose, email)
    }
}

async fn sent(s: &Subject, code: &MailedCode) {
    let codes = s.here().mailed_codes;
    codes.send(code, Alongside::default()).await.unwrap();
    let found = codes.find(code.id, s.now()).await.unwrap();
    assert_eq!(found.as_ref(), Some(code));
}

async fn at(s: &Subject, email: &str) -> Option<User> {
    let found = s.here().users.find_by_email(email).await.unwrap();
    found.map(|found| found.user)
}

async fn password_of(s: &Subject, email: &str) -> Option<String> {
    let found = s.here().users.find_by_email(email).await.unwrap()?;
    found.password.map(|password| password.expose().to_owned())
}

/// Moves an account; the link that brings its address back.
async fn moved(s: &Subject, user: &User, email: &str) -> MailedCode {
    let (code, undo) = (
        to(s, user, ChangeEmail, email),
        s.mailed(user, UndoEmail, &format!("back from {email}")),
    );
    sent(s, &code).await;
    assert!(redeemed(change(s, &code, &undo).await));
    undo
}

async fn change(s: &Subject, code: &MailedCode, undo: &MailedCode) -> MailedOutcome {
    let codes = s.here().mailed_codes;
    let changed = codes.change_email(linked(code), undo, s.now(), Alongside::default());
    changed.await.unwrap()
}

async fn bring_back(s: &Subject, undo: &MailedCode) -> MailedOutcome {
    let (codes, hash) = (s.here().mailed_codes, next("$own"));
    let undone = codes.undo_email(undo.link, &hash, s.moment(), Alongside::default());
    undone.await.unwrap()
}

fn redeemed(outcome: MailedOutcome) -> bool {
    matches!(outcome, MailedOutcome::Redeemed(_))
}

pub async fn a_code_to_sign_in_with_works_once_and_for_nothing_else(s: Subject) {
    let user = s.ada().await;
    let codes = s.here().mailed_codes;
    let code = to(&s, &user, SignIn, user.email.as_str());
    sent(&s, &code).await;
    let hash = next("$stolen");
    for proof in [linked(&code), typed(&code, user.email.as_str())] {
        let crossed = codes.reset_password(proof, &hash, s.moment(), Alongside::default());
        assert!(!redeemed(crossed.await.unwrap()));
        let undo = s.mailed(&user, UndoEmail, "u");
        let crossed = codes.change_email(proof, &undo, s.now(), Alongside::default());
        assert!(!redeemed(crossed.await.unwrap()));
    }
    assert!(!redeemed(bring_back(&s, &code).await));
    let (note, now) = (s.note(), s.now());
    let first = codes.sign_in(typed(&code, user.email.as_str()), now, note.with());
    assert_eq!(first.await.unwrap(), MailedOutcome::Redeemed(code.clone()));
    assert!(s.took_place(&note).await);
    let again = codes.sign_in(linked(&code), now, Alongside::default()).await;
    assert!(!redeemed(again.unwrap()));
}

pub async fn of_twenty_uses_of_a_code_one_signs_in(s: Subject) {
    let user = s.ada().await;
    let code = to(&s, &user, SignIn, user.email.as_str());
    sent(&s, &code).await;
    let (codes, now) = (s.here().mailed_codes, s.now());
    let used = at_once(20, |_| {
        let (codes, proof) = (codes.clone(), linked(&code));
        async move { codes.sign_in(proof, now, Alongside::default()).await.unwrap() }
    });
    let used = used.await.into_iter().filter(|used| redeemed(used.clone()));
    assert_eq!(used.count(), 1);
}

pub async fn signing_in_by_mail_confirms_a_sign_up_without_what_was_left_there(s: Subject) {
    let signed_up = User {
        source: UserSource::SignUp,
        ..a_user().unverified().build()
    };
    let made = a_user().number(2).email(NEW).unverified().build();
    for (user, keeps) in [(signed_up, false), (made, true)] {
        let user = s.register(user).await;
        let email = user.email.as_str();
        assert!(password_of(&s, email).await.is_some());
        let code = to(&s, &user, SignIn, email);
        sent(&s, &code).await;
        let codes = s.here().mailed_codes;
        let used = codes.sign_in(linked(&code), s.now(), Alongside::default()).await;
        assert!(redeemed(used.unwrap()));
        let found = at(&s, email).await.unwrap();
        assert_eq!(found.email_verified_at, Some(s.now()));
        assert_eq!(password_of(&s, email).await.is_some(), keeps, "{email}");
        assert_eq!(found.name.is_some(), keeps && user.name.is_some(), "{email}");
    }
}

pub async fn a_code_that_proves_an_address_works_once_and_leaves_a_sign_up_to_give_way(s: Subject) {
    let signed_up = User {
        source: UserSource::SignUp,
        ..a_user().unverified().build()
    };
    let made = a_user().number(2).email(NEW).unverified().build();
    for (user, verified) in [(signed_up, None), (made, Some(s.now()))] {
        let user = s.register(user).await;
        let email = user.email.as_str();
        let code = to(&s, &user, ProveAddress, email);
        sent(&s, &code).await;
        let codes = s.here().mailed_codes;
        let crossed = codes.sign_in(linked(&code), s.now(), Alongside::default()).await;
        assert!(!redeemed(crossed.unwrap()), "it signs nobody in");
        let note = s.note();
        let used = codes
            .prove_address(typed(&code, email), s.now(), note.with())
            .await;
        assert_eq!(used.unwrap(), MailedOutcome::Redeemed(code.clone()));
        assert!(s.took_place(&note).await);
        let again = codes
            .prove_address(linked(&code), s.now(), Alongside::default())
            .await;
        assert!(!redeemed(again.unwrap()));
        assert_eq!(
            at(&s, email).await.unwrap().email_verified_at,
            verified,
            "{email}"
        );
        assert!(password_of(&s, email).await.is_some(), "{email}");
        let sign_in = to(&s, &user, SignIn, email);
        sent(&s, &sign_in).await;
        let crossed = codes
            .prove_address(linked(&sign_in), s.now(), Alongside::default())
            .await;
        assert!(
            !redeemed(crossed.unwrap()),
            "a code to sign in with proves nothing here"
        );
    }
}

pub async fn an_account_moves_to_a_proven_address_once(s: Subject) {
    let user = s.ada().await;
    let old = user.email.as_str();
    let (code, undo) = (to(&s, &user, ChangeEmail, NEW), s.mailed(&user, UndoEmail, "u"));
    let reset = s.mailed(&user, ResetPassword, "r");
    sent(&s, &code).await;
    sent(&s, &reset).await;
    let note = s.note();
    let codes = s.here().mailed_codes;
    let changed = codes.change_email(typed(&code, NEW), &undo, s.now(), note.with());
    assert_eq!(changed.await.unwrap(), MailedOutcome::Redeemed(code.clone()));
    assert!(s.took_place(&note).await);
    let found = at(&s, NEW).await.unwrap();
    assert_eq!((found.id, found.email.as_str()), (user.id, NEW));
    assert_eq!(found.email_verified_at, Some(s.now()));
    assert_eq!(found.version, user.version + 1);
    assert_eq!(at(&s, old).await, None);
    assert_eq!(s.here().users.find(user.id).await.unwrap(), Some(found));
    assert_eq!(codes.find(undo.id, s.now()).await.unwrap(), Some(undo.clone()));
    assert_eq!(
        codes.find(reset.id, s.now()).await.unwrap(),
        None,
        "mailed before"
    );
    assert!(!redeemed(change(&s, &code, &undo).await));
}

pub async fn an_address_somebody_has_is_not_taken_and_nothing_is_left(s: Subject) {
    let user = s.ada().await;
    let other = a_user().number(2).email(THIRD);
    let other = s.register(other.build()).await;
    let (code, undo) = (to(&s, &user, ChangeEmail, THIRD), s.mailed(&user, UndoEmail, "u"));
    sent(&s, &code).await;
    let note = s.note();
    let codes = s.here().mailed_codes;
    let changed = codes.change_email(linked(&code), &undo, s.now(), note.with());
    assert!(!redeemed(changed.await.unwrap()));
    assert!(!s.took_place(&note).await);
    assert_eq!(at(&s, user.email.as_str()).await.unwrap().id, user.id);
    assert_eq!(at(&s, THIRD).await.unwrap().id, other.id);
    assert_eq!(codes.find(undo.id, s.now()).await.unwrap(), None);
}

pub async fn a_sign_up_nobody_confirmed_gives_way(s: Subject) {
    let user = s.ada().await;
    let waiting = User {
        source: UserSource::SignUp,
        ..a_user().number(2).email(NEW).unverified().build()
    };
    let waiting = s.register(waiting).await;
    let old = user.email.clone();
    let undo = moved(&s, &user, NEW).await;
    assert_eq!(at(&s, NEW).await.unwrap().id, user.id);
    assert_eq!(s.here().users.find(waiting.id).await.unwrap(), None);
    let squatting = User {
        source: UserSource::SignUp,
        ..a_user().number(3).email(old.as_str()).unverified().build()
    };
    s.register(squatting).await;
    assert!(redeemed(bring_back(&s, &undo).await));
    assert_eq!(at(&s, old.as_str()).await.unwrap().id, user.id);
}

pub async fn bringing_an_address_back_ends_everything_once(s: Subject) {
    let user = s.ada().await;
    let session = s.session(&user).await;
    let undo = moved(&s, &user, NEW).await;
    let sign_in = to(&s, &user, SignIn, NEW);
    sent(&s, &sign_in).await;
    s.clock.advance(MINUTE);
    assert!(redeemed(bring_back(&s, &undo).await));
    let email = user.email.as_str();
    let found = at(&s, email).await.unwrap();
    assert_eq!((found.id, found.not_before), (user.id, s.now()));
    assert_eq!(password_of(&s, email).await.as_deref(), Some("$own"));
    assert_eq!(at(&s, NEW).await, None);
    let held = s.here().sessions.find_many(&[session.id]).await.unwrap();
    assert!(held.iter().all(|(session, _)| session.ended_at == Some(s.now())));
    let codes = s.here().mailed_codes;
    assert_eq!(codes.find(sign_in.id, s.now()).await.unwrap(), None);
    assert!(!redeemed(bring_back(&s, &undo).await));
}

pub async fn bringing_an_address_back_drops_what_was_added_since(s: Subject) {
    let user = s.ada().await;
    let (passkeys, factors) = (s.here().passkeys, s.here().second_factors);
    let before = passkeys::added(&s, user.id, "before").await;
    let linked_before = identities::linked(&s, user.id, "before").await;
    let proposed = second_factors::authenticator(&s);
    factors.propose(user.id, &proposed).await.unwrap();
    s.clock.advance(MINUTE);
    let undo = moved(&s, &user, NEW).await;
    passkeys::added(&s, user.id, "since").await;
    identities::linked(&s, user.id, "since").await;
    let with = Alongside::default();
    assert!(
        factors
            .confirm(user.id, proposed.id, 5, s.now(), with)
            .await
            .unwrap()
    );
    let waiting = second_factors::authenticator(&s);
    factors.propose(user.id, &waiting).await.unwrap();
    let (sheet, codes) = (second_factors::sheet(&s), [Digest::of("a code")]);
    let made = factors.replace_recovery_codes(user.id, &codes, &sheet, Alongside::default());
    made.await.unwrap();
    let device = second_factors::device(&s, user.id, "a token");
    factors.trust(&device, Alongside::default()).await.unwrap();
    assert!(redeemed(bring_back(&s, &undo).await));
    assert_eq!(passkeys.list(user.id).await.unwrap(), [before]);
    let identities = s.here().identities;
    assert_eq!(identities.list(user.id).await.unwrap(), [linked_before]);
    assert_eq!(factors.find(user.id).await.unwrap(), SecondFactors::default());
    assert!(factors.trusted(user.id, s.now()).await.unwrap().is_empty());
    let shown = factors.take_sheet(user.id, sheet.session, s.now()).await;
    assert_eq!(shown.unwrap(), None);
}

pub async fn bringing_an_address_back_leaves_an_authenticator_that_was_there(s: Subject) {
    let (user, own) = second_factors::enrolled(&s).await;
    let other = a_user().number(2).email(THIRD);
    let other = s.register(other.build()).await;
    let theirs = passkeys::added(&s, other.id, "theirs").await;
    let (passkeys, factors) = (s.here().passkeys, s.here().second_factors);
    let sheet = second_factors::sheet(&s);
    let codes = [Digest::of("a code")];
    let made = factors.replace_recovery_codes(user, &codes, &sheet, Alongside::default());
    made.await.unwrap();
    s.clock.advance(PENDING_FOR);
    let ada = s.here().users.find(user).await.unwrap().unwrap();
    let undo = moved(&s, &ada, NEW).await;
    assert!(redeemed(bring_back(&s, &undo).await));
    let left = factors.find(user).await.unwrap();
    assert_eq!(left.authenticator.map(|kept| kept.id), Some(own));
    assert_eq!(left.recovery_codes, 0, "nobody knows when they were made");
    assert_eq!(passkeys.list(other.id).await.unwrap(), [theirs]);
}

pub async fn links_of_earlier_changes_outlive_whatever_comes_after_them(s: Subject) {
    let user = s.ada().await;
    let first = moved(&s, &user, NEW).await;
    s.clock.advance(MINUTE);
    let found = at(&s, NEW).await.unwrap();
    let second = moved(&s, &found, THIRD).await;
    let found = at(&s, THIRD).await.unwrap();
    let reset = s.mailed(&found, ResetPassword, "r");
    sent(&s, &reset).await;
    let (codes, hash) = (s.here().mailed_codes, next("$thief"));
    let reset = codes.reset_password(linked(&reset), &hash, s.moment(), Alongside::default());
    assert!(redeemed(reset.await.unwrap()));
    assert!(redeemed(bring_back(&s, &first).await));
    assert!(!redeemed(bring_back(&s, &second).await), "it came later");
    assert_eq!(at(&s, user.email.as_str()).await.unwrap().id, user.id);
}

pub async fn of_ten_accounts_one_gets_an_address(s: Subject) {
    let mut asked = Vec::new();
    for number in 1..=10 {
        let email = format!("{number}@example.com");
        let user = a_user().number(number).email(&email).build();
        let user = s.register(user).await;
        let undo = s.mailed(&user, UndoEmail, &email);
        let code = MailedCode {
            link: Digest::of(&email),
            ..to(&s, &user, ChangeEmail, NEW)
        };
        sent(&s, &code).await;
        asked.push((code, undo));
    }
    let (codes, now) = (s.here().mailed_codes, s.now());
    let moved = at_once(10, |number| {
        let (codes, (code, undo)) = (codes.clone(), asked[number].clone());
        async move {
            let with = Alongside::default();
            codes.change_email(linked(&code), &undo, now, with).await.unwrap()
        }
    });
    let moved = moved.await.into_iter().filter(|moved| redeemed(moved.clone()));
    assert_eq!(moved.count(), 1);
    assert!(at(&s, NEW).await.is_some());
}
