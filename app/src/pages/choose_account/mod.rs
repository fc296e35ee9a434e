//! Choosing one of the people signed in on this browser, or somebody else.

use crate::{
    components::{App, Person, hidden, identity},
    context::{RequestContext, SessionChange},
    error::UiError,
    fields::Fields,
    frame::Frame,
    routes::Next,
};
use leptos::prelude::*;

/// Choosing an account.
#[derive(Clone, Debug)]
pub struct ChooseAccount {
    /// The request that waits.
    pub interaction: String,
    /// The app that waits.
    pub app: Option<App>,
    /// Sessions and their people.
    pub people: Vec<(String, Person)>,
}

/// Takes the choice; without script only, since its answer is a session and a way on in one.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.parse("interaction")).await?;
    let chosen = form.parse("session");
    let interactions = &cx.services.interactions;
    let Some(person) = cx
        .sessions
        .iter()
        .find(|person| Some(person.session().id) == chosen)
    else {
        let interaction = interactions
            .start_over(&cx.act, interaction)
            .await
            .map_err(|error| cx.stuck(error))?;
        return Ok(cx.next(format_args!("/login?interaction={}&change=1", interaction.id)));
    };
    cx.changes.leave(SessionChange::Activate(person.session().id));
    let interaction = interactions
        .choose(&cx.act, interaction, person)
        .await
        .map_err(|error| cx.stuck(error))?;
    Ok(cx.next(format_args!("/resume/{}", interaction.id)))
}

/// The page.
pub(crate) fn view(page: &ChooseAccount, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let to = page.app.as_ref().map(|app| {
        let values = [
            ("app", app.name.as_str().into()),
            ("host", app.host.as_str().into()),
        ];
        view! { <p class="muted">{w.with("choose-app", &values)}</p> }
    });
    let people: Vec<_> = page
        .people
        .iter()
        .map(|(session, person)| {
            view! {
                <li>
                    <button class="choice" type="submit" name="session" value=session.clone()>
                        {identity(person)}
                        <span class="badge badge--ok">{w.get("choose-signed-in")}</span>
                    </button>
                </li>
            }
        })
        .collect();
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("choose-title")}</h1>{to}</div>
            <form class="stack" method="post" action=frame.path("/login")>
                {hidden("interaction", page.interaction.clone())}
                <ul class="stack stack--tight">{people}</ul>
                <button class="button button--wide" type="submit" name="session" value="new">{w.get("choose-other")}</button>
            </form>
        </div>
    }
    .into_any()
}
