//! The one interactive part: it sends the forms of the page it is on to their server functions, lets people see the
//! passwords they type, how good they are and whether Caps Lock is on, makes and uses passkeys, works for the mails that
//! are asked for, and helps to keep recovery codes. Without script the same forms post to their own page.

#[cfg(feature = "hydrate")]
mod act_form;
#[cfg(feature = "hydrate")]
mod caps_lock;
#[cfg(feature = "hydrate")]
mod countdown;
#[cfg(feature = "hydrate")]
mod passkey;
#[cfg(feature = "hydrate")]
mod reveal;
#[cfg(feature = "hydrate")]
mod sheet;
#[cfg(any(test, feature = "hydrate"))]
mod solver;
#[cfg(feature = "hydrate")]
mod strength;
#[cfg(feature = "hydrate")]
mod work;

use leptos::prelude::*;

/// Wakes the forms of the page. It has no markup of its own: the forms' layout must not change when it arrives.
#[island]
pub fn Enhance() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        act_form::listen();
        passkey::listen();
        countdown::start();
        reveal::listen();
        caps_lock::listen();
        work::begin();
        strength::listen();
        sheet::listen();
    }
}
