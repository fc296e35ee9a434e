use super::*;
use domain::{
    language::Language,
    person::{DisplayName, Email},
};

const HOSTILE: &str = "\"><script>alert(1)</script>&'";

/// What is put into mails: by whom does not matter.
#[derive(Clone, Copy)]
struct Put<'a> {
    /// What a provider calls itself.
    provider: &'a str,
    /// What a browser says it is.
    agent: &'a str,
    /// What a link has after `token=`.
    token: &'a str,
}

const PLAIN: Put<'_> = Put {
    provider: "Acme",
    agent: "Firefox/1.0 (Windows)",
    token: "t",
};

/// What was done to the second factor: a kind that comes later does not compile until it is here.
fn second_factors(agent: &str) -> Vec<SecondFactorNotice<'_>> {
    use SecondFactorNotice::*;
    let first = AuthenticatorAdded;
    std::iter::successors(Some(first), |notice| match notice {
        AuthenticatorAdded => Some(AuthenticatorReplaced),
        AuthenticatorReplaced => Some(AuthenticatorRemoved),
        AuthenticatorRemoved => Some(RecoveryCodesMade),
        RecoveryCodesMade => Some(RecoveryCodeUsed { left: 7 }),
        RecoveryCodeUsed { .. } => Some(BrowserTrusted {
            user_agent: Some(agent),
        }),
        BrowserTrusted { .. } => None,
    })
    .collect()
}

/// What was done to the account, in the same way.
fn account_notices(link: &str) -> Vec<AccountNotice<'_>> {
    use AccountNotice::*;
    let first = Leaving { link, days: 14 };
    std::iter::successors(Some(first), |notice| match notice {
        Leaving { .. } => Some(Restored),
        Restored => Some(Exported),
        Exported => Some(Reported { reset_link: link }),
        Reported { .. } => None,
    })
    .collect()
}

fn every_mail(to: &Addressee<'_>, put: Put<'_>) -> Vec<Mail> {
    let link = format!("https://id.example.org/verify-email?token={}", put.token);
    let mut mails = vec![
        Writer.confirm_email(to, "492017", &link),
        Writer.already_registered(to, &link, &link),
        Writer.reset_password(to, &link),
        Writer.password_changed(to),
        Writer.password_removed(to),
        Writer.passkey_added(to, Some(put.provider)),
        Writer.passkey_added(to, None),
        Writer.passkey_removed(to, Some(put.provider)),
        Writer.passkey_removed(to, None),
        Writer.identity_linked(to, put.provider),
        Writer.identity_unlinked(to, put.provider),
        Writer.sign_in_code(to, "492017", &link),
        Writer.change_email(to, "492017"),
        Writer.prove_address(to, "492017", put.provider),
        Writer.email_taken(to, &link),
        Writer.email_restored(to),
        Writer.email_changed(to, &link, 72),
    ];
    let notices = account_notices(&link).into_iter();
    mails.extend(notices.map(|what| Writer.account(to, what)));
    let notices = second_factors(put.agent).into_iter();
    mails.extend(notices.map(|what| Writer.second_factor(to, what)));
    mails
}

#[test]
fn the_mail_about_a_used_recovery_code_says_how_many_are_left_and_warns_from_three_on() {
    let email = Email::parse("ada@example.org").unwrap();
    let name = DisplayName::parse("Ada").unwrap();
    let to = addressee(&email, &name, "id.example.org");
    for (left, told, warned) in [
        (9, "9 codes", false),
        (4, "4 codes", false),
        (3, "Three codes", true),
        (0, "No code", true),
    ] {
        let mail = Writer.second_factor(&to, SecondFactorNotice::RecoveryCodeUsed { left });
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(told), "{text}");
        assert_eq!(text.contains("make new ones"), warned, "{text}");
        assert!(!text.contains("mail-"), "{text}");
    }
}

#[test]
fn the_mails_about_a_change_that_was_undone_say_what_is_dropped_with_it() {
    let email = Email::parse("ada@example.org").unwrap();
    let name = DisplayName::parse("Ada").unwrap();
    let to = addressee(&email, &name, "id.example.org");
    let changed = Writer.email_changed(&to, "https://id.example.org/restore-email?token=t", 72);
    for mail in [changed, Writer.email_restored(&to)] {
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.to_lowercase().contains("passkeys and authenticator apps"),
            "{text}"
        );
        assert!(text.contains("meanwhile are removed"), "{text}");
    }
}

fn addressee<'a>(email: &'a Email, name: &'a DisplayName, issuer_host: &'a str) -> Addressee<'a> {
    Addressee {
        email,
        name: Some(name),
        locale: Some("en"),
        issuer_host,
        minutes: 15,
    }
}

#[test]
fn nothing_in_a_mail_becomes_markup_and_names_do_not_appear() {
    let email = Email::parse("ada@example.org").unwrap();
    let name = DisplayName::parse("Cheap pills <b>here</b>").unwrap();
    let put = Put {
        provider: HOSTILE,
        agent: HOSTILE,
        token: HOSTILE,
    };
    for mail in every_mail(&addressee(&email, &name, HOSTILE), put) {
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        assert!(mail.html.contains("&lt;script&gt;"));
        assert!(
            !mail.html.contains("pills") && !mail.text.contains("pills") && !mail.subject.contains("pills")
        );
        assert!(!mail.subject.contains('\n'));
    }
}

/// Texts that do something to what stands around them, or try to be another.
fn hostile_texts() -> [String; 6] {
    [
        "invoice\u{202e}fdp.exe\u{2069}\u{2066}\u{202a}".to_owned(),
        "id.example.org\r\nBcc: everybody@example.org\r\n\r\n<b>".to_owned(),
        "\u{0430}\u{0440}\u{0440}\u{04cf}\u{0435}.com".to_owned(),
        "\u{1d56c}\u{1f469}\u{200d}\u{1f467}".to_owned(),
        "حديقة \u{202b}الأمير".to_owned(),
        "W".repeat(5_000),
    ]
}

/// Every isolate in the text ends in it, and nothing turns a direction around.
fn is_calm(text: &str) -> bool {
    let turned = text.contains(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{2067}'));
    let mut depth = 0_i32;
    let ends = text.chars().all(|c| {
        depth += i32::from(c == '\u{2068}') - i32::from(c == '\u{2069}');
        depth >= 0
    });
    !turned && ends && depth == 0
}

#[test]
fn no_mail_carries_what_turns_text_around_or_begins_another_header() {
    let email = Email::parse("ada@example.org").unwrap();
    let name = DisplayName::parse("حديقة \u{1d56c}").unwrap();
    let texts = hostile_texts();
    for (text, language) in texts
        .iter()
        .flat_map(|text| Language::ALL.map(|language| (text, language)))
    {
        let put = Put {
            provider: text,
            agent: text,
            token: PLAIN.token,
        };
        let to = Addressee {
            locale: Some(language.as_str()),
            ..addressee(&email, &name, text)
        };
        for mail in every_mail(&to, put) {
            assert!(
                !mail.subject.contains(|c: char| c.is_control()),
                "{:?}",
                mail.subject
            );
            for text in [&mail.subject, &mail.text, &mail.html] {
                assert!(is_calm(text), "{text:?}");
                assert!(!text.contains(name.as_str()), "{text}");
            }
            assert!(!mail.html.contains("<b>") && !mail.text.contains("\nBcc:"));
        }
    }
}

#[test]
fn a_browser_that_is_trusted_is_named_in_the_words_of_the_product() {
    let email = Email::parse("ada@example.org").unwrap();
    let name = DisplayName::parse("Ada").unwrap();
    let to = addressee(&email, &name, "id.example.org");
    for (agent, told) in [
        (
            Some("Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"),
            "Firefox on Windows",
        ),
        (Some("Call your bank at once"), "An unknown browser"),
        (None, "An unknown browser"),
    ] {
        let mail = Writer.second_factor(&to, SecondFactorNotice::BrowserTrusted { user_agent: agent });
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(told) && !text.contains("your bank"), "{text}");
        assert!(mail.html.contains(told) && !mail.html.contains("your bank"));
    }
}

#[test]
fn the_code_stands_alone_and_the_link_whole() {
    let email = Email::parse("ada@example.org").unwrap();
    let name = DisplayName::parse("Ada").unwrap();
    let to = addressee(&email, &name, "id.example.org");
    let link = "https://id.example.org/verify-email?token=sgn_ml_0123456789012345678901234567890123456789012345678&interaction=0";
    let mail = Writer.confirm_email(&to, "492017", link);
    assert_eq!(mail.subject, "Your code for id.example.org: 492017");
    assert!(mail.text.lines().any(|line| line == "    492017"));
    assert!(mail.text.lines().any(|line| line == link));
    assert!(mail.html.contains(">492017</p>"));
    assert!(
        mail.html
            .contains(&format!("href=\"{}\"", link.replace('&', "&amp;")))
    );
    assert!(
        mail.text
            .lines()
            .all(|line| line.chars().count() <= 72 || line == link),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("mail-") && !mail.html.contains("mail-"));
}
