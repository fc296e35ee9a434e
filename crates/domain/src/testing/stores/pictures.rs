//! Pictures of people.

use super::{InRealm, users::changed};
use crate::{
    clock::Timestamp,
    id::UserId,
    secret::Digest,
    stores::{Alongside, Picture, PictureChange, PictureStore, StoreError, Stored},
};
use async_trait::async_trait;

#[async_trait]
impl PictureStore for InRealm {
    async fn change(
        &self,
        user: UserId,
        version: i64,
        change: &PictureChange,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<()> {
        self.act(|room, _| {
            let account = room.users.get_mut(&user).filter(|found| found.version == version);
            let account = account.ok_or(StoreError::Conflict)?;
            account.described.clone_from(&change.described);
            changed(account, at);
            match &change.picture {
                Some(picture) => room.pictures.insert(user, picture.clone()),
                None => room.pictures.remove(&user),
            };
            room.store(with);
            Ok(())
        })
    }

    async fn find(&self, name: &Digest) -> Stored<Option<Vec<u8>>> {
        Ok(self.act(|room, _| {
            let found = room.pictures.values().find(|picture| picture.name == *name);
            found.map(|picture| picture.png.clone())
        }))
    }

    async fn of(&self, user: UserId) -> Stored<Option<Picture>> {
        Ok(self.act(|room, _| room.pictures.get(&user).cloned()))
    }
}
