//! `signet client update`: what is registered of a client, changed while it goes on. Tokens it has stay as they are.

use super::{RealmArgs, Session, client_description::DescriptionArgs, theme::ThemeArgs};
use clap::Args;
use domain::{
    client::{ClientId, Party},
    services::clients::ClientDescription,
};
use serde_json::json;

#[derive(Args)]
pub(super) struct Update {
    #[command(flatten)]
    realm: RealmArgs,
    /// The client_id.
    // One made by chance may begin like an option.
    #[arg(allow_hyphen_values = true)]
    client_id: ClientId,
    /// Name people see.
    #[arg(long)]
    name: Option<String>,
    /// Where responses may go, in place of what was registered; repeat for several.
    #[arg(long = "redirect-uri", num_args = 1..)]
    redirect_uris: Option<Vec<String>>,
    /// Where people may land after signing out, in place of what was registered.
    #[arg(long = "post-logout-redirect-uri", num_args = 1..)]
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Scopes it may ask for from now on, separated by spaces.
    #[arg(long)]
    scope: Option<String>,
    /// Whether it is the operator's own: consent is then not asked.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    first_party: Option<bool>,
    #[command(flatten)]
    description: DescriptionArgs,
    #[command(flatten)]
    theme: ThemeArgs,
}

impl Update {
    pub(super) async fn run(self, session: &Session) -> anyhow::Result<()> {
        let (runtime, act) = session.in_realm(&self.realm).await?;
        let description = ClientDescription {
            name: self.name,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            scope: self.scope,
            party: self
                .first_party
                .map(|own| if own { Party::First } else { Party::Third }),
            theme: self.theme.read(&act.realm).await?,
            ..self.description.read(&runtime.origin)?
        };
        let clients = &runtime.services.clients;
        let updated = clients.update(&act, &self.client_id, description).await?;
        anyhow::ensure!(updated, "there is no such client");
        session.print(&json!({"client_id": self.client_id, "updated": true}), "updated")
    }
}
