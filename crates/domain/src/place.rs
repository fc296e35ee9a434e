//! Where an address of the internet is thought to be, as far as somebody has a file that says so. It helps people to
//! recognise their own sessions; nothing is decided by it, and it is stored nowhere.

use crate::language::Language;
use std::net::IpAddr;

/// A place, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
}

/// Knows where addresses are.
pub trait Places: Send + Sync {
    /// Where `address` is, in this language if there are words for it.
    fn find(&self, address: IpAddr, language: Language) -> Option<Place>;
}
