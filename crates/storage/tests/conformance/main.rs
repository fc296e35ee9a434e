//! What every backend must do alike: one suite, run on a SQLite file, on PostgreSQL, and on the fakes that other
//! crates test with, so that the fakes cannot drift away.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the whole crate is tests, their helpers included"
)]

mod access_tokens;
mod account_endings;
mod addresses;
mod apis;
mod approvals;
mod attempts;
mod authorizations;
mod budgets;
mod cache;
mod ceremonies;
mod clients;
mod consents;
mod databases;
mod devices;
mod durable;
mod ephemeral;
mod ephemeral_backends;
mod feed;
mod identities;
mod jobs;
mod keys;
mod leases;
mod leaving;
mod logos;
mod logouts;
mod mailed_codes;
mod model;
mod nodes;
mod origins;
mod own;
mod own_credentials;
mod passkeys;
mod passwords;
mod pictures;
mod postgres;
mod races;
mod realms;
mod redis;
mod registration_tokens;
mod rotations;
mod schema;
mod second_factors;
mod sessions;
mod sign_ups;
mod subject;
mod sweep;
mod terms;
mod upstream_tokens;
mod users;

/// Makes a test of every case and backend.
macro_rules! conform {
    ($($module:ident: $($case:ident),+;)+) => {
        mod on_sqlite {
            use super::subject::Subject;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$module::$case(Subject::sqlite().await).await;
                }
            )+)+
        }
        mod on_postgres {
            use super::subject::Subject;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$module::$case(Subject::postgres().await).await;
                }
            )+)+
        }
        mod on_fakes {
            use super::subject::Subject;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$module::$case(Subject::fakes().await).await;
                }
            )+)+
        }
    };
}

/// Makes a test of every case and database.
macro_rules! endure {
    ($($module:ident: $($case:ident),+;)+) => {
        mod databases_on_sqlite {
            use super::databases::Kind;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$module::$case(Kind::Sqlite).await;
                }
            )+)+
        }
        mod databases_on_postgres {
            use super::databases::Kind;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$module::$case(Kind::Postgres).await;
                }
            )+)+
        }
    };
}

endure! {
    durable:
        a_failing_act_does_not_disturb_its_neighbours,
        an_act_that_fails_at_its_end_leaves_nothing_of_it,
        an_act_whose_caller_went_away_is_whole_or_not_there,
        data_outlives_a_restart,
        new_work_is_signalled_and_a_failing_listener_harms_nobody,
        the_schema_comes_down_as_it_went_up;
    nodes:
        eight_nodes_migrate_at_once,
        of_fifty_first_keys_one_is_kept,
        two_nodes_write_to_one_database,
        what_one_node_changes_the_other_hears_in_order;
}

conform! {
    access_tokens:
        a_revoked_authorization_issues_no_access_token,
        a_signed_token_is_revoked_by_its_name,
        access_tokens_of_one_realm_are_not_in_another,
        an_access_token_goes_with_what_it_descends_from,
        an_access_token_is_stored_as_it_was,
        an_access_token_is_stored_with_the_refresh_token_or_not_at_all,
        deleting_an_access_token_happens_once;
    account_endings:
        deleting_an_account_takes_everything,
        disabling_an_account_ends_everything;
    addresses:
        a_code_that_proves_an_address_works_once_and_leaves_a_sign_up_to_give_way,
        a_code_to_sign_in_with_works_once_and_for_nothing_else,
        a_sign_up_nobody_confirmed_gives_way,
        an_account_moves_to_a_proven_address_once,
        an_address_somebody_has_is_not_taken_and_nothing_is_left,
        bringing_an_address_back_ends_everything_once,
        bringing_an_address_back_drops_what_was_added_since,
        bringing_an_address_back_leaves_an_authenticator_that_was_there,
        links_of_earlier_changes_outlive_whatever_comes_after_them,
        of_ten_accounts_one_gets_an_address,
        of_twenty_uses_of_a_code_one_signs_in,
        signing_in_by_mail_confirms_a_sign_up_without_what_was_left_there;
    apis:
        an_api_is_stored_as_it_was,
        an_audience_is_taken_once_and_free_again,
        apis_of_one_realm_are_not_in_another,
        kept_apis_follow_the_feed,
        pages_of_apis_follow_one_another;
    approvals:
        a_client_disabled_meanwhile_begins_nothing,
        a_session_that_signs_nobody_in_begins_nothing,
        consent_withdrawn_meanwhile_begins_nothing,
        of_a_sign_out_and_an_approval_at_once_none_survives,
        what_still_stands_begins;
    attempts:
        an_attempt_is_taken_once_until_it_expires,
        of_fifty_takers_one_gets_the_attempt;
    authorizations:
        a_refresh_token_is_found_with_everything_that_decides,
        authorizations_of_one_realm_are_not_in_another,
        of_fifty_rotations_one_wins,
        of_twenty_keys_one_binds,
        recording_below_a_revoked_authorization_writes_nothing,
        refresh_tokens_are_bound_to_one_key_for_good,
        revoking_happens_once_and_is_remembered,
        rotation_tells_the_state_of_the_token;
    ceremonies:
        a_ceremony_is_taken_once_until_it_expires,
        of_fifty_takers_one_gets_the_ceremony;
    clients:
        a_client_is_stored_as_it_was,
        an_id_is_taken_once,
        clients_of_one_realm_are_not_in_another,
        deleting_a_client_takes_what_depends_on_it,
        disabling_a_client_revokes_what_it_holds,
        pages_of_clients_follow_one_another,
        replacing_a_registration_keeps_what_is_not_the_clients,
        secrets_change_with_the_way_a_client_authenticates,
        two_secrets_at_most;
    consents:
        consent_grows_and_is_found,
        what_was_declined_is_found_until_it_is_allowed,
        consent_ends_with_its_authorizations_and_is_swept,
        consents_of_one_realm_are_not_in_another,
        operators_see_what_was_allowed,
        revoking_consent_revokes_every_authorization_of_the_pair;
    devices:
        a_decision_about_a_device_is_final,
        a_device_is_found_by_its_user_code_while_it_waits,
        a_device_is_not_approved_by_who_signed_out_nor_for_a_disabled_client,
        an_approved_device_gets_its_authorization_once,
        an_approved_device_that_comes_late_gets_nothing,
        an_expired_device_is_told_so_for_a_while_and_then_swept,
        a_device_that_was_allowed_something_is_found_among_what_is_of_the_person,
        devices_go_with_their_client_and_with_who_allowed_them,
        devices_of_one_realm_are_not_in_another,
        of_fifty_decisions_one_is_taken,
        of_fifty_polls_one_redeems,
        polling_too_soon_makes_the_interval_longer;
    budgets:
        ten_thousand_guesses_at_once_stay_within_the_budget;
    ephemeral:
        a_lane_is_forgotten_at_its_end,
        a_mark_is_used_first_once_until_it_ends,
        a_pushed_request_is_read_until_it_expires_or_is_consumed,
        a_redeemed_code_stays_readable_until_it_expires,
        an_interaction_is_replaced_only_when_unchanged,
        counters_end_with_their_window,
        ephemeral_values_of_one_realm_are_not_in_another,
        fifty_attempts_are_counted_one_by_one,
        marks_of_proofs_are_apart_from_others,
        of_fifty_attempts_given_back_at_once_each_counts_once,
        of_fifty_attempts_that_saw_one_lane_one_takes_it,
        of_fifty_consumers_one_is_first,
        of_fifty_redemptions_one_is_first,
        whoever_redeems_first_learns_who_came_before_it_was_answered,
        of_fifty_replacements_one_takes_place,
        of_fifty_takers_one_gets_the_interaction,
        of_fifty_uses_of_a_mark_one_is_first;
    feed:
        announcements_are_told_in_order,
        events_get_places_and_sinks_read_on_where_they_were,
        a_sink_passes_what_has_its_place_and_nothing_else,
        listeners_hear_before_the_act_returns,
        places_are_not_given_twice_when_a_realm_goes,
        revocations_are_remembered_until_their_end;
    jobs:
        a_lease_that_ran_out_is_taken_over,
        a_retried_job_waits,
        every_job_is_claimed_once;
    keys:
        a_withdrawn_key_is_gone_and_another_takes_its_place,
        keys_of_one_realm_are_not_in_another,
        only_retired_keys_are_swept,
        rotating_needs_an_active_and_a_next_key,
        the_first_key_in_a_state_wins;
    leases:
        a_lease_ends_or_is_given_back,
        of_fifty_nodes_one_holds_a_lease;
    logos:
        pictures_are_found_by_what_they_are_in_their_realm;
    logouts:
        deleting_an_account_tells_clients,
        disabling_an_account_tells_clients,
        ending_sessions_tells_each_client_that_took_part_once,
        jobs_are_claimed_by_kind,
        resetting_a_password_tells_clients,
        who_took_part_in_a_session_is_known,
        who_took_part_is_kept_as_long_as_the_session;
    mailed_codes:
        a_code_is_tried_five_times_at_most,
        a_later_code_replaces_an_earlier_one,
        a_link_confirms_once_and_for_its_purpose_only,
        codes_of_one_realm_are_not_in_another,
        confirming_an_address_that_changed_hands_verifies_nothing,
        expired_codes_are_refused,
        of_fifty_confirmations_one_redeems,
        resetting_a_password_ends_everything;
    origins:
        origins_of_clients_are_gathered_once_and_again_after_a_change;
    passwords:
        a_password_is_removed_unless_it_is_the_last_way_in,
        a_password_keeps_the_time_it_was_set_when_only_its_hash_is_replaced,
        a_password_that_is_set_ends_all_but_the_session_it_is_set_in,
        a_short_password_and_a_second_factor_need_each_other,
        a_password_takes_the_place_of_the_one_it_was_told_apart_from_alone,
        a_password_that_is_removed_stays_remembered,
        of_fifty_passwords_told_apart_from_one_each_that_is_set_is_remembered,
        passwords_are_remembered_newest_first_and_no_more_than_wanted;
    pictures:
        a_picture_changes_with_what_apps_are_told,
        a_picture_goes_with_its_account_and_is_in_no_other_realm;
    identities:
        a_sign_up_nobody_confirmed_gives_way_to_a_vouched_address,
        an_account_has_so_many_identities_and_no_more,
        an_account_is_made_for_an_identity_and_an_address_that_are_nobodys,
        an_identity_belongs_to_one_account_of_a_realm,
        an_identity_is_a_way_in_and_the_last_one_stays,
        an_identity_at_a_provider_that_is_gone_is_no_way_in,
        an_identity_is_linked_found_used_and_unlinked,
        identities_go_with_their_account,
        of_fifty_arrivals_of_somebody_new_one_makes_the_account,
        of_fifty_links_of_one_identity_one_is_made,
        sessions_are_found_by_the_identity_that_began_them,
        sessions_that_rest_on_a_provider_that_is_gone_are_found,
        what_rests_on_an_unlinked_identity_ends_with_it,
        what_was_begun_before_sessions_ended_links_nothing;
    passkeys:
        a_count_that_goes_back_is_refused,
        a_credential_belongs_to_one_account_of_a_realm,
        a_passkey_is_stored_found_named_and_removed,
        an_account_has_so_many_passkeys_and_no_more,
        declining_a_passkey_is_remembered,
        of_ten_uses_with_one_count_one_is_accepted,
        of_two_passkeys_removed_at_once_one_stays,
        passkeys_go_with_their_account,
        passkeys_of_one_realm_are_not_in_another,
        the_last_way_in_is_not_removed,
        a_proven_address_is_a_way_in,
        a_session_that_was_ended_adds_no_passkey;
    races:
        a_session_is_ended_once,
        consents_given_at_once_are_all_kept,
        of_ten_secrets_made_at_once_two_stay,
        of_two_codes_sent_at_once_one_is_good;
    realms:
        a_deleted_realm_leaves_nothing,
        realms_are_found_by_name_and_listed;
    registration_tokens:
        a_token_is_spent_as_often_as_it_says_until_it_expires,
        a_token_is_stored_listed_and_revoked,
        expired_tokens_are_swept,
        of_ten_uses_at_once_as_many_count_as_are_left,
        tokens_of_one_realm_are_not_in_another;
    rotations:
        one_that_cannot_be_rotated_leaves_the_others_alone,
        rotated_at_once_each_has_its_own_successor_and_event;
    second_factors:
        an_authenticator_counts_once_it_is_confirmed,
        new_recovery_codes_replace_all_and_are_shown_once,
        of_fifty_uses_of_one_recovery_code_one_counts,
        of_fifty_uses_of_one_step_one_counts,
        removing_an_authenticator_takes_what_hangs_on_it,
        second_factors_of_one_realm_are_not_in_another_and_go_with_the_account,
        trusted_browsers_are_listed_until_they_expire_or_are_forgotten;
    sessions:
        browsers_of_one_realm_are_not_in_another,
        browsers_remember_until_they_expire,
        ended_sessions_stay_ended,
        ending_a_session_spares_offline_authorizations,
        ending_all_but_one,
        operators_see_sessions_that_are_alive,
        sessions_are_found_with_their_users,
        sessions_of_one_realm_are_not_in_another;
    sign_ups:
        a_reset_uses_up_every_other_code,
        confirming_a_proven_address_changes_no_password,
        confirming_gives_the_account_what_was_chosen,
        confirming_keeps_what_was_agreed_to_when_signing_up,
        what_was_chosen_waits_with_its_code;
    sweep:
        what_expired_is_swept_and_the_rest_stays;
    leaving:
        leaving_ends_everything_and_restoring_gives_the_account_back_once,
        only_an_open_session_of_an_active_account_leaves_it,
        one_administrator_stays,
        a_further_way_back_is_offered_to_who_left_alone,
        an_account_is_erased_when_its_time_has_come_and_not_restored_after,
        of_restoring_and_erasing_at_once_one_takes_place,
        an_operator_who_enables_the_account_keeps_it_and_one_who_disables_it_does_not,
        what_browsers_and_feeds_say_of_somebody_is_forgotten;
    own:
        sessions_are_seen_with_their_apps,
        apps_are_seen_whether_they_asked_or_hold_something,
        what_an_app_holds_is_what_each_of_its_authorizations_holds_that_stand,
        every_session_stands_on_one_part_of_the_list,
        every_app_stands_on_one_part_of_the_list,
        an_event_says_what_the_app_is_called_that_it_names_while_that_is_there,
        narrowing_ends_what_goes_beyond,
        activity_is_ones_own_by_topic_and_time_in_pages,
        events_are_read_and_replaced_by_their_ids,
        what_guards_an_account_is_counted;
    own_credentials:
        what_guards_an_account_is_seen_one_by_one,
        what_has_expired_guards_no_account,
        of_many_trusted_browsers_the_newest_are_seen;
    terms:
        agreeing_is_recorded_once,
        nobody_agrees_for_an_account_that_is_not_there_or_gone,
        of_each_version_the_first_time_somebody_agreed_stays,
        of_many_at_once_one_is_recorded;
    upstream_tokens:
        of_several_identities_the_one_that_signed_in_last_counts,
        of_twenty_who_refresh_tokens_one_gets_them,
        tokens_are_kept_replaced_and_found,
        tokens_go_with_their_identity_and_its_account,
        tokens_that_wait_longest_are_looked_at_first,
        what_changed_meanwhile_is_neither_postponed_nor_forgotten;
    users:
        an_account_is_stored_as_it_was,
        an_identifier_belongs_to_one_account,
        a_password_is_rehashed_only_while_it_is_the_old_one,
        of_twenty_registrations_one_gets_the_address,
        pages_of_accounts_follow_one_another,
        profiles_are_updated_by_version,
        the_first_administrator_is_made_once,
        users_of_one_realm_are_not_in_another;
}
