//! `serde_json`: what the JSON says.

use super::{Encoder, Kind, Loggable};
use serde_json::{Map, Number, Value};
use std::string::String;

macro_rules! json {
    ($($type:ty),*) => {$(
        impl Loggable for $type {
            const KIND: Kind = Kind::Tagged;
            fn encode(&self, encoder: &mut Encoder) {
                encoder.serialized(self);
            }
        }
    )*};
}

json! { Value, Map<String, Value>, Number }

#[cfg(all(test, feature = "output"))]
mod tests {
    use super::*;
    use crate::value::render::tests::logged;
    use std::string::ToString as _;

    #[test]
    fn json_is_shown_as_what_it_holds() {
        let value = serde_json::json!({"a": [1, -2, 0.5, null], "b": {"c": "d", "e": true}});
        assert_eq!(logged(value["a"].clone()).to_string(), "[1, -2, 0.5, null]");
        assert_eq!(logged(value["b"].as_object().cloned()).to_string(), r#"{"c": "d", "e": true}"#);
        assert_eq!(logged(Number::from(7)).to_string(), "7");
    }
}
