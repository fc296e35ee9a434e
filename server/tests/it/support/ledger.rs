//! What a provider acknowledged, and whether it stands by it: nothing lost, nothing doubled, nothing half.

use super::{Answer, Browser, Rows, Site, load::NEWCOMER, load::is_unavailable};
use domain::{
    clock::Timestamp,
    job::JobKind,
    opaque::{OpaqueKind, OpaqueToken},
    stores::Stores as _,
};
use server::wiring::Runtime;
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// What was acknowledged.
pub struct Ledger {
    /// Addresses whose sign-up was taken.
    pub signed_up: Vec<String>,
    /// Refresh tokens that were handed out, a list a family, oldest first.
    pub families: Vec<Vec<String>>,
    /// Clients that the person has let in, by their place among the site's.
    pub allowed: Vec<usize>,
    /// Clients that wait to be let in.
    pub strangers: VecDeque<usize>,
    /// How often a request was put off.
    pub put_off: usize,
    /// Whether what a store has lost may end a flow.
    pub flows_may_be_lost: bool,
}

/// How much was acknowledged.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    pub sign_ups: usize,
    pub refreshes: usize,
    pub consents: usize,
    pub put_off: usize,
}

impl Totals {
    /// Whether at least this much more has come.
    pub fn has_grown(&self, since: Self, sign_ups: usize, refreshes: usize, consents: usize) -> bool {
        self.sign_ups >= since.sign_ups + sign_ups
            && self.refreshes >= since.refreshes + refreshes
            && self.consents >= since.consents + consents
    }
}

impl Ledger {
    pub fn totals(&self) -> Totals {
        Totals {
            sign_ups: self.signed_up.len(),
            refreshes: self.families.iter().map(Vec::len).sum(),
            consents: self.allowed.len(),
            put_off: self.put_off,
        }
    }

    /// Notes a request that was not done. Only a store that is away is an excuse.
    pub fn note_put_off(&mut self, answer: &Answer) {
        let lost = self.flows_may_be_lost && answer.status == 410;
        assert!(
            lost || is_unavailable(answer),
            "{} {:?} {}",
            answer.status,
            answer.headers,
            answer.body
        );
        self.put_off += 1;
    }

    /// What is stored is what was acknowledged, once; what was not is there whole or not at all.
    pub async fn assert_stored(&self, rows: &Rows) {
        self.assert_families_stored(rows).await;
        self.assert_accounts_stored(rows).await;
        let consents = rows.consents().await;
        let pairs = rows
            .count("(SELECT DISTINCT user_id, client_id FROM consent) AS pair")
            .await;
        assert_eq!(consents.len() as i64, pairs, "a consent is doubled");
        assert!(consents.len() >= self.allowed.len(), "a consent is lost");
    }

    async fn assert_families_stored(&self, rows: &Rows) {
        let stored = rows.refresh_tokens().await;
        for tokens in &self.families {
            for pair in tokens.windows(2) {
                let successor = stored[&digest(&pair[0])].successor.as_ref();
                assert_eq!(successor, Some(&digest(&pair[1])), "another token succeeded");
            }
            let family = stored[&digest(tokens.last().unwrap())].family;
            let of_family = || stored.values().filter(|token| token.family == family);
            let live = of_family().filter(|token| token.successor.is_none()).count();
            assert_eq!(live, 1, "one token of a family is live");
            let unheard_of = of_family().count() - tokens.len();
            assert!(unheard_of <= 1, "{unheard_of} successors were never handed out");
        }
    }

    async fn assert_accounts_stored(&self, rows: &Rows) {
        // A sign-up that was acknowledged waits in its job until there is an account.
        let waiting = rows.count("job WHERE kind = 'sign_up'").await;
        let accounts = rows.accounts().await;
        let missing = self
            .signed_up
            .iter()
            .filter(|email| !accounts.contains_key(*email));
        assert!(missing.count() as i64 <= waiting, "a sign-up is lost");
        assert!(accounts.values().all(|count| *count == 1), "{accounts:?}");
        let having = |table: &str| {
            format!("(SELECT count(*) FROM {table} t WHERE t.realm_id = u.realm_id AND t.user_id = u.id)")
        };
        let half = format!(
            "app_user u WHERE {identifiers} <> 1 \
             OR (u.email NOT LIKE '{NEWCOMER}%' AND {passwords} <> 1) \
             OR (u.email LIKE '{NEWCOMER}%' AND ({passwords} <> 0 OR {codes} <> 1))",
            identifiers = having("user_identifier"),
            passwords = having("user_password"),
            codes = having("mailed_code"),
        );
        assert_eq!(rows.count(&half).await, 0, "half an account");
        // In one statement each, because sign-ups that waited are taken up meanwhile.
        let differ = |one: &str, other: &str| {
            format!(
                "(SELECT 1 AS one) x \
                 WHERE (SELECT count(*) FROM {one}) <> (SELECT count(*) FROM {other})"
            )
        };
        let registered = "event_log WHERE body LIKE '%\"user_registered\"%'";
        assert_eq!(rows.count(&differ(registered, "app_user")).await, 0);
        let newcomers = format!("app_user WHERE email LIKE '{NEWCOMER}%'");
        let mails = "job WHERE kind <> 'sign_up'";
        assert_eq!(
            rows.count(&differ(mails, &newcomers)).await,
            0,
            "a mail an account"
        );
    }

    /// Every refresh token acknowledged last is good, and what it becomes is noted.
    pub async fn assert_refreshing(&mut self, site: &Site) {
        for tokens in &mut self.families {
            let answer = site
                .app()
                .refresh(&mut site.browser(), tokens.last().unwrap())
                .await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            tokens.push(answer.json()["refresh_token"].as_str().unwrap().to_owned());
        }
    }

    /// The person is still signed in, and nothing is asked for clients let in `since` then.
    pub async fn assert_let_in(&self, site: &Site, since: usize) {
        let mut browser = site.person.clone();
        for client in &self.allowed[since..] {
            let url = site.clients[*client].authorize_url(&[("prompt", "none")]);
            let parameters = browser.get(&url).await.redirect_parameters();
            assert!(parameters.contains_key("code"), "{parameters:?}");
        }
    }

    /// A token that has a successor that was used ends its family.
    pub async fn assert_reuse_found(&self, site: &Site) {
        for tokens in &self.families {
            for token in [tokens.first(), tokens.last()] {
                let answer = site.app().refresh(&mut site.browser(), token.unwrap()).await;
                assert_eq!(answer.json()["error"], "invalid_grant", "{}", answer.body);
            }
        }
    }

    /// Every account that was signed up for has one mail, and its link works once.
    pub async fn assert_confirmed_by(&self, mailed: &BTreeMap<String, Vec<String>>, browser: &mut Browser) {
        for email in &self.signed_up {
            let [link] = &mailed[email][..] else {
                panic!("{} mails to {email}", mailed[email].len());
            };
            let page = browser.get(link).await;
            assert_eq!(browser.submit(&page, "token", &[]).await.status, 303);
            assert_ne!(browser.submit(&page, "token", &[]).await.status, 303);
        }
    }
}

/// The links of all mails that wait, by address. They are taken out of everybody's hands, and so are sign-ups.
pub async fn mailed_links(runtime: &Runtime) -> BTreeMap<String, Vec<String>> {
    const DAY: Duration = Duration::from_secs(86_400);
    let mut links: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let later = runtime.services.ports.clock.now() + DAY;
    let all = runtime.stores.all_realms();
    take_up_sign_ups(runtime, later).await;
    loop {
        let jobs = all
            .claim_jobs(&[JobKind::SendMail], later, later + DAY, 200)
            .await
            .unwrap();
        if jobs.is_empty() {
            return links;
        }
        for job in jobs {
            let mail = runtime.services.ports.open_mail(&job).unwrap();
            let link = mail
                .text
                .split_whitespace()
                .find(|word| word.contains("/verify-email?token="));
            let to = links.entry(mail.to.as_str().to_owned()).or_default();
            to.push(link.unwrap().to_owned());
        }
    }
}

/// Does what is left of sign-ups, whoever had them in hand.
async fn take_up_sign_ups(runtime: &Runtime, later: Timestamp) {
    let (all, registration) = (runtime.stores.all_realms(), &runtime.services.registration);
    let lease = later + Duration::from_secs(60);
    for job in all
        .claim_jobs(&[JobKind::SignUp], later, lease, 200)
        .await
        .unwrap()
    {
        let wanted = registration.open(&job).unwrap();
        let realm = runtime.realm(&wanted.realm().unwrap()).await.unwrap();
        registration.take_up(realm, wanted).await.unwrap();
        assert!(all.complete_job(&job, Vec::new()).await.unwrap());
    }
}

fn digest(token: &str) -> Vec<u8> {
    let token = OpaqueToken::parse(OpaqueKind::RefreshToken, token).unwrap();
    token.digest().as_bytes().to_vec()
}
