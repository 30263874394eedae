//! The configuration of a logger as data: in a file, in the environment, in code.
//!
//! [`Config`] is the one type behind all of them. It is read from a tree ([`document`]), which is what TOML, JSON and
//! environment variables become, and it is applied by being turned into a [`Builder`](crate::Builder), so that whatever a
//! file can do, code can do. [`Loader`] puts the steps in their order: file, profile, environment.
//!
//! All of it runs on the thread that calls it, or on that of a [`Watcher`]; nothing here is called by a log statement.

mod apply;
mod blame;
mod custom;
mod declare;
mod document;
mod environment;
mod filters;
mod formats;
mod handlers;
#[cfg(all(feature = "signals", unix))]
mod hangup;
mod loader;
mod model;
mod names;
mod profiles;
mod redaction;
#[cfg(feature = "reload")]
mod reload;
mod report;
mod secret;
mod setting;
mod short;
#[cfg(all(test, feature = "toml", feature = "json"))]
mod tests;
mod values;

pub use crate::units::{Size, UnitError, parse_duration};
pub use custom::{Custom, SettingError, SettingValue, Settings, register_filter, register_formatter, register_handler};
pub use filters::{
    AllConfig, AnyConfig, DeduplicateConfig, FieldConfig, FieldValue, FilterConfig, LevelFilterConfig, NotConfig,
    RateLimitConfig, SampleConfig, TargetsConfig,
};
pub use formats::{
    ColorDepthConfig, FormatConfig, JsonConfig, JsonPreset, LogfmtConfig, PrettyConfig, TextConfig, ThemeConfig,
};
pub use handlers::{
    AsyncConfig, BreakerConfig, CompressionConfig, CompressionKind, ConsoleColor, ConsoleConfig, ConsoleStream,
    FailoverConfig, FanOutConfig, FileConfig, FileMode, FsyncConfig, FsyncWhen, HandlerConfig, HandlerKind,
    HandlerSettings, MemoryConfig, NamesConfig, NullConfig, OverflowConfig, PeriodConfig, RetentionConfig,
    RotationConfig, RoutingConfig, RuleConfig,
};
pub use loader::{Loader, check, init_from};
pub use model::{Config, LoggerConfig};
pub use profiles::Profile;
pub use redaction::{LimitsConfig, RedactionConfig, RedactionPreset, RedactionRuleConfig, ReplacementConfig};
#[cfg(feature = "reload")]
pub use reload::{Reload, Watcher};
pub use report::{Origin, Problem, Report, Severity};
pub use secret::SecretSource;
