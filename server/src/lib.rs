//! The server: axum, wiring and the command line. The only crate that knows HTTP.

pub mod assets;
pub mod browser;
pub mod cli;
pub mod config;
pub mod demo;
pub mod drain;
pub mod endpoints;
pub mod error;
pub mod extract;
pub mod jobs;
pub mod layers;
pub mod outbound;
pub mod pages;
pub mod picture;
pub mod places;
pub mod playground;
pub mod realms;
pub mod routes;
pub mod wiring;

pub use routes::router;
