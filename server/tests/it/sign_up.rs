//! Signing up with an address that is somebody else's: the password belongs to whoever reads the mail.

use crate::support::{Answer, Browser, TestIdp, idp::PASSWORD};
use domain::{job::JobKind, mail::Mail, stores::Stores as _};

const ADA: &str = "ada@example.com";
const STRANGERS: &str = "a password of a stranger";

/// Signs up; the page on which the code is typed.
async fn sign_up(browser: &mut Browser, password: &str) -> Answer {
    let page = browser.get("/sign-up").await;
    let fields = [("email", ADA), ("name", "Somebody"), ("new_password", password)];
    let answer = browser.submit(&page, "new_password", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser.follow(answer).await
}

async fn signs_in(idp: &TestIdp, password: &str) -> bool {
    let mut browser = idp.browser();
    let start = browser.get("/login").await;
    let page = browser.follow(start).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    browser
        .submit(&page, "password", &[("password", password)])
        .await
        .status
        == 303
}

fn link(mail: &Mail) -> &str {
    let mut words = mail.text.split_whitespace();
    words.find(|word| word.contains("/verify-email?token=")).unwrap()
}

fn code(mail: &Mail) -> &str {
    let mut words = mail.text.split_whitespace();
    words
        .find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))
        .unwrap()
}

#[tokio::test]
async fn in_the_same_browser_the_button_is_enough() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    sign_up(&mut browser, PASSWORD).await;
    let mail = idp.mails().await.pop().unwrap();
    let page = browser.get(link(&mail)).await;
    assert!(!page.body.contains("new_password"), "{}", page.body);
    assert_eq!(browser.submit(&page, "token", &[]).await.status, 303);
    assert!(signs_in(&idp, PASSWORD).await);
}

#[tokio::test]
async fn in_another_browser_the_button_confirms_what_the_person_says_they_chose() {
    let idp = super::start().await;
    sign_up(&mut idp.browser(), PASSWORD).await;
    let mail = idp.mails().await.pop().unwrap();
    let mut phone = idp.browser();
    let page = phone.get(link(&mail)).await;
    assert!(page.body.contains("in another browser"), "{}", page.body);
    assert_eq!(phone.submit(&page, "token", &[]).await.status, 303);
    assert!(signs_in(&idp, PASSWORD).await);
}

#[tokio::test]
async fn in_another_browser_another_password_can_be_chosen_and_the_strangers_is_gone() {
    let idp = super::start().await;
    sign_up(&mut idp.browser(), STRANGERS).await;
    let mail = idp.mails().await.pop().unwrap();
    let mut owner = idp.browser();
    let page = owner.get(link(&mail)).await;
    assert!(
        !page.body.contains("Somebody"),
        "the stranger's words are not shown"
    );
    let short = owner
        .submit(
            &page,
            "new_password",
            &[("name", "Ada"), ("new_password", "short")],
        )
        .await;
    assert_eq!(short.status, 422);
    assert!(short.body.contains("id=\"new_password-error\"") && short.body.contains("value=\"Ada\""));
    assert!(!signs_in(&idp, STRANGERS).await);
    let answer = owner
        .submit(&short, "new_password", &[("new_password", PASSWORD)])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(signs_in(&idp, PASSWORD).await);
    assert!(!signs_in(&idp, STRANGERS).await);
}

#[tokio::test]
async fn after_a_mail_sent_again_from_elsewhere_a_password_is_needed_at_both_doors() {
    let idp = super::start().await;
    let theirs = sign_up(&mut idp.browser(), STRANGERS).await;
    idp.mails().await;
    let mut owner = idp.browser();
    let resent = owner.submit(&theirs, "act", &[]).await;
    assert_eq!(resent.status, 303);
    let mail = idp.mails().await.pop().unwrap();
    let token = link(&mail).split("token=").nth(1).unwrap();
    let bare = owner.post("/verify-email", &[("token", token)]).await;
    let asked = owner.follow(bare).await;
    assert!(asked.body.contains("name=\"new_password\""), "{}", asked.body);
    let answer = owner.post("/api/verify-email/link", &[("token", token)]).await;
    assert_eq!(answer.json()["to"], format!("/verify-email?token={token}"));
    assert!(!signs_in(&idp, STRANGERS).await);
    let fields = [("token", token), ("name", ""), ("new_password", PASSWORD)];
    let answer = owner.post("/api/verify-email/link", &fields).await;
    assert_eq!(answer.json()["to"], "/login?done=verified");
    assert!(signs_in(&idp, PASSWORD).await && !signs_in(&idp, STRANGERS).await);
}

#[tokio::test]
async fn a_code_typed_on_a_strangers_page_confirms_nothing() {
    let idp = super::start().await;
    let mut stranger = idp.browser();
    let theirs = sign_up(&mut stranger, STRANGERS).await;
    let mail = idp.mails().await.pop().unwrap();
    let answer = idp
        .browser()
        .submit(&theirs, "code", &[("code", code(&mail))])
        .await;
    assert_eq!(answer.status, 403);
    assert!(!signs_in(&idp, STRANGERS).await);
    assert_eq!(
        stranger
            .submit(&theirs, "code", &[("code", code(&mail))])
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn whoever_signs_up_second_with_the_address_gets_a_code_of_their_own() {
    let idp = super::start().await;
    let mut stranger = idp.browser();
    let theirs = sign_up(&mut stranger, STRANGERS).await;
    let first = idp.mails().await.pop().unwrap();
    let mut owner = idp.browser();
    let page = sign_up(&mut owner, PASSWORD).await;
    let second = idp.mails().await.pop().unwrap();
    assert_eq!(
        stranger
            .submit(&theirs, "code", &[("code", code(&first))])
            .await
            .status,
        403
    );
    assert_eq!(
        owner
            .submit(&page, "code", &[("code", code(&second))])
            .await
            .status,
        303
    );
    assert!(signs_in(&idp, PASSWORD).await);
    assert!(!signs_in(&idp, STRANGERS).await);
}

#[tokio::test]
async fn of_two_sign_ups_that_are_taken_up_at_once_both_are_mailed_and_one_is_good() {
    let idp = super::start().await;
    let (mut one, mut other) = (idp.browser(), idp.browser());
    let pages = [
        sign_up(&mut one, PASSWORD).await,
        sign_up(&mut other, PASSWORD).await,
    ];
    let (all, registration) = (
        idp.runtime.stores.all_realms(),
        &idp.runtime.services.registration,
    );
    let now = idp.runtime.services.ports.clock.now();
    let jobs = all.claim_jobs(&[JobKind::SignUp], now, now, 2).await.unwrap();
    let realm = idp.act().await.realm;
    let taken_up = jobs
        .iter()
        .map(|job| registration.take_up(realm.clone(), registration.open(job).unwrap()));
    for done in futures::future::join_all(taken_up).await {
        done.unwrap();
    }
    for job in &jobs {
        assert!(all.complete_job(job, Vec::new()).await.unwrap());
    }
    let mails = idp.mails().await;
    assert_eq!((jobs.len(), mails.len()), (2, 2));
    let mut good = 0;
    for (browser, page) in [(&mut one, &pages[0]), (&mut other, &pages[1])] {
        for mail in &mails {
            let answer = browser.submit(page, "code", &[("code", code(mail))]).await;
            good += usize::from(answer.status == 303);
        }
    }
    assert_eq!(good, 1);
}
