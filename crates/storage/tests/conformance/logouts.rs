use crate::subject::{MINUTE, Subject, next};
use domain::{
    client::{Client, LogoutUri, Status},
    id::JobId,
    job::{JobKind, NewJob},
    login_session::LoginSession,
    mail::{MailedCodePurpose, MailedProof},
    outbound::Sealed,
    secret::Digest,
    stores::{Alongside, EndSessions, LogoutJobs, MailedOutcome, Participation},
    testing::{SeededRandom, a_client, a_user},
    user::User,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// An act's company that tells clients: what a job is to do is written in it as it is.
fn telling(s: &Subject) -> Alongside {
    let (now, count) = (s.now(), AtomicU64::new(1));
    let logouts = LogoutJobs::new(move |told: Participation| NewJob {
        id: JobId::generate(now, &SeededRandom::new(count.fetch_add(1, Ordering::Relaxed))),
        kind: JobKind::BackchannelLogout,
        payload: Sealed {
            key_id: "k1".to_owned(),
            bytes: format!("{} {} {}", told.session, told.user, told.client).into_bytes(),
        },
        run_at: now,
    });
    Alongside {
        logouts: Some(logouts),
        ..s.note().with()
    }
}

/// What the jobs that wait tell; they are done then.
async fn told(s: &Subject) -> Vec<String> {
    let kinds = [JobKind::BackchannelLogout];
    let all = s.all();
    let jobs = all.claim_jobs(&kinds, s.now(), s.now() + MINUTE, 100);
    let mut told = Vec::new();
    for job in jobs.await.unwrap() {
        assert_eq!(job.realm, s.realm);
        told.push(String::from_utf8(job.payload.bytes.clone()).unwrap());
        assert!(all.complete_job(&job, Vec::new()).await.unwrap());
    }
    told.sort();
    told
}

fn listening(id: &str) -> Client {
    let logout = LogoutUri {
        uri: "https://app.example.com/logout".parse().unwrap(),
        session_required: true,
    };
    let client = a_client().id(id);
    client
        .metadata(|metadata| metadata.backchannel_logout = Some(logout))
        .build()
}

/// A person with two sessions, in which clients take part that listen and one that does not.
struct Attended {
    ada: User,
    first: LoginSession,
    second: LoginSession,
}

impl Attended {
    async fn in_(s: &Subject) -> Self {
        let ada = s.ada().await;
        let (first, second) = (s.session(&ada).await, s.session(&ada).await);
        let (one, two) = (s.client(listening("one")).await, s.client(listening("two")).await);
        let deaf = s.client(a_client().id("deaf").build()).await;
        for client in [&one, &one, &two, &deaf] {
            s.authorization(client, &first, "openid").await;
        }
        s.authorization(&one, &second, "openid offline_access").await;
        s.session(&ada).await;
        Self { ada, first, second }
    }

    fn of(&self, session: &LoginSession, client: &str) -> String {
        format!("{} {} {client}", session.id, self.ada.id)
    }

    fn all(&self) -> Vec<String> {
        let mut all = vec![
            self.of(&self.first, "one"),
            self.of(&self.first, "two"),
            self.of(&self.second, "one"),
        ];
        all.sort();
        all
    }
}

pub async fn ending_sessions_tells_each_client_that_took_part_once(s: Subject) {
    let here = Attended::in_(&s).await;
    let sessions = s.here().sessions;
    let one = EndSessions::One(here.second.id);
    sessions
        .end(here.ada.id, one, s.moment(), telling(&s))
        .await
        .unwrap();
    assert_eq!(told(&s).await, [here.of(&here.second, "one")]);
    let again = sessions.end(here.ada.id, one, s.moment(), telling(&s));
    assert!(again.await.unwrap().is_empty());
    assert!(told(&s).await.is_empty());
    let quietly = EndSessions::AllBut(here.first.id);
    let with = s.note().with();
    sessions
        .end(here.ada.id, quietly, s.moment(), with)
        .await
        .unwrap();
    assert!(told(&s).await.is_empty(), "the act brings no word for anybody");
    let rest = EndSessions::All;
    sessions
        .end(here.ada.id, rest, s.moment(), telling(&s))
        .await
        .unwrap();
    assert_eq!(
        told(&s).await,
        [here.of(&here.first, "one"), here.of(&here.first, "two")]
    );
}

pub async fn disabling_an_account_tells_clients(s: Subject) {
    let here = Attended::in_(&s).await;
    let users = s.here().users;
    let nobody = a_user().number(9).build().id;
    for status in [Status::Disabled, Status::Active] {
        let nobody = users.set_status(nobody, status, s.moment(), telling(&s));
        assert!(!nobody.await.unwrap());
        assert!(told(&s).await.is_empty());
    }
    let disabled = users.set_status(here.ada.id, Status::Disabled, s.moment(), telling(&s));
    assert!(disabled.await.unwrap());
    assert_eq!(told(&s).await, here.all());
    for status in [Status::Disabled, Status::Active] {
        let again = users.set_status(here.ada.id, status, s.moment(), telling(&s));
        assert!(again.await.unwrap());
        assert!(told(&s).await.is_empty());
    }
}

pub async fn deleting_an_account_tells_clients(s: Subject) {
    let here = Attended::in_(&s).await;
    let users = s.here().users;
    assert!(users.delete(here.ada.id, s.moment(), telling(&s)).await.unwrap());
    assert_eq!(told(&s).await, here.all());
    assert!(!users.delete(here.ada.id, s.moment(), telling(&s)).await.unwrap());
    assert!(told(&s).await.is_empty());
}

pub async fn resetting_a_password_tells_clients(s: Subject) {
    let here = Attended::in_(&s).await;
    let code = s.mailed(&here.ada, MailedCodePurpose::ResetPassword, "code");
    let codes = s.here().mailed_codes;
    codes.send(&code, Alongside::default()).await.unwrap();
    let new = next("$new");
    let wrong = MailedProof::Link {
        link: Digest::of("wrong"),
    };
    let refused = codes.reset_password(wrong, &new, s.moment(), telling(&s));
    assert_eq!(refused.await.unwrap(), MailedOutcome::Refused);
    assert!(told(&s).await.is_empty());
    let right = MailedProof::Link { link: code.link };
    let done = codes.reset_password(right, &new, s.moment(), telling(&s));
    assert!(matches!(done.await.unwrap(), MailedOutcome::Redeemed(_)));
    assert_eq!(told(&s).await, here.all());
}

pub async fn who_took_part_in_a_session_is_known(s: Subject) {
    let here = Attended::in_(&s).await;
    let sessions = s.here().sessions;
    let of_first = sessions.participations(&[here.first.id]).await.unwrap();
    let clients: Vec<&str> = of_first.iter().map(|one| one.client.as_str()).collect();
    assert_eq!(clients, ["deaf", "one", "two"]);
    assert!(
        of_first
            .iter()
            .all(|one| (one.session, one.user) == (here.first.id, here.ada.id))
    );
    let ids = [here.first.id, here.second.id];
    assert_eq!(sessions.participations(&ids).await.unwrap().len(), 4);
    assert!(sessions.participations(&[]).await.unwrap().is_empty());
    let elsewhere = s.elsewhere().sessions;
    assert!(elsewhere.participations(&ids).await.unwrap().is_empty());
}

pub async fn who_took_part_is_kept_as_long_as_the_session(s: Subject) {
    let (ada, client) = (s.ada().await, s.client(listening("one")).await);
    let mut session = s.session(&ada).await;
    session.id = domain::id::LoginSessionId::generate(s.now(), &s.random);
    session.expires_at = s.now() + 60 * 24 * 30 * MINUTE;
    let sessions = s.here().sessions;
    sessions.begin(&session, Alongside::default()).await.unwrap();
    let authorization = s.authorization(&client, &session, "openid").await;
    s.clock.advance(60 * 24 * 20 * MINUTE);
    while s.all().sweep(s.now(), 100).await.unwrap() > 0 {}
    let one = EndSessions::One(session.id);
    sessions.end(ada.id, one, s.moment(), telling(&s)).await.unwrap();
    assert_eq!(told(&s).await.len(), 1);
    while s.all().sweep(s.now(), 100).await.unwrap() > 0 {}
    let found = s.here().authorizations.find(authorization.id).await.unwrap();
    assert_eq!(found, None);
}

pub async fn jobs_are_claimed_by_kind(s: Subject) {
    let here = Attended::in_(&s).await;
    let sessions = s.here().sessions;
    let one = EndSessions::One(here.second.id);
    sessions
        .end(here.ada.id, one, s.moment(), telling(&s))
        .await
        .unwrap();
    let claimed = |kinds: &'static [JobKind]| {
        let (all, now) = (s.all(), s.now());
        async move {
            let jobs = all.claim_jobs(kinds, now, now + MINUTE, 1).await.unwrap();
            jobs.into_iter().map(|job| job.kind).collect::<Vec<_>>()
        }
    };
    assert!(claimed(&[]).await.is_empty());
    assert!(claimed(&[JobKind::SendResetLink]).await.is_empty());
    assert_eq!(
        claimed(&[JobKind::BackchannelLogout]).await,
        [JobKind::BackchannelLogout]
    );
    assert!(claimed(&[JobKind::BackchannelLogout]).await.is_empty());
    assert_eq!(claimed(&JobKind::ALL).await, [JobKind::SendMail]);
}
