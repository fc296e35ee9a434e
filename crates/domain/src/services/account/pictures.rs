//! The picture of a person, and the address apps are told of it (`picture`, OpenID Connect Core §5.1). What is kept here
//! was drawn anew elsewhere: pixels and nothing else.

use super::{AccountService, ProfileError, changed_meanwhile};
use crate::{
    event::EventKind,
    issuer::Issuer,
    login_session::SignedInUser,
    secret::Digest,
    services::Act,
    stores::{Picture, PictureChange, StoreError},
    user::User,
};

/// Where pictures of people are, below a realm's issuer.
const FOLDER: &str = "/pictures/";

impl AccountService {
    /// Gives the person a picture in the place of the one they had. Its name is chosen at random: who is not told the
    /// address does not find it, not even who has the same picture.
    pub async fn set_picture(
        &self,
        act: &Act,
        person: &SignedInUser,
        png: Vec<u8>,
        version: i64,
    ) -> Result<(), ProfileError> {
        let name = Digest::from_bytes(self.ports.random.bytes32());
        let mut described = person.user().described.clone();
        let address = act.realm.issuer.url(&file(&name)).parse();
        described.picture = Some(
            address
                .map_err(StoreError::unavailable)
                .map_err(ProfileError::Store)?,
        );
        let picture = Some(Picture { name, png });
        let change = PictureChange { described, picture };
        self.change_picture(act, person, change, version).await
    }

    /// Takes the person's picture away, wherever it is.
    pub async fn remove_picture(
        &self,
        act: &Act,
        person: &SignedInUser,
        version: i64,
    ) -> Result<(), ProfileError> {
        let mut described = person.user().described.clone();
        described.picture = None;
        let picture = None;
        let change = PictureChange { described, picture };
        self.change_picture(act, person, change, version).await
    }

    async fn change_picture(
        &self,
        act: &Act,
        person: &SignedInUser,
        change: PictureChange,
        version: i64,
    ) -> Result<(), ProfileError> {
        let (user, at) = (person.user().id, self.ports.clock.now());
        let with = self.ports.alongside(act, EventKind::UserUpdated { user });
        let pictures = &act.realm.stores.pictures;
        let changed = pictures.change(user, version, &change, at, with).await;
        changed.map_err(changed_meanwhile)
    }
}

/// The path of a picture within its realm, where it is one that is kept here.
pub fn path_of_picture(user: &User, issuer: &Issuer) -> Option<String> {
    let address = user.described.picture.as_ref()?.as_str();
    let path = address.strip_prefix(issuer.as_str())?;
    let name = path.strip_prefix(FOLDER)?.strip_suffix(".png")?;
    Digest::from_base64url(name).map(|name| file(&name))
}

fn file(name: &Digest) -> String {
    format!("{FOLDER}{}.png", name.to_base64url())
}
