//! What the modules of the certification plans ask of a provider, over HTTP, as a relying party would see it.
//!
//! A module is a function here and a test in each plan that has it. `plans.txt` lists the plans.

pub mod backchannel_logout;
mod clients;
pub mod dynamic;
pub mod frontchannel_logout;
mod party;
mod people;
mod responses;
pub mod rp_initiated_logout;
mod scopes;
pub mod third_party_login;

pub use clients::*;
pub use party::Mode;
pub use people::*;
pub use responses::*;
pub use scopes::*;

/// Makes a test of each module of the Basic plan; the responses travel as `$mode` says.
macro_rules! basic_modules {
    ($mode:expr) => {
        super::conformance::modules! { $mode =>
            oidcc_server oidcc_response_type_missing oidcc_idtoken_signature oidcc_idtoken_unsigned
            oidcc_userinfo_get oidcc_userinfo_post_header oidcc_userinfo_post_body
            oidcc_ensure_request_without_nonce_succeeds_for_code_flow oidcc_scope_profile oidcc_scope_email
            oidcc_scope_address oidcc_scope_phone oidcc_scope_all oidcc_alternate_happy_flow oidcc_display_page
            oidcc_display_popup oidcc_prompt_login oidcc_prompt_none_not_logged_in oidcc_prompt_none_logged_in
            oidcc_max_age_1 oidcc_max_age_10000 oidcc_ensure_request_with_unknown_parameter_succeeds
            oidcc_id_token_hint oidcc_login_hint oidcc_ui_locales oidcc_claims_locales
            oidcc_ensure_request_with_acr_values_succeeds oidcc_codereuse oidcc_codereuse_30seconds
            oidcc_ensure_registered_redirect_uri oidcc_ensure_post_request_succeeds
            oidcc_server_client_secret_post
            oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported
            oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported oidcc_claims_essential
            oidcc_ensure_request_object_with_redirect_uri oidcc_refresh_token
            oidcc_ensure_request_with_valid_pkce_succeeds
        }
    };
}
pub(crate) use basic_modules;

/// Makes a test of each of these modules, and the list of their names; `in` names the plan they are of alone.
macro_rules! modules {
    (in $plan:ident => $($name:ident)*) => {
        /// The modules tested here, by the names the plans give them.
        pub const TESTED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::conformance::$plan::$name().await;
            }
        )*
    };
    ($mode:expr => $($name:ident)*) => {
        /// The modules tested here, by the names the plans give them.
        pub const TESTED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[tokio::test]
            async fn $name() {
                super::conformance::$name($mode).await;
            }
        )*
    };
}
pub(crate) use modules;

/// The modules of a plan of `plans.txt`, as tests are named.
fn plan(name: &str) -> Vec<String> {
    let plans = include_str!("plans.txt");
    let (_, rest) = plans.split_once(&format!("[{name}]\n")).unwrap();
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    let modules = lines.filter(|line| !line.is_empty());
    modules
        .map(|module| module.replace('-', "_").to_lowercase())
        .collect()
}

/// The plans, the modules of each that are tested here, and how many it has.
const PLANS: [(&str, &[&str], usize); 8] = [
    ("Config OP", super::conformance_config::TESTED, 1),
    ("Basic OP", super::conformance_basic::TESTED, 38),
    ("Form Post OP", super::conformance_form_post::TESTED, 38),
    ("Dynamic OP", super::conformance_dynamic::TESTED, 23),
    (
        "3rd-party-init login OP",
        super::conformance_third_party_login::TESTED,
        2,
    ),
    (
        "RP-Initiated Logout OP",
        super::conformance_rp_initiated_logout::TESTED,
        11,
    ),
    (
        "Front-Channel Logout OP",
        super::conformance_frontchannel_logout::TESTED,
        2,
    ),
    (
        "Back-Channel Logout OP",
        super::conformance_backchannel_logout::TESTED,
        2,
    ),
];

#[test]
fn every_module_of_a_plan_is_a_test() {
    for (name, tested, modules) in PLANS {
        let plan = plan(name);
        assert_eq!(plan.len(), modules, "{name}");
        assert_eq!(plan, tested, "{name}");
    }
    let lines = include_str!("plans.txt").lines();
    let listed = lines.filter(|line| line.starts_with('['));
    assert_eq!(listed.count(), PLANS.len());
}
