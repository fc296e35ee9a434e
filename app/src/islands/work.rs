//! Works for the mails that a page's forms ask for, unseen: from the beginning where the page says that it will be
//! asked for, otherwise when an answer does. It works in slices, so that the page stays quick.

use super::{act_form::Native, solver::Solver};
use leptos::{
    prelude::{document, window},
    task::spawn_local,
};
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlFormElement, HtmlInputElement, js_sys::Promise};

/// Milliseconds after which the page has its turn.
const TURN: f64 = 12.0;
const TICKET: &str = "work";
const ANSWER: &str = "work_answer";

thread_local! {
    /// The search under way; whoever needs its answer goes on with it.
    static SEARCH: RefCell<Option<Solver>> = const { RefCell::new(None) };
}

/// Begins with what the page will be asked for.
pub(super) fn begin() {
    if let Ok(Some(input)) = document().query_selector("input[data-solve]")
        && let Some(form) = input.closest("form").ok().flatten()
        && let Ok(form) = form.dyn_into()
    {
        spawn_local(async move {
            let _ = prepare(&form).await;
        });
    }
}

/// Fills in the answer, if the form's ticket is one to work for before it is sent.
pub(super) async fn prepare(form: &HtmlFormElement) -> Result<(), Native> {
    let Some(input) = form.query_selector("input[data-solve]")? else {
        return Ok(());
    };
    let ticket = input.unchecked_into::<HtmlInputElement>().value();
    solve(form, &ticket).await
}

/// Works for `ticket` and fills it and the answer in.
pub(super) async fn solve(form: &HtmlFormElement, ticket: &str) -> Result<(), Native> {
    let known = SEARCH.with_borrow(|search| search.as_ref().is_some_and(|search| search.ticket() == ticket));
    if !known {
        let solver = Solver::new(ticket).ok_or(Native)?;
        SEARCH.set(Some(solver));
    }
    loop {
        match turn(ticket)? {
            Some(answer) => {
                input(form, TICKET)?.set_value(ticket);
                input(form, ANSWER)?.set_value(&answer.to_string());
                return Ok(());
            }
            None => pause().await?,
        }
    }
}

/// Goes on with the search until the page has its turn; the answer, when it is found.
fn turn(ticket: &str) -> Result<Option<u32>, Native> {
    let clock = window().performance().ok_or(Native)?;
    let end = clock.now() + TURN;
    SEARCH.with_borrow_mut(|search| {
        let search = search.as_mut().filter(|search| search.ticket() == ticket);
        let search = search.ok_or(Native)?;
        while search.answer().is_none() && clock.now() < end {
            search.go_on();
        }
        Ok(search.answer())
    })
}

/// Gives the page its turn.
async fn pause() -> Result<(), Native> {
    let turn = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback(&resolve);
    });
    JsFuture::from(turn).await?;
    Ok(())
}

/// The form's hidden field of that name; made where there is none.
fn input(form: &HtmlFormElement, name: &str) -> Result<HtmlInputElement, Native> {
    if let Some(input) = form.query_selector(&format!("input[name='{name}']"))? {
        return Ok(input.unchecked_into());
    }
    let made: Element = document().create_element("input")?;
    made.set_attribute("type", "hidden")?;
    made.set_attribute("name", name)?;
    form.append_child(&made)?;
    Ok(made.unchecked_into())
}
