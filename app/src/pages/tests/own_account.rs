//! What the pages of the account say, and how it is written in other languages.

use super::*;
use crate::components::pager::{Pager, Shown};
use account::{apps, linked, sessions};
use domain::{federation::Mark, language::Language, theme::Theme};
use std::collections::BTreeMap;

fn told(page: Page, language: Language) -> String {
    let mut frame = frame(false);
    frame.words = Words::from(language);
    let html = render(page, &frame);
    let texts = html.split('<').filter_map(|part| part.split_once('>'));
    let marks = |c: &char| !matches!(c, '\u{200f}' | '\u{2068}' | '\u{2069}');
    let text: String = texts.map(|(_, text)| text).collect();
    text.chars().filter(marks).collect()
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_seconds(1_767_225_600 + 86_400 * day)
}

fn session(here: bool) -> sessions::Session {
    sessions::Session {
        id: "one".to_owned(),
        here,
        user_agent: Some("Firefox/1.0 (Windows)".to_owned()),
        address: Some("203.0.113.7".to_owned()),
        place: None,
        since: day(0),
        seen: day(1),
        apps: vec!["Garden".to_owned(), "Shop".to_owned()],
    }
}

fn connected(keeps_access: bool, unreviewed: bool) -> apps::Connected {
    let (scopes, allowed) = (
        ["openid", "orders:read", "provider:acme"],
        ["openid", "orders:read"],
    );
    apps::Connected {
        client_id: "garden".to_owned(),
        app: App {
            name: "Garden".to_owned(),
            host: "garden.example".to_owned(),
            home: None,
            policy: None,
            terms: None,
            pictured: None,
            unreviewed,
            theme: Theme::default(),
        },
        open: None,
        scopes: scopes.map(str::to_owned).into(),
        allowed: allowed.map(str::to_owned).into(),
        keeps_access,
        granted: day(0),
        used: day(9),
    }
}

fn of_apps(connected: Vec<apps::Connected>) -> Page {
    let described = [("orders:read", "See your orders"), ("provider:acme", "Acme Inc.")];
    Page::Apps(apps::Apps {
        apps: connected,
        pager: Pager::default(),
        described: described
            .map(|(scope, words)| (scope.to_owned(), words.to_owned()))
            .into(),
        done: None,
    })
}

#[test]
fn an_app_is_told_with_its_publisher_its_times_and_what_it_may_do() {
    let text = told(of_apps(vec![connected(false, false)]), Language::English);
    for said in [
        "Published by garden.example",
        "Allowed 1 January 2026, last used 10 January 2026",
        "Use your account at Acme Inc.",
    ] {
        assert_eq!(text.matches(said).count(), 1, "{said}: {text}");
    }
    let orders = "See your orders";
    assert_eq!(text.matches(orders).count(), 2, "it may be taken back: {text}");
    assert!(
        !text.contains("orders:read") && !text.contains("keep access"),
        "{text}"
    );
    let away = told(of_apps(vec![connected(true, true)]), Language::English);
    assert!(away.contains("Registered itself; nobody has reviewed it") && !away.contains("Published"));
    assert!(away.contains("Apps that keep access") && !away.contains("Apps you signed in to"));
}

#[test]
fn lists_and_numbers_are_written_as_in_the_language() {
    for (language, apps, ratio) in [
        (Language::English, "Garden, Shop", "1.51"),
        (Language::German, "Garden, Shop", "1,51"),
        (Language::French, "Garden, Shop", "1,51"),
        (Language::Spanish, "Garden, Shop", "1,51"),
        (Language::Portuguese, "Garden, Shop", "1,51"),
        (Language::Japanese, "Garden、Shop", "1.51"),
        (Language::Chinese, "Garden、Shop", "1.51"),
        (Language::Arabic, "Garden، Shop", "1.51"),
    ] {
        let page = sessions::Sessions {
            sessions: vec![session(true), session(false)],
            pager: Pager::default(),
            ended: false,
        };
        let text = told(Page::Sessions(page), language);
        assert_eq!(text.matches(apps).count(), 2, "{language:?}: {text}");
        let groups = linked::Item {
            id: "one".to_owned(),
            provider: "Acme".to_owned(),
            mark: Mark::Plain,
            usable: true,
            administers: false,
            label: None,
            groups: vec!["Garden".to_owned(), "Shop".to_owned()],
            about: Vec::new(),
            linked: day(0),
            used: None,
        };
        let page = linked::LinkedPage {
            items: vec![groups],
            providers: Vec::new(),
            done: None,
            error: None,
        };
        let text = told(Page::Linked(page), language);
        assert!(text.contains(apps), "{language:?}: {text}");
        let pale = Fields::new(vec![("accent".into(), "#ffcc00".into())]);
        let preview = theme_preview::ThemePreview::read(&pale, &Words::from(language));
        let text = told(Page::ThemePreview(preview), language);
        assert!(text.contains(ratio), "{language:?}: {text}");
    }
}

#[test]
fn a_session_says_since_when_and_when_it_was_last_used() {
    let page = sessions::Sessions {
        sessions: vec![session(true)],
        pager: Pager::default(),
        ended: false,
    };
    let text = told(Page::Sessions(page), Language::English);
    let facts = "203.0.113.7 · since 1 January 2026 · last active 2 January 2026, 00:00 UTC";
    assert!(
        text.contains(facts) && text.contains("Firefox on Windows"),
        "{text}"
    );
}

#[test]
fn what_nobody_described_is_told_as_it_is() {
    let mut page = of_apps(vec![connected(false, false)]);
    if let Page::Apps(apps) = &mut page {
        apps.described = BTreeMap::new();
    }
    let text = told(page, Language::English);
    assert!(
        text.contains("Use “orders:read”") && text.contains("Use your account at acme"),
        "{text}"
    );
}

#[test]
fn a_page_of_a_list_says_which_of_its_items_it_shows_and_leads_on() {
    let pager = Pager {
        after: Some("7.x.an id".to_owned()),
        next: Some("6.y.another&id".to_owned()),
        shown: Some(Shown {
            skipped: 25,
            count: 25,
            total: 1_103,
        }),
    };
    for (language, span) in [
        (Language::English, "26–50 of 1103"),
        (Language::German, "26–50 von 1103"),
        (Language::French, "26–50 sur 1103"),
        (Language::Spanish, "26–50 de 1103"),
        (Language::Portuguese, "26–50 de 1103"),
        (Language::Japanese, "1103 件中 26～50 件"),
        (Language::Chinese, "第 26–50 项，共 1103 项"),
        (Language::Arabic, "26–50 من 1103"),
    ] {
        let page = sessions::Sessions {
            sessions: vec![session(false)],
            pager: pager.clone(),
            ended: false,
        };
        let text = told(Page::Sessions(page), language);
        assert!(text.contains(span), "{language:?}: {text}");
    }
    let mut page = of_apps(vec![connected(false, false)]);
    if let Page::Apps(apps) = &mut page {
        apps.pager = pager;
    }
    let html = render(page, &frame(false));
    assert!(html.contains("/account/apps?after=6.y.another%26id\""), "{html}");
    assert!(html.contains("/account/apps\" rel=\"first\""), "{html}");
    let kept = "name=\"after\" value=\"7.x.an id\"";
    assert_eq!(html.matches(kept).count(), 2, "each form says its page: {html}");
    assert!(html.contains("value=\"remove-all\""), "{html}");
    let alone = render(of_apps(vec![connected(false, false)]), &frame(false));
    assert!(
        !alone.contains("rel=\"next\"") && !alone.contains("remove-all"),
        "{alone}"
    );
}
