//! The database schema, step by step, in portable calls for SQLite and PostgreSQL.
//!
//! What is missing is applied in one transaction. Tables that hold rows stay readable meanwhile: a lock that is
//! not had within seconds fails the migration, which rewrites no large table and builds no index on one.
//!
//! Moments are microseconds since the Unix epoch, ids are UUIDs, digests and sealed values are bytes. Every
//! table that belongs to a realm leads its primary key with it, and goes when the realm goes; ephemeral values
//! name the realm in their key and end by themselves.

mod m20261121_000001_create_people;
mod m20261121_000002_create_clients;
mod m20261121_000003_create_sessions;
mod m20261121_000004_create_authorizations;
mod m20261121_000005_create_keys_and_changes;
mod m20261121_000006_create_events_and_jobs;
mod m20261121_000007_create_ephemeral;
mod m20261121_000008_create_leases;
mod m20261121_000009_keep_sign_ups_with_their_mail;
mod m20261121_000010_describe_clients_and_authorizations;
mod m20261121_000011_create_apis;
mod m20261121_000012_create_access_tokens;
mod m20261121_000013_create_device_authorizations;
mod m20261121_000014_create_registration_tokens;
mod m20261121_000015_describe_people;
mod m20261121_000016_create_passkeys;
mod m20261121_000017_create_second_factors;
mod m20261121_000022_remember_passwords;
mod m20261121_000023_accept_terms;
mod m20261121_000024_settings_of_realms;
mod m20261121_000026_tell_passwords_that_need_a_second_factor;
mod m20261121_000027_link_identities;
mod m20261121_000029_let_people_leave;
mod m20261121_000030_find_events_of_people;
mod m20261121_000031_let_consents_expire;
mod m20261121_000032_keep_themes;
mod m20261121_000033_keep_upstream_tokens;
mod m20261121_000034_map_groups;
mod m20261121_000035_keep_pictures;
mod m20261121_000037_remember_declined_scopes;
mod table;

use sea_orm_migration::prelude::*;

/// Brings a database up to date.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        // In the order in which they are applied.
        vec![
            Box::new(m20261121_000001_create_people::Migration),
            Box::new(m20261121_000002_create_clients::Migration),
            Box::new(m20261121_000003_create_sessions::Migration),
            Box::new(m20261121_000004_create_authorizations::Migration),
            Box::new(m20261121_000005_create_keys_and_changes::Migration),
            Box::new(m20261121_000006_create_events_and_jobs::Migration),
            Box::new(m20261121_000007_create_ephemeral::Migration),
            Box::new(m20261121_000008_create_leases::Migration),
            Box::new(m20261121_000009_keep_sign_ups_with_their_mail::Migration),
            Box::new(m20261121_000010_describe_clients_and_authorizations::Migration),
            Box::new(m20261121_000011_create_apis::Migration),
            Box::new(m20261121_000012_create_access_tokens::Migration),
            Box::new(m20261121_000013_create_device_authorizations::Migration),
            Box::new(m20261121_000014_create_registration_tokens::Migration),
            Box::new(m20261121_000015_describe_people::Migration),
            Box::new(m20261121_000016_create_passkeys::Migration),
            Box::new(m20261121_000017_create_second_factors::Migration),
            Box::new(m20261121_000022_remember_passwords::Migration),
            Box::new(m20261121_000023_accept_terms::Migration),
            Box::new(m20261121_000024_settings_of_realms::Migration),
            Box::new(m20261121_000026_tell_passwords_that_need_a_second_factor::Migration),
            Box::new(m20261121_000027_link_identities::Migration),
            Box::new(m20261121_000029_let_people_leave::Migration),
            Box::new(m20261121_000030_find_events_of_people::Migration),
            Box::new(m20261121_000031_let_consents_expire::Migration),
            Box::new(m20261121_000032_keep_themes::Migration),
            Box::new(m20261121_000033_keep_upstream_tokens::Migration),
            Box::new(m20261121_000034_map_groups::Migration),
            Box::new(m20261121_000035_keep_pictures::Migration),
            Box::new(m20261121_000037_remember_declined_scopes::Migration),
        ]
    }
}
