//! `rust_decimal`: text, which keeps every digit.

use super::displayed;

displayed! { rust_decimal::Decimal }

#[cfg(all(test, feature = "output"))]
mod tests {
    use crate::value::render::tests::logged;
    use std::string::ToString as _;

    #[test]
    fn every_digit_is_kept() {
        let price = rust_decimal::Decimal::new(1_234_567_890_123_456_700, 2);
        assert_eq!(logged(price).to_string(), "12345678901234567.00");
    }
}
