//! WebAuthn Level 3, §7.1 and §7.2, by a passkey in software: who gets in, and who does not.

use crate::support::{
    Answer, Browser, SecurityKey, TestIdp,
    idp::PASSWORD,
    security_key::{Signed, give, signed},
};
use domain::{acr::Method, passkey::Passkey, user::User};
use std::time::Duration;

const ADA: &str = "ada@example.com";
const MALLORY: &str = "mallory@example.com";

/// A browser in which somebody signed in by password.
async fn signed_in(idp: &TestIdp, email: &str) -> Browser {
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    let answer = browser.password(&request, email, PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser
}

async fn is_in(browser: &mut Browser, email: &str) -> bool {
    browser.get("/account").await.body.contains(email)
}

async fn passkeys_of(idp: &TestIdp, user: &User) -> Vec<Passkey> {
    let act = idp.act().await;
    act.realm.stores.passkeys.list(user.id).await.unwrap()
}

/// Tries it in a browser that nobody signed in on; whether it let `email` in.
async fn lets_in(idp: &TestIdp, key: &SecurityKey, signed: &Signed, email: &str) -> bool {
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    let answer = key.sign_in(&mut browser, &request, signed).await;
    let done = is_in(&mut browser, email).await;
    assert_eq!(answer.status, if done { 303 } else { 403 }, "{}", answer.body);
    done
}

fn counted(count: u32) -> Signed {
    Signed { count, ..signed() }
}

#[tokio::test]
async fn a_passkey_signs_in_alone_as_two_factors() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let key = SecurityKey::add(&mut signed_in(&idp, ADA).await).await;
    let mail = idp.mails().await.pop().unwrap();
    assert_eq!(mail.to.as_str(), ADA, "the owner is told");
    assert!(lets_in(&idp, &key, &signed(), ADA).await);
    let act = idp.act().await;
    let sessions = act.realm.stores.sessions.list(ada.id).await.unwrap();
    let methods: Vec<_> = sessions.into_iter().map(|session| session.methods).collect();
    assert!(methods.contains(&vec![Method::Passkey]), "{methods:?}");
}

#[tokio::test]
async fn s7_2_answers_that_are_not_right_let_nobody_in() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let key = SecurityKey::add(&mut signed_in(&idp, ADA).await).await;
    for wrong in [
        Signed {
            origin: "https://evil.example".to_owned(),
            ..signed()
        },
        Signed {
            origin: "http://localhost:4001".to_owned(),
            ..signed()
        },
        Signed {
            origin: "https://localhost:4000".to_owned(),
            ..signed()
        },
        Signed {
            relying_party: "evil.example".to_owned(),
            ..signed()
        },
        Signed {
            user_verified: false,
            ..signed()
        },
        Signed {
            cross_origin: true,
            ..signed()
        },
        Signed {
            challenge: Some("c29tZXRoaW5nIGVsc2U"),
            ..signed()
        },
        Signed {
            kind: Some("webauthn.create"),
            ..signed()
        },
        Signed {
            forged: true,
            ..signed()
        },
    ] {
        assert!(!lets_in(&idp, &key, &wrong, ADA).await, "{}", wrong.origin);
    }
    assert!(lets_in(&idp, &key, &signed(), ADA).await);
}

#[tokio::test]
async fn s7_1_answers_that_are_not_right_make_no_passkey() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let mut browser = signed_in(&idp, ADA).await;
    for wrong in [
        Signed {
            origin: "https://evil.example".to_owned(),
            ..signed()
        },
        Signed {
            relying_party: "evil.example".to_owned(),
            ..signed()
        },
        Signed {
            user_verified: false,
            ..signed()
        },
        Signed {
            cross_origin: true,
            ..signed()
        },
        Signed {
            discoverable: Some(false),
            ..signed()
        },
    ] {
        let (key, asked) = (SecurityKey::new(), SecurityKey::ask_to_make(&mut browser).await);
        let answer = key.make(&asked, &wrong);
        let fields = [("ceremony", asked.ceremony.as_str()), ("answer", answer.as_str())];
        let added = browser.post("/api/account/passkeys/add", &fields).await;
        assert_eq!(added.status, 403, "{}", added.body);
    }
    assert!(passkeys_of(&idp, &ada).await.is_empty());
    SecurityKey::add(&mut browser).await;
    assert_eq!(passkeys_of(&idp, &ada).await.len(), 1);
}

#[tokio::test]
async fn s7_2_a_count_goes_up_and_an_answer_is_good_once() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let key = SecurityKey::add(&mut signed_in(&idp, ADA).await).await;
    assert!(lets_in(&idp, &key, &counted(7), ADA).await);
    for copy in [7, 6, 0] {
        assert!(!lets_in(&idp, &key, &counted(copy), ADA).await, "{copy}");
    }
    let mut browser = idp.browser();
    let request = browser.waiting().await;
    let asked = SecurityKey::ask_who(&mut browser, &request).await;
    let answer = key.answer(&asked, &counted(8));
    let given = (asked.ceremony.as_str(), answer.as_str());
    let mut thief = idp.browser();
    let theirs = thief.waiting().await;
    for (request, status) in [(&theirs, 403), (&request, 410)] {
        let replayed = give(&mut thief, request, given).await;
        assert_eq!(replayed.status, status, "{}", replayed.body);
    }
    assert!(!is_in(&mut thief, ADA).await, "another browser's");
    let request = browser.waiting().await;
    let moved = give(&mut browser, &request, given).await;
    assert_eq!(moved.status, 403, "another request's");
    let mut again = idp.browser();
    let request = again.waiting().await;
    let asked = SecurityKey::ask_who(&mut again, &request).await;
    let answer = key.answer(&asked, &counted(9));
    let given = (asked.ceremony.as_str(), answer.as_str());
    assert_eq!(give(&mut again, &request, given).await.status, 303);
    let second = give(&mut again, &request, given).await;
    assert_eq!(second.status, 403, "{}", second.body);
}

#[tokio::test]
async fn a_removed_passkey_lets_nobody_in() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let mut browser = signed_in(&idp, ADA).await;
    let key = SecurityKey::add(&mut browser).await;
    let id = passkeys_of(&idp, &ada).await[0].id.to_string();
    idp.person(MALLORY).await;
    let fields = [("act", "passkey-remove"), ("passkey", id.as_str())];
    let mut mallorys = signed_in(&idp, MALLORY).await;
    let refused = mallorys.post("/account/security", &fields).await;
    assert_eq!(refused.status, 404, "somebody else's");
    assert!(lets_in(&idp, &key, &signed(), ADA).await);
    let removed = browser.post("/account/security", &fields).await;
    assert_eq!(
        removed.location().as_deref(),
        Some("/account/security?done=passkey-removed")
    );
    assert!(!lets_in(&idp, &key, &signed(), ADA).await);
}

#[tokio::test]
async fn the_last_way_in_stays_and_a_proven_address_is_one() {
    let idp = super::start().await;
    for (email, confirmed) in [(ADA, true), (MALLORY, false)] {
        let user = match confirmed {
            true => idp.person(email).await,
            false => idp.unconfirmed_person(email).await,
        };
        let mut browser = signed_in(&idp, email).await;
        SecurityKey::add(&mut browser).await;
        let rows = idp.rows().await;
        rows.drop_password(user.id.as_uuid()).await;
        rows.close().await;
        let id = passkeys_of(&idp, &user).await[0].id.to_string();
        let fields = [("act", "passkey-remove"), ("passkey", id.as_str())];
        let answer = browser.post("/account/security", &fields).await;
        assert_eq!(answer.status, if confirmed { 303 } else { 403 }, "{email}");
        assert_eq!(passkeys_of(&idp, &user).await.is_empty(), confirmed, "{email}");
    }
}

#[tokio::test]
async fn passkeys_of_another_realm_or_account_let_nobody_in() {
    let idp = super::start().await;
    let (ada, _) = (idp.person(ADA).await, idp.person(MALLORY).await);
    let acme = idp.realm("acme").await;
    acme.person(ADA).await;
    let key = SecurityKey::add(&mut signed_in(&idp, ADA).await).await;
    assert!(!lets_in(&acme, &key, &signed(), ADA).await);
    let mut mallorys = signed_in(&idp, MALLORY).await;
    let own = SecurityKey::add(&mut mallorys).await;
    let as_ada = own.calling_it(&key.handle);
    assert!(!lets_in(&idp, &as_ada, &signed(), ADA).await);
    // What Ada was asked is answered by her session alone.
    let mut hers = signed_in(&idp, ADA).await;
    let asked = SecurityKey::ask_to_make(&mut hers).await;
    let answer = SecurityKey::new().make(&asked, &signed());
    let fields = [("ceremony", asked.ceremony.as_str()), ("answer", answer.as_str())];
    let stolen = mallorys.post("/api/account/passkeys/add", &fields).await;
    assert_eq!(stolen.status, 403, "{}", stolen.body);
    assert_eq!(passkeys_of(&idp, &ada).await.len(), 1);
}

#[tokio::test]
async fn a_passkey_is_made_after_a_recent_proof_only() {
    let idp = super::start().await;
    let ada = idp.person(ADA).await;
    let mut browser = signed_in(&idp, ADA).await;
    let asked = SecurityKey::ask_to_make(&mut browser).await;
    idp.clock.advance(Duration::from_secs(601));
    let refused = browser.post("/api/account/passkeys/ask", &[]).await;
    assert_eq!(refused.status, 401, "{}", refused.body);
    let answer = SecurityKey::new().make(&asked, &signed());
    let fields = [("ceremony", asked.ceremony.as_str()), ("answer", answer.as_str())];
    let late = browser.post("/api/account/passkeys/add", &fields).await;
    assert!(leads_to_a_proof(&late), "{}", late.body);
    assert!(passkeys_of(&idp, &ada).await.is_empty());
}

fn leads_to_a_proof(answer: &Answer) -> bool {
    let to = answer.json()["to"].as_str().map(str::to_owned);
    to.is_some_and(|to| to.starts_with("/login?interaction="))
}

#[tokio::test]
async fn whoever_must_wait_is_told_of_passkeys_where_the_browser_has_them() {
    let idp = super::start().await;
    idp.person(ADA).await;
    for can in ["1", ""] {
        let mut browser = idp.browser();
        let told = ("signet-makes-passkeys-4000".to_owned(), can.to_owned());
        browser.cookies.extend([told]);
        let request = browser.waiting().await;
        let fields = [
            ("interaction", request.as_str()),
            ("identifier", ADA),
            ("password", "not her password at all"),
        ];
        let mut answer = browser.post("/login", &fields).await;
        for _ in 0..20 {
            answer = browser.post("/login", &fields).await;
        }
        assert_eq!(answer.status, 429, "{}", answer.body);
        assert_eq!(
            answer.body.contains(", or use a passkey."),
            can == "1",
            "{}",
            answer.body
        );
    }
}
