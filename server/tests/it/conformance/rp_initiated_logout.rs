//! Modules about a log-out that an application asks for (OpenID Connect RP-Initiated Logout 1.0). Each ends as the
//! suite ends it: a request that may ask nobody anything says whether anybody is signed in.

use super::party::{Mode, Party};
use crate::support::{Answer, ClientBuilder, relying_party::claims};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

pub const BYE: &str = "https://app.example.com/bye";

/// A person who signed in for an application, and the ID token that it got.
pub struct SignedIn {
    pub party: Party,
    pub hint: String,
}

impl SignedIn {
    pub async fn start() -> Self {
        Self::through(|client| client).await
    }

    /// Through an application that is registered as `change` says.
    pub async fn through(change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        let mut party = Party::start_with(Mode::Query, change).await;
        let hint = hint(&mut party).await;
        Self { party, hint }
    }

    async fn sign_in_again(&mut self) {
        self.hint = hint(&mut self.party).await;
    }

    /// Where the browser comes to that an application sends to log out.
    pub async fn leave(&mut self, parameters: &[(&str, &str)]) -> Answer {
        let document = self.party.discovery().await;
        let endpoint = document["end_session_endpoint"].as_str().unwrap();
        let query = serde_urlencoded::to_string(parameters).unwrap();
        let answer = self.party.browser.get(&format!("{endpoint}?{query}")).await;
        self.party.browser.follow(answer).await
    }

    pub async fn is_over(&mut self) {
        let response = self.party.authorize(&[("prompt", "none")]).await;
        assert_eq!(response.error(), "login_required");
        assert!(response.asked.is_empty());
    }

    async fn goes_on(&mut self) {
        let response = self.party.authorize(&[("prompt", "none")]).await;
        let tokens = self.party.redeem(response.code()).await;
        assert_eq!(
            self.party.id_token(&tokens).await["sid"],
            claims(&self.hint)["sid"]
        );
    }

    /// The person is asked and nothing has ended yet; they agree.
    async fn agrees(&mut self, page: &Answer) -> Answer {
        assert_eq!(page.location(), None);
        assert!(page.body.contains("name=\"decision\""), "{}", page.body);
        self.goes_on().await;
        let allow = [("decision", "allow")];
        let answer = self.party.browser.submit(page, "decision", &allow).await;
        self.party.browser.follow(answer).await
    }

    /// The person is asked, and the application does not get them back.
    async fn is_asked_and_stays(&mut self, parameters: &[(&str, &str)]) {
        let page = self.leave(parameters).await;
        let end = self.agrees(&page).await;
        assert_stays(&end);
        self.is_over().await;
    }
}

async fn hint(party: &mut Party) -> String {
    let (tokens, _) = party.tokens(&[]).await;
    tokens["id_token"].as_str().unwrap().to_owned()
}

/// A page of the provider at the end, from which nothing leads to the application.
fn assert_stays(end: &Answer) {
    assert_eq!(end.status, 200);
    assert_eq!((end.location(), end.header("refresh")), (None, None));
    assert!(!end.body.contains(BYE), "{}", end.body);
}

pub async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let mut party = Party::start(Mode::Query).await;
    let document = party.discovery().await;
    let issuer = party.idp.issuer();
    assert_eq!(document["end_session_endpoint"], format!("{issuer}/logout"));
}

pub async fn oidcc_rp_initiated_logout() {
    let mut person = SignedIn::start().await;
    let (hint, state) = (person.hint.clone(), Party::text("state", 128) + " &=%");
    let full = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", &state),
    ];
    let answer = person.leave(&full).await;
    assert!(answer.location().unwrap().starts_with(&format!("{BYE}?")));
    let told = answer.redirect_parameters();
    assert_eq!((told.len(), &told["state"]), (1, &state));
    person.is_over().await;
}

/// A request to come back to `uri`, which is not registered, ends on a page and ends nothing else.
async fn leads_nowhere(person: &mut SignedIn, uri: &str) {
    let hint = person.hint.clone();
    let full = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", uri),
        ("state", "xyz"),
    ];
    let answer = person.leave(&full).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{uri}");
    assert!(!answer.body.contains(BYE), "{uri}: {}", answer.body);
    person.goes_on().await;
}

pub async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let mut person = SignedIn::start().await;
    leads_nowhere(&mut person, &format!("{BYE}XYZ")).await;
}

pub async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let mut person = SignedIn::start().await;
    for added in ["?foo=bar", "?", "#", "?state=xyz"] {
        leads_nowhere(&mut person, &format!("{BYE}{added}")).await;
    }
}

/// A request with a hint that is worth nothing, whether the client says who it is or not.
async fn counts_for_nothing(person: &mut SignedIn, hint: &str) {
    let client = person.party.rp.id.clone();
    let full = [
        ("id_token_hint", hint),
        ("post_logout_redirect_uri", BYE),
        ("state", "xyz"),
        ("client_id", client.as_str()),
    ];
    for named in [3, 4] {
        person.is_asked_and_stays(&full[..named]).await;
        person.sign_in_again().await;
    }
}

pub async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let mut person = SignedIn::start().await;
    let hint = person.hint.clone();
    let parts: Vec<&str> = hint.split('.').collect();
    let mut changed = claims(&hint);
    changed["sub"] = "somebody".into();
    let changed = URL_SAFE_NO_PAD.encode(changed.to_string());
    let turned: String = parts[2].chars().rev().collect();
    counts_for_nothing(&mut person, &format!("{}.{changed}.{}", parts[0], parts[2])).await;
    counts_for_nothing(&mut person, &format!("{}.{}.{turned}", parts[0], parts[1])).await;
}

pub async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let mut person = SignedIn::start().await;
    for bad in ["bad", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        counts_for_nothing(&mut person, bad).await;
    }
}

pub async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let mut person = SignedIn::start().await;
    let client = person.party.rp.id.clone();
    let named = [
        ("post_logout_redirect_uri", BYE),
        ("state", "xyz"),
        ("client_id", client.as_str()),
    ];
    person.is_asked_and_stays(&named[..2]).await;
    // One that says who it is gets the person back once they agreed.
    person.sign_in_again().await;
    let page = person.leave(&named).await;
    let agreed = person.agrees(&page).await;
    assert_eq!(agreed.location(), Some(format!("{BYE}?state=xyz")));
    person.is_over().await;
}

pub async fn oidcc_rp_initiated_logout_no_params() {
    SignedIn::start().await.is_asked_and_stays(&[]).await;
}

pub async fn oidcc_rp_initiated_logout_only_state() {
    let mut person = SignedIn::start().await;
    person.is_asked_and_stays(&[("state", "xyz")]).await;
}

pub async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let mut person = SignedIn::start().await;
    let hint = person.hint.clone();
    let end = person.leave(&[("id_token_hint", &hint), ("state", "xyz")]).await;
    assert!(!end.body.contains("name=\"decision\""), "{}", end.body);
    assert_stays(&end);
    person.is_over().await;
}

pub async fn oidcc_rp_initiated_logout_no_state() {
    let mut person = SignedIn::start().await;
    let hint = person.hint.clone();
    let back = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", BYE),
    ];
    let answer = person.leave(&back).await;
    assert_eq!(answer.location().as_deref(), Some(BYE));
    person.is_over().await;
}
