//! The mark of a provider that people sign in through: that of a well-known one, else the first letter of its name. And
//! the mark of what keeps a passkey, else a key.
//!
//! Marks are those of Simple Icons, in the colour of the text around them, so that they are seen in every theme and with
//! colours of the reader's own.

use domain::{federation::Mark, passkey::Keeper};
use leptos::prelude::*;

/// A provider's mark. What it stands for is written beside it.
pub(crate) fn mark(mark: Mark, label: &str, class: &'static str) -> AnyView {
    let drawn = match mark {
        Mark::Google => icondata_si::SiGoogle,
        Mark::GitHub => icondata_si::SiGithub,
        Mark::Plain => return super::tile(label, class),
    };
    view! {
        <span class=class aria-hidden="true">
            <svg class="tile__drawn" viewBox=drawn.view_box fill="currentColor" inner_html=drawn.data></svg>
        </span>
    }
    .into_any()
}

/// The mark of what keeps a passkey, whose name is written beside it.
pub(crate) fn keeper(keeper: Option<Keeper>) -> AnyView {
    let Some(keeper) = keeper else {
        return view! { <img class="passkey__icon" src="/assets/passkey.svg" alt="" width="24" height="24"/> }
            .into_any();
    };
    let drawn = match keeper {
        Keeper::Bitwarden => icondata_si::SiBitwarden,
        Keeper::Chrome => icondata_si::SiGooglechrome,
        Keeper::Dashlane => icondata_si::SiDashlane,
        Keeper::Enpass => icondata_si::SiEnpass,
        Keeper::Google => icondata_si::SiGoogle,
        Keeper::ICloud => icondata_si::SiIcloud,
        Keeper::KeePassXc => icondata_si::SiKeepassxc,
        Keeper::KeeperSecurity => icondata_si::SiKeeper,
        Keeper::LastPass => icondata_si::SiLastpass,
        Keeper::OnePassword => icondata_si::Si1password,
        Keeper::Proton => icondata_si::SiProton,
        Keeper::Yubico => icondata_si::SiYubico,
    };
    view! {
        <svg
            class="passkey__icon"
            aria-hidden="true"
            viewBox=drawn.view_box
            width="24"
            height="24"
            fill="currentColor"
            inner_html=drawn.data
        ></svg>
    }
    .into_any()
}
