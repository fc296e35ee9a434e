//! What people say of themselves, and what apps are told of it: language, time zone, picture.

use crate::support::{
    Answer, Browser, TestIdp, a_client,
    idp::PASSWORD,
    png,
    relying_party::{RelyingParty, userinfo_from},
};
use axum::{body::Body, http::Method};
use serde_json::Value;

const ADA: &str = "ada@example.com";
const UPLOAD: &str = "/account/picture";

async fn sign_in(browser: &mut Browser) {
    let interaction = browser.waiting().await;
    let answer = browser.password(&interaction, ADA, PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

async fn send(browser: &mut Browser, bytes: &[u8]) -> Answer {
    browser.upload(UPLOAD, &[], ("picture", bytes)).await
}

/// What an app is told with `profile`.
async fn told(idp: &TestIdp, rp: &RelyingParty) -> Value {
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    userinfo_from(&mut browser, &tokens).await.json()
}

#[tokio::test]
async fn core_s5_1_language_and_zone_are_chosen_show_at_once_and_are_told_to_apps() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    sign_in(&mut browser).await;
    let page = browser.get("/account").await;
    let chosen = [("locale", "de"), ("zoneinfo", "europe/berlin")];
    let answer = browser.submit(&page, "preferences", &chosen).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = browser.follow(answer).await;
    assert!(page.body.contains("<html lang=\"de\""), "{}", page.body);
    assert!(page.body.contains("value=\"Europe/Berlin\" "), "{}", page.body);
    assert!(page.body.contains(" CET") || page.body.contains(" CEST"));
    let claims = told(&idp, &rp).await;
    assert_eq!(
        (&claims["locale"], &claims["zoneinfo"]),
        (&"de".into(), &"Europe/Berlin".into())
    );
    idp.mails().await;
    // Another browser, which accepts nothing in particular: the mail is in the account's language.
    idp.browser()
        .post("/forgot-password", &[("identifier", ADA)])
        .await;
    let mails = idp.mails().await;
    assert!(mails[0].text.contains("Passwort"), "{}", mails[0].text);
    for (locale, zone) in [("de", "Mars/Olympus"), ("de", "../../etc/passwd")] {
        let wrong = [("locale", locale), ("zoneinfo", zone)];
        let answer = browser.submit(&page, "preferences", &wrong).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("id=\"zoneinfo-error\""), "{}", answer.body);
    }
    let stale = [("version", "1"), ("zoneinfo", "Europe/Paris")];
    assert_eq!(browser.submit(&page, "preferences", &stale).await.status, 422);
    let answer = browser
        .submit(&page, "preferences", &[("locale", ""), ("zoneinfo", "")])
        .await;
    assert_eq!(answer.status, 303);
    let claims = told(&idp, &rp).await;
    assert_eq!((claims.get("locale"), claims.get("zoneinfo")), (None, None));
    let stranger = [("preferences", "1"), ("locale", "fr")];
    assert_eq!(idp.browser().post("/account", &stranger).await.status, 401);
}

#[tokio::test]
async fn core_s5_1_a_picture_is_drawn_anew_told_to_apps_and_taken_away() {
    let root = super::start().await;
    let acme = root.realm("acme").await;
    for idp in [&root, &acme] {
        idp.person(ADA).await;
        let rp = idp.relying_party(a_client()).await;
        let mut browser = idp.browser();
        sign_in(&mut browser).await;
        let sent = [&png(300)[..], b"<script>alert(1)</script>"].concat();
        let answer = send(&mut browser, &sent).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let page = browser.follow(answer).await;
        let address = told(idp, &rp).await["picture"].as_str().unwrap().to_owned();
        assert!(
            address.starts_with(&format!("{}/pictures/", idp.issuer())),
            "{address}"
        );
        let path = address.strip_prefix("http://localhost:4000").unwrap();
        assert!(page.body.contains(&format!("src=\"{path}\"")), "{}", page.body);
        let mut anybody = idp.browser();
        let picture = anybody.get(&address).await;
        assert_eq!(picture.status, 200);
        for (name, value) in [
            ("content-type", "image/png"),
            ("x-content-type-options", "nosniff"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'; sandbox",
            ),
            ("cache-control", "public, max-age=3600"),
        ] {
            assert_eq!(picture.header(name), Some(value));
        }
        assert!(picture.body.contains("PNG") && !picture.body.contains("script"));
        assert!(anybody.cookies.is_empty(), "a picture is no visit");
        let export = browser.post("/account/privacy/export", &[]).await.json();
        assert_eq!(export["profile"]["claims"]["picture"], address.as_str());
        assert!(
            export["picture"]["content"]
                .as_str()
                .unwrap()
                .starts_with("iVBORw0KGgo")
        );
        let answer = browser.submit(&page, "act", &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(anybody.get(&address).await.status, 404);
        assert_eq!(told(idp, &rp).await.get("picture"), None);
    }
}

#[tokio::test]
async fn a_file_that_is_not_taken_is_told_at_its_field() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let mut browser = idp.browser();
    sign_in(&mut browser).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let large = [png(9), vec![0; 5 << 20]].concat();
    let mut bomb = png(9);
    bomb[16..24].copy_from_slice(&[0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff]);
    // The header's check value is that of what it says now.
    bomb.splice(29..33, crc(&bomb[12..29]));
    for (bytes, said) in [
        (&svg[..], "PNG, JPEG or WebP file."),
        (b"", "Choose a file first."),
        (&large, "at most 4 MB."),
        (&bomb, "4096 by 4096"),
    ] {
        let answer = send(&mut browser, bytes).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        let error = answer.body.split("id=\"picture-error\"").nth(1).unwrap();
        assert!(error.split("</span>").next().unwrap().contains(said), "{error}");
    }
    let stale = browser
        .upload(UPLOAD, &[("version", "0")], ("picture", &png(9)))
        .await;
    assert_eq!(stale.status, 422);
    let page = browser.get("/account").await;
    assert!(!page.body.contains("/pictures/"));
    let reloaded = browser.get(UPLOAD).await;
    assert_eq!(reloaded.location().as_deref(), Some("/account"));
}

/// The check value of a PNG's chunk.
fn crc(named: &[u8]) -> [u8; 4] {
    let check = named.iter().fold(!0_u32, |check, byte| {
        (0..8).fold(check ^ u32::from(*byte), |check, _| {
            if check & 1 == 1 {
                (check >> 1) ^ 0xedb8_8320
            } else {
                check >> 1
            }
        })
    });
    (!check).to_be_bytes()
}

#[tokio::test]
async fn nothing_is_read_of_who_is_not_signed_in_nor_sent_by_another_site() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let answer = send(&mut idp.browser(), &png(9)).await;
    assert_eq!(answer.status, 401);
    let mut browser = idp.browser();
    sign_in(&mut browser).await;
    let form = ("content-type", "multipart/form-data; boundary=edge");
    let elsewhere = [form, ("origin", "https://evil.example")];
    let answer = browser
        .send(Method::POST, UPLOAD, &elsewhere, Body::from("--edge--"))
        .await;
    assert_eq!(answer.status, 403);
    let huge = [form, ("content-length", "16777217")];
    let answer = browser.send(Method::POST, UPLOAD, &huge, Body::empty()).await;
    assert_eq!(answer.status, 413);
    let plain = [("content-type", "application/x-www-form-urlencoded")];
    let answer = browser
        .send(Method::POST, UPLOAD, &plain, Body::from("picture=x"))
        .await;
    assert_eq!(answer.status, 415);
    assert!(!browser.get("/account").await.body.contains("/pictures/"));
}
