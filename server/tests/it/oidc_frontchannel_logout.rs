//! OpenID Connect Front-Channel Logout 1.0: the page with the frames.

use crate::support::{Answer, a_client, relying_party::claims};

const ADA: &str = "ada@example.com";
const BYE: &str = "https://app.example.com/bye";
const FRONT: &str = "https://app.example.com/front?x=y";

fn frame_sources(answer: &Answer) -> &str {
    let policy = answer.header("content-security-policy").unwrap();
    let mut directives = policy.split("; ");
    directives.find_map(|one| one.strip_prefix("frame-src ")).unwrap()
}

#[tokio::test]
async fn s3_the_page_frames_who_took_part_and_leads_on() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client().frontchannel_logout(FRONT)).await;
    let mut browser = idp.browser();
    let tokens = rp.tokens(&mut browser, ADA).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let sid = claims(hint)["sid"].as_str().unwrap().to_owned();
    let parameters = [
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", BYE),
        ("state", "a&b"),
    ];
    let url = format!("/logout?{}", serde_urlencoded::to_string(parameters).unwrap());
    let page = browser.get(&url).await;
    assert_eq!(page.status, 200);
    let src = format!("src=\"{FRONT}&amp;iss=http%3A%2F%2Flocalhost%3A4000&amp;sid={sid}\"");
    assert_eq!(page.body.matches("<iframe").count(), 1);
    assert!(page.body.contains(&src), "{}", page.body);
    assert!(page.body.contains("sandbox=\"allow-scripts allow-same-origin\""));
    assert_eq!(frame_sources(&page), "'self' https://app.example.com");
    let back = format!("{BYE}?state=a%26b");
    assert_eq!(page.header("refresh"), Some(format!("4;url={back}").as_str()));
    assert!(page.body.contains(&format!("href=\"{back}\"")));
    assert_eq!(browser.get("/account").await.status, 303, "signed out");
    let again = browser.get(&url).await;
    assert_eq!(again.location(), Some(back), "there is nobody left to tell");
}

#[tokio::test]
async fn s3_without_a_way_back_the_page_stays_and_others_have_no_frames() {
    let idp = super::start().await;
    idp.person(ADA).await;
    let rp = idp.relying_party(a_client().frontchannel_logout(FRONT)).await;
    let mut browser = idp.browser();
    rp.tokens(&mut browser, ADA).await;
    let page = browser.get("/logout").await;
    assert_eq!(frame_sources(&page), "'self'");
    let page = browser.submit(&page, "decision", &[("decision", "allow")]).await;
    assert_eq!(page.body.matches("<iframe").count(), 1, "{}", page.body);
    assert_eq!(page.header("refresh"), None);
    assert!(!page.body.contains("location.replace"));
    let page = browser.get("/logout").await;
    assert_eq!(page.body.matches("<iframe").count(), 0);
    assert_eq!(frame_sources(&page), "'self'");
}
