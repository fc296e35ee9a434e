//! Apps the person allowed something, and taking it back.

use super::{framed, sign_in_first};
use crate::{
    components::{App, app_tile, breakable, day, hidden, notice},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::{Page, consent::scope_words},
    routes::{Next, Shown},
};
use domain::{
    client::Client, clock::Timestamp, interaction::AccountPage, issuer::Issuer,
    services::account::ConnectedApp,
};
use leptos::prelude::*;

/// Apps the person allowed something.
#[derive(Clone, Debug)]
pub struct Apps {
    /// The apps.
    pub apps: Vec<Connected>,
    /// Whether one was just removed.
    pub removed: bool,
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
    /// Since when.
    pub granted: Timestamp,
    /// When that was last used.
    pub used: Timestamp,
}

impl Connected {
    fn new(connected: &ConnectedApp, issuer: &Issuer) -> Self {
        let consent = &connected.consent;
        Self {
            client_id: consent.client_id.to_string(),
            app: App::from(&connected.client),
            open: start(&connected.client, issuer),
            scopes: consent
                .scopes
                .iter()
                .map(|scope| scope.as_str().to_owned())
                .collect(),
            granted: consent.granted_at,
            used: consent.updated_at,
        }
    }
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
    let found = cx
        .services
        .account
        .apps(&cx.act, person)
        .await
        .map_err(|error| cx.unavailable(&error))?;
    let issuer = &cx.act.realm.issuer;
    let apps = found.iter().map(|app| Connected::new(app, issuer)).collect();
    Ok(Page::Apps(Apps {
        apps,
        removed: query.find("done").is_some(),
    })
    .into())
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    remove(cx, &form.get("client_id")).await
}

/// Takes back what an app was allowed.
pub async fn remove(cx: &RequestContext, client_id: &str) -> Result<Next, UiError> {
    let person = cx.person()?;
    let missing = || cx.error(UiErrorKind::NotFound, "error-not-found");
    let client = client_id.parse().map_err(|_| missing())?;
    let removed = cx.services.account.remove_app(&cx.act, person, &client).await;
    if !removed.map_err(|error| cx.unavailable(&error))? {
        return Err(missing());
    }
    Ok(cx.next("/account/apps?done=removed"))
}

#[server(endpoint = "account/apps/remove")]
pub(crate) async fn account_apps_remove(client_id: String) -> Result<Next, UiError> {
    answer(remove(&context()?, &client_id).await)
}

/// The page.
pub(crate) fn view(page: &Apps, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let list = if page.apps.is_empty() {
        view! { <p class="empty">{w.get("apps-empty")}</p> }.into_any()
    } else {
        let items: Vec<_> = page.apps.iter().map(|app| item(app, frame)).collect();
        view! {
            <p class="muted">{w.get("apps-text")}</p>
            <section class="card" aria-label=w.get("apps-list")><ul>{items}</ul></section>
        }
        .into_any()
    };
    let body = view! { {notice::done(page.removed.then(|| w.get("apps-removed")))}{list} };
    framed(AccountPage::Apps, w.get("apps-title"), body.into_any(), frame)
}

fn item(connected: &Connected, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let app = &connected.app;
    let (path, act) = ("/account/apps", "/api/account/apps/remove");
    let (away, told): (Vec<_>, Vec<_>) = connected
        .scopes
        .iter()
        .partition(|scope| *scope == "offline_access");
    let away = (!away.is_empty()).then(|| view! { " "<span class="badge">{w.get("apps-away")}</span> });
    let told: Vec<_> = told
        .iter()
        .map(|scope| view! { <span>{scope_words(scope, w).0}</span> })
        .collect();
    let open = connected.open.clone().map(|href| {
        view! {
            <a class="button" href=href rel="noopener noreferrer nofollow">
                {w.get("apps-open")}
                <span class="sr">" "{w.with("apps-open-of", &[("app", app.name.as_str().into())])}</span>
            </a>
        }
    });
    let (granted, used) = (day::day(connected.granted, w), day::day(connected.used, w));
    view! {
        <li class="list__item">
            {app_tile(app, frame)}
            <span class="list__text">
                <span class="list__title">{app.name.clone()}{away}</span>
                <span class="muted small">{breakable(&app.host)}</span>
                {told}
                <span class="muted small">{w.with("apps-times", &[("granted", granted.into()), ("used", used.into())])}</span>
            </span>
            {open}
            <form method="post" action=frame.path(path) data-act=frame.path(act)>
                {hidden("client_id", connected.client_id.clone())}
                <button class="button button--danger" type="submit">
                    {w.get("apps-remove")}
                    <span class="sr">" "{w.with("apps-remove-of", &[("app", app.name.as_str().into())])}</span>
                </button>
            </form>
        </li>
    }
    .into_any()
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
