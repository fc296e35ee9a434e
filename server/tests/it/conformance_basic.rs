//! The certification plan Basic OP.

super::conformance::basic_modules! { super::conformance::Mode::Query }
