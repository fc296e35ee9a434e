//! Choosing one of the people signed in on this browser, one who was, or somebody else. Of those who are signed out
//! only a masked address is shown: the browser may be a shared one.

use crate::{
    components::{App, Person, hidden, identity, tile},
    context::{RequestContext, SessionChange},
    error::UiError,
    fields::Fields,
    frame::Frame,
    pages::masked,
    routes::Next,
    words::Words,
};
use domain::{id::UserId, interaction::Interaction, services::interactions::InteractionError, user::User};
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
    /// Accounts that were signed in here, and their masked addresses.
    pub signed_out: Vec<(String, String)>,
}

/// Whether a form is this page's.
pub(crate) fn is_choice(form: &Fields) -> bool {
    ["session", "account", "forget"]
        .into_iter()
        .any(|name| form.find(name).is_some())
}

/// The page; nothing if there is nobody to choose.
pub(crate) async fn read(
    cx: &RequestContext,
    interaction: &Interaction,
    app: Option<App>,
) -> Result<Option<ChooseAccount>, UiError> {
    let people = cx.sessions.iter();
    let people: Vec<_> = people
        .map(|person| (person.session().id.to_string(), Person::from(person)))
        .collect();
    let mut signed_out = Vec::new();
    for id in &cx.remembered.accounts {
        let signed_in = cx.sessions.iter().any(|person| person.user().id == *id);
        if let Some(user) = known(cx, *id).await?.filter(|_| !signed_in) {
            signed_out.extend(masked(user.email.as_str()).map(|to| (id.to_string(), to)));
        }
    }
    let somebody = !people.is_empty() || !signed_out.is_empty();
    Ok(somebody.then(|| ChooseAccount {
        interaction: interaction.id.to_string(),
        app,
        people,
        signed_out,
    }))
}

/// An account that was signed in on this browser, if it may still be used.
async fn known(cx: &RequestContext, id: UserId) -> Result<Option<User>, UiError> {
    if !cx.remembered.accounts.contains(&id) {
        return Ok(None);
    }
    let found = cx.act.realm.stores.users.find(id).await;
    let found = found.map_err(|error| cx.unavailable(&error))?;
    Ok(found.filter(User::may_sign_in))
}

/// Takes the choice; without script only, since its answer is a session and a way on in one.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.parse("interaction")).await?;
    if let Some(id) = form.parse("forget") {
        cx.changes.leave(SessionChange::Forget(id));
        return Ok(cx.next(format_args!("/login?interaction={}&choose=1", interaction.id)));
    }
    if let Some(id) = form.parse("account")
        && let Some(user) = known(cx, id).await?
    {
        return identify(cx, interaction, &user).await;
    }
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
    let interaction = interactions.choose(&cx.act, interaction, person).await;
    resume(cx, interaction)
}

async fn identify(cx: &RequestContext, interaction: Interaction, user: &User) -> Result<Next, UiError> {
    let identifier = user.email.as_str().to_owned();
    let interactions = &cx.services.interactions;
    let interaction = interactions
        .identify(&cx.act, interaction, identifier)
        .await
        .map_err(|error| cx.stuck(error))?;
    Ok(cx.next(format_args!("/login?interaction={}", interaction.id)))
}

fn resume(cx: &RequestContext, chosen: Result<Interaction, InteractionError>) -> Result<Next, UiError> {
    let interaction = chosen.map_err(|error| cx.stuck(error))?;
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
    let signed_out: Vec<_> = page
        .signed_out
        .iter()
        .map(|(id, address)| signed_out(id, address, w))
        .collect();
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("choose-title")}</h1>{to}</div>
            <form class="stack" method="post" action=frame.path("/login")>
                {hidden("interaction", page.interaction.clone())}
                <ul class="stack stack--tight">{people}{signed_out}</ul>
                <button class="button button--wide" type="submit" name="session" value="new">{w.get("choose-other")}</button>
            </form>
        </div>
    }
    .into_any()
}

fn signed_out(id: &str, address: &str, w: &Words) -> AnyView {
    let forget = w.with("choose-forget-of", &[("account", address.into())]);
    view! {
        <li class="known">
            <button class="choice" type="submit" name="account" value=id.to_owned()>
                {tile(address, "tile tile--person")}
                <span class="identity__text">
                    <span>{address.to_owned()}</span>" "
                    <span class="badge">{w.get("choose-signed-out")}</span>
                </span>
            </button>
            <button class="button button--plain" type="submit" name="forget" value=id.to_owned()>
                {w.get("choose-forget")}<span class="sr">" "{forget}</span>
            </button>
        </li>
    }
    .into_any()
}
