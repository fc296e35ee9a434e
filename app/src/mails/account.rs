//! The mails about an account as a whole: that it is left, came back, was handed out, or was in strange hands.

use super::{Draft, Part, finish};
use crate::words::Words;
use domain::{
    mail::Mail,
    outbound::{AccountNotice, Addressee},
};

/// Tells what was done.
pub(super) fn notice(to: &Addressee<'_>, what: AccountNotice<'_>) -> Mail {
    let words = Words::for_locale(to.locale);
    let (keys, days, link) = match what {
        AccountNotice::Leaving { link, days } => (&LEAVING, days, Some(link)),
        AccountNotice::Restored => (&RESTORED, 0, None),
        AccountNotice::Exported => (&EXPORTED, 0, None),
        AccountNotice::Reported { reset_link } => (&REPORTED, 0, Some(reset_link)),
    };
    let values = [("host", to.issuer_host.into()), ("days", days.into())];
    let say = |key: &str| words.with(key, &values);
    let mut parts = vec![Part::Text(say(keys.text)), Part::Text(say(keys.not_you))];
    if let (Some(button), Some(link)) = (keys.button, link) {
        let text = say(button);
        parts.push(Part::Button {
            how: None,
            lead: format!("{text}:"),
            text,
            href: link.to_owned(),
        });
    }
    let draft = Draft {
        subject: say(keys.subject),
        preview: say(keys.not_you),
        title: say(keys.title),
        parts,
    };
    finish(to, &words, &draft)
}

/// The messages of a mail.
struct Keys {
    subject: &'static str,
    title: &'static str,
    text: &'static str,
    not_you: &'static str,
    button: Option<&'static str>,
}

const LEAVING: Keys = Keys {
    subject: "mail-leaving-subject",
    title: "mail-leaving-title",
    text: "mail-leaving-text",
    not_you: "mail-leaving-not-you",
    button: Some("mail-leaving-button"),
};

const RESTORED: Keys = Keys {
    subject: "mail-back-subject",
    title: "mail-back-title",
    text: "mail-back-text",
    not_you: "mail-back-not-you",
    button: None,
};

const EXPORTED: Keys = Keys {
    subject: "mail-exported-subject",
    title: "mail-exported-title",
    text: "mail-exported-text",
    not_you: "mail-exported-not-you",
    button: None,
};

const REPORTED: Keys = Keys {
    subject: "mail-reported-subject",
    title: "mail-reported-title",
    text: "mail-reported-text",
    not_you: "mail-reported-now",
    button: Some("mail-reported-button"),
};
