//! A tree to and from whatever serde knows: YAML, RON, a database.

use super::{DEEPEST, Item, Node, Place, Table};
use ::serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use ::serde::ser::{Serialize, SerializeMap, Serializer};
use core::fmt;
use std::string::{String, ToString};
use std::vec::Vec;

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.item {
            Item::Null => serializer.serialize_none(),
            Item::Bool(value) => serializer.serialize_bool(*value),
            Item::Integer(value) => serializer.serialize_i64(*value),
            Item::Float(value) => serializer.serialize_f64(*value),
            Item::Text(text) => serializer.serialize_str(text),
            Item::List(list) => serializer.collect_seq(list),
            Item::Table(table) => table.serialize(serializer),
        }
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.entries().len()))?;
        for entry in self.entries() {
            map.serialize_entry(entry.key.as_str(), &entry.value)?;
        }
        map.end()
    }
}

/// Reads a tree, at so many levels below its root.
pub(in crate::config::data) struct Tree(pub(in crate::config::data) usize);

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        if self.0 > DEEPEST {
            return Err(Error::custom(format_args!("nested more than {DEEPEST} levels deep")));
        }
        let item = deserializer.deserialize_any(self)?;
        Ok(Node::new(item, Place::Code))
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table, a list, a text, a number or a boolean")
    }

    fn visit_unit<E>(self) -> Result<Item, E> {
        Ok(Item::Null)
    }

    fn visit_none<E>(self) -> Result<Item, E> {
        Ok(Item::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Item, D::Error> {
        self.deserialize(deserializer).map(|node| node.item)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Item, E> {
        Ok(Item::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Item, E> {
        Ok(Item::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Item, E> {
        i64::try_from(value)
            .map(Item::Integer)
            .map_err(|_| E::custom("an integer that is too large; 64 bits are the most"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Item, E> {
        Ok(Item::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Item, E> {
        Ok(Item::Text(text.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Item, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element_seed(Self(self.0 + 1))? {
            nodes.push(node);
        }
        Ok(Item::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
        let mut table = Table::default();
        while let Some(key) = map.next_key_seed(Key)? {
            let node = map.next_value_seed(Self(self.0 + 1))?;
            table.insert(&key, Place::Code, node);
        }
        Ok(Item::Table(table))
    }
}

/// Without the features of serde that would bring this along.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_string())
    }
}
