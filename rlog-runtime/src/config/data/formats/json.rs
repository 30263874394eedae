//! JSON as data.

use super::super::apply::Making;
use super::super::declare::{choice, settings};
use super::apply;
use super::look::time;
use crate::format::{Formatter, Json, JsonMember, LevelStyle, TimeFormat};
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

settings! {
    /// [`Json`]: `kind = "json"`.
    ///
    /// ```
    /// use rlog_runtime::config::{JsonConfig, JsonPreset};
    ///
    /// let ecs = JsonConfig::default().preset(JsonPreset::Ecs).service("shop").attribute("labels.zone", "b");
    /// ```
    #[derive(Default)]
    pub struct JsonConfig, "a table" {
        /// What reads the lines. The other settings change what it wants.
        opt preset: JsonPreset,
        /// See [`Json::event_id`].
        opt event_id: bool,
        /// See [`Json::name`].
        opt name: bool,
        /// See [`Json::nulls`].
        opt nulls: bool,
        /// See [`Json::location`].
        opt location: bool,
        /// See [`Json::thread`].
        opt thread: bool,
        /// See [`Json::pid`].
        opt pid: bool,
        /// See [`Json::host`].
        opt host: bool,
        /// Whether single members are written, by their names; see [`Json::member`].
        map members(member): bool,
        /// The keys of members; see [`Json::key`].
        map keys(key): String,
        /// The members that come first; see [`Json::order`].
        list order: String,
        /// The objects that members are put into; see [`Json::nest`].
        map nest(nest_member): String,
        /// See [`Json::fields_under`].
        opt fields_under: String,
        /// Other keys for fields; see [`Json::rename_field`].
        map rename_fields(rename_field): String,
        /// How the time is written, such as `unix:ms`; see [`TimeFormat`](crate::TimeFormat).
        opt time: String,
        /// The zone of the time, such as `+02:00`; see [`Zone`](crate::Zone).
        opt zone: String,
        /// See [`Json::time_as_text`].
        opt time_as_text: bool,
        /// How the level is written, such as `lower`; see [`LevelStyle`](crate::LevelStyle).
        opt level_style: String,
        /// See [`Json::large_integers_as_text`].
        opt large_integers_as_text: bool,
        /// See [`Json::service`].
        opt service: String,
        /// See [`Json::version`].
        opt version: String,
        /// Members that every line has; see [`Json::attribute`].
        map attributes(attribute): String,
        /// See [`Json::correlation`].
        list correlation: String,
        /// See [`Json::google_project`].
        opt google_project: String,
        /// See [`Json::google_error_reporting`].
        opt google_error_reporting: bool,
    }
}

choice! {
    /// What reads the lines of JSON.
    pub enum JsonPreset, "preset" {
        /// [`Json::ecs`]
        "ecs" => Ecs,
        /// [`Json::opentelemetry`]
        "opentelemetry" => OpenTelemetry,
        /// [`Json::google_cloud`]
        "google_cloud" => GoogleCloud,
        /// [`Json::aws`]
        "aws" => Aws,
        /// [`Json::datadog`]
        "datadog" => Datadog,
        /// [`Json::bunyan`]
        "bunyan" => Bunyan,
        /// [`Json::pino`]
        "pino" => Pino,
    }
}

impl JsonConfig {
    pub(super) fn make(&self, making: &mut Making<'_>) -> Option<Box<dyn Formatter>> {
        let mut json = match self.preset {
            None => Json::new(),
            Some(JsonPreset::Ecs) => Json::ecs(),
            Some(JsonPreset::OpenTelemetry) => Json::opentelemetry(),
            Some(JsonPreset::GoogleCloud) => Json::google_cloud(),
            Some(JsonPreset::Aws) => Json::aws(),
            Some(JsonPreset::Datadog) => Json::datadog(),
            Some(JsonPreset::Bunyan) => Json::bunyan(),
            Some(JsonPreset::Pino) => Json::pino(),
        };
        let member = |making: &mut Making<'_>, key: &str, name: &str| {
            making.below(key, |making| making.parse::<JsonMember>(name, name))
        };
        for (name, is_written) in &self.members {
            if let Some(member) = member(making, "members", name) {
                json = json.member(member, *is_written);
            }
        }
        apply!(json, self: event_id, name, nulls, location, thread, pid, host, time_as_text, large_integers_as_text,
            google_error_reporting);
        for (name, key) in &self.keys {
            if let Some(member) = member(making, "keys", name) {
                json = json.key(member, key);
            }
        }
        let order: Vec<_> = making.below("order", |making| {
            let names = self.order.iter().enumerate();
            names.filter_map(|(index, name)| making.parse::<JsonMember>(&std::format!("{index}"), name)).collect()
        });
        if !self.order.is_empty() {
            json = json.order(order);
        }
        for (name, object) in &self.nest {
            if let Some(member) = member(making, "nest", name) {
                json = json.nest(member, object);
            }
        }
        if let Some(key) = &self.fields_under {
            json = json.fields_under(key);
        }
        for (key, new) in &self.rename_fields {
            json = json.rename_field(key, new);
        }
        if let Some(time) = time(self.time.as_ref(), self.zone.as_ref(), TimeFormat::rfc3339(), making) {
            json = json.time(time);
        }
        if let Some(style) =
            self.level_style.as_ref().and_then(|style| making.parse::<LevelStyle>("level_style", style))
        {
            json = json.level_style(style);
        }
        if let Some(service) = &self.service {
            json = json.service(service);
        }
        if let Some(version) = &self.version {
            json = json.version(version);
        }
        for (key, value) in &self.attributes {
            json = json.attribute(key, value);
        }
        if !self.correlation.is_empty() {
            json = json.correlation(self.correlation.iter().map(String::as_str));
        }
        if let Some(project) = &self.google_project {
            json = json.google_project(project);
        }
        Some(Box::new(json))
    }
}
