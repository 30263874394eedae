//! Finding what has to be replaced in a value, and writing the value with something else in its place.

use super::bytes::Bytes;
use super::plan::{Decision, Of, Place};
use super::{Inner, Limits};
use crate::redact::Scanner;
use crate::redact::scan::{Match, is_card_number};
use crate::value::render::{Escape, write_value};
use crate::value::tagged::Tag;
use crate::value::{BACKTRACE, Kind, REDACTED, Shape, Struct, Style, Value, Variant, mirror};
use std::io::Write as _;
use std::vec::Vec;

/// Whether there is anything in a value that a rule about its key would have to hide.
pub(super) fn is_hidden_already(value: &Value<'_>) -> bool {
    match *value {
        Value::Null => true,
        Value::Text(text) => text == REDACTED,
        _ => false,
    }
}

impl Inner {
    /// Whether something in the value has to be replaced. `depth` is how many values are around it.
    pub(super) fn finds(&mut self, value: &Value<'_>, place: Place, depth: usize) -> bool {
        match *value {
            Value::Str(text) | Value::Text(text) => self.finds_in_text(text.as_bytes()),
            Value::Bytes(bytes) => bytes.len() > self.limits.bytes || self.has_rules && self.scan.finds(bytes),
            Value::I64(_) | Value::U64(_) | Value::I128(_) | Value::U128(_) | Value::F32(_) | Value::F64(_) => {
                self.rule_of_number(value).is_some()
            }
            Value::Error(errors) => {
                errors.into_iter().any(|text| self.finds_in_text(text.as_bytes()))
                    || errors.backtrace().is_some_and(|text| self.finds_in_text(text.as_bytes()))
            }
            Value::Sequence(elements) => {
                if elements.len() > self.limits.elements || depth >= self.limits.depth {
                    return true;
                }
                let is_inert = !self.is_tight && self.plans.is_inert_element(elements.element_kind());
                !is_inert && elements.into_iter().any(|element| self.finds(&element, place, depth + 1))
            }
            Value::Map(pairs) => {
                if pairs.len() > self.limits.elements || depth >= self.limits.depth {
                    return true;
                }
                let (keys, values) = pairs.kinds();
                if !self.is_tight && self.plans.is_inert_map(keys, values) {
                    return false;
                }
                pairs.into_iter().any(|(key, value)| {
                    let decision = self.decide_dynamic(place, &key);
                    decision.rule.is_some() && !is_hidden_already(&value)
                        || self.finds(&key, self.plans.nowhere(), depth + 1)
                        || self.finds(&value, decision.place, depth + 1)
                })
            }
            Value::Struct(fields) => self.finds_in_fields(fields, Of::Struct, place, depth),
            Value::Variant(variant) => self.finds_in_fields(variant.fields(), Of::Variant, place, depth),
            _ => false,
        }
    }

    #[inline]
    fn finds_in_text(&self, text: &[u8]) -> bool {
        text.len() > self.limits.text || self.has_rules && self.scan.finds(text)
    }

    fn finds_in_fields(&mut self, mut fields: Struct<'_>, of: Of, place: Place, depth: usize) -> bool {
        let shape = fields.shape();
        if shape.fields.is_empty() {
            return false;
        }
        if shape.fields.len() > self.limits.elements || depth >= self.limits.depth {
            return true;
        }
        let plan = self.plans.shape(shape, of, place);
        if self.plans.is_inert_plan(plan) && !self.is_tight {
            return false;
        }
        let mut index = 0;
        while let Some((field, value)) = fields.next_field() {
            index += shape.fields[index..].iter().position(|other| core::ptr::eq(other, field)).unwrap_or(0);
            let decision = self.decide_field(plan, index, place);
            index += 1;
            let is_hidden = decision.rule.is_some() && !is_hidden_already(&value);
            if is_hidden || self.finds(&value, decision.place, depth + 1) {
                return true;
            }
        }
        false
    }

    fn decide_field(&self, plan: u32, index: usize, place: Place) -> Decision {
        let decision = self.plans.field(plan, index, place);
        if self.has_rules { decision } else { Decision { rule: None, ..decision } }
    }

    /// What the rules say of the value under a key of a map.
    fn decide_dynamic(&mut self, place: Place, key: &Value<'_>) -> Decision {
        if !self.has_rules {
            return Decision { rule: None, place };
        }
        match *key {
            Value::Str(key) | Value::Text(key) => self.plans.dynamic(place, key),
            ref key => {
                let mut text = core::mem::take(&mut self.text);
                text.clear();
                write_value(&mut text, key, Escape::None);
                let decision = core::str::from_utf8(&text).map(|key| self.plans.dynamic(place, key));
                self.text = text;
                decision.unwrap_or(Decision { rule: None, place })
            }
        }
    }

    /// The rule that hides a number, since it is one of a card.
    fn rule_of_number(&self, value: &Value<'_>) -> Option<u16> {
        let rule = self.scan.rule(Scanner::PaymentCard).filter(|_| self.has_rules)?;
        let number = match *value {
            Value::I64(number) => u128::try_from(number).ok()?,
            Value::U64(number) => number.into(),
            Value::I128(number) => u128::try_from(number).ok()?,
            Value::U128(number) => number,
            Value::F64(number) if number.fract() == 0.0 && (0.0..1e19).contains(&number) => number as u128,
            Value::F32(number) if number.fract() == 0.0 && (0.0..1e19).contains(&number) => number as u128,
            _ => return None,
        };
        (number >= SMALLEST_CARD && is_card_number(number)).then_some(rule)
    }

    /// Writes a value as the rules and limits want it.
    pub(super) fn write(&mut self, value: &Value<'_>, place: Place, depth: usize) {
        let is_nested = match *value {
            Value::Sequence(_) | Value::Map(_) => true,
            Value::Struct(fields) => !fields.shape().fields.is_empty(),
            Value::Variant(variant) => !variant.fields().shape().fields.is_empty(),
            _ => false,
        };
        if is_nested && depth >= self.limits.depth {
            return self.out.sized(Tag::Text, b"[DEPTH]");
        }
        if let Some(rule) = self.rule_of_number(value) {
            return self.replace(rule, value);
        }
        match *value {
            Value::Null => self.out.tag(Tag::Null),
            Value::Bool(value) => self.out.scalar(Tag::Bool, &[u8::from(value)]),
            Value::Char(c) => self.out.scalar(Tag::Char, &u32::from(c).to_ne_bytes()),
            Value::I64(number) => self.out.scalar(Tag::I64, &number.to_ne_bytes()),
            Value::U64(number) => self.out.scalar(Tag::U64, &number.to_ne_bytes()),
            Value::I128(number) => self.out.scalar(Tag::I128, &number.to_ne_bytes()),
            Value::U128(number) => self.out.scalar(Tag::U128, &number.to_ne_bytes()),
            Value::F32(number) => self.out.scalar(Tag::F32, &number.to_ne_bytes()),
            Value::F64(number) => self.out.scalar(Tag::F64, &number.to_ne_bytes()),
            Value::Time(nanoseconds) => self.out.scalar(Tag::Time, &nanoseconds.to_ne_bytes()),
            Value::Duration(duration) => {
                self.out.scalar(Tag::Duration, &duration.as_secs().to_ne_bytes());
                self.out.raw(&duration.subsec_nanos().to_ne_bytes());
            }
            Value::Str(text) => {
                self.out.tag(Tag::Str);
                self.write_text(text);
            }
            Value::Text(text) => {
                self.out.tag(Tag::Text);
                self.write_text(text);
            }
            Value::Bytes(bytes) if bytes.len() > self.limits.bytes => {
                self.out.tag(Tag::Text);
                let opened = self.out.open();
                let _ = write!(self.out.0, "[BYTES:{}]", bytes.len());
                self.out.close(opened);
            }
            Value::Bytes(bytes) => {
                self.out.tag(Tag::Bytes);
                let opened = self.out.open();
                self.write_scanned(bytes);
                self.out.close(opened);
            }
            Value::Error(errors) => {
                self.out.tag(Tag::Error);
                let opened = self.out.open();
                for text in errors {
                    self.write_text(&text);
                }
                if let Some(backtrace) = errors.backtrace() {
                    self.out.raw(&BACKTRACE.to_ne_bytes());
                    self.write_text(backtrace);
                }
                self.out.close(opened);
            }
            Value::Sequence(elements) => {
                let opened = self.out.open_list(Tag::Sequence);
                let (all, mut count) = (elements.len(), 0);
                for element in elements.take(self.limits.elements) {
                    self.write(&element, place, depth + 1);
                    count += 1;
                }
                count += usize::from(self.write_more(all, false));
                self.out.close_list(opened, count);
            }
            Value::Map(pairs) => {
                let opened = self.out.open_list(Tag::Map);
                let (all, mut count) = (pairs.len(), 0);
                for (key, value) in pairs.take(self.limits.elements) {
                    let decision = self.decide_dynamic(place, &key);
                    self.write(&key, self.plans.nowhere(), depth + 1);
                    self.write_decided(&value, decision, depth);
                    count += 1;
                }
                count += usize::from(self.write_more(all, true));
                self.out.close_list(opened, count);
            }
            Value::Struct(fields) => self.write_struct(fields, place, depth),
            Value::Variant(variant) => self.write_variant(variant, place, depth),
        }
    }

    /// Writes the value of a field, or what stands for it.
    fn write_decided(&mut self, value: &Value<'_>, decision: Decision, depth: usize) {
        match decision.rule {
            Some(rule) if !is_hidden_already(value) => self.replace(rule, value),
            _ => self.write(value, decision.place, depth + 1),
        }
    }

    /// Writes how many elements are left out, if any are.
    fn write_more(&mut self, all: usize, is_map: bool) -> bool {
        let more = all.saturating_sub(self.limits.elements);
        if more > 0 {
            if is_map {
                self.out.sized(Tag::Str, "…".as_bytes());
            }
            self.out.tag(Tag::Text);
            let opened = self.out.open();
            let _ = write!(self.out.0, "[{more} more]");
            self.out.close(opened);
        }
        more > 0
    }

    fn write_struct(&mut self, fields: Struct<'_>, place: Place, depth: usize) {
        let shape = fields.shape();
        match self.mirror(shape, || mirror::of_struct(shape)) {
            Some(number) => {
                self.out.scalar(Tag::Mirror, &number.to_ne_bytes());
                self.write_fields(fields, Of::Struct, place, depth);
            }
            None => self.write_as_list(fields, Of::Struct, place, depth),
        }
    }

    fn write_variant(&mut self, variant: Variant<'_>, place: Place, depth: usize) {
        let (shape, fields) = (variant.enum_shape(), variant.fields());
        let index = shape.variants.iter().position(|other| core::ptr::eq(other, fields.shape()));
        match (self.mirror(fields.shape(), || mirror::of_enum(shape)), index) {
            (Some(number), Some(index)) => {
                self.out.scalar(Tag::Mirror, &number.to_ne_bytes());
                self.out.raw(&(index as u16).to_ne_bytes());
                self.write_fields(fields, Of::Variant, place, depth);
            }
            _ => {
                let opened = self.out.open_list(Tag::Map);
                self.out.sized(Tag::Str, variant.name().as_bytes());
                self.write_as_list(fields, Of::Variant, place, depth);
                self.out.close_list(opened, 1);
            }
        }
    }

    /// The number of a mirror, unless too many fields would have to be in it.
    fn mirror(&self, shape: &Shape, make: impl FnOnce() -> Option<u32>) -> Option<u32> {
        if shape.fields.len() > self.limits.elements { None } else { make() }
    }

    /// Writes fields for a mirror: all that the type has.
    fn write_fields(&mut self, mut fields: Struct<'_>, of: Of, place: Place, depth: usize) {
        let shape = fields.shape();
        let plan = self.plans.shape(shape, of, place);
        let mut index = 0;
        while let Some((field, value)) = fields.next_field() {
            let next = index + shape.fields[index..].iter().position(|other| core::ptr::eq(other, field)).unwrap_or(0);
            self.write_missing(shape, index..next);
            if is_sparse(shape, next) {
                self.out.raw(&[1]);
            }
            let decision = self.decide_field(plan, next, place);
            self.write_decided(&value, decision, depth);
            index = next + 1;
        }
        self.write_missing(shape, index..shape.fields.len());
    }

    fn write_missing(&mut self, shape: &Shape, fields: core::ops::Range<usize>) {
        for index in fields {
            if is_sparse(shape, index) {
                self.out.raw(&[0]);
            } else {
                self.out.tag(Tag::Null);
            }
        }
    }

    /// Writes fields as a map, or as a list if they have no names: as many as may be.
    fn write_as_list(&mut self, mut fields: Struct<'_>, of: Of, place: Place, depth: usize) {
        let shape = fields.shape();
        let is_map = fields.style() == Style::Named;
        let plan = self.plans.shape(shape, of, place);
        let opened = self.out.open_list(if is_map { Tag::Map } else { Tag::Sequence });
        let (mut index, mut all, mut count) = (0, 0, 0);
        while let Some((field, value)) = fields.next_field() {
            index += shape.fields[index..].iter().position(|other| core::ptr::eq(other, field)).unwrap_or(0);
            let decision = self.decide_field(plan, index, place);
            index += 1;
            all += 1;
            if all > self.limits.elements {
                continue;
            }
            if is_map {
                self.out.sized(Tag::Str, field.key.as_bytes());
            }
            self.write_decided(&value, decision, depth);
            count += 1;
        }
        count += usize::from(self.write_more(all, is_map));
        self.out.close_list(opened, count);
    }

    /// Writes what stands for a whole value.
    pub(super) fn replace(&mut self, rule: u16, value: &Value<'_>) {
        let mut text = core::mem::take(&mut self.text);
        text.clear();
        if self.redaction.replacement(rule).needs_text() {
            write_value(&mut text, value, Escape::None);
        }
        self.out.tag(Tag::Text);
        let opened = self.out.open();
        self.count(rule);
        self.redaction.replacement(rule).write(&text, false, &mut self.out.0);
        self.out.close(opened);
        self.text = text;
    }

    /// Writes a length and a text, of which secrets are replaced and then the end is cut off.
    fn write_text(&mut self, text: &str) {
        let opened = self.out.open();
        self.write_scanned(text.as_bytes());
        let start = self.out.start_of(opened);
        truncate(&mut self.out, &self.limits, start);
        self.out.close(opened);
    }

    fn write_scanned(&mut self, text: &[u8]) {
        if !self.has_rules {
            return self.out.raw(text);
        }
        let mut matches = core::mem::take(&mut self.matches);
        self.scan.find(text, &mut matches);
        let mut at = 0;
        for Match { start, end, rule, is_merged, .. } in matches.iter().copied() {
            self.out.raw(&text[at..start]);
            self.count(rule);
            self.redaction.replacement(rule).write(&text[start..end], is_merged, &mut self.out.0);
            at = end;
        }
        self.out.raw(&text[at..]);
        self.matches = matches;
    }

    fn count(&mut self, rule: u16) {
        let rule = usize::from(rule);
        if self.hits.len() <= rule {
            self.hits.resize(rule + 1, 0);
        }
        self.hits[rule] += 1;
    }
}

/// The smallest number with twelve digits.
const SMALLEST_CARD: u128 = 100_000_000_000;

fn is_sparse(shape: &Shape, index: usize) -> bool {
    shape.fields.get(index).is_some_and(|field| matches!((field.kind)(), Kind::Sparse(_)))
}

/// Cuts off what is too much of the text from `start` on.
fn truncate(out: &mut Bytes, limits: &Limits, start: usize) {
    let text: &mut Vec<u8> = &mut out.0;
    let length = text.len() - start;
    if length <= limits.text {
        return;
    }
    let mut kept = start + limits.text;
    while kept > start && text[kept] & 0xc0 == 0x80 {
        kept -= 1;
    }
    text.truncate(kept);
    let _ = write!(text, "[TRUNCATED:{}]", start + length - kept);
}
