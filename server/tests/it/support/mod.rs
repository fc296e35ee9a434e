//! A provider, a browser and a relying party for tests.

pub mod browser;
pub mod deployment;
pub mod idp;
pub mod installation;
pub mod relying_party;

pub use browser::{Answer, Browser};
pub use deployment::{Deployment, Kind};
pub use idp::TestIdp;
pub use relying_party::{ClientBuilder, RelyingParty, a_client};
