//! Asking for a link to choose a new password. The answer is the same whether there is such an account.

use crate::{
    components::{
        App, field,
        field::{Field, Kind},
        hidden_if, notice, submit,
        work::{self, Work},
    },
    context::RequestContext,
    doors::{answer, context},
    error::UiError,
    fields::Fields,
    frame::Frame,
    pages::{Page, encoded, masked, with_interaction},
    routes::{Next, Shown},
    words::Words,
};
use domain::work::{Shown as ShownWork, WorkForm};
use leptos::prelude::*;

/// Asking for a link.
#[derive(Clone, Debug)]
pub struct ForgotPassword {
    /// The request that waits, if any.
    pub interaction: Option<String>,
    /// The app that waits.
    pub app: Option<App>,
    /// Whether the link was asked for.
    pub step: Step,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// Whether the link was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Not yet.
    Ask {
        /// What was typed.
        typed: String,
        /// What the machine does for it.
        work: Work,
    },
    /// It was.
    Sent {
        /// The address, masked; nothing when an address was not what was typed.
        to: Option<String>,
    },
}

impl ForgotPassword {
    pub(crate) fn title(&self, w: &Words) -> String {
        match self.step {
            Step::Ask { .. } => w.get("forgot-page"),
            Step::Sent { .. } => w.get("forgot-sent-page"),
        }
    }
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let step = match query.find("sent") {
        Some(to) => Step::Sent {
            to: Some(to)
                .filter(|to| masked(to).as_deref() == Some(*to))
                .map(str::to_owned),
        },
        None => Step::Ask {
            typed: String::new(),
            work: cx.work(WorkForm::Reset, None).await?,
        },
    };
    page(cx, query, step, None).await.map(Shown::from)
}

async fn page(
    cx: &RequestContext,
    fields: &Fields,
    step: Step,
    error: Option<UiError>,
) -> Result<Page, UiError> {
    let interaction = cx.interaction_if_any(fields.parse("interaction")).await?;
    let app = cx.app(interaction.as_ref()).await?;
    let interaction = interaction.map(|interaction| interaction.id.to_string());
    Ok(Page::ForgotPassword(ForgotPassword {
        interaction,
        app,
        step,
        error,
    }))
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    request(
        cx,
        &form.get("identifier"),
        form.find("interaction"),
        &work::shown(form),
    )
    .await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let typed = form.get("identifier").chars().take(254).collect();
    let work = cx.work(WorkForm::Reset, Some(error)).await.ok()?;
    page(cx, form, Step::Ask { typed, work }, Some(error.clone()))
        .await
        .ok()
}

/// Mails a link to whoever the identifier belongs to.
pub async fn request(
    cx: &RequestContext,
    identifier: &str,
    interaction: Option<&str>,
    work: &ShownWork,
) -> Result<Next, UiError> {
    let identifier = identifier.trim();
    if identifier.is_empty() || identifier.len() > 254 {
        return Err(cx.invalid("identifier", "error-identifier-empty"));
    }
    let asked = cx
        .services
        .recovery
        .request(&cx.act, identifier, (cx.browser, work))
        .await;
    asked.map_err(|error| cx.asked_too_often(error))?;
    let to = encoded(&masked(identifier).unwrap_or_default());
    let interaction = interaction
        .map(|id| format!("&interaction={}", encoded(id)))
        .unwrap_or_default();
    Ok(cx.next(format_args!("/forgot-password?sent={to}{interaction}")))
}

#[server(endpoint = "forgot-password")]
pub(crate) async fn ask_for_link(
    identifier: String,
    interaction: Option<String>,
    work: Option<String>,
    work_answer: Option<String>,
) -> Result<Next, UiError> {
    let work = work::given(work, work_answer);
    answer(request(&context()?, &identifier, interaction.as_deref(), &work).await)
}

/// The page.
pub(crate) fn view(page: &ForgotPassword, frame: &Frame) -> AnyView {
    match &page.step {
        Step::Ask { typed, work } => ask_view(page, frame, (typed, work)),
        Step::Sent { to } => sent_view(page, frame, to.as_deref()),
    }
}

fn ask_view(page: &ForgotPassword, frame: &Frame, (typed, work): (&str, &Work)) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "identifier",
        kind: Kind::Identifier,
        value: typed,
        error: page.error.as_ref(),
    };
    let path = "/forgot-password";
    let login = frame.path(&with_interaction("/login", page.interaction.as_ref()));
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("forgot-title")}</h1><p class="muted">{w.get("forgot-text")}</p></div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="post" action=frame.path(path) data-act=frame.path("/api/forgot-password")>
                {hidden_if("interaction", page.interaction.as_ref())}
                {work::view(work)}
                {field::view(&field, w)}
                {submit(w.get("forgot-submit"))}
            </form>
            <div class="card__foot"><a class="link" href=login>{w.get("forgot-back")}</a></div>
        </div>
    }
    .into_any()
}

fn sent_view(page: &ForgotPassword, frame: &Frame, to: Option<&str>) -> AnyView {
    let w = &frame.words;
    let sent = match to {
        Some(to) => {
            let (before, after) = w.around("forgot-sent-text", "email", &[]);
            view! { <p role="status">{before}<strong>{to.to_owned()}</strong>{after}</p> }.into_any()
        }
        None => view! { <p role="status">{w.get("forgot-sent-unnamed")}</p> }.into_any(),
    };
    let other = frame.path(&with_interaction("/forgot-password", page.interaction.as_ref()));
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("forgot-sent-title")}</h1></div>
            {sent}
            <div class="card__foot"><a class="link" href=other>{w.get("forgot-sent-other")}</a></div>
        </div>
    }
    .into_any()
}
