//! AWS.

use super::super::Json;
use super::super::layout::{Errors, JsonMember as M};
use super::super::level_style::LevelStyle;
use super::members;
use crate::format::time::TimeFormat;

impl Json {
    /// What AWS Lambda takes from the standard streams of runtimes that are not its own, with `timestamp` (RFC 3339) and `level`
    /// as its filter of levels reads them (AWS Lambda Developer Guide, "Log-level filtering" and "JSON log formats"); CloudWatch
    /// Logs finds all fields:
    ///
    /// ```text
    /// {"timestamp":"2026-11-23T13:41:00.123Z","level":"INFO","message":"paid","logger":"app::orders","order":17}
    /// ```
    ///
    /// `request_id` becomes `requestId`, and the first error `errorMessage` and `stackTrace`, a list of it and its sources.
    #[must_use]
    pub fn aws() -> Self {
        Self::of(&[M::Timestamp, M::Level, M::Message, M::Logger], |layout| {
            layout.time = TimeFormat::rfc3339().digits(3);
            layout.level = LevelStyle::Aws;
            let mut errors = members("errorMessage", "stackTrace");
            errors.stack_is_list = true;
            layout.errors = Errors::Members(errors);
            layout.renames(&[("request_id", "requestId")]);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SECURITY, paid};
    use super::*;
    use crate::format::sample::{Sample, formatted};
    use crate::level::Level;
    use crate::value::Value;
    use crate::value::render::tests::failed;

    #[test]
    fn aws_has_what_lambda_filters_by() {
        let text = "mp4:paidk10:request_idk3:err.app::orders\u{1f}f";
        let sample = Sample::new(Level::CRITICAL, text).values([Value::Str("r-1"), failed(&["declined", "no answer"])]);
        assert_eq!(
            formatted(&Json::aws(), &sample),
            concat!(
                r#"{"timestamp":"2023-11-14T22:13:20.000Z","level":"FATAL","message":"paid","logger":"app::orders","#,
                r#""requestId":"r-1","errorMessage":"declined","stackTrace":["declined","caused by: no answer"]}"#,
                "\n"
            )
        );
        assert_eq!(
            formatted(&Json::aws().location(true), &paid(SECURITY)),
            concat!(
                r#"{"timestamp":"2023-11-14T22:13:20.000Z","level":"WARN","message":"paid ada","logger":"app::orders","#,
                r#""file":"src/o.rs","line":7,"errorMessage":"declined","stackTrace":["declined","caused by: no answer"],"#,
                r#""user":"ada","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00F067AA0BA902B7","#,
                r#""order":{"id":17,"note":null,"state":"Open"},"http.method":"GET"}"#,
                "\n"
            )
        );
    }
}
