//! Somebody whom a provider vouches for without an address proves one by a mailed code, and says nothing before that about
//! whether it has an account.

use super::federation::{ADA, acme, way_back, with_providers};
use crate::support::{Answer, Browser, TestIdp, a_client, idp::PASSWORD};
use domain::{
    federation::{Vouched, VouchedEmail},
    mail::Mail,
    testing::{FakeUpstream, vouched},
    user::UserSource,
};
use reqwest::StatusCode;

/// Ada as the provider knows her: with an address it does not call verified, or with none.
fn unproven(address: Option<&str>) -> Vouched {
    Vouched {
        email: address.map(|address| VouchedEmail {
            address: address.to_owned(),
            verified: false,
        }),
        name: Some("Ada Lovelace".into()),
        ..vouched("acme", "ada")
    }
}

/// The page that asks for an address.
async fn arrives(browser: &mut Browser, acme: &FakeUpstream, start: &str, who: Vouched) -> Answer {
    let sent = browser.get(start).await.location().unwrap();
    acme.put("code", who);
    let back = browser.get(&way_back(&sent, "code")).await;
    let page = browser.follow(back).await;
    assert!(page.body.contains("Acme has not confirmed"), "{}", page.body);
    page
}

fn code(mails: &[Mail]) -> String {
    let mut words = mails.iter().flat_map(|mail| mail.text.split_whitespace());
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    words.find(digits).unwrap().to_owned()
}

/// The page on which the code is typed.
async fn asks(browser: &mut Browser, page: &Answer, address: &str) -> Answer {
    let answer = browser.submit(page, "email", &[("email", address)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(
        !answer.location().unwrap().contains('@'),
        "no address in addresses"
    );
    browser.follow(answer).await
}

#[tokio::test]
async fn somebody_new_without_a_vouched_address_proves_one_and_returns_to_the_app() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let mut browser = idp.browser();
    let start = browser.get(&rp.authorize_url(&[])).await;
    let page = browser.follow(start).await;
    let button = page.link("/login/acme").unwrap().replace("&amp;", "&");
    let page = arrives(&mut browser, &acme, &button, unproven(None)).await;
    let wrong = browser.submit(&page, "email", &[("email", "nonsense")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert!(wrong.body.contains("value=\"nonsense\""), "what was typed stays");
    let page = asks(&mut browser, &wrong, ADA).await;
    assert!(page.body.contains("a***@example.com"), "{}", page.body);
    let code = code(&idp.mails().await);
    let wrong = browser.submit(&page, "code", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 403, "{}", wrong.body);
    let answer = browser.submit(&wrong, "code", &[("code", &code)]).await;
    let told = browser.follow(answer).await.redirect_parameters();
    assert_eq!(told["state"], "xyz");
    let act = idp.act().await;
    let user = idp.runtime.services.users.find(&act, ADA).await.unwrap().unwrap();
    assert!(user.email_verified());
    assert_eq!(user.source, UserSource::Provider);
    let linked = act.realm.stores.identities.list(user.id).await.unwrap();
    assert_eq!(linked.len(), 1);
}

#[tokio::test]
async fn the_code_proves_the_account_of_the_address_and_links_it() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    let ada = idp.person(ADA).await;
    let mut browser = idp.browser();
    let page = arrives(&mut browser, &acme, "/login/acme", unproven(Some(ADA))).await;
    assert!(
        page.body.contains(&format!("value=\"{ADA}\"")),
        "it may be edited: {}",
        page.body
    );
    let page = asks(&mut browser, &page, ADA).await;
    let before = code(&idp.mails().await);
    let resent = browser.submit(&page, "act", &[]).await;
    let page = browser.follow(resent).await;
    assert!(page.body.contains("We sent a new code."), "{}", page.body);
    let code = code(&idp.mails().await);
    assert_ne!(code, before);
    let answer = browser.submit(&page, "code", &[("code", &code)]).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains(ADA), "{}", page.body);
    let act = idp.act().await;
    let linked = act.realm.stores.identities.list(ada.id).await.unwrap();
    assert_eq!(linked.len(), 1);
    let mails = idp.mails().await;
    let told = |mail: &Mail| mail.subject.starts_with("An account elsewhere was linked");
    assert!(mails.iter().any(told), "{mails:?}");
}

#[tokio::test]
async fn whether_the_address_has_an_account_is_told_to_nobody_before_the_code() {
    let acme = acme();
    let idp = with_providers(&[&acme]).await;
    idp.person(ADA).await;
    let mut told = Vec::new();
    for address in [ADA, "eve@example.com"] {
        let mut browser = idp.browser();
        let page = arrives(&mut browser, &acme, "/login/acme", unproven(None)).await;
        let page = asks(&mut browser, &page, address).await;
        let mails = idp.mails().await;
        assert_eq!(mails.len(), 1, "{address}");
        let text = mails[0].text.replace(&code(&mails), "CODE");
        let title = page.body.split("<h1>").nth(1).unwrap();
        let title = title.split("<form").next().unwrap();
        let masked = format!("{}***@", &address[..1]);
        assert!(title.contains(&masked), "{title}");
        told.push((page.status, title.replace(&masked, "***@"), text));
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn with_script_the_same_acts_do_the_same() {
    let acme = acme();
    let idp: TestIdp = with_providers(&[&acme]).await;
    let mut browser = idp.browser();
    let page = arrives(&mut browser, &acme, "/login/acme", unproven(None)).await;
    let fields = page.form("email").fields;
    let (_, interaction) = fields.iter().find(|(name, _)| name == "interaction").unwrap();
    let asked = [("interaction", interaction.as_str()), ("email", ADA)];
    let to = browser.post("/api/sign-up/address", &asked).await.json();
    let to = to["to"].as_str().unwrap();
    let flow = to.split("flow=").nth(1).unwrap();
    let code = code(&idp.mails().await);
    let typed = [
        ("interaction", interaction.as_str()),
        ("flow", flow),
        ("code", code.as_str()),
    ];
    let done = browser.post("/api/sign-up/address-code", &typed).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(browser.get("/account").await.body.contains(ADA));
    // A password was never chosen, and nobody else's works.
    let mut another = idp.browser();
    let request = another.waiting().await;
    let tried = another.password(&request, ADA, PASSWORD).await;
    assert_ne!(tried.status, StatusCode::SEE_OTHER);
}
