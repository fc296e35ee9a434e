//! What happened to the account, in words: by kind and day, a page at a time, and as a file.

mod file;
mod told;

pub use file::{Format, Writing};
pub use told::Names;
pub(crate) use told::told;

use super::{framed, sign_in_first};
use crate::{
    components::{
        day::{self, Moments},
        device,
        pager::{self, Pager},
    },
    context::RequestContext,
    error::UiError,
    fields::Fields,
    frame::Frame,
    pages::{Page, encoded},
    routes::Shown,
    words::{Pattern, Words},
};
use domain::{
    clock::Timestamp,
    event::Topic,
    id::EventId,
    interaction::AccountPage,
    stores::{ActivityWanted, PageRequest, SeenEvent},
};
use leptos::prelude::*;
use std::{collections::BTreeMap, time::Duration};
use time::{Date, format_description::BorrowedFormatItem, macros::format_description};

/// Events on a page.
const SHOWN: u16 = 50;
const DAY: Duration = Duration::from_secs(86_400);
const FORM: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
/// Where the files are answered.
pub const EXPORT: &str = "/account/activity/export";

/// What happened.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The events, newest first.
    pub events: Vec<Happened>,
    /// What was asked for.
    pub asked: Asked,
    /// Where older ones begin.
    pub next: Option<String>,
}

/// One of the events.
#[derive(Clone, Debug)]
pub struct Happened {
    /// What.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// The browser.
    pub user_agent: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// Where that is thought to be.
    pub place: Option<String>,
}

/// Which events somebody asked for, as the address of the page says it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Only of this topic.
    pub topic: Option<Topic>,
    /// The first day.
    pub since: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
    /// After which event.
    pub after: Option<String>,
}

impl Asked {
    /// What a query asks for; what cannot be read counts as not asked.
    pub fn of(query: &Fields) -> Self {
        let date = |name: &str| Date::parse(query.find(name)?, FORM).ok();
        Self {
            topic: query.find("topic").and_then(Topic::parse),
            since: date("since"),
            until: date("until"),
            after: query
                .find("after")
                .filter(|after| after.parse::<EventId>().is_ok())
                .map(str::to_owned),
        }
    }

    /// The same for the store.
    pub fn wanted(&self) -> ActivityWanted {
        let begins = |date: Date| Timestamp::from_seconds(date.midnight().assume_utc().unix_timestamp());
        ActivityWanted {
            topic: self.topic,
            since: self.since.map(begins),
            before: self.until.map(|until| begins(until) + DAY),
        }
    }

    fn is_any(&self) -> bool {
        self.topic.is_none() && self.since.is_none() && self.until.is_none() && self.after.is_none()
    }

    fn query(&self, more: &[(&str, &str)]) -> String {
        let topic = self.topic.map(|topic| ("topic", topic.as_str().to_owned()));
        let since = self.since.map(|since| ("since", written(since)));
        let until = self.until.map(|until| ("until", written(until)));
        let asked = [topic, since, until].into_iter().flatten();
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let pairs: Vec<String> = asked
            .chain(more)
            .map(|(name, value)| format!("{name}={}", encoded(&value)))
            .collect();
        pairs.join("&")
    }
}

fn written(date: Date) -> String {
    date.format(FORM).unwrap_or_default()
}

impl Happened {
    fn new(seen: &SeenEvent, names: &Names, cx: &RequestContext) -> Self {
        let event = &seen.event;
        Self {
            what: told(seen, names, &cx.words),
            at: event.at,
            user_agent: event.origin.user_agent.clone(),
            place: cx.place(event.origin.address),
            address: event.origin.address.map(|address| address.to_string()),
        }
    }
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let Some(person) = cx.sessions.first() else {
        return sign_in_first(cx, AccountPage::Activity).await;
    };
    let asked = Asked::of(query);
    let page = PageRequest::new(asked.after.clone(), SHOWN);
    let account = &cx.services.account;
    let found = account.activity(&cx.act, person, &asked.wanted(), &page).await;
    let found = found.map_err(|error| cx.unavailable(&error))?;
    let names = Names::of(cx);
    let events = found.items.iter().map(|seen| Happened::new(seen, &names, cx));
    Ok(Page::Activity(Activity {
        events: events.collect(),
        asked,
        next: found.next,
    })
    .into())
}

/// The page.
pub(crate) fn view(page: &Activity, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let list = if page.events.is_empty() {
        let text = if page.asked.is_any() {
            w.get("activity-empty")
        } else {
            w.get("activity-none")
        };
        view! { <p class="empty">{text}</p> }.into_any()
    } else {
        let mut said = Said::new(w);
        let items: Vec<_> = page.events.iter().map(|event| item(event, &mut said)).collect();
        view! { <section class="card" aria-label=w.get("activity-list")><ul>{items}</ul></section> }
            .into_any()
    };
    let pager = Pager {
        after: page.asked.after.clone(),
        next: page.next.clone(),
        shown: None,
    };
    let body = view! {
        <p class="muted">{w.get("activity-text")}</p>
        {filter(page, frame)}
        {list}
        {pager::view(&pager, (AccountPage::Activity, page.asked.query(&[])), frame)}
        {export(page, frame)}
    };
    framed(
        AccountPage::Activity,
        w.get("activity-title"),
        body.into_any(),
        frame,
    )
}

/// What is said of every event, worked out once.
struct Said<'a> {
    words: &'a Words,
    moments: Moments<'a>,
    devices: BTreeMap<&'a str, String>,
    from: Pattern,
    nowhere: String,
}

impl<'a> Said<'a> {
    fn new(words: &'a Words) -> Self {
        Self {
            words,
            moments: Moments::new(words),
            devices: BTreeMap::new(),
            from: words.pattern("activity-from", &["device", "address"]),
            nowhere: words.get("activity-nowhere"),
        }
    }

    fn device(&mut self, agent: &'a str) -> String {
        let words = self.words;
        let named = self.devices.entry(agent);
        named
            .or_insert_with(|| device::describe(Some(agent), words))
            .clone()
    }
}

fn item<'a>(event: &'a Happened, said: &mut Said<'a>) -> AnyView {
    let device = event.user_agent.as_deref().map(|agent| said.device(agent));
    let place = match (device, &event.address) {
        (Some(device), Some(address)) => said.from.with(&[&device, address]),
        (Some(one), None) => one,
        (None, Some(address)) => address.clone(),
        (None, None) => said.nowhere.clone(),
    };
    let at = said.moments.minute(event.at);
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="list__title">{event.what.clone()}</span>
                <span class="muted small">
                    <time datetime=day::machine(event.at)>{at}</time>" · "{place}
                    {event.place.clone().map(|place| format!(" · {place}"))}
                </span>
            </span>
        </li>
    }
    .into_any()
}

fn topic_words(topic: Option<Topic>, w: &Words) -> String {
    match topic {
        None => w.get("activity-topic-any"),
        Some(Topic::SignIn) => w.get("activity-topic-sign-in"),
        Some(Topic::Sessions) => w.get("activity-topic-sessions"),
        Some(Topic::Security) => w.get("activity-topic-security"),
        Some(Topic::Address) => w.get("activity-topic-address"),
        Some(Topic::Apps) => w.get("activity-topic-apps"),
        Some(Topic::Account) => w.get("activity-topic-account"),
    }
}

fn filter(page: &Activity, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let asked = &page.asked;
    let choices: Vec<_> = std::iter::once(None)
        .chain(Topic::ALL.map(Some))
        .map(|topic| {
            let value = topic.map(Topic::as_str).unwrap_or_default();
            view! { <option value=value selected=topic == asked.topic>{topic_words(topic, w)}</option> }
        })
        .collect();
    let date = |name: &'static str, label: &str, value: Option<Date>| {
        view! {
            <div class="field">
                <label class="field__label" for=name>{w.get(label)}</label>
                <input class="field__input" type="date" id=name name=name value=value.map(written)/>
            </div>
        }
    };
    view! {
        <form class="card stack" method="get" action=frame.path(AccountPage::Activity.path()) aria-label=w.get("activity-filter")>
            <div class="field">
                <label class="field__label" for="topic">{w.get("activity-topic-label")}</label>
                <select class="field__input" id="topic" name="topic">{choices}</select>
            </div>
            {date("since", "activity-since-label", asked.since)}
            {date("until", "activity-until-label", asked.until)}
            <button class="button" type="submit">{w.get("activity-apply")}</button>
        </form>
    }
    .into_any()
}

fn export(page: &Activity, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let to = |format: Format| {
        let query = page.asked.query(&[("format", format.as_str())]);
        frame.path(&format!("{EXPORT}?{query}"))
    };
    view! {
        <p class="actions">
            <span class="muted">{w.get("activity-export")}</span>
            <a class="button" href=to(Format::Csv) download="">{w.get("activity-csv")}</a>
            <a class="button" href=to(Format::Json) download="">{w.get("activity-json")}</a>
        </p>
    }
    .into_any()
}
