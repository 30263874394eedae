//! When a file is rotated, as data.

use crate::config::data::Size;
use crate::config::data::apply::Making;
use crate::config::data::declare::settings;
use crate::config::data::document::{Item, Node};
use crate::config::data::setting::{Reader, Setting, text};
use crate::format::Zone;
use crate::handler::{Rotation, Weekday};
use crate::units::{parse_duration, show_duration};
use std::string::{String, ToString};
use std::time::Duration;

settings! {
    /// A [`Rotation`]: a period, such as `"daily"`, or a table with triggers, of which the first counts.
    ///
    /// ```
    /// use rlog_runtime::config::{PeriodConfig, RotationConfig};
    ///
    /// let rotation = RotationConfig::default().every(PeriodConfig::Daily).at("06:00").size(100_000_000);
    /// ```
    #[derive(Default)]
    pub struct RotationConfig, "a period, such as `\"daily\"`, or a table with `size`, `every` or both", or every {
        /// Before the file is larger; see [`Rotation::size`].
        opt size: Size,
        /// At the beginning of each such period.
        opt every: PeriodConfig,
        /// The time of day at which periods begin, such as `06:00`; see [`Rotation::at`].
        opt at: String,
        /// The day on which weeks begin. Monday, if not set.
        opt weekday: Weekday,
        /// The zone of days and of dates in names: `utc`, `local`, `+02:00`; see [`Rotation::zone`].
        opt zone: String,
        /// When a process begins to log; see [`Rotation::on_start`].
        opt on_start: bool,
        /// When the program asks for it, which it always may; to be set if there is no other trigger. See
        /// [`Rotation::on_demand`].
        opt on_demand: bool,
    }
}

/// How often a file is rotated: `"hourly"`, `"daily"`, `"weekly"`, `"monthly"`, or a time such as `"6 h"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeriodConfig {
    /// [`Rotation::hourly`]
    Hourly,
    /// [`Rotation::daily`]
    Daily,
    /// [`Rotation::weekly`]
    Weekly,
    /// [`Rotation::monthly`]
    Monthly,
    /// [`Rotation::every`]
    Every(Duration),
}

const WORDS: [(&str, PeriodConfig); 4] = [
    ("hourly", PeriodConfig::Hourly),
    ("daily", PeriodConfig::Daily),
    ("weekly", PeriodConfig::Weekly),
    ("monthly", PeriodConfig::Monthly),
];

impl RotationConfig {
    /// The rotation. Where something is wrong, which is told, without that.
    pub(super) fn make(&self, making: &mut Making<'_>) -> Rotation {
        let mut rotation = match self.every {
            None => Rotation::on_demand(),
            Some(PeriodConfig::Hourly) => Rotation::hourly(),
            Some(PeriodConfig::Daily) => Rotation::daily(),
            Some(PeriodConfig::Weekly) => Rotation::weekly(self.weekday.unwrap_or(Weekday::Monday)),
            Some(PeriodConfig::Monthly) => Rotation::monthly(),
            Some(PeriodConfig::Every(period)) => Rotation::every(period),
        };
        if self.weekday.is_some() && self.every != Some(PeriodConfig::Weekly) {
            making.wrong_key("weekday", "only a week begins on one; set `every = \"weekly\"`, or remove it");
        }
        let is_wanted = [self.on_start, self.on_demand].contains(&Some(true));
        // A time of day without a period has a message of its own.
        if self.size.is_none() && self.every.is_none() && self.at.is_none() && !is_wanted {
            making.reader.wrong("nothing says when; set `size`, `every`, `on_start` or `on_demand`");
        }
        if let Some(size) = self.size {
            rotation = rotation.max_size(size.bytes());
        }
        if let Some(at) = &self.at {
            rotation = rotation.at(at);
        }
        if let Some(zone) = self.zone.as_ref().and_then(|zone| making.parse::<Zone>("zone", zone)) {
            rotation = rotation.zone(zone);
        }
        match self.on_start {
            Some(true) => rotation.or(Rotation::on_start()),
            _ => rotation,
        }
    }
}

impl From<PeriodConfig> for RotationConfig {
    fn from(period: PeriodConfig) -> Self {
        Self::default().every(period)
    }
}

impl From<Duration> for PeriodConfig {
    fn from(period: Duration) -> Self {
        Self::Every(period)
    }
}

impl Setting for PeriodConfig {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = text(node, "a period in quotes, such as `\"daily\"` or `\"6 h\"`", reader)?.trim();
        if let Some((_, period)) = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
            return Some(*period);
        }
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return match parse_duration(text) {
                Ok(period) => Some(Self::Every(period)),
                Err(_) if text.parse::<Size>().is_ok() => {
                    let size = reader.quote(text);
                    reader.wrong(std::format!("{size} is no time; write `{{ size = \"{text}\" }}` for a size"));
                    None
                }
                Err(error) => {
                    reader.wrong(error.to_string());
                    None
                }
            };
        }
        reader.unknown("period", text, WORDS.iter().map(|(word, _)| *word));
        None
    }

    fn write(&self) -> Item {
        Item::Text(match self {
            Self::Every(period) => show_duration(*period),
            period => WORDS.iter().find(|(_, known)| known == period).map_or("", |(word, _)| *word).into(),
        })
    }
}

impl Setting for Weekday {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = text(node, "a day of the week in quotes", reader)?;
        let day = text.parse().ok();
        if day.is_none() {
            const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            reader.unknown("day of the week", text, DAYS);
        }
        day
    }

    fn write(&self) -> Item {
        Item::Text(self.to_string())
    }
}
