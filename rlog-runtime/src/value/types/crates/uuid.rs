//! `uuid`: text with hyphens.

use super::displayed;

displayed! { uuid::Uuid }

#[cfg(all(test, feature = "output"))]
mod tests {
    use crate::value::render::tests::logged;
    use std::string::ToString as _;

    #[test]
    fn it_is_shown_with_hyphens() {
        let id = uuid::Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
        assert_eq!(logged(id).to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
    }
}
