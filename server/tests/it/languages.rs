//! Which language a page or mail is in: what the app asks for, what was chosen on the browser, what the account says,
//! what the browser accepts, and English, in this order.

use crate::support::{Answer, Browser, a_client, idp::PASSWORD};
use axum::{body::Body, http::Method};
use domain::language::Language;

const ADA: &str = "ada@example.com";

fn spoken(answer: &Answer) -> (&str, &str) {
    let html = answer.body.split_once("<html lang=\"").unwrap().1;
    let (language, rest) = html.split_once("\" dir=\"").unwrap();
    assert_eq!(answer.header("content-language"), Some(language));
    (language, rest.split_once('"').unwrap().0)
}

async fn accepting(browser: &mut Browser, path: &str, header: &str) -> Answer {
    let headers = [("accept-language", header)];
    browser.send(Method::GET, path, &headers, Body::empty()).await
}

async fn choose(browser: &mut Browser, page: &Answer, language: &str) -> Answer {
    let answer = browser.submit(page, "language", &[("language", language)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser.follow(answer).await
}

async fn asked_by_app(browser: &mut Browser, to: &str) -> Answer {
    let answer = browser.get(to).await;
    browser.follow(answer).await
}

#[tokio::test]
async fn rfc9110_s12_5_4_a_page_is_in_the_language_that_the_browser_accepts() {
    let idp = super::start().await;
    let acme = idp.realm("acme").await;
    for idp in [&idp, &acme] {
        for (header, expected) in [
            ("ar-EG, en;q=0.5", ("ar", "rtl")),
            ("sv, zh-CN;q=0.9", ("zh-Hans", "ltr")),
            ("sv, \u{fffd}", ("en", "ltr")),
            ("x-<script>", ("en", "ltr")),
        ] {
            let answer = accepting(&mut idp.browser(), "/forgot-password", header).await;
            assert_eq!(spoken(&answer), expected, "{header}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
    }
}

#[tokio::test]
async fn a_choice_is_kept_on_the_browser_and_leads_back_to_the_page_it_was_made_on() {
    let idp = super::start().await;
    let acme = idp.realm("acme").await;
    for idp in [&idp, &acme] {
        let mut browser = idp.browser();
        let start = browser.get("/login").await;
        let page = browser.follow(start).await;
        let there = page.form("language").fields;
        let to = &there.iter().find(|(name, _)| name == "to").unwrap().1;
        assert!(to.starts_with("/login?interaction="), "{to}");
        let page = choose(&mut browser, &page, "ja").await;
        assert_eq!(spoken(&page), ("ja", "ltr"));
        assert!(page.body.contains("ログイン"), "{}", page.body);
        let again = browser.submit(&page, "identifier", &[("identifier", "")]).await;
        assert_eq!(spoken(&again).0, "ja");
        let again_to = &again.form("language").fields[0].1;
        assert_eq!(
            again_to, to,
            "a page that answers a form is found again where the form was"
        );
        let other = accepting(&mut browser, "/forgot-password", "de").await;
        assert_eq!(spoken(&other).0, "ja");
        assert_eq!(spoken(&idp.browser().get("/forgot-password").await).0, "en");
    }
}

#[tokio::test]
async fn a_choice_that_is_none_changes_nothing_and_leads_nowhere() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    for fields in [
        [("language", "se"), ("to", "/login")],
        [("language", "DE"), ("to", "/login")],
        [("language", "de"), ("to", "//evil.example")],
        [("language", "de"), ("to", "https://evil.example/")],
        [("language", "de"), ("to", "")],
    ] {
        let answer = browser.post("/language", &fields).await;
        assert_eq!(answer.status, 400, "{fields:?}");
        assert_eq!(spoken(&answer).0, "en");
    }
    let fields = [("language", "de"), ("to", "/forgot-password")];
    let headers = [("sec-fetch-site", "cross-site")];
    let answer = browser.post_with("/language", &headers, &fields).await;
    assert_eq!(answer.status, 403);
    assert_eq!(spoken(&browser.get("/forgot-password").await).0, "en");
}

#[tokio::test]
async fn oidc_core_s3_1_2_1_ui_locales_go_first_until_the_person_chooses() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let page = browser.get("/forgot-password").await;
    choose(&mut browser, &page, "es").await;
    let french = rp.authorize_url(&[("ui_locales", "se fr-CA en")]);
    let page = asked_by_app(&mut browser, &french).await;
    assert_eq!(spoken(&page).0, "fr");
    let again = browser.submit(&page, "identifier", &[("identifier", "")]).await;
    assert_eq!(spoken(&again).0, "fr");
    let page = choose(&mut browser, &again, "de").await;
    assert_eq!(spoken(&page).0, "de");
    assert!(
        page.body.contains("Bei "),
        "still signing in to the app: {}",
        page.body
    );
    assert_eq!(spoken(&asked_by_app(&mut browser, &french).await).0, "fr");
    for unknown in [
        rp.authorize_url(&[]),
        rp.authorize_url(&[("ui_locales", "se xx")]),
    ] {
        assert_eq!(spoken(&asked_by_app(&mut browser, &unknown).await).0, "de");
    }
    let answer = browser.get("/logout?ui_locales=ar").await;
    assert_eq!(spoken(&answer), ("ar", "rtl"));
}

#[tokio::test]
async fn discovery_s3_every_language_that_is_advertised_is_spoken() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let document = idp
        .browser()
        .get("/.well-known/openid-configuration")
        .await
        .json();
    let advertised: Vec<&str> = document["ui_locales_supported"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag.as_str().unwrap())
        .collect();
    assert_eq!(advertised, Language::ALL.map(Language::as_str));
    for tag in advertised {
        let to = rp.authorize_url(&[("ui_locales", tag)]);
        assert_eq!(spoken(&asked_by_app(&mut idp.browser(), &to).await).0, tag);
    }
}

#[tokio::test]
async fn an_account_has_its_language_and_zone_where_nothing_was_chosen() {
    let idp = super::start().await;
    let claims = r#"{ "locale": "pt-PT", "zoneinfo": "Asia/Tokyo" }"#;
    idp.described_person(ADA, claims).await;
    let mut browser = idp.browser();
    let interaction = browser.waiting().await;
    let answer = browser.password(&interaction, ADA, PASSWORD).await;
    let page = browser.follow(answer).await;
    assert_eq!(spoken(&page).0, "pt-BR");
    assert!(page.body.contains(" JST<"), "{}", page.body);
    assert_eq!(
        spoken(&accepting(&mut browser, "/account", "de").await).0,
        "pt-BR"
    );
    let page = choose(&mut browser, &page, "de").await;
    assert_eq!(spoken(&page).0, "de");
}

#[tokio::test]
async fn mails_are_in_the_language_of_the_account_or_of_the_request() {
    let idp = super::start().await;
    for (locale, header, language, subject) in [
        (
            "ar-EG",
            "de",
            "lang=\"ar\" dir=\"rtl\"",
            "إعادة تعيين كلمة المرور",
        ),
        ("se", "ja", "lang=\"ja\" dir=\"ltr\"", "パスワードの再設定"),
    ] {
        let email = format!("{locale}@example.com");
        let claims = format!(r#"{{ "locale": "{locale}" }}"#);
        idp.described_person(&email, &claims).await;
        let mut browser = idp.browser();
        let page = accepting(&mut browser, "/forgot-password", header).await;
        let form = page.form("identifier");
        let mut fields: Vec<(&str, &str)> = form
            .fields
            .iter()
            .filter(|(name, _)| name != "identifier")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("identifier", &email));
        let headers = [("accept-language", header)];
        let answer = browser.post_with(&form.action, &headers, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let mail = idp.mails().await.pop().unwrap();
        assert!(mail.subject.contains(subject), "{}", mail.subject);
        assert!(mail.html.contains(language), "{}", mail.html);
    }
}
