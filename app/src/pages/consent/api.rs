//! The decision.

use super::{ConsentPage, validity};
use crate::{
    components::Person,
    context::RequestContext,
    error::UiError,
    fields::Fields,
    pages::Page,
    routes::{Next, Shown},
};
use domain::{
    consent::{Consent, Validity},
    federation::ProviderId,
    interaction::{ConsentRequest, Interaction},
    login_session::SignedInUser,
    scope::{Scope, ScopeSet},
};
use std::collections::BTreeMap;

/// Always part of what is allowed; without it there is nothing to sign in to.
const REQUIRED: &str = "openid";
/// Where the scopes of APIs stand.
const AN_APIS: usize = 4;

/// The page, or back to whoever knows what is needed next.
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
    let app = cx.app(Some(interaction)).await?;
    let (Some(app), Some(request), Some(person)) = (app, &interaction.consent, person(cx, interaction))
    else {
        return Ok(None);
    };
    let described = described(cx, &request.scopes).await?;
    let standing = allowed_before(cx, request, person).await?;
    // Who registered itself may be anybody, and who asks anew wants everything decided anew.
    let known = standing.as_ref().filter(|_| !request.always);
    let names = request.scopes.iter().map(|scope| scope.as_str().to_owned());
    let (required, others): (Vec<_>, Vec<_>) =
        in_order(names).into_iter().partition(|scope| scope == REQUIRED);
    let (before, optional) = others
        .into_iter()
        .partition(|scope| known.is_some_and(|consent| consent.scopes.contains(scope)));
    let declined = standing.iter().flat_map(|consent| consent.declined.iter());
    let declined = declined.map(|scope| scope.as_str().to_owned()).collect();
    let interaction = interaction.id.to_string();
    let person = Person::from(person);
    Ok(Some(Page::Consent(ConsentPage {
        interaction,
        app,
        person,
        required,
        before,
        optional,
        declined,
        described,
        validity: standing.as_ref().map(Validity::of).unwrap_or_default(),
        to_loopback: request.to_loopback,
        error,
    })))
}

/// What the person allowed the app before, if that still counts.
async fn allowed_before(
    cx: &RequestContext,
    request: &ConsentRequest,
    person: &SignedInUser,
) -> Result<Option<Consent>, UiError> {
    let consents = &cx.act.realm.stores.consents;
    let found = consents.find(person.user().id, &request.client_id).await;
    let now = cx.services.ports.clock.now();
    Ok(found
        .map_err(|error| cx.unavailable(&error))?
        .filter(|consent| consent.stands(now)))
}

/// Scopes as they are read: what is always part of it, then from the plain to the far-reaching.
pub(crate) fn in_order(scopes: impl Iterator<Item = String>) -> Vec<String> {
    let mut scopes: Vec<String> = scopes.collect();
    scopes.sort_by_key(|scope| (scope != REQUIRED, place(scope)));
    scopes
}

/// What APIs say of those scopes that the product has no words for; of tokens of a provider, what people call it.
pub(crate) async fn described(
    cx: &RequestContext,
    scopes: &ScopeSet,
) -> Result<BTreeMap<String, String>, UiError> {
    let own: ScopeSet = scopes
        .iter()
        .filter(|scope| scope.as_str() != REQUIRED && place(scope.as_str()) == AN_APIS)
        .cloned()
        .collect();
    if own.is_empty() {
        return Ok(BTreeMap::new());
    }
    let told = cx.services.apis.describe(&cx.act, &own).await;
    let told = told.map_err(|error| cx.unavailable(&error))?;
    let words = told.into_iter();
    let mut words: BTreeMap<String, String> =
        words.map(|(scope, words)| (scope.into(), words.into())).collect();
    // An API's words about somebody else's tokens are not asked for.
    words.retain(|scope, _| ProviderId::of_tokens(scope).is_none());
    for scope in own.iter().map(Scope::as_str) {
        let id = ProviderId::of_tokens(scope);
        let provider = id.and_then(|id| cx.services.federated.provider(&cx.act, id.as_str()));
        words.extend(provider.map(|provider| (scope.to_owned(), provider.label)));
    }
    Ok(words)
}

/// Where a scope stands: who you are, how you are reached, an app's own scopes, what is done in your absence.
fn place(scope: &str) -> usize {
    match scope {
        "profile" => 0,
        "email" => 1,
        "phone" => 2,
        "address" | "groups" | "attributes" => 3,
        "offline_access" => 5,
        _ => AN_APIS,
    }
}

/// Who is asked: the session chosen for this request, if it is one of this browser's.
fn person<'a>(cx: &'a RequestContext, interaction: &Interaction) -> Option<&'a SignedInUser> {
    let chosen = interaction.session()?;
    cx.sessions.iter().find(|person| person.session().id == chosen)
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let interaction = cx.interaction(form.parse("interaction")).await?;
    let interactions = &cx.services.interactions;
    let Some(person) = person(cx, &interaction) else {
        return Ok(resume(cx, &interaction));
    };
    let decided = match form.find("decision") {
        Some("allow") => {
            let scopes = form
                .all("scope")
                .filter_map(|scope| scope.parse::<Scope>().ok())
                .collect();
            let validity = validity::chosen(form)
                .ok_or_else(|| cx.error(crate::UiErrorKind::InvalidInput, "error-decision"))?;
            let allowed = (&scopes, validity);
            interactions.allow(&cx.act, interaction, person, allowed).await
        }
        Some("deny") => interactions.deny(&cx.act, interaction, Some(person)).await,
        _ => return Err(cx.error(crate::UiErrorKind::InvalidInput, "error-decision")),
    };
    Ok(resume(cx, &decided.map_err(|error| cx.stuck(error))?))
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let interaction = cx.interaction(form.parse("interaction")).await.ok()?;
    page(cx, &interaction, Some(error.clone())).await.ok().flatten()
}

fn resume(cx: &RequestContext, interaction: &Interaction) -> Next {
    cx.next(format_args!("/resume/{}", interaction.id))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn scopes_are_read_from_the_plain_to_the_far_reaching() {
        let mut scopes = ["offline_access", "archive:read", "email", "profile", "zebra"];
        scopes.sort_by_key(|scope| place(scope));
        assert_eq!(
            scopes,
            ["profile", "email", "archive:read", "zebra", "offline_access"]
        );
    }
}
