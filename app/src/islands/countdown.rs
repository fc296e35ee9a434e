//! Counts down what the page asks people to wait, and says when it is over. Without script the sentence says how long.

use leptos::prelude::{document, set_interval_with_handle, window};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// Starts the page's timer, if it has one.
pub(super) fn start() {
    let Ok(Some(notice)) = document().query_selector("[data-wait]") else {
        return;
    };
    let wait = notice
        .get_attribute("data-wait")
        .and_then(|wait| wait.parse().ok());
    let Some((left, timer)) = wait.zip(timer(&notice)) else {
        return;
    };
    let Some(clock) = window().performance() else {
        return;
    };
    let left: u32 = left;
    let end = clock.now() + f64::from(left) * 1_000.0;
    let running = Rc::new(RefCell::new(None::<leptos::prelude::IntervalHandle>));
    let (stop, over) = (running.clone(), Cell::new(false));
    let tick = move || {
        // Timers of pages in the background sleep; the clock does not.
        let left = ((end - clock.now()) / 1_000.0).ceil().max(0.0) as u32;
        timer.set_text_content(Some(&format!("{}:{:02}", left / 60, left % 60)));
        if left == 0 && !over.replace(true) {
            timer.remove();
            if let Ok(Some(words)) = document().query_selector("[data-wait-over]") {
                notice.set_text_content(words.get_attribute("data-wait-over").as_deref());
            }
            if let Some(running) = stop.borrow_mut().take() {
                running.clear();
            }
        }
    };
    tick();
    *running.borrow_mut() = set_interval_with_handle(tick, Duration::from_secs(1)).ok();
}

/// A place for the time that is left. Screen readers hear the sentence at the beginning and at the end, not each second.
fn timer(notice: &Element) -> Option<HtmlElement> {
    let timer = document().create_element("p").ok()?;
    timer.set_class_name("notice__timer");
    timer.set_attribute("role", "timer").ok()?;
    timer.set_attribute("aria-live", "off").ok()?;
    notice.append_child(&timer).ok()?;
    timer.dyn_into().ok()
}
