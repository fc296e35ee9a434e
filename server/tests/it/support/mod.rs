//! A provider, a browser and a relying party for tests.

pub mod application_key;
pub mod application_server;
pub mod authenticator;
pub mod belongings;
pub mod browser;
pub mod deployment;
pub mod forging_op;
pub mod idp;
pub mod installation;
pub mod ledger;
pub mod load;
pub mod log;
pub mod octo;
pub mod prover;
pub mod receiver;
pub mod relying_party;
pub mod rows;
pub mod security_key;
pub mod sessions;

pub use authenticator::AuthenticatorApp;
pub use browser::{Answer, Browser};
pub use deployment::{Deployment, Kind};
pub use idp::TestIdp;
pub use ledger::Ledger;
pub use load::{Load, Site};
pub use log::Log;
pub use prover::Prover;
pub use relying_party::{ClientBuilder, RelyingParty, a_client};
pub use rows::Rows;
pub use security_key::SecurityKey;

/// A picture of so many pixels a side.
pub fn png(side: u32) -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(side, side, image::Rgb([122, 0, 25]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner()
}
