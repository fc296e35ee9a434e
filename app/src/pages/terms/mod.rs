//! Agreeing to the terms of use on the way to an app, once for each version. Whoever does not agree is signed out, and
//! the app is told that access was denied.

use crate::{
    components::{
        App, Person,
        agreement::{self, Agreement},
        hidden, identity, notice,
    },
    context::{RequestContext, SessionChange},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
};
use domain::{
    interaction::{Continuation, Interaction},
    login_session::SignedInUser,
    services::terms::TermsError,
};
use leptos::prelude::*;

/// Agreeing to the terms of use.
#[derive(Clone, Debug)]
pub struct TermsPage {
    /// The request that waits.
    pub interaction: String,
    /// The app that waits.
    pub app: Option<App>,
    /// Who is asked.
    pub person: Person,
    /// What is asked.
    pub agreement: Agreement,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page, or the way on where there is nothing to agree to.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let interaction = cx.interaction(query.parse("interaction")).await?;
    match page(cx, &interaction, None).await? {
        Some(page) => Ok(page.into()),
        None => Ok(Shown::SeeOther(resume(cx, &interaction).to)),
    }
}

async fn page(
    cx: &RequestContext,
    interaction: &Interaction,
    error: Option<UiError>,
) -> Result<Option<Page>, UiError> {
    let Some(person) = person(cx, interaction) else {
        return Ok(None);
    };
    if !owes(cx, person).await? {
        return Ok(None);
    }
    Ok(Some(Page::Terms(TermsPage {
        interaction: interaction.id.to_string(),
        app: cx.app(Some(interaction)).await?,
        person: Person::from(person),
        agreement: Agreement::from(&cx.act.realm.settings),
        error,
    })))
}

/// Whether somebody must agree before they go on.
pub(crate) async fn owes(cx: &RequestContext, person: &SignedInUser) -> Result<bool, UiError> {
    let owed = cx.services.terms.owed(&cx.act, person.user().id).await;
    Ok(owed.map_err(|error| cx.unavailable(&error))?.is_some())
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.parse("interaction")).await?;
    let Some(person) = person(cx, &interaction) else {
        return Ok(resume(cx, &interaction));
    };
    match form.find("decision") {
        Some("allow") => {
            let accepted = cx
                .services
                .terms
                .accept(&cx.act, person, &form.get("version"))
                .await;
            accepted.map_err(|error| match error {
                TermsError::NotInForce => cx.error(UiErrorKind::InvalidInput, "error-terms-changed"),
                TermsError::Store(error) => cx.unavailable(&error),
            })?;
            Ok(resume(cx, &interaction))
        }
        Some("deny") => decline(cx, interaction, person).await,
        _ => Err(cx.error(UiErrorKind::InvalidInput, "error-decision")),
    }
}

/// Signs the person out and tells the app; where no app waits, they may sign in as somebody else.
async fn decline(
    cx: &RequestContext,
    interaction: Interaction,
    person: &SignedInUser,
) -> Result<Next, UiError> {
    let session = person.session().id;
    let denied = cx.services.interactions.deny(&cx.act, interaction, None).await;
    let denied = denied.map_err(|error| cx.stuck(error))?;
    let ended = cx.services.account.end_session(&cx.act, person, session).await;
    ended.map_err(|error| cx.unavailable(&error))?;
    cx.changes.leave(SessionChange::SignedOut(vec![session]));
    Ok(match denied.continuation {
        Continuation::Authorization(_) => resume(cx, &denied),
        Continuation::Account(_) | Continuation::Device(_) => cx.next("/login"),
    })
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let interaction = cx.interaction(form.parse("interaction")).await.ok()?;
    page(cx, &interaction, Some(error.clone())).await.ok().flatten()
}

/// Who is asked: the session chosen for this request, if it is one of this browser's.
fn person<'a>(cx: &'a RequestContext, interaction: &Interaction) -> Option<&'a SignedInUser> {
    let chosen = interaction.session()?;
    cx.sessions.iter().find(|person| person.session().id == chosen)
}

fn resume(cx: &RequestContext, interaction: &Interaction) -> Next {
    cx.next(format_args!("/resume/{}", interaction.id))
}

/// The page.
pub(crate) fn view(page: &TermsPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let terms = page.agreement.terms.clone();
    let read = terms
        .as_ref()
        .map(|(_, uri)| agreement::sentence("terms-text", "terms", ("terms-link", uri), w));
    let version = terms.map(|(version, _)| version).unwrap_or_default();
    let named = w.with("terms-version", &[("version", version.as_str().into())]);
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("terms-title")}</h1><p>{read}</p></div>
            {notice::error(page.error.as_ref())}
            <div class="identity">{identity(&page.person)}</div>
            <p class="muted small">{named}</p>
            {agreement::privacy(&page.agreement, w)}
            <form class="stack" method="post" action=frame.path("/terms")>
                {hidden("interaction", page.interaction.clone())}
                {hidden("version", version)}
                <div class="actions actions--pair">
                    <button class="button" type="submit" name="decision" value="deny">{w.get("terms-decline")}</button>
                    <button class="button button--primary" type="submit" name="decision" value="allow">{w.get("terms-accept")}</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}
