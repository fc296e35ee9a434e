//! Mail by SMTP.

use crate::config::ConfigError;
use async_trait::async_trait;
use domain::{
    mail::Mail,
    outbound::{MailError, Mailer},
    secret::Secret,
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use std::time::Duration;

/// Sends mails to one SMTP server over pooled connections.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A mailer for `smtp://…` (STARTTLS by `?tls=required`) or `smtps://…`.
    pub fn new(url: &Secret<String>, from: Mailbox) -> Result<Self, ConfigError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
            .map_err(|error| ConfigError {
                key: "SIGNET_SMTP_URL".to_owned(),
                problem: error.to_string(),
            })?
            .timeout(Some(Duration::from_secs(30)))
            .build();
        Ok(Self { transport, from })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message(self.from.clone(), mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Never(error.into())),
            Err(error) => Err(MailError::Later(error.into())),
        }
    }
}

/// The mail as it travels.
fn message(from: Mailbox, mail: &Mail) -> Result<Message, MailError> {
    let to = mail
        .to
        .as_str()
        .parse()
        .map_err(|error: lettre::address::AddressError| MailError::Never(error.into()))?;
    Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(&mail.subject)
        // Without one, made here, receivers take the mail for spam (RFC 5322 §3.6.4).
        .message_id(None)
        .multipart(MultiPart::alternative_plain_html(
            mail.text.clone(),
            mail.html.clone(),
        ))
        .map_err(|error| MailError::Never(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::person::Email;

    #[test]
    fn nothing_in_a_mail_begins_another_header_or_part() {
        for hostile in [
            "x\r\nBcc: everybody@example.org\r\n\r\n<b>pills</b>",
            "x\nContent-Type: text/html",
            "\u{202e}gpj.exe\u{2069} \u{1d56c}\u{1f469}\u{200d}\u{1f467}",
            &"W".repeat(500),
            &"\u{1d56c}".repeat(500),
        ] {
            let mail = Mail {
                to: Email::parse("ada@example.org").unwrap(),
                subject: hostile.to_owned(),
                text: hostile.to_owned(),
                html: format!("<p>{}</p>", hostile.replace('<', "&lt;")),
            };
            let from = "Signet <post@example.org>".parse().unwrap();
            let sent = String::from_utf8(message(from, &mail).unwrap().formatted()).unwrap();
            let (headers, body) = sent.split_once("\r\n\r\n").unwrap();
            let names = headers
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']));
            let names: Vec<&str> = names.map(|line| line.split(':').next().unwrap()).collect();
            let expected = [
                "From",
                "To",
                "Subject",
                "Message-ID",
                "MIME-Version",
                "Date",
                "Content-Type",
            ];
            assert_eq!(names, expected, "{headers}");
            assert!(sent.is_ascii(), "{sent}");
            assert!(headers.lines().all(|line| line.len() <= 998), "{headers}");
            let boundary = headers
                .split("boundary=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            assert_eq!(body.matches(&format!("--{boundary}\r\n")).count(), 2, "{body}");
        }
    }
}
