//! Where the person is signed in, and ending it there.

use super::{framed, sign_in_first};
use crate::{
    components::{
        day::Moments,
        device, notice,
        pager::{self, Pager},
    },
    context::{RequestContext, SessionChange},
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
    words::{Pattern, Words},
};
use domain::{clock::Timestamp, interaction::AccountPage, stores::SeenSession};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Where the person is signed in.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// The one in use first, then newest use first.
    pub sessions: Vec<Session>,
    /// Which of all they are.
    pub pager: Pager,
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
    let (here, after) = (person.session().id, pager::after(query));
    let found = cx
        .services
        .account
        .sessions(&cx.act, person, after)
        .await
        .map_err(|error| cx.unavailable(&error))?;
    let pager = Pager::of(after, &found);
    let sessions = found
        .items
        .into_iter()
        .map(|seen| {
            let is_here = seen.session.id == here;
            Session::new(seen, is_here, cx)
        })
        .collect();
    Ok(Page::Sessions(Sessions {
        sessions,
        pager,
        ended: query.find("done").is_some(),
    })
    .into())
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let session = form.get("session");
    match form.find("act") {
        Some("report") => report(cx, &session).await,
        _ => end(cx, &session, pager::after(form)).await,
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
    Ok(cx.next("/account/security?done=reported"))
}

#[server(endpoint = "account/sessions/report")]
pub(crate) async fn account_sessions_report(session: String) -> Result<Next, UiError> {
    answer(report(&context()?, &session).await)
}

/// Ends the session named, or with `others` all but this one; `after` says on which page that was asked for.
pub async fn end(cx: &RequestContext, session: &str, after: Option<&str>) -> Result<Next, UiError> {
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
    Ok(pager::back(cx, AccountPage::Sessions, after, "ended"))
}

#[server(endpoint = "account/sessions/end")]
pub(crate) async fn account_sessions_end(
    session: String,
    #[server(default)] after: Option<String>,
) -> Result<Next, UiError> {
    answer(end(&context()?, &session, after.as_deref()).await)
}

/// The page.
pub(crate) fn view(page: &Sessions, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let mut said = Said::new(page, frame);
    let items: Vec<_> = page
        .sessions
        .iter()
        .map(|session| item(session, &mut said))
        .collect();
    let others = (page.pager.total() > 1).then(|| {
        view! {
            <div class="card__foot actions">
                <form method="post" action=said.page.clone() data-act=said.end_act.clone()>
                    <input type="hidden" name="session" value="others"/>
                    <button class="button button--danger" type="submit">{w.get("sessions-end-others")}</button>
                </form>
            </div>
        }
    });
    let alone = (page.pager.total() < 2).then(|| view! { <p class="muted">{w.get("sessions-empty")}</p> });
    let body = view! {
        {notice::done(page.ended.then(|| w.get("sessions-ended")))}
        <section class="card stack" aria-label=w.get("sessions-list")><ul>{items}</ul>{others}</section>
        {alone}
        {pager::view(&page.pager, (AccountPage::Sessions, String::new()), frame)}
        <p class="muted">{w.get("sessions-unknown")}</p>
    };
    framed(
        AccountPage::Sessions,
        w.get("sessions-title"),
        body.into_any(),
        frame,
    )
}

/// What is said of every session, worked out once.
struct Said<'a> {
    words: &'a Words,
    pager: &'a Pager,
    moments: Moments<'a>,
    devices: BTreeMap<Option<&'a str>, String>,
    page: String,
    end_act: String,
    report_act: String,
    here: String,
    end: String,
    report: String,
    report_of: Pattern,
    apps: Pattern,
    pair: Pattern,
    facts: Pattern,
    facts_nowhere: Pattern,
}

impl<'a> Said<'a> {
    fn new(page: &'a Sessions, frame: &'a Frame) -> Self {
        let w = &frame.words;
        Self {
            words: w,
            pager: &page.pager,
            moments: Moments::new(w),
            devices: BTreeMap::new(),
            page: frame.path(AccountPage::Sessions.path()),
            end_act: frame.path("/api/account/sessions/end"),
            report_act: frame.path("/api/account/sessions/report"),
            here: w.get("sessions-here"),
            end: w.get("sign-out"),
            report: w.get("sessions-report"),
            report_of: w.pattern("sessions-report-of", &["device"]),
            apps: w.pattern("sessions-apps", &["apps"]),
            pair: w.pairs(),
            facts: w.pattern("sessions-facts", &["address", "since", "seen"]),
            facts_nowhere: w.pattern("sessions-facts-nowhere", &["since", "seen"]),
        }
    }

    fn device(&mut self, agent: Option<&'a str>) -> String {
        let words = self.words;
        let named = self.devices.entry(agent);
        named.or_insert_with(|| device::describe(agent, words)).clone()
    }

    fn facts(&mut self, session: &Session) -> String {
        let since = self.moments.day(session.since);
        let seen = self.moments.minute(session.seen);
        match &session.address {
            Some(address) => self.facts.with(&[address, &since, &seen]),
            None => self.facts_nowhere.with(&[&since, &seen]),
        }
    }
}

fn item<'a>(session: &'a Session, said: &mut Said<'a>) -> AnyView {
    let name = said.device(session.user_agent.as_deref());
    let here = session
        .here
        .then(|| view! { " "<span class="badge badge--ok">{said.here.clone()}</span> });
    let apps = (!session.apps.is_empty()).then(|| {
        let apps = said.pair.join(&session.apps);
        view! { <span class="muted small">{said.apps.with(&[&apps])}</span> }
    });
    let facts = said.facts(session);
    let ending = (!session.here).then(|| ending(session, &name, said));
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="list__title">{name}{here}</span>
                {session.place.clone().map(|place| view! { <span>{place}</span> })}
                <span class="muted">{facts}</span>
                {apps}
            </span>
            {ending}
        </li>
    }
    .into_any()
}

fn ending(session: &Session, name: &str, said: &Said<'_>) -> impl IntoView + use<> {
    view! {
        <span class="actions">
            <form method="post" action=said.page.clone() data-act=said.end_act.clone()>
                <input type="hidden" name="session" value=session.id.clone()/>
                {said.pager.field()}
                <button class="button button--danger" type="submit">
                    {said.end.clone()}<span class="sr">" "{name.to_owned()}</span>
                </button>
            </form>
            <form method="post" action=said.page.clone() data-act=said.report_act.clone()>
                <input type="hidden" name="act" value="report"/>
                <input type="hidden" name="session" value=session.id.clone()/>
                <button class="button" type="submit">
                    {said.report.clone()}<span class="sr">" "{said.report_of.with(&[name])}</span>
                </button>
            </form>
        </span>
    }
}
