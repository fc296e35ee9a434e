//! Where the person is signed in, and ending it there.

use super::{framed, sign_in_first};
use crate::{
    components::{day, device, hidden, notice},
    context::{RequestContext, SessionChange},
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
    words::Words,
};
use domain::{clock::Timestamp, interaction::AccountPage, stores::SeenSession};
use leptos::prelude::*;

/// Where the person is signed in.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// Newest use first.
    pub sessions: Vec<Session>,
    /// Whether one was just ended.
    pub ended: bool,
}

/// One place where the person is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whether it is the one the page is read with.
    pub here: bool,
    /// The browser.
    pub user_agent: Option<String>,
    /// The address it began from.
    pub address: Option<String>,
    /// Where that is thought to be.
    pub place: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used.
    pub seen: Timestamp,
    /// The apps that were signed in to in it.
    pub apps: Vec<String>,
}

impl Session {
    fn new(SeenSession { session, apps }: SeenSession, here: bool, cx: &RequestContext) -> Self {
        Self {
            apps,
            id: session.id.to_string(),
            here,
            user_agent: session.origin.user_agent,
            place: cx.place(session.origin.address),
            address: session.origin.address.map(|address| address.to_string()),
            since: session.created_at,
            seen: session.last_seen_at,
        }
    }
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let Some(person) = cx.sessions.first() else {
        return sign_in_first(cx, AccountPage::Sessions).await;
    };
    let here = person.session().id;
    let found = cx
        .services
        .account
        .sessions(&cx.act, person)
        .await
        .map_err(|error| cx.unavailable(&error))?;
    let sessions = found
        .into_iter()
        .map(|seen| {
            let is_here = seen.session.id == here;
            Session::new(seen, is_here, cx)
        })
        .collect();
    Ok(Page::Sessions(Sessions {
        sessions,
        ended: query.find("done").is_some(),
    })
    .into())
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let session = form.get("session");
    match form.find("act") {
        Some("report") => report(cx, &session).await,
        _ => end(cx, &session).await,
    }
}

/// Ends the session named as somebody else's, and asks for a new password.
pub async fn report(cx: &RequestContext, session: &str) -> Result<Next, UiError> {
    let person = cx.person()?;
    let missing = || cx.error(UiErrorKind::NotFound, "error-not-found");
    let id = session.parse().map_err(|_| missing())?;
    if id == person.session().id {
        return Err(missing());
    }
    let reported = cx.services.account.report_session(&cx.act, person, id).await;
    if !reported.map_err(|error| cx.unavailable(&error))? {
        return Err(missing());
    }
    cx.changes.leave(SessionChange::SignedOut(vec![id]));
    Ok(cx.next("/account/security?done=reported#password-title"))
}

#[server(endpoint = "account/sessions/report")]
pub(crate) async fn account_sessions_report(session: String) -> Result<Next, UiError> {
    answer(report(&context()?, &session).await)
}

/// Ends the session named, or with `others` all but this one.
pub async fn end(cx: &RequestContext, session: &str) -> Result<Next, UiError> {
    let person = cx.person()?;
    let account = &cx.services.account;
    let missing = || cx.error(UiErrorKind::NotFound, "error-not-found");
    if session == "others" {
        account
            .end_other_sessions(&cx.act, person)
            .await
            .map_err(|error| cx.unavailable(&error))?;
    } else {
        let id = session.parse().map_err(|_| missing())?;
        if !account
            .end_session(&cx.act, person, id)
            .await
            .map_err(|error| cx.unavailable(&error))?
        {
            return Err(missing());
        }
        cx.changes.leave(SessionChange::SignedOut(vec![id]));
    }
    Ok(cx.next("/account/sessions?done=ended"))
}

#[server(endpoint = "account/sessions/end")]
pub(crate) async fn account_sessions_end(session: String) -> Result<Next, UiError> {
    answer(end(&context()?, &session).await)
}

/// The page.
pub(crate) fn view(page: &Sessions, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let items: Vec<_> = page.sessions.iter().map(|session| item(session, frame)).collect();
    let others = (page.sessions.len() > 1).then(|| {
        let end = view! {
            <button class="button button--danger" type="submit">{w.get("sessions-end-others")}</button>
        };
        view! { <div class="card__foot actions">{form("others", end.into_any(), frame)}</div> }
    });
    let alone = (page.sessions.len() < 2).then(|| view! { <p class="muted">{w.get("sessions-empty")}</p> });
    let body = view! {
        {notice::done(page.ended.then(|| w.get("sessions-ended")))}
        <section class="card stack" aria-label=w.get("sessions-list")><ul>{items}</ul>{others}</section>
        {alone}
        <p class="muted">{w.get("sessions-unknown")}</p>
    };
    framed(
        AccountPage::Sessions,
        w.get("sessions-title"),
        body.into_any(),
        frame,
    )
}

fn form(session: &str, button: AnyView, frame: &Frame) -> AnyView {
    let path = "/account/sessions";
    view! {
        <form method="post" action=frame.path(path) data-act=frame.path("/api/account/sessions/end")>
            {hidden("session", session)}
            {button}
        </form>
    }
    .into_any()
}

fn item(session: &Session, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let name = device::describe(session.user_agent.as_deref(), w);
    let here = session
        .here
        .then(|| view! { " "<span class="badge badge--ok">{w.get("sessions-here")}</span> });
    let end = (!session.here).then(|| {
        let button = view! {
            <button class="button button--danger" type="submit">
                {w.get("sign-out")}<span class="sr">" "{name.clone()}</span>
            </button>
        };
        let report = view! {
            <button class="button" type="submit">
                {w.get("sessions-report")}
                <span class="sr">" "{w.with("sessions-report-of", &[("device", name.as_str().into())])}</span>
            </button>
        };
        view! {
            <span class="actions">
                {form(&session.id, button.into_any(), frame)}
                <form method="post" action=frame.path("/account/sessions") data-act=frame.path("/api/account/sessions/report")>
                    {hidden("act", "report")}
                    {hidden("session", session.id.clone())}
                    {report}
                </form>
            </span>
        }
    });
    let apps = (!session.apps.is_empty()).then(|| {
        let apps = session.apps.join(", ");
        view! { <span class="muted small">{w.with("sessions-apps", &[("apps", apps.into())])}</span> }
    });
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="list__title">{name.clone()}{here}</span>
                {session.place.clone().map(|place| view! { <span>{place}</span> })}
                <span class="muted">{facts(session, w)}</span>
                {apps}
            </span>
            {end}
        </li>
    }
    .into_any()
}

fn facts(session: &Session, w: &Words) -> String {
    let (since, seen) = (day::day(session.since, w), day::minute(session.seen, w));
    match &session.address {
        Some(address) => w.with(
            "sessions-facts",
            &[
                ("address", address.as_str().into()),
                ("since", since.into()),
                ("seen", seen.into()),
            ],
        ),
        None => w.with(
            "sessions-facts-nowhere",
            &[("since", since.into()), ("seen", seen.into())],
        ),
    }
}
