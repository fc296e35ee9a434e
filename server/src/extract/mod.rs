//! What endpoints take out of a request.

pub mod parameters;
pub mod request_origin;
