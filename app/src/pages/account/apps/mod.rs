//! Apps the person allowed something, and taking it back.

mod view;

pub(crate) use view::view;

use super::sign_in_first;
use crate::{
    components::{
        App,
        pager::{self, Pager},
    },
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{
        Page,
        consent::{described, in_order},
    },
    routes::{Next, Shown},
};
use domain::{
    client::Client,
    clock::Timestamp,
    interaction::AccountPage,
    issuer::Issuer,
    scope::{Scope, ScopeSet},
    stores::SeenApp,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Apps the person allowed something.
#[derive(Clone, Debug)]
pub struct Apps {
    /// The apps, last used first.
    pub apps: Vec<Connected>,
    /// Which of all they are.
    pub pager: Pager,
    /// What APIs say of their scopes, and what people call providers whose tokens are given.
    pub described: BTreeMap<String, String>,
    /// What was just done, by the key of its words.
    pub done: Option<&'static str>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Connected {
    /// Its `client_id`.
    pub client_id: String,
    /// How people recognise it.
    pub app: App,
    /// Where a sign-in at it begins.
    pub open: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// What of that was asked for and may be taken back alone.
    pub allowed: Vec<String>,
    /// Whether it goes on while the person is away.
    pub keeps_access: bool,
    /// Since when.
    pub granted: Timestamp,
    /// When that was last used.
    pub used: Timestamp,
}

impl Connected {
    fn new(seen: &SeenApp, issuer: &Issuer) -> Self {
        let names = |scopes: &ScopeSet| in_order(scopes.iter().map(|scope| scope.as_str().to_owned()));
        Self {
            client_id: seen.client.id.to_string(),
            app: App::from(&seen.client),
            open: start(&seen.client, issuer),
            scopes: names(&scopes_of(seen)),
            allowed: seen.allowed.as_ref().map(names).unwrap_or_default(),
            keeps_access: seen.keeps_access,
            granted: seen.first,
            used: seen.last,
        }
    }
}

/// What it was allowed and what it holds: nobody was asked about an app of the operator's own.
fn scopes_of(seen: &SeenApp) -> ScopeSet {
    seen.allowed
        .as_ref()
        .map_or_else(|| seen.held.clone(), |allowed| allowed.union(&seen.held))
}

/// Where the app begins a sign-in that somebody else asks for; it is told at whom (OpenID Connect Core §4).
fn start(client: &Client, issuer: &Issuer) -> Option<String> {
    let mut url = client.oidc().metadata.initiate_login_uri.as_ref()?.url()?;
    url.query_pairs_mut().append_pair("iss", issuer.as_str());
    Some(url.into())
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let Some(person) = cx.sessions.first() else {
        return sign_in_first(cx, AccountPage::Apps).await;
    };
    let after = pager::after(query);
    let found = cx
        .services
        .account
        .apps(&cx.act, person, after)
        .await
        .map_err(|error| cx.unavailable(&error))?;
    let issuer = &cx.act.realm.issuer;
    let scopes = found
        .items
        .iter()
        .flat_map(|app| scopes_of(app).iter().cloned().collect::<Vec<_>>());
    let described = described(cx, &scopes.collect()).await?;
    let apps = found.items.iter().map(|app| Connected::new(app, issuer));
    Ok(Page::Apps(Apps {
        apps: apps.collect(),
        pager: Pager::of(after, &found),
        described,
        done: query.find("done").and_then(done),
    })
    .into())
}

fn done(word: &str) -> Option<&'static str> {
    match word {
        "all" => Some("apps-all-removed"),
        "narrowed" => Some("apps-narrowed"),
        "removed" => Some("apps-removed"),
        _ => None,
    }
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let of = OfApp {
        client_id: &form.get("client_id"),
        after: pager::after(form),
    };
    match form.find("act") {
        Some("remove-all") => remove_all(cx).await,
        Some("narrow") => narrow(cx, of, form.all("scope")).await,
        _ => remove(cx, of).await,
    }
}

/// Of which app something is asked, and on which page.
#[derive(Clone, Copy, Debug)]
pub struct OfApp<'a> {
    /// Its `client_id`.
    pub client_id: &'a str,
    /// Where the page begins, unless it is the first.
    pub after: Option<&'a str>,
}

/// Takes back what every app was allowed.
pub async fn remove_all(cx: &RequestContext) -> Result<Next, UiError> {
    let removed = cx.services.account.remove_apps(&cx.act, cx.person()?).await;
    removed.map_err(|error| cx.unavailable(&error))?;
    Ok(cx.next("/account/apps?done=all"))
}

/// Leaves an app these of its scopes.
pub async fn narrow<'a>(
    cx: &RequestContext,
    of: OfApp<'_>,
    scopes: impl Iterator<Item = &'a str>,
) -> Result<Next, UiError> {
    let person = cx.person()?;
    let missing = || cx.error(UiErrorKind::NotFound, "error-not-found");
    let client = of.client_id.parse().map_err(|_| missing())?;
    // What is no scope was never allowed.
    let kept: ScopeSet = scopes.filter_map(|scope| scope.parse::<Scope>().ok()).collect();
    let narrowed = cx
        .services
        .account
        .narrow_app(&cx.act, person, &client, &kept)
        .await;
    if !narrowed.map_err(|error| cx.unavailable(&error))? {
        return Err(missing());
    }
    Ok(pager::back(cx, AccountPage::Apps, of.after, "narrowed"))
}

/// Takes back what an app was allowed.
pub async fn remove(cx: &RequestContext, of: OfApp<'_>) -> Result<Next, UiError> {
    let person = cx.person()?;
    let missing = || cx.error(UiErrorKind::NotFound, "error-not-found");
    let client = of.client_id.parse().map_err(|_| missing())?;
    let removed = cx.services.account.remove_app(&cx.act, person, &client).await;
    if !removed.map_err(|error| cx.unavailable(&error))? {
        return Err(missing());
    }
    Ok(pager::back(cx, AccountPage::Apps, of.after, "removed"))
}

#[server(endpoint = "account/apps/remove")]
pub(crate) async fn account_apps_remove(
    client_id: String,
    #[server(default)] after: Option<String>,
) -> Result<Next, UiError> {
    let of = OfApp {
        client_id: &client_id,
        after: after.as_deref(),
    };
    answer(remove(&context()?, of).await)
}

#[cfg(test)]
mod tests {
    use super::start;
    use domain::{
        issuer::{Issuer, Origin},
        realm::RealmName,
        testing::a_client,
    };

    fn opened(uri: &str) -> Option<String> {
        let client = a_client().metadata(|metadata| metadata.initiate_login_uri = uri.parse().ok());
        let origin = Origin::parse("https://id.example.com").unwrap();
        let realm = RealmName::Named("acme".parse().unwrap());
        start(&client.build(), &Issuer::new(&origin, &realm))
    }

    #[test]
    fn core_s4_an_app_is_told_at_whom_to_begin() {
        let iss = "iss=https%3A%2F%2Fid.example.com%2Frealms%2Facme";
        let uri = |query: &str| format!("https://app.example.com/start?{query}");
        assert_eq!(opened("https://app.example.com/start"), Some(uri(iss)));
        assert_eq!(opened(&uri("tenant=7")), Some(uri(&format!("tenant=7&{iss}"))));
        assert_eq!(opened(""), None);
    }
}
