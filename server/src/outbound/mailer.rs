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
        let to = mail
            .to
            .as_str()
            .parse()
            .map_err(|error: lettre::address::AddressError| MailError::Never(error.into()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            // Without one, made here, receivers take the mail for spam (RFC 5322 §3.6.4).
            .message_id(None)
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|error| MailError::Never(error.into()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Never(error.into())),
            Err(error) => Err(MailError::Later(error.into())),
        }
    }
}
