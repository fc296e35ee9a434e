//! Pictures that operators choose: read as one of three formats, made small, and written anew, so that nothing but their
//! pixels is ever served.

use image::{ImageFormat, ImageReader, Limits, imageops::FilterType};
use std::{
    fs::File,
    io::{self, Cursor, Read as _},
    path::Path,
};

/// The most a file may hold.
const LARGEST: u64 = 4 * 1024 * 1024;
/// The most pixels a side may have before it is made small.
const WIDEST: u32 = 4_096;
/// The most it has afterwards.
const KEPT: u32 = 256;

/// Why a file is not taken for a picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file cannot be read.
    #[error("the picture cannot be read: {0}")]
    File(#[from] io::Error),
    /// It is too large.
    #[error("the picture must not have more than 4 MiB")]
    TooLarge,
    /// It is no PNG, JPEG or WebP, or a broken one, or has too many pixels.
    #[error("the picture must be a PNG, JPEG or WebP of at most 4096 by 4096 pixels")]
    NotAPicture,
}

/// The picture in the file at `path`, as a PNG of at most 256 by 256 pixels.
pub fn read(path: &Path) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(PictureError::TooLarge);
    }
    anew(&bytes)
}

/// The picture in `bytes`, as a PNG of at most 256 by 256 pixels.
pub fn anew(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(WIDEST);
    limits.max_image_height = Some(WIDEST);
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    reader.limits(limits);
    let known = matches!(
        reader.format(),
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)
    );
    if !known {
        return Err(PictureError::NotAPicture);
    }
    let picture = reader.decode().map_err(|_| PictureError::NotAPicture)?;
    let small = if picture.width().max(picture.height()) > KEPT {
        picture.resize(KEPT, KEPT, FilterType::Lanczos3)
    } else {
        picture
    };
    let mut png = Cursor::new(Vec::new());
    small
        .into_rgba8()
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|_| PictureError::NotAPicture)?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let pixels = RgbaImage::from_pixel(width, height, Rgba([122, 0, 25, 255]));
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::from(pixels)
            .into_rgb8()
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn pictures_are_made_small_and_written_anew() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let png = anew(&picture(600, 300, format)).unwrap();
            let read = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap();
            assert_eq!((read.width(), read.height()), (256, 128), "{format:?}");
        }
    }

    #[test]
    fn nothing_but_pixels_is_kept() {
        let mut bytes = picture(8, 8, ImageFormat::Png);
        bytes.extend_from_slice(b"<script>alert(1)</script>");
        let png = anew(&bytes).unwrap();
        assert!(!png.windows(7).any(|part| part == b"<script"));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let wide = picture(5_000, 1, ImageFormat::Png);
        let mut broken = picture(64, 64, ImageFormat::Png);
        broken.truncate(60);
        for bytes in [&svg[..], b"", &wide, &broken, b"GIF89a"] {
            assert!(matches!(anew(bytes), Err(PictureError::NotAPicture)));
        }
    }
}
