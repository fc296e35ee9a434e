//! The hidden fields by which a form that mails somebody shows that the machine worked for it, or the person waited.
//!
//! The island fills them in. Without it they carry the ticket alone, which is as good once the wait is over.

use crate::{components::hidden, error::UiError, fields::Fields};
use domain::work::Shown;
use leptos::prelude::*;

/// The work of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The ticket.
    pub ticket: String,
    /// Whether it will be asked for, so that the machine had better begin.
    pub at_once: bool,
}

/// The fields.
pub(crate) fn view(work: &Work) -> AnyView {
    let solve = work.at_once.then_some("");
    view! {
        <input type="hidden" name="work" value=work.ticket.clone() data-solve=solve/>
        {hidden("work_answer", "")}
    }
    .into_any()
}

/// The fields of work that the last try was asked to do first, if it was.
pub(crate) fn asked_for(error: Option<&UiError>) -> Option<AnyView> {
    let ticket = error?.work.clone()?;
    let work = Work {
        ticket,
        at_once: true,
    };
    Some(view(&work))
}

/// What a posted form carried.
pub(crate) fn shown(form: &Fields) -> Shown {
    Shown {
        ticket: form.get("work"),
        answer: form.get("work_answer"),
    }
}

/// What a server function was given.
pub(crate) fn given(ticket: Option<String>, answer: Option<String>) -> Shown {
    Shown {
        ticket: ticket.unwrap_or_default(),
        answer: answer.unwrap_or_default(),
    }
}
