//! The local mailbox: mails as JSON files below the data folder, for deployments on one's own machine.

use async_trait::async_trait;
use domain::{
    clock::{Clock, Timestamp},
    mail::Mail,
    outbound::{MailError, Mailer},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Mails kept; older ones are removed.
const KEPT: usize = 200;

/// One mail of the mailbox.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Delivered {
    /// Its name in the mailbox.
    #[serde(skip)]
    pub name: String,
    /// To whom.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// The links in the text.
    pub links: Vec<String>,
    /// The codes in the text.
    pub codes: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// The local mailbox.
pub struct LocalMailbox {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

impl LocalMailbox {
    /// A mailbox in `folder`, which is made when the first mail arrives.
    pub fn new(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: folder.to_path_buf(),
            clock,
        }
    }

    /// The mails, newest first.
    pub async fn list(&self) -> std::io::Result<Vec<Delivered>> {
        let mut mails = Vec::new();
        for name in self.names().await?.iter().rev() {
            // A mail removed by another process meanwhile is no error.
            if let Ok(text) = tokio::fs::read(self.folder.join(name)).await
                && let Ok(mail) = serde_json::from_slice::<Delivered>(&text)
            {
                mails.push(Delivered {
                    name: name.trim_end_matches(".json").to_owned(),
                    ..mail
                });
            }
        }
        Ok(mails)
    }

    async fn names(&self) -> std::io::Result<Vec<String>> {
        let mut names = Vec::new();
        let mut entries = match tokio::fs::read_dir(&self.folder).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(names),
            entries => entries?,
        };
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".json") {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// For its owner alone: mails open accounts.
    async fn make_folder(&self) -> std::io::Result<()> {
        let mut folder = tokio::fs::DirBuilder::new();
        folder.recursive(true).mode(0o700).create(&self.folder).await
    }

    async fn deliver(&self, mail: &Mail) -> std::io::Result<()> {
        self.make_folder().await?;
        let now = self.clock.now();
        let delivered = Delivered {
            name: String::new(),
            to: mail.to.as_str().to_owned(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            links: links(&mail.text),
            codes: codes(&mail.text),
            at: now,
        };
        let digest = domain::secret::Digest::of(mail.text.as_bytes()).to_base64url();
        let name = format!("{:020}-{digest}", now.micros());
        let draft = self.folder.join(format!("{name}.draft"));
        tokio::fs::write(&draft, serde_json::to_vec(&delivered)?).await?;
        tokio::fs::rename(&draft, self.folder.join(format!("{name}.json"))).await?;
        let names = self.names().await?;
        for old in names.iter().take(names.len().saturating_sub(KEPT)) {
            tokio::fs::remove_file(self.folder.join(old)).await.ok();
        }
        Ok(())
    }
}

#[async_trait]
impl Mailer for LocalMailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.deliver(mail)
            .await
            .map_err(|error| MailError::Later(error.into()))
    }
}

fn links(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .map(str::to_owned)
        .collect()
}

fn codes(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.chars().filter(|c| !c.is_whitespace()).collect::<String>())
        .filter(|line| (6..=8).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit()))
        .collect()
}

/// A moment as RFC 3339 in UTC.
pub fn rfc3339(at: Timestamp) -> String {
    time::OffsetDateTime::from_unix_timestamp(at.seconds())
        .ok()
        .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default()
}
