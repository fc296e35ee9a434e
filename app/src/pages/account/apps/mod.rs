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
    client::Client,
    clock::Timestamp,
    interaction::AccountPage,
    issuer::Issuer,
    scope::{Scope, ScopeSet},
    stores::SeenApp,
};
use leptos::prelude::*;

/// The scope without which nobody is signed in (OpenID Connect Core §3.1.2.1).
const OPENID: &str = "openid";
/// The scope by which an app goes on while the person is away (OpenID Connect Core §11).
const OFFLINE: &str = "offline_access";

/// Apps the person allowed something.
#[derive(Clone, Debug)]
pub struct Apps {
    /// The apps.
    pub apps: Vec<Connected>,
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
    /// Whether it goes on while the person is away.
    pub keeps_access: bool,
    /// Since when.
    pub granted: Timestamp,
    /// When that was last used.
    pub used: Timestamp,
}

impl Connected {
    fn new(seen: &SeenApp, issuer: &Issuer) -> Self {
        let scopes = seen.allowed.iter().flat_map(ScopeSet::iter);
        Self {
            client_id: seen.client.id.to_string(),
            app: App::from(&seen.client),
            open: start(&seen.client, issuer),
            scopes: scopes.map(|scope| scope.as_str().to_owned()).collect(),
            keeps_access: seen.keeps_access,
            granted: seen.first,
            used: seen.last,
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
    match form.find("act") {
        Some("remove-all") => remove_all(cx).await,
        Some("narrow") => narrow(cx, &form.get("client_id"), form.all("scope")).await,
        _ => remove(cx, &form.get("client_id")).await,
    }
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
    client_id: &str,
    scopes: impl Iterator<Item = &'a str>,
) -> Result<Next, UiError> {
    let person = cx.person()?;
    let missing = || cx.error(UiErrorKind::NotFound, "error-not-found");
    let client = client_id.parse().map_err(|_| missing())?;
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
    Ok(cx.next("/account/apps?done=narrowed"))
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
    let (keep, signed_in): (Vec<_>, Vec<_>) = page.apps.iter().partition(|app| app.keeps_access);
    let list = if page.apps.is_empty() {
        view! { <p class="empty">{w.get("apps-empty")}</p> }.into_any()
    } else {
        view! {
            <p class="muted">{w.get("apps-text")}</p>
            {group("keep", (w.get("apps-keep-title"), w.get("apps-keep-text")), &keep, frame)}
            {group("signed-in", (w.get("apps-sign-in-title"), w.get("apps-sign-in-text")), &signed_in, frame)}
            {(page.apps.len() > 1).then(|| all(frame))}
        }
        .into_any()
    };
    let body = view! { {notice::done(page.done.map(|done| w.get(done)))}{list} };
    framed(AccountPage::Apps, w.get("apps-title"), body.into_any(), frame)
}

fn group(
    id: &'static str,
    (title, text): (String, String),
    apps: &[&Connected],
    frame: &Frame,
) -> Option<AnyView> {
    let items: Vec<_> = apps.iter().map(|app| item(app, frame)).collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="card stack" aria-labelledby=id>
                <h2 id=id>{title}</h2>
                <p class="muted">{text}</p>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn all(frame: &Frame) -> AnyView {
    view! {
        <form class="actions" method="post" action=frame.path("/account/apps")>
            {hidden("act", "remove-all")}
            <button class="button button--danger" type="submit">{frame.words.get("apps-remove-all")}</button>
        </form>
    }
    .into_any()
}

fn item(connected: &Connected, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let app = &connected.app;
    let (path, act) = ("/account/apps", "/api/account/apps/remove");
    let away = connected
        .keeps_access
        .then(|| view! { " "<span class="badge">{w.get("apps-away")}</span> });
    let told: Vec<_> = connected
        .scopes
        .iter()
        .filter(|scope| *scope != OFFLINE)
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
    let publisher = match app.unreviewed {
        true => w.get("apps-publisher-itself").into_any(),
        false => {
            let (before, after) = w.around("apps-publisher", "host", &[]);
            view! { {before}{breakable(&app.host)}{after} }.into_any()
        }
    };
    let (granted, used) = (day::day(connected.granted, w), day::day(connected.used, w));
    view! {
        <li class="list__item">
            {app_tile(app, frame)}
            <span class="list__text">
                <span class="list__title">{app.name.clone()}{away}</span>
                <span class="muted small">{publisher}</span>
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
            {narrowing(connected, frame)}
        </li>
    }
    .into_any()
}

/// What may be unticked: all but who the person is, without which there is no sign-in.
fn narrowing(connected: &Connected, frame: &Frame) -> Option<AnyView> {
    let w = &frame.words;
    let optional = connected.scopes.iter().filter(|scope| *scope != OPENID);
    let boxes: Vec<_> = optional
        .map(|scope| {
            view! {
                <label class="scopes__item tick">
                    <input class="tick__box" type="checkbox" name="scope" value=scope.clone() checked=true/>
                    <span>{scope_words(scope, w).0}</span>
                </label>
            }
        })
        .collect();
    (!boxes.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{w.get("apps-narrow")}<span class="sr">" "{w.with("apps-remove-of", &[("app", connected.app.name.as_str().into())])}</span></summary>
                <form class="stack" method="post" action=frame.path("/account/apps")>
                    {hidden("act", "narrow")}
                    {hidden("client_id", connected.client_id.clone())}
                    <fieldset class="scopes"><legend class="muted small">{w.get("apps-narrow-text")}</legend>{boxes}</fieldset>
                    <div class="actions"><button class="button" type="submit">{w.get("apps-narrow-save")}</button></div>
                </form>
            </details>
        }
        .into_any()
    })
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
