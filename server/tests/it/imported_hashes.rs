//! Accounts that come from elsewhere with the hash of their password.

use crate::support::{
    idp::PASSWORD,
    installation::{Installation, document},
};

const ADA: &str = "ada@example.com";
/// Made by crypt(3) of libxcrypt.
const HASH: &str = "$2b$05$c2lnbmV0IHRlc3RzIHNhbO7DRPdbXY1ZbvLIYJk7lokbIpzvDJr2y";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hash_is_taken_over_by_command_and_signs_in() {
    let here = Installation::new();
    let create = |email, flag| ["user", "create", "--email", email, "--verified", flag, "--json"];
    let _server = here.serve();
    let made = document(here.told(&create(ADA, "--password-hash-stdin"), &format!("{HASH}\n")));
    assert_eq!(made["email"], ADA);
    let mut browser = here.browser();
    let start = browser.get("/login").await;
    let page = browser.follow(start).await;
    let answer = browser.submit(&page, "identifier", &[("identifier", ADA)]).await;
    let page = browser.follow(answer).await;
    let answer = browser.submit(&page, "password", &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);

    let costly = HASH.replace("$05$", "$31$");
    for text in ["", PASSWORD, costly.as_str()] {
        let refused = here.told(&create("bob@example.com", "--password-hash-stdin"), text);
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("the password hash cannot be read"), "{said}");
        assert!(text.is_empty() || !said.contains(text), "{said}");
    }
    let listed = here.run(&["user", "list"]);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}
