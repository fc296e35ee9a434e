//! Activity as a file: CSV (RFC 4180) for people and their spreadsheets, JSON for programs. Written a page at a time.

use super::{Names, told};
use crate::words::Words;
use domain::stores::SeenEvent;
use serde_json::{Value, json};

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}

impl Format {
    /// The name in addresses and of the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The format named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Csv, Self::Json]
            .into_iter()
            .find(|format| format.as_str() == text)
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }
}

/// A file under way.
pub struct Writing {
    format: Format,
    words: Words,
    begun: bool,
}

impl Writing {
    /// Of this form, in these words.
    pub fn new(format: Format, words: Words) -> Self {
        let begun = false;
        Self { format, words, begun }
    }

    /// What the next page of events adds to the file, with the names in it.
    pub fn page(&mut self, events: &[SeenEvent], names: &Names) -> String {
        let (mut text, mut first) = (String::new(), !self.begun);
        if first {
            text.push_str(match self.format {
                Format::Csv => "at,kind,what,address,user_agent\r\n",
                Format::Json => "[",
            });
        }
        self.begun = true;
        for seen in events {
            match self.format {
                Format::Csv => text.push_str(&self.line(seen, names)),
                Format::Json => {
                    if !first {
                        text.push(',');
                    }
                    text.push_str(&self.object(seen, names));
                }
            }
            first = false;
        }
        text
    }

    /// What ends the file.
    pub fn end(&self) -> &'static str {
        match self.format {
            Format::Csv => "",
            Format::Json => "]\n",
        }
    }

    fn line(&self, seen: &SeenEvent, names: &Names) -> String {
        let event = &seen.event;
        let kind = serde_json::to_value(&event.kind).unwrap_or_default();
        let cells = [
            event.at.rfc3339(),
            kind.get("kind")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            told(seen, names, &self.words),
            event
                .origin
                .address
                .map(|address| address.to_string())
                .unwrap_or_default(),
            event.origin.user_agent.clone().unwrap_or_default(),
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        cells.join(",") + "\r\n"
    }

    fn object(&self, seen: &SeenEvent, names: &Names) -> String {
        let event = &seen.event;
        json!({
            "at": event.at.rfc3339(),
            "what": event.kind,
            "text": told(seen, names, &self.words),
            "address": event.origin.address,
            "user_agent": event.origin.user_agent,
        })
        .to_string()
    }
}

/// A cell. What a spreadsheet would take for a formula gets an apostrophe in front, and is a text.
fn cell(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        clock::Timestamp,
        event::{Actor, Event, EventKind},
        id::{EventId, LoginSessionId, RealmId, UserId},
        login_session::RequestOrigin,
        testing::SeededRandom,
    };

    fn event(user_agent: &str) -> SeenEvent {
        let (at, random) = (Timestamp::from_seconds(1_795_236_000), SeededRandom::new(3));
        let event = Event {
            id: EventId::generate(at, &random),
            version: Event::VERSION,
            at,
            realm: RealmId::generate(at, &random),
            actor: Actor::Anonymous,
            origin: RequestOrigin {
                address: "192.0.2.7".parse().ok(),
                user_agent: Some(user_agent.to_owned()),
                ..RequestOrigin::default()
            },
            kind: EventKind::UserSignedIn {
                user: UserId::generate(at, &random),
                session: LoginSessionId::generate(at, &random),
            },
        };
        SeenEvent { event, app: None }
    }

    #[test]
    fn no_cell_is_a_formula_or_ends_early() {
        for hostile in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1"] {
            let cell = cell(hostile);
            assert!(cell.starts_with("\"'"), "{cell:?}");
        }
        assert_eq!(cell("a\"b,c"), "\"a\"\"b,c\"");
        let mut file = Writing::new(Format::Csv, Words::for_locale(None));
        let names = Names::default();
        let text = file.page(&[event("=HYPERLINK(\"https://evil.example\")")], &names) + file.end();
        let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 2);
        assert!(
            lines[1].ends_with(",\"'=HYPERLINK(\"\"https://evil.example\"\")\""),
            "{text}"
        );
    }

    #[test]
    fn pages_make_one_document() {
        let mut file = Writing::new(Format::Json, Words::for_locale(None));
        let names = Names::default();
        let text =
            file.page(&[event("a"), event("b")], &names) + &file.page(&[event("c")], &names) + file.end();
        let told: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let agents: Vec<_> = told
            .iter()
            .map(|one| one["user_agent"].as_str().unwrap())
            .collect();
        assert_eq!(agents, ["a", "b", "c"]);
        let mut none = Writing::new(Format::Json, Words::for_locale(None));
        assert_eq!(none.page(&[], &names) + none.end(), "[]\n");
    }
}
