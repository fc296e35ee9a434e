//! What endpoints take out of a request.

pub mod caller;
pub mod json;
pub mod parameters;
pub mod request_origin;
pub mod sent_form;
