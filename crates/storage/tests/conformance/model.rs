//! A state machine test of authorization codes and refresh token families: random scripts, some of whose
//! operations meet at the same time, on the real stores and beside an oracle that says what the ports promise.
//! `PROPTEST_CASES` asks for more scripts and `PROPTEST_RNG_SEED` for others.

mod calls;
mod choices;
mod endings;
mod history;
mod names;
mod oracle;
mod script;
mod seen;
mod system;

use crate::databases::Kind;
use proptest::test_runner::{Config, RngSeed, contextualize_config};
use proptest_state_machine::{StateMachineTest, prop_state_machine};
use script::{Script, Step};
use system::System;

/// The same scripts in every run, unless the environment asks for others.
fn config() -> Config {
    contextualize_config(Config {
        cases: 32,
        rng_seed: RngSeed::Fixed(1),
        max_shrink_time: 60_000,
        ..Config::default()
    })
}

/// Makes a test of one place.
macro_rules! model {
    ($place:ident, $test:ident: |$script:ident| $system:expr) => {
        struct $place;

        impl StateMachineTest for $place {
            type SystemUnderTest = System;
            type Reference = Script;

            fn init_test($script: &Script) -> System {
                $system
            }

            fn apply(mut system: System, _after: &Script, step: Step) -> System {
                system.step(&step);
                system
            }

            fn check_invariants(system: &System, _after: &Script) {
                system.check();
            }

            fn teardown(system: System) {
                system.end();
            }
        }

        prop_state_machine! {
            #![proptest_config(config())]

            #[test]
            fn $test(sequential 40 => $place);
        }
    };
}

model!(OnSqlite, scripts_go_as_the_oracle_says_on_sqlite: |script| System::on_database(Kind::Sqlite, script));
model!(OnPostgres, scripts_go_as_the_oracle_says_on_postgres: |script| System::on_database(Kind::Postgres, script));
model!(OnFakes, scripts_go_as_the_oracle_says_on_the_fakes: |_script| System::on_fakes());
