//! The certification plan Form Post OP: the Basic modules again, with `response_mode=form_post`.

super::conformance::basic_modules! { super::conformance::Mode::FormPost }
