use super::*;
use async_trait::async_trait;
use domain::{
    event::Actor,
    federation::Upstreams,
    issuer::Origin,
    login_session::RequestOrigin,
    realm_context::RealmSettings,
    secret::Secret,
    services::{Act, Ports, keys::KeyService, realms::RealmParts},
    signing_key::{GeneratedKey, KeyFactory, PublishedKey, Signer, SigningAlgorithm, SigningError},
    testing::{
        CollectedEvents, CollectedRefusals, FakeHasher, FakeHttp, FakeJudge, FakeSealer, FakeWebAuthn,
        FixedClock, MemoryEphemeral, MemoryStores, PlainMailWriter, SeededRandom, a_realm,
    },
};
use oidc::jose::{LocalKeys, RsaKeySize};
use std::sync::{Barrier, atomic::AtomicBool};
use tokio::sync::Notify;

/// Opens a key only when it is let, once it was told to wait.
struct Waiting {
    keys: LocalKeys,
    wait: AtomicBool,
    reached: Notify,
    go_on: Barrier,
}

#[async_trait]
impl KeyFactory for Waiting {
    async fn generate(&self, alg: SigningAlgorithm) -> Result<GeneratedKey, SigningError> {
        self.keys.generate(alg).await
    }

    fn open(
        &self,
        kid: &str,
        alg: SigningAlgorithm,
        pkcs8: &Secret<Vec<u8>>,
    ) -> Result<Arc<dyn Signer>, SigningError> {
        if self.wait.swap(false, Ordering::SeqCst) {
            self.reached.notify_one();
            self.go_on.wait();
        }
        self.keys.open(kid, alg, pkcs8)
    }

    fn read(&self, public_jwk: &serde_json::Value) -> Result<Arc<dyn PublishedKey>, SigningError> {
        self.keys.read(public_jwk)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_realm_read_before_a_change_is_not_kept_after_it() {
    let clock = Arc::new(FixedClock::default());
    let ports = Ports {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(1)),
        hasher: Arc::new(FakeHasher::default()),
        password_judge: Arc::new(FakeJudge),
        sealer: Arc::new(FakeSealer),
        mail_writer: Arc::new(PlainMailWriter),
        event_queue: Arc::new(CollectedEvents::default()),
        http: Arc::new(FakeHttp::default()),
        web_authn: Arc::new(FakeWebAuthn::default()),
        refusals: Arc::new(CollectedRefusals::default()),
        upstreams: Upstreams::default(),
    };
    let factory = Arc::new(Waiting {
        keys: LocalKeys::new(RsaKeySize::Bits2048),
        wait: AtomicBool::new(false),
        reached: Notify::new(),
        go_on: Barrier::new(2),
    });
    let (stores, realm) = (MemoryStores::default(), a_realm(RealmName::Root));
    stores.add_realm(realm.clone());
    let keys = KeyService::new(ports.clone(), factory.clone());
    let parts = RealmParts {
        stores: Arc::new(stores),
        ephemeral: Arc::new(MemoryEphemeral::new(clock)),
        keys: keys.clone(),
        origin: Origin::parse("https://id.example.com").unwrap(),
        settings: RealmSettings::default(),
    };
    let service = RealmService::new(ports, parts);
    let act = Act {
        realm: Arc::new(service.open(&RealmName::Root).await.unwrap().unwrap()),
        actor: Actor::System,
        origin: RequestOrigin::default(),
        locale: None,
    };
    let realms = Realms::new(service);
    factory.wait.store(true, Ordering::SeqCst);
    let reading = tokio::spawn({
        let realms = realms.clone();
        async move { realms.get(&RealmName::Root).await }
    });
    factory.reached.notified().await;
    keys.rotate(&act).await.unwrap();
    realms.apply(&[Change {
        sequence: 1,
        realm: realm.id,
        changed: Changed::Keys,
    }]);
    factory.go_on.wait();
    reading.await.unwrap().unwrap().unwrap();
    let kept = realms.get(&RealmName::Root).await.unwrap().unwrap();
    assert_eq!(
        kept.keys.published().len(),
        act.realm.keys.published().len() + SigningAlgorithm::ALL.len()
    );
}
