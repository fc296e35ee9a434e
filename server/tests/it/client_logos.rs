//! What an app names as its picture is shown, and what it names instead of one harms nobody.

use super::conformance::dynamic::Registrant;
use crate::support::{Answer, application_server::ApplicationServer};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::json;
use std::io::Cursor;

/// A PNG of so many pixels.
pub fn a_picture(width: u32, height: u32) -> Vec<u8> {
    let pixels = RgbImage::from_pixel(width, height, Rgb([122, 0, 25]));
    let mut png = Cursor::new(Vec::new());
    pixels.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The picture of an app that names `uri` as its own, asked for twice.
async fn pictured(uri: &str) -> Answer {
    let mut client = Registrant::new(json!({ "logo_uri": uri })).await;
    let path = format!("/logos/of/{}", client.told["client_id"].as_str().unwrap());
    let first = client.party.browser.get(&path).await;
    let again = client.party.browser.get(&path).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    again
}

#[tokio::test]
async fn a_picture_is_drawn_anew_and_fetched_once() {
    let application = ApplicationServer::start().await;
    let polyglot = [&a_picture(300, 30)[..], b"<script>alert(1)</script>"].concat();
    application.serve("/logo", polyglot);
    let picture = pictured(&application.url("/logo")).await;
    assert_eq!(picture.status, 200);
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
        ("cache-control", "public, max-age=3600"),
    ] {
        assert_eq!(picture.header(name), Some(value));
    }
    assert!(picture.body.contains("PNG") && !picture.body.contains("script"));
    assert_eq!(application.requests("/logo"), 1);
}

#[tokio::test]
async fn what_is_no_picture_is_not_shown_and_not_asked_for_again_at_once() {
    let application = ApplicationServer::start().await;
    application.serve("/svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    application.serve("/long", vec![0; 600 * 1_024]);
    application.serve("/wide", a_picture(5_000, 1));
    for path in ["/svg", "/long", "/wide", "/missing"] {
        let picture = pictured(&application.url(path)).await;
        assert_eq!(picture.status, 404, "{path}");
        assert_eq!(picture.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(application.requests(path), 1, "{path}");
    }
}

#[tokio::test]
async fn nobody_is_asked_where_no_picture_is_named() {
    let client = Registrant::new(json!({})).await;
    let id = client.told["client_id"].as_str().unwrap().to_owned();
    let mut browser = client.party.idp.browser();
    for nobody in [
        id.as_str(),
        "unknown",
        "%2e%2e%2fsecret",
        "a%00b",
        &"x".repeat(200),
    ] {
        let answer = browser.get(&format!("/logos/of/{nobody}")).await;
        assert_eq!(answer.status, 404, "{nobody}");
    }
    assert_eq!(browser.get("/logos/of/").await.status, 404);
}

#[tokio::test]
async fn a_picture_inside_the_network_is_not_fetched() {
    for inside in [
        "https://10.0.0.1/logo.png",
        "https://169.254.169.254/latest",
        "https://[fd00::1]/logo.png",
    ] {
        assert_eq!(pictured(inside).await.status, 404, "{inside}");
    }
}
