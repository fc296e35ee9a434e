//! Modules of the plans whose clients register themselves (OpenID Connect Registration §3) before they ask for anything.

mod addresses;
mod descriptions;
mod keys;
mod registrant;
mod request_objects;
mod sectors;
mod tokens;

pub use addresses::*;
pub use descriptions::*;
pub use keys::*;
pub use registrant::Registrant;
pub use request_objects::*;
pub use sectors::*;
pub use tokens::*;
