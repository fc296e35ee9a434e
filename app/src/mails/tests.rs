use super::*;
use domain::person::{DisplayName, Email};

const HOSTILE: &str = "\"><script>alert(1)</script>&'";

fn every_mail(to: &Addressee<'_>) -> Vec<Mail> {
    vec![
        Writer.confirm_email(
            to,
            "492017",
            "https://id.example.org/verify-email?token=a&b=\"><script>",
        ),
        Writer.already_registered(
            to,
            "https://id.example.org/login",
            "https://id.example.org/forgot-password",
        ),
        Writer.reset_password(to, "https://id.example.org/reset-password?token=t"),
        Writer.password_changed(to),
        Writer.password_removed(to),
        Writer.account(
            to,
            AccountNotice::Leaving {
                link: "https://id.example.org/restore-account?token=t",
                days: 14,
            },
        ),
        Writer.account(to, AccountNotice::Restored),
        Writer.account(to, AccountNotice::Exported),
        Writer.account(
            to,
            AccountNotice::Reported {
                reset_link: "https://id.example.org/forgot-password",
            },
        ),
        Writer.second_factor(to, SecondFactorNotice::AuthenticatorAdded),
        Writer.second_factor(to, SecondFactorNotice::AuthenticatorReplaced),
        Writer.second_factor(to, SecondFactorNotice::AuthenticatorRemoved),
        Writer.second_factor(to, SecondFactorNotice::RecoveryCodesMade),
        Writer.second_factor(to, SecondFactorNotice::RecoveryCodeUsed { left: 7 }),
        Writer.passkey_added(to, Some(HOSTILE)),
        Writer.passkey_removed(to, None),
        Writer.identity_linked(to, HOSTILE),
        Writer.identity_unlinked(to, HOSTILE),
        Writer.sign_in_code(
            to,
            "492017",
            "https://id.example.org/login/code?token=a&b=\"><script>",
        ),
        Writer.change_email(to, "492017"),
        Writer.prove_address(to, "492017", HOSTILE),
        Writer.email_taken(to, "https://id.example.org/login"),
        Writer.email_restored(to),
        Writer.email_changed(to, "https://id.example.org/restore-email?token=t", 72),
    ]
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
    for mail in every_mail(&addressee(&email, &name, HOSTILE)) {
        assert!(!mail.html.contains("<script"), "{}", mail.html);
        assert!(mail.html.contains("&lt;script&gt;"));
        assert!(
            !mail.html.contains("pills") && !mail.text.contains("pills") && !mail.subject.contains("pills")
        );
        assert!(!mail.subject.contains('\n'));
    }
}

#[test]
fn no_mail_carries_what_turns_text_around_or_begins_another_header() {
    let email = Email::parse("ada@example.org").unwrap();
    let name = DisplayName::parse("Ada").unwrap();
    for host in [
        "invoice\u{202e}fdp.exe\u{2069}",
        "id.example.org\r\nBcc: everybody@example.org\r\n\r\n<b>",
        "\u{0430}\u{0440}\u{0440}\u{04cf}\u{0435}.com",
        "\u{1d56c}\u{1f469}\u{200d}\u{1f467}",
    ] {
        for mail in every_mail(&addressee(&email, &name, host)) {
            assert!(
                !mail.subject.contains(|c: char| c.is_control()),
                "{:?}",
                mail.subject
            );
            for text in [&mail.subject, &mail.text, &mail.html] {
                assert!(!text.contains(['\u{202e}', '\u{2069}']), "{text}");
            }
            assert!(!mail.html.contains("<b>"));
        }
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
