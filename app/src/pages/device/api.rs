//! Typing the code, looking at what it stands for, and deciding.

use super::{DevicePage, Step, Waiting};
use crate::{
    components::{App, Person},
    context::RequestContext,
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{
        Page,
        consent::{self, validity},
        terms,
    },
    routes::{Next, Shown},
};
use domain::{
    device::UserCode,
    interaction::{Continuation, Interaction},
    login_session::SignedInUser,
    services::{
        devices::{DeviceError, Opened, WaitingDevice},
        network,
    },
};
use std::net::IpAddr;

/// The page. A code in the address is only put into the field: somebody else may have made the link.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let Some(id) = query.find("interaction") else {
        let code = query
            .find("user_code")
            .and_then(|typed| UserCode::parse(typed).ok());
        return Ok(code_page(code.map(|code| code.shown()), None).into());
    };
    let interaction = started(cx, id).await?;
    let Some(person) = person(cx, &interaction) else {
        return Ok(Shown::SeeOther(resume(cx, &interaction).to));
    };
    if interaction.session().is_some() && terms::owes(cx, person).await? {
        return Ok(Shown::SeeOther(to_terms(cx, &interaction).to));
    }
    match opened(cx, &interaction, person, None).await {
        Ok(page) => Ok(page.into()),
        Err(error) if error.kind == UiErrorKind::SignedOut => {
            Ok(Shown::SeeOther(resume(cx, &interaction).to))
        }
        Err(error) => Ok(code_page(None, Some(error)).into()),
    }
}

/// What the forms post to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    if let Some(id) = form.find("interaction") {
        return decide(cx, &started(cx, id).await?, form).await;
    }
    let code = UserCode::parse(&form.get("code")).map_err(|_| refused(cx))?;
    let entered = cx
        .services
        .devices
        .enter(&cx.act, cx.browser, &code, cx.sessions.first());
    let interaction = entered.await.map_err(|error| told(cx, error))?;
    Ok(if cx.sessions.is_empty() {
        cx.next(format_args!("/login?interaction={}", interaction.id))
    } else {
        back(cx, &interaction)
    })
}

async fn decide(cx: &RequestContext, interaction: &Interaction, form: &Fields) -> Result<Next, UiError> {
    let Some(person) = person(cx, interaction) else {
        return Ok(resume(cx, interaction));
    };
    let devices = &cx.services.devices;
    let decided = match (form.find("decision"), validity::chosen(form)) {
        (Some("allow"), Some(validity)) => devices.allow(&cx.act, interaction, person, validity).await,
        (Some("deny"), _) => devices.deny(&cx.act, interaction, person).await,
        _ => return Err(cx.error(UiErrorKind::InvalidInput, "error-device-decision")),
    };
    match decided {
        Ok(()) => Ok(back(cx, interaction)),
        Err(DeviceError::SignedOut) => Ok(resume(cx, interaction)),
        Err(DeviceError::TermsOwed) => Ok(to_terms(cx, interaction)),
        Err(error) => Err(told(cx, error)),
    }
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    if let Some(id) = form.find("interaction") {
        let interaction = started(cx, id).await.ok()?;
        // A device that still waits is shown again; whatever else happened, another code may be typed.
        if let Some(person) = person(cx, &interaction)
            && let Ok(page) = opened(cx, &interaction, person, Some(error.clone())).await
        {
            return Some(page);
        }
        return Some(code_page(None, Some(error.clone())));
    }
    Some(code_page(
        form.find("code").map(str::to_owned),
        Some(error.clone()),
    ))
}

async fn started(cx: &RequestContext, id: &str) -> Result<Interaction, UiError> {
    let interaction = cx.interaction(id.parse().ok()).await?;
    match &interaction.continuation {
        Continuation::Device(_) => Ok(interaction),
        Continuation::Account(_) | Continuation::Authorization(_) => {
            Err(cx.error(UiErrorKind::Expired, "error-expired"))
        }
    }
}

async fn opened(
    cx: &RequestContext,
    interaction: &Interaction,
    person: &SignedInUser,
    error: Option<UiError>,
) -> Result<Page, UiError> {
    let opened = cx.services.devices.open(&cx.act, interaction, person).await;
    let step = match opened.map_err(|error| told(cx, error))? {
        Opened::Waiting(waiting) => Step::Confirm(Box::new(shown(cx, interaction, person, &waiting).await?)),
        Opened::Decided { allowed } => Step::Done {
            app: cx.app(Some(interaction)).await?.map(|app| app.name),
            allowed,
        },
    };
    Ok(Page::Device(DevicePage { step, error }))
}

async fn shown(
    cx: &RequestContext,
    interaction: &Interaction,
    person: &SignedInUser,
    waiting: &WaitingDevice,
) -> Result<Waiting, UiError> {
    let device = &waiting.device;
    cx.waits.until(device.expires_at);
    let described = consent::described(cx, &device.scopes).await?;
    let scopes = device.scopes.iter().map(|scope| scope.as_str().to_owned());
    Ok(Waiting {
        interaction: interaction.id.to_string(),
        code: waiting.code.shown(),
        app: App::from(&waiting.client),
        person: Person::from(person),
        scopes: consent::in_order(scopes),
        described,
        address: device.origin.address.map(|address| address.to_string()),
        elsewhere: is_elsewhere(device.origin.address, cx.act.origin.address),
        user_agent: device.origin.user_agent.clone(),
        at: device.created_at,
    })
}

/// Whether both addresses are known and of different networks. A home often has both versions of the protocol, of
/// which nothing follows.
fn is_elsewhere(device: Option<IpAddr>, person: Option<IpAddr>) -> bool {
    device.zip(person).is_some_and(|(device, person)| {
        let (device, person) = (network(device), network(person));
        device.is_ipv4() == person.is_ipv4() && device != person
    })
}

/// Who decides: the session chosen for this request, if it is one of this browser's.
fn person<'a>(cx: &'a RequestContext, interaction: &Interaction) -> Option<&'a SignedInUser> {
    match interaction.session() {
        Some(chosen) => cx.sessions.iter().find(|person| person.session().id == chosen),
        // Once denied, an interaction names nobody; whoever is there may read that it was.
        None if interaction.consent.is_some() => cx.sessions.first(),
        None => None,
    }
}

fn code_page(typed: Option<String>, error: Option<UiError>) -> Page {
    let typed = typed.unwrap_or_default();
    Page::Device(DevicePage {
        step: Step::Code { typed },
        error,
    })
}

fn refused(cx: &RequestContext) -> UiError {
    cx.invalid("code", "error-user-code")
}

fn told(cx: &RequestContext, error: DeviceError) -> UiError {
    match error {
        DeviceError::Unknown => refused(cx),
        DeviceError::TooManyAttempts { retry_after } => cx.too_many(retry_after).at("code"),
        DeviceError::TermsOwed => cx.error(UiErrorKind::Rejected, "error-terms"),
        DeviceError::SignedOut => cx.error(UiErrorKind::SignedOut, "error-signed-out"),
        DeviceError::Store(error) => cx.unavailable(&error),
    }
}

fn back(cx: &RequestContext, interaction: &Interaction) -> Next {
    cx.next(format_args!("/device?interaction={}", interaction.id))
}

fn resume(cx: &RequestContext, interaction: &Interaction) -> Next {
    cx.next(format_args!("/resume/{}", interaction.id))
}

fn to_terms(cx: &RequestContext, interaction: &Interaction) -> Next {
    cx.next(format_args!("/terms?interaction={}", interaction.id))
}

#[cfg(test)]
mod tests {
    use super::is_elsewhere;

    #[test]
    fn networks_are_compared_where_that_says_something() {
        let elsewhere = |device: &str, person: &str| is_elsewhere(device.parse().ok(), person.parse().ok());
        assert!(elsewhere("198.51.100.7", "192.0.2.1"));
        assert!(elsewhere("2001:db8:1::1", "2001:db8:2::1"));
        assert!(!elsewhere("192.0.2.1", "192.0.2.1"));
        assert!(!elsewhere("2001:db8::1", "2001:db8::2"), "one subscriber");
        assert!(!elsewhere("2001:db8::1", "192.0.2.1"));
        assert!(!elsewhere("", "192.0.2.1"));
    }
}
