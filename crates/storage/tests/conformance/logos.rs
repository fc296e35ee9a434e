//! Pictures of a realm and its apps.

use crate::subject::Subject;
use domain::secret::Digest;

pub async fn pictures_are_found_by_what_they_are_in_their_realm(s: Subject) {
    let (here, png) = (s.here().logos, b"\x89PNG\0\xff".to_vec());
    let name = Digest::of(&png);
    assert_eq!(here.find(&name).await.unwrap(), None);
    for _ in 0..2 {
        here.keep(&name, &png).await.unwrap();
    }
    assert_eq!(here.find(&name).await.unwrap(), Some(png));
    assert_eq!(here.find(&Digest::of("another")).await.unwrap(), None);
    assert_eq!(s.elsewhere().logos.find(&name).await.unwrap(), None);
}
