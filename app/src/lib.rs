//! The pages people see: rendered by the server, woken by one island in the browser.
//!
//! A page is a value ([`Page`]); [`render`] makes a document of it whatever the status of the answer. Each act of a
//! page is one plain function with two doors, a form post ([`submit`]) and a server function. No protocol, no
//! policy and no storage here: acts call `domain::services`.

pub mod islands;

#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
mod doors;
#[cfg(feature = "ssr")]
pub mod error;
#[cfg(feature = "ssr")]
pub mod fields;
#[cfg(feature = "ssr")]
pub mod frame;
#[cfg(feature = "ssr")]
pub mod mails;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod theme;
#[cfg(feature = "ssr")]
mod waits;
#[cfg(feature = "ssr")]
pub mod words;

#[cfg(feature = "ssr")]
pub use context::{Remembered, RequestContext, SessionChange, SessionChanges};
#[cfg(feature = "ssr")]
pub use error::{UiError, UiErrorKind};
#[cfg(feature = "ssr")]
pub use fields::Fields;
#[cfg(feature = "ssr")]
pub use frame::{Assets, Frame, Script, render};
#[cfg(feature = "ssr")]
pub use pages::Page;
#[cfg(feature = "ssr")]
pub use routes::{Next, Shown, Submitted, show, submit};
#[cfg(feature = "ssr")]
pub use waits::Waits;
#[cfg(feature = "ssr")]
pub use words::Words;
