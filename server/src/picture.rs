//! Pictures that operators and people choose: read as one of three formats, made small, and written anew, so that nothing
//! but their pixels is ever served. What a picture says of itself is believed only as far as memory is bounded.

use image::{
    DynamicImage, GenericImageView as _, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits,
    RgbaImage,
    imageops::{self, FilterType},
};
use std::{
    fs::File,
    io::{self, Cursor, Read as _},
    path::Path,
};

/// The most a file may hold.
pub const LARGEST: usize = 4 * 1024 * 1024;
/// The most pixels a side may have before it is made small.
const WIDEST: u32 = 4_096;
/// The most that its pixels may take in memory: all of them, in red, green, blue and alpha.
const MOST_IN_MEMORY: u64 = 4 * (WIDEST as u64) * (WIDEST as u64);
/// The most pixels a side has afterwards.
const KEPT: u32 = 256;
/// What a side of what an app shows of itself has afterwards: enough for where it stands, on fine screens too.
const KEPT_OF_APP: u32 = 96;

/// Why a file is not taken for a picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file cannot be read.
    #[error("the picture cannot be read: {0}")]
    File(#[from] io::Error),
    /// It is too large.
    #[error("the picture must not have more than 4 MiB")]
    TooLarge,
    /// It has too many pixels.
    #[error("the picture must not have more than 4096 by 4096 pixels")]
    TooManyPixels,
    /// It is no PNG, JPEG or WebP, or a broken one.
    #[error("the picture must be a PNG, JPEG or WebP")]
    NotAPicture,
}

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::TooManyPixels,
            _ => Self::NotAPicture,
        }
    }
}

/// The picture in the file at `path`, as a PNG of at most 256 by 256 pixels.
pub fn read(path: &Path) -> Result<Vec<u8>, PictureError> {
    let (mut bytes, most) = (Vec::new(), LARGEST + 1);
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    anew(&bytes)
}

/// The picture in `bytes`, as a PNG of at most 256 by 256 pixels.
pub fn anew(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let picture = decoded(bytes)?;
    let small = if picture.width().max(picture.height()) > KEPT {
        picture.resize(KEPT, KEPT, FilterType::Lanczos3)
    } else {
        picture
    };
    png(small)
}

/// The picture in `bytes`, in the middle of a PNG of 96 by 96 pixels that shows what is behind it elsewhere: every one
/// has the same size, so that a page need not say it, and what cannot be had takes no place there.
pub fn small(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let picture = decoded(bytes)?.resize(KEPT_OF_APP, KEPT_OF_APP, FilterType::Lanczos3);
    let beside = |side: u32| i64::from(KEPT_OF_APP.saturating_sub(side) / 2);
    let mut square = RgbaImage::new(KEPT_OF_APP, KEPT_OF_APP);
    let (left, above) = (beside(picture.width()), beside(picture.height()));
    imageops::overlay(&mut square, &picture.into_rgba8(), left, above);
    png(square.into())
}

/// The middle of the picture in `bytes`, as a square PNG of at most 256 by 256 pixels.
pub fn square(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let picture = decoded(bytes)?;
    let (width, height) = picture.dimensions();
    let side = width.min(height);
    // Cut before it is made small: a picture of one line, made as high as the square, would be wider than memory.
    let middle = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    let small = if side > KEPT {
        middle.resize_exact(KEPT, KEPT, FilterType::Lanczos3)
    } else {
        middle
    };
    png(small)
}

/// The first picture in `bytes`, the way up it was taken.
fn decoded(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    if bytes.len() > LARGEST {
        return Err(PictureError::TooLarge);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(WIDEST);
    limits.max_image_height = Some(WIDEST);
    limits.max_alloc = Some(MOST_IN_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    reader.limits(limits);
    let known = matches!(
        reader.format(),
        Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)
    );
    if !known {
        return Err(PictureError::NotAPicture);
    }
    let mut decoder = reader.into_decoder()?;
    // Not every decoder looks at this limit by itself.
    if decoder.total_bytes() > MOST_IN_MEMORY {
        return Err(PictureError::TooManyPixels);
    }
    let turned = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(turned);
    Ok(picture)
}

fn png(picture: DynamicImage) -> Result<Vec<u8>, PictureError> {
    let mut png = Cursor::new(Vec::new());
    let pixels: DynamicImage = if picture.color().has_alpha() {
        picture.into_rgba8().into()
    } else {
        picture.into_rgb8().into()
    };
    pixels.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests;
