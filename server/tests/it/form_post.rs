//! OAuth 2.0 Form Post Response Mode: a page that posts itself, and nothing else can be made of it.

use crate::support::{Answer, a_client};

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;</form>";

fn nonce(page: &Answer) -> &str {
    let policy = page.header("content-security-policy").unwrap();
    let (_, rest) = policy.split_once("'nonce-").unwrap();
    rest.split('\'').next().unwrap()
}

#[tokio::test]
async fn s5_the_page_runs_its_one_script_and_whatever_is_in_it_stays_text() {
    let idp = super::start().await;
    let rp = idp.relying_party(a_client()).await;
    let mut browser = idp.browser();
    let url = rp.authorize_url(&[
        ("response_mode", "form_post"),
        ("prompt", "none"),
        ("state", HOSTILE),
    ]);
    let (page, another) = (browser.get(&url).await, browser.get(&url).await);
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    for (name, value) in [
        ("default-src", "'none'"),
        ("script-src", &*format!("'nonce-{}'", nonce(&page))),
        ("require-trusted-types-for", "'script'"),
        ("trusted-types", "'none'"),
        ("base-uri", "'none'"),
        ("frame-ancestors", "'none'"),
    ] {
        let directive = format!("{name} {value}");
        assert!(
            policy.split("; ").any(|said| said == directive),
            "{directive}: {policy}"
        );
    }
    assert!(nonce(&page).len() >= 22);
    assert_ne!(nonce(&page), nonce(&another));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    let script = format!("<script nonce=\"{}\">", nonce(&page));
    assert_eq!(page.body.matches("<script").count(), 1, "{}", page.body);
    assert_eq!(page.body.matches(&script).count(), 1);
    assert!(!page.body.contains("<img src=x"), "{}", page.body);
    let form = page.form("error");
    assert_eq!(form.action, rp.redirect_uri);
    let state = form.fields.iter().find(|(name, _)| name == "state").unwrap();
    assert_eq!(state.1, HOSTILE);
}

#[tokio::test]
async fn pages_that_need_the_bundle_may_load_it_and_others_load_nothing() {
    let idp = super::start().await;
    let mut browser = idp.browser();
    let bundle = "'strict-dynamic' 'wasm-unsafe-eval'";
    for (path, loads) in [("/login", true), ("/nowhere", false), ("/authorize", false)] {
        let page = browser.get(path).await;
        let page = browser.follow(page).await;
        let policy = page.header("content-security-policy").unwrap();
        assert_eq!(policy.contains(bundle), loads, "{path}: {policy}");
        assert_eq!(policy.contains("connect-src"), loads, "{path}: {policy}");
        assert_eq!(
            policy.contains("trusted-types 'none'"),
            !loads,
            "{path}: {policy}"
        );
    }
}
