use super::*;
use crate::{
    id::InteractionId,
    services::{
        registration::{SignUp, SignUpError},
        scene::{PASSWORD, Scene},
    },
    testing::{a_user, solve},
};
use futures::executor::block_on;

const ADA: &str = "ada@example.com";
const AWAY: &str = "192.0.2.1";

fn shown(ticket: &str, answer: &str) -> Shown {
    Shown {
        ticket: ticket.to_owned(),
        answer: answer.to_owned(),
    }
}

fn worked(ticket: &str) -> Shown {
    shown(ticket, &solve(ticket))
}

/// What is asked for, if anything.
async fn ask(scene: &Scene, from: &str, work: &Shown) -> Option<Demand> {
    let asked = scene
        .services
        .budgets
        .ask(&scene.from(from), WorkForm::Reset, work)
        .await;
    match asked {
        Ok(()) => None,
        Err(AskError::Work(demand)) => Some(demand),
        Err(AskError::Store(error)) => panic!("{error}"),
    }
}

/// What is asked for of a network that asked for what it may have just so.
async fn demanded(scene: &Scene) -> Demand {
    for _ in 0..3 {
        assert_eq!(ask(scene, AWAY, &Shown::default()).await, None);
    }
    ask(scene, AWAY, &Shown::default())
        .await
        .expect("a fourth is free")
}

#[test]
fn the_decision_follows_from_the_context() {
    let asked = |from_network, effort| {
        decide_asked(&AskContext {
            free: 3,
            from_network,
            effort,
        })
    };
    for effort in [Effort::Nothing, Effort::Worked, Effort::Waited] {
        assert_eq!(asked(1, effort), Decision::Allow);
        assert_eq!(asked(3, effort), Decision::Allow);
    }
    for (from_network, bits, seconds) in [
        (4, 17, 10),
        (5, 17, 20),
        (23, 17, 200),
        (24, 18, 210),
        (33, 18, 300),
        (34, 18, 300),
        (u64::MAX, 18, 300),
    ] {
        let or_wait = Duration::from_secs(seconds);
        assert_eq!(
            asked(from_network, Effort::Nothing),
            Decision::Work { bits, or_wait }
        );
        assert_eq!(asked(from_network, Effort::Worked), Decision::Allow);
        assert_eq!(asked(from_network, Effort::Waited), Decision::Allow);
    }
}

#[test]
fn work_is_asked_for_after_the_first_few_of_an_hour_from_one_network() {
    block_on(async {
        let scene = Scene::new();
        for host in 1..=3 {
            let from = format!("2001:db8:1:1::{host}");
            assert_eq!(ask(&scene, &from, &Shown::default()).await, None);
        }
        let demand = ask(&scene, "2001:db8:1:1:ffff::1", &Shown::default())
            .await
            .unwrap();
        assert_eq!(demand.or_wait, Duration::from_secs(10));
        assert_eq!(ask(&scene, "2001:db8:1:2::1", &Shown::default()).await, None);
        // What is asked by another form is counted apart.
        let act = scene.from("2001:db8:1:1::1");
        let none = Shown::default();
        let sign_up = scene.services.budgets.ask(&act, WorkForm::SignUp, &none);
        assert!(sign_up.await.is_ok());
        scene.clock.advance(HOUR);
        assert_eq!(ask(&scene, "2001:db8:1:1::1", &Shown::default()).await, None);
    });
}

#[test]
fn an_operator_may_ask_for_no_work() {
    block_on(async {
        let mut scene = Scene::new();
        scene.change_settings(|settings| settings.work_after = None);
        for _ in 0..200 {
            assert_eq!(ask(&scene, AWAY, &Shown::default()).await, None);
        }
    });
}

#[test]
fn work_is_good_once() {
    block_on(async {
        let scene = Scene::new();
        let demand = demanded(&scene).await;
        let work = worked(&demand.ticket);
        assert_eq!(ask(&scene, AWAY, &work).await, None);
        let again = ask(&scene, AWAY, &work).await.unwrap();
        assert_ne!(again.ticket, demand.ticket);
        assert!(
            ask(&scene, AWAY, &shown(&again.ticket, &work.answer))
                .await
                .is_some()
        );
    });
}

#[test]
fn of_many_at_once_with_the_same_work_one_is_heard() {
    let scene = Scene::new();
    let demand = block_on(demanded(&scene));
    let work = worked(&demand.ticket);
    let asked = block_on(futures::future::join_all(
        (0..50).map(|_| ask(&scene, AWAY, &work)),
    ));
    assert_eq!(asked.iter().filter(|demand| demand.is_none()).count(), 1);
}

#[test]
fn work_for_one_form_or_realm_is_none_for_another() {
    block_on(async {
        let scene = Scene::new();
        demanded(&scene).await;
        let (budgets, act) = (&scene.services.budgets, scene.from(AWAY));
        let (ticket, _) = budgets.ticket(&act, WorkForm::SignUp).await.unwrap();
        assert!(ask(&scene, AWAY, &worked(&ticket)).await.is_some());
        let (ticket, _) = budgets.ticket(&act, WorkForm::Reset).await.unwrap();
        assert_eq!(ask(&scene, AWAY, &worked(&ticket)).await, None);
    });
}

#[test]
fn work_is_done_while_the_form_is_filled_in_where_it_will_be_asked_for() {
    block_on(async {
        let scene = Scene::new();
        let (budgets, act) = (&scene.services.budgets, scene.from(AWAY));
        let busy = |act: Act| async move { budgets.ticket(&act, WorkForm::Reset).await.unwrap().1 };
        assert!(!busy(act.clone()).await);
        demanded(&scene).await;
        assert!(busy(act.clone()).await);
        assert!(!busy(scene.from("198.51.100.7")).await);
        scene.clock.advance(HOUR);
        assert!(!busy(act).await);
    });
}

#[test]
fn who_cannot_work_waits_and_comes_back_once() {
    block_on(async {
        let scene = Scene::new();
        let demand = demanded(&scene).await;
        let back = shown(&demand.ticket, "");
        scene.clock.advance(Duration::from_secs(7));
        let early = ask(&scene, AWAY, &back).await.unwrap();
        assert_eq!(early.ticket, demand.ticket, "who is early does not begin anew");
        assert_eq!(early.or_wait, Duration::from_secs(3));
        scene.clock.advance(Duration::from_secs(3));
        assert_eq!(ask(&scene, AWAY, &back).await, None);
        let next = ask(&scene, AWAY, &back).await.unwrap();
        assert_ne!(next.ticket, demand.ticket);
        assert_eq!(
            next.or_wait,
            Duration::from_secs(40),
            "it grows with what is asked"
        );
    });
}

#[test]
fn a_form_that_was_open_for_long_is_no_wait() {
    block_on(async {
        let scene = Scene::new();
        let (budgets, act) = (&scene.services.budgets, scene.from(AWAY));
        demanded(&scene).await;
        let (ticket, _) = budgets.ticket(&act, WorkForm::Reset).await.unwrap();
        scene.clock.advance(Duration::from_secs(600));
        assert!(ask(&scene, AWAY, &shown(&ticket, "")).await.is_some());
    });
}

#[test]
fn nothing_is_signed_up_or_mailed_without_the_work() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().email(ADA).build()).await;
        let act = scene.from(AWAY);
        let services = &scene.services;
        let interaction = InteractionId::generate(services.ports.clock.now(), &*services.ports.random);
        let sign_up = |number: u32, work: Shown| {
            let form = SignUp {
                email: format!("{number}@example.com"),
                name: String::new(),
                password: PASSWORD.to_owned(),
                interaction: None,
                browser: Digest::of("browser"),
                work,
                terms: None,
            };
            services.registration.sign_up(&act, form)
        };
        let reset = |work: Shown| {
            let act = &act;
            async move {
                let asked = (Digest::of("browser"), &work);
                services.recovery.request(act, ADA, asked).await
            }
        };
        let code = |work: Shown| {
            let act = &act;
            async move {
                let asked = (Digest::of("browser"), interaction);
                services.sign_in.ask_for_code(act, ADA, asked, &work).await
            }
        };
        for number in 0..3 {
            sign_up(number, Shown::default()).await.unwrap();
            reset(Shown::default()).await.unwrap();
            code(Shown::default()).await.unwrap();
        }
        scene.mails().await;
        let hashed = scene.hasher.calls();
        let Err(SignUpError::Work(first)) = sign_up(3, Shown::default()).await else {
            panic!("signed up")
        };
        let Err(AskError::Work(second)) = reset(Shown::default()).await else {
            panic!("mailed")
        };
        let Err(AskError::Work(third)) = code(Shown::default()).await else {
            panic!("mailed")
        };
        assert_eq!(scene.hasher.calls(), hashed, "no password is hashed for nothing");
        assert!(scene.mails().await.is_empty());
        sign_up(3, worked(&first.ticket)).await.unwrap();
        reset(worked(&second.ticket)).await.unwrap();
        code(worked(&third.ticket)).await.unwrap();
        assert_eq!(scene.mails().await.len(), 3);
    });
}

#[test]
fn what_is_asked_for_is_the_same_whoever_is_named() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().email(ADA).build()).await;
        let disabled = a_user().number(2).email("ann@example.com").disabled();
        scene.registered(disabled.build()).await;
        let mut seen = Vec::new();
        for (at, who) in [ADA, "ann@example.com", "nobody@example.com"]
            .into_iter()
            .enumerate()
        {
            let act = scene.from(&format!("192.0.2.{at}"));
            let mut history = Vec::new();
            for _ in 0..5 {
                let mut waits = None;
                let asked = async {
                    let none = Shown::default();
                    let asked = (Digest::of("browser"), &none);
                    waits = match scene.services.recovery.request(&act, who, asked).await {
                        Err(AskError::Work(demand)) => Some(demand.or_wait),
                        Ok(()) | Err(AskError::Store(_)) => None,
                    };
                };
                let cost = scene.cost(asked).await;
                history.push((cost, waits));
            }
            seen.push(history);
        }
        assert_eq!(seen[0][4].1, Some(Duration::from_secs(20)));
        assert!(seen.iter().all(|history| *history == seen[0]));
    });
}
