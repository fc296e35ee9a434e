//! Passwords that people set themselves, that are measured while they are typed, and that came with a hash from elsewhere.

use crate::support::{
    Answer, AuthenticatorApp, Browser, TestIdp, a_client, idp::PASSWORD, relying_party::userinfo,
};
use domain::{services::users::CreateUser, user::Role};
use serde_json::Value;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const NEW: &str = "an entirely new password";
const PAGE: &str = "/account/security";

async fn signs_in(idp: &TestIdp, password: &str) -> u16 {
    proves(idp, password).await.1.status.as_u16()
}

async fn signed_in(idp: &TestIdp) -> Browser {
    proves(idp, PASSWORD).await.0
}

/// Somebody on a browser of their own, and what their password leads to.
async fn proves(idp: &TestIdp, password: &str) -> (Browser, Answer) {
    let mut browser = idp.browser();
    let start = browser.get("/login").await;
    let page = browser.follow(start).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "password", &[("password", password)]).await;
    (browser, answer)
}

#[tokio::test]
async fn a_password_is_changed_in_place_and_every_other_browser_and_app_is_out() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let (mut here, mut there) = (idp.browser(), idp.browser());
    let tokens = rp.tokens(&mut here, ADA).await;
    rp.tokens(&mut there, ADA).await;
    idp.clock.advance(Duration::from_secs(2));
    let to = here.get("/.well-known/change-password").await.location();
    assert_eq!(to.as_deref(), Some("/account/security#password"));
    let page = here.get(PAGE).await;
    let short = here
        .submit(&page, "new_password", &[("new_password", "too short")])
        .await;
    assert_eq!(short.status, 422);
    assert!(short.body.contains("id=\"new_password-error\""), "{}", short.body);
    let saved = here.submit(&page, "new_password", &[("new_password", NEW)]).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let page = here.follow(saved).await;
    assert!(page.body.contains("Your new password is saved."), "{}", page.body);
    assert_eq!(there.get(PAGE).await.status, 303);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(userinfo(&mut here, access).await.status, 401);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refused = rp.refresh(&mut here, refresh).await.json();
    assert_eq!(refused["error"], "invalid_grant");
    let mails = idp.mails().await;
    assert!(mails.iter().any(|mail| mail.subject.contains("was changed")));
    assert_eq!(signs_in(&idp, PASSWORD).await, 403);
    assert_eq!(signs_in(&idp, NEW).await, 303);
    assert_eq!(here.get(PAGE).await.status, 200, "this one stays");
}

#[tokio::test]
async fn ten_minutes_later_the_person_proves_again_who_they_are_first() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = signed_in(&idp).await;
    idp.clock.advance(Duration::from_secs(601));
    let page = browser.get(PAGE).await;
    assert!(!page.body.contains("name=\"new_password\""), "{}", page.body);
    let proof = "/login?interaction=";
    let fields = [("act", "password-set"), ("new_password", NEW)];
    let answer = browser.post(PAGE, &fields).await;
    assert!(answer.location().unwrap().starts_with(proof));
    let (_, answer) = asks(&mut browser, "/api/account/password", &fields[1..]).await;
    assert!(answer["to"].as_str().unwrap().starts_with(proof));
    assert_eq!(signs_in(&idp, PASSWORD).await, 303);
    let remove = [("act", "password-remove")];
    assert!(browser.post(PAGE, &remove).await.location().is_some());
    assert_eq!(signs_in(&idp, PASSWORD).await, 303);
}

#[tokio::test]
async fn the_last_way_in_stays_and_a_short_password_keeps_its_authenticator() {
    let idp = super::start().await;
    idp.unconfirmed_person(ADA).await;
    let mut browser = signed_in(&idp).await;
    let last = browser.post(PAGE, &[("act", "password-remove")]).await;
    assert_eq!(last.status, 403);
    assert!(
        last.body.contains("This is your only way to sign in."),
        "{}",
        last.body
    );
    let app = AuthenticatorApp::add(&idp, &mut browser).await;
    idp.clock.advance(Duration::from_secs(60));
    let (mut browser, owed) = proves(&idp, PASSWORD).await;
    let page = browser.follow(owed).await;
    let code = app.code(&idp);
    let answer = browser.submit(&page, "code", &[("code", &code)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = browser.get(PAGE).await;
    assert!(page.body.contains("At least 8 characters."), "{}", page.body);
    let short = [("new_password", "xR7_vq2M")];
    let saved = browser.submit(&page, "new_password", &short).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let remove = [("act", "authenticator-remove")];
    let kept = browser.post(PAGE, &remove).await;
    assert_eq!(kept.status, 403);
    assert!(
        kept.body.contains("Your password is too short to be used alone."),
        "{}",
        kept.body
    );
    let page = browser.get(PAGE).await;
    browser
        .submit(&page, "new_password", &[("new_password", NEW)])
        .await;
    assert_eq!(browser.post(PAGE, &remove).await.status, 303);
    assert_eq!(signs_in(&idp, NEW).await, 303);
}

async fn asks(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let answer = browser
        .post_with(path, &[("accept", "application/json")], fields)
        .await;
    (answer.status.as_u16(), answer.json())
}

#[tokio::test]
async fn how_good_a_password_is_is_said_while_it_is_typed() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let path = "/api/password-strength";
    let mut nobody = idp.browser();
    for (text, email, level) in [
        ("nine long", "", "short"),
        ("passwordpassword", "", "weak"),
        ("zyzyzyzyzyzyzyzyzyzyzy", "", "weak"),
        ("ada.lovelace@example.com", "ada.lovelace@example.com", "weak"),
        ("correct horse battery", "", "excellent"),
    ] {
        let fields = [("new_password", text), ("email", email)];
        let (status, answer) = asks(&mut nobody, path, &fields).await;
        assert_eq!((status, answer["level"].as_str()), (200, Some(level)), "{text}");
        let said = answer["text"].as_str().unwrap();
        assert!(said.contains(' ') && !said.contains(text), "{said}");
    }
    let own = "/api/account/password-strength";
    let fields = [("new_password", ADA)];
    let (status, _) = asks(&mut nobody, own, &fields).await;
    assert_eq!(status, 401);
    let mut browser = signed_in(&idp).await;
    let (status, answer) = asks(&mut browser, own, &fields).await;
    assert_eq!((status, answer["level"].as_str()), (200, Some("weak")));
}

/// Made by crypt(3) of libxcrypt, and by hashlib of Python (OpenSSL), of [`PASSWORD`].
const MADE_ELSEWHERE: [&str; 3] = [
    "$2y$05$c2lnbmV0IHRlc3RzIHNhbO7DRPdbXY1ZbvLIYJk7lokbIpzvDJr2y",
    "$scrypt$ln=10,r=8,p=1$c2FsdCBvZiBzaXh0ZWVuLg$psPPI5UXbBJQHgAmng+5XsOl4vlb8AXfipddMbErMP0",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdCBvZiBzaXh0ZWVuLg$+pNIxHbq8QaCu7hW5a5n4pkeFEUi+4G7GclyZ39X7Pg",
];

#[tokio::test]
async fn a_hash_from_elsewhere_signs_in_and_is_argon2id_from_then_on() {
    for text in MADE_ELSEWHERE {
        let idp = super::start().await;
        let new = CreateUser {
            email: ADA.to_owned(),
            name: String::new(),
            password: None,
            verified: true,
            role: Role::Member,
            claims: Default::default(),
        };
        let (act, users) = (idp.act().await, &idp.runtime.services.users);
        users.create_with_hash(&act, new, text).await.unwrap();
        let stored = async || {
            let found = act.realm.stores.users.find_by_email(ADA).await;
            found.unwrap().unwrap().password.unwrap().expose().to_owned()
        };
        assert_eq!(signs_in(&idp, "not the password").await, 403);
        assert_eq!(stored().await, text);
        assert_eq!(signs_in(&idp, PASSWORD).await, 303);
        assert!(stored().await.starts_with("$argon2id$v=19$"), "{text}");
        assert_eq!(signs_in(&idp, PASSWORD).await, 303);
        assert_eq!(signs_in(&idp, "not the password").await, 403);
    }
}

/// A sign-up by the form of its page; how it is answered, and where it leads.
async fn signs_up(browser: &mut Browser, password: &str) -> Answer {
    let page = browser.get("/sign-up").await;
    let fields = [("email", ADA), ("name", "Ada"), ("new_password", password)];
    browser.submit(&page, "new_password", &fields).await
}

#[tokio::test]
async fn contract_6_enterprise_takes_twelve_characters_of_four_kinds_which_are_good_for_ninety_days() {
    let idp = super::start_with(&[("SIGNET_PASSWORD_POLICY", "enterprise")]).await;
    let good = "Zq7!vKp2#wXm";
    let mut browser = idp.browser();
    for (refused, why) in [
        ("Zq7!vKp2#wX", "eleven characters"),
        ("ZQ7!VKP2#WXM", "no small letter"),
        ("zq7!vkp2#wxm", "no capital letter"),
        ("Zqt!vKpr#wXm", "no digit"),
        ("Zq7tvKp2rwXm", "nothing else"),
    ] {
        let answer = signs_up(&mut browser, refused).await;
        assert_eq!(answer.status, 422, "{why}");
        assert!(answer.body.contains("id=\"new_password-error\""), "{why}");
    }
    let answer = signs_up(&mut browser, good).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = browser.follow(answer).await;
    let mail = idp.mails().await.pop().unwrap();
    let mut words = mail.text.split_whitespace();
    let code = words.find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()));
    browser.submit(&page, "code", &[("code", code.unwrap())]).await;
    idp.clock.advance(Duration::from_secs(90 * 86_400));
    assert_eq!(signs_in(&idp, good).await, 303);
    idp.clock.advance(Duration::from_secs(1));
    let (mut late, answer) = proves(&idp, good).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(
        answer.body.contains("This password is too old"),
        "{}",
        answer.body
    );
    let way_on = answer.link("/forgot-password").expect("a way on");
    let page = late.get(&way_on.replace("&amp;", "&")).await;
    late.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let mail = idp.mails().await.pop().unwrap();
    let mut words = mail.text.split_whitespace();
    let link = words
        .find(|word| word.contains("/reset-password?token="))
        .unwrap();
    let page = late.get(link).await;
    let again = late
        .submit(&page, "new_password", &[("new_password", good)])
        .await;
    assert_eq!(again.status, 422, "it was used before: {}", again.body);
    let new = "Xm8?wBt5+qLr";
    let page = again;
    let answer = late.submit(&page, "new_password", &[("new_password", new)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(signs_in(&idp, new).await, 303);
}

/// The page's answer to a password that takes the place of the present one, in a session of that browser.
async fn sets(mut browser: Browser, password: String) -> u16 {
    let fields = [("act", "password-set"), ("new_password", password.as_str())];
    browser.post(PAGE, &fields).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contract_6_enterprise_forgets_no_password_that_was_set_beside_others_or_removed() {
    let idp = super::start_with(&[("SIGNET_PASSWORD_POLICY", "enterprise")]).await;
    let first = "Zq7!vKp2#wXm";
    let new = CreateUser {
        email: ADA.to_owned(),
        name: "Ada".to_owned(),
        password: Some(first.to_owned()),
        verified: true,
        role: Role::Member,
        claims: serde_json::Map::new(),
    };
    let act = idp.act().await;
    let ada = idp.runtime.services.users.create(&act, new).await.unwrap();
    let (browser, _) = proves(&idp, first).await;
    // Changes at once, each told apart from what there was before; who comes too late may try again.
    let all = (0..8).map(|number| format!("Xm{number}?wBt5+qLr"));
    let asked = all.clone().map(|new| tokio::spawn(sets(browser.clone(), new)));
    let statuses: Vec<u16> = futures::future::join_all(asked)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(
        statuses.iter().all(|status| [303, 503].contains(status)),
        "{statuses:?}"
    );
    let set: Vec<String> = all
        .zip(&statuses)
        .filter_map(|(new, status)| (*status == 303).then_some(new))
        .collect();
    assert!(!set.is_empty(), "{statuses:?}");
    let past = act.realm.stores.users.past_passwords(ada.id);
    assert_eq!(past.await.unwrap().all().count(), set.len() + 1, "{statuses:?}");
    let mut again = set;
    again.push(first.to_owned());
    for used in &again {
        assert_eq!(sets(browser.clone(), used.clone()).await, 422, "{used}");
    }
    let mut removing = browser.clone();
    let removed = removing.post(PAGE, &[("act", "password-remove")]).await;
    assert_eq!(removed.status, 303, "{}", removed.body);
    for used in &again {
        assert_eq!(sets(browser.clone(), used.clone()).await, 422, "{used}");
    }
    assert_eq!(sets(browser, "Gh4%nJw1/pRs".to_owned()).await, 303);
}
