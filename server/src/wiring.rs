//! From configuration to services: the only place that chooses adapters.

mod upstreams;

use crate::{
    config::{Config, MailRoute},
    endpoints::client_logo::ClientLogos,
    layers::request_limit::RequestLimit,
    outbound::{
        event_queue::BatchedEvents,
        http_fetch::{AddressPolicy, GuardedHttp},
        mailbox::LocalMailbox,
        mailer::SmtpMailer,
        master_key::MasterKey,
        password_hasher::{Argon2Pool, Cost},
        password_judge::Judge,
        refusals::CountedRefusals,
        system::{SystemClock, SystemRandomness},
        web_authn::Ceremonies,
    },
    realms::Realms,
};
use anyhow::Context as _;
use domain::{
    clock::Clock,
    ephemeral::Ephemeral,
    event::Actor,
    id::NodeId,
    issuer::Origin,
    login_session::RequestOrigin,
    outbound::Mailer,
    place::Places,
    random::Random,
    realm::RealmName,
    realm_context::{RealmContext, RealmSettings},
    services::{
        Act, Ports, Services,
        keys::KeyService,
        realms::{RealmParts, RealmService},
    },
    signing_key::KeyFactory,
    stores::Stores,
};
use oidc::jose::LocalKeys;
use std::sync::Arc;
use storage::SqlStores;

/// Passwords that may wait for a free core.
const HASH_QUEUE: usize = 256;

/// Everything one process works with.
pub struct Runtime {
    /// The deployment's public origin.
    pub origin: Origin,
    /// Proxies whose word about the peer is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// The picture that stands for the deployment.
    pub logo: Option<Vec<u8>>,
    /// Pictures that apps name as theirs.
    pub client_logos: ClientLogos,
    /// Where addresses are, if there is a file that says so.
    pub places: Option<Arc<dyn Places>>,
    /// What one address may ask without saying who it is.
    pub request_limit: RequestLimit,
    /// What people and operators do.
    pub services: Services,
    /// Realms at work.
    pub realms: Realms,
    /// Making and deleting realms.
    pub realm_service: RealmService,
    /// Signing keys.
    pub keys: KeyService,
    /// The database.
    pub stores: Arc<SqlStores>,
    /// What may be lost.
    pub ephemeral: Arc<dyn Ephemeral>,
    /// Events of issuance on their way to the log.
    pub event_queue: Arc<BatchedEvents>,
    /// Where mails go.
    pub mailer: Arc<dyn Mailer>,
    /// The local mailbox, when mails go there.
    pub mailbox: Option<Arc<LocalMailbox>>,
    /// This process among the nodes of the deployment.
    pub node: NodeId,
    /// How far this process has followed the change feed.
    pub change_cursor: tokio::sync::Mutex<i64>,
}

/// Adapters that tests replace.
pub struct Adapters {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Cost of a password hash.
    pub cost: Cost,
}

impl Default for Adapters {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandomness::default()),
            cost: Cost::default(),
        }
    }
}

impl Runtime {
    /// Opens everything `config` names, brings the database up to date and makes the root realm.
    pub async fn start(config: &Config, adapters: Adapters) -> anyhow::Result<Arc<Self>> {
        // Two libraries bring a provider each, so rustls has no default of its own; a second start finds it set.
        rustls::crypto::aws_lc_rs::default_provider()
            .install_default()
            .ok();
        let Adapters { clock, random, cost } = adapters;
        std::fs::create_dir_all(&config.data_dir)
            .with_context(|| format!("SIGNET_DATA_DIR: {} cannot be made", config.data_dir.display()))?;
        let sealer = Arc::new(MasterKey::load(&config.master_key, &*random)?);
        let stores = storage::open_sql(config.database_url.expose())
            .await
            .context("SIGNET_DATABASE_URL: the database cannot be opened")?;
        storage::migrate(config.database_url.expose())
            .await
            .context("the database cannot be brought up to date")?;
        let ephemeral = storage::open_ephemeral(config.ephemeral_url.expose(), &stores, clock.clone())
            .await
            .context("SIGNET_EPHEMERAL_URL: the ephemeral stores cannot be opened")?;
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let hasher = Argon2Pool::start(workers, HASH_QUEUE, cost, random.clone())
            .context("the hash pool cannot start")?;
        let node = NodeId::generate(clock.now(), &*random);
        let event_queue = Arc::new(BatchedEvents::default());
        let ports = Ports {
            clock: clock.clone(),
            random: random.clone(),
            hasher: Arc::new(hasher),
            password_judge: Arc::new(Judge),
            sealer,
            mail_writer: Arc::new(app::mails::Writer),
            event_queue: event_queue.clone(),
            http: Arc::new(GuardedHttp::new(AddressPolicy {
                allowed: config.outbound_allow.clone(),
                loopback: config.issuer.is_loopback(),
            })),
            web_authn: Arc::new(Ceremonies::new(&config.issuer)),
            refusals: Arc::new(CountedRefusals),
            upstreams: upstreams::open(config, &clock, &random),
        };
        let factory: Arc<dyn KeyFactory> = Arc::new(LocalKeys::new(config.rsa_key_size));
        let keys = KeyService::new(ports.clone(), factory);
        let dyn_stores: Arc<dyn Stores> = stores.clone();
        let parts = RealmParts {
            stores: dyn_stores,
            ephemeral: ephemeral.clone(),
            keys: keys.clone(),
            origin: config.issuer.clone(),
            settings: RealmSettings {
                ..config.settings.clone()
            },
        };
        let realm_service = RealmService::new(ports.clone(), parts);
        realm_service
            .ensure_root()
            .await
            .context("the root realm cannot be made")?;
        let realms = Realms::new(realm_service.clone());
        let listener = realms.clone();
        stores.on_commit(Arc::new(move |changes| listener.apply(changes)));
        let last_change = stores.all_realms().last_change().await?;
        let (mailer, mailbox) = open_mail(config, clock)?;
        let runtime = Self {
            origin: config.issuer.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            logo: config.logo.clone(),
            client_logos: ClientLogos::default(),
            places: config
                .geo_database
                .clone()
                .map(|places| places as Arc<dyn Places>),
            request_limit: RequestLimit::new(config.request_limit),
            services: Services::new(ports),
            realms,
            realm_service,
            keys,
            stores,
            ephemeral,
            event_queue,
            mailer,
            mailbox,
            node,
            change_cursor: tokio::sync::Mutex::new(last_change),
        };
        runtime.realm(&RealmName::Root).await.context(
            "SIGNET_MASTER_KEY_FILE: the master key does not fit the database, or its keys are unreadable; \
                 put the key back that the database was written with",
        )?;
        Ok(Arc::new(runtime))
    }

    /// The realm of this name, which must exist.
    pub async fn realm(&self, name: &RealmName) -> anyhow::Result<Arc<RealmContext>> {
        let found = self.realms.get(name).await.map_err(anyhow::Error::new)?;
        found.ok_or_else(|| anyhow::anyhow!("there is no realm {}", name.as_str()))
    }

    /// Something done by `actor` in a realm, from no particular place.
    pub fn act(realm: Arc<RealmContext>, actor: Actor) -> Act {
        Act {
            realm,
            actor,
            origin: RequestOrigin::default(),
            locale: None,
        }
    }
}

type MailAdapters = (Arc<dyn Mailer>, Option<Arc<LocalMailbox>>);

fn open_mail(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<MailAdapters> {
    match &config.mail {
        MailRoute::Smtp(url) => Ok((Arc::new(SmtpMailer::new(url, config.mail_from.clone())?), None)),
        MailRoute::Mailbox(folder) => {
            let mailbox = Arc::new(LocalMailbox::new(folder, clock));
            Ok((mailbox.clone(), Some(mailbox)))
        }
    }
}
