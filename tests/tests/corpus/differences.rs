//! What is different on purpose. `rlog::guide` tells the same reasons, in the same words, to people who move.

use super::compare::Change::{self, Adds, Has, Inserts, Target};
use super::compare::Reason;
use super::record::Value;

fn adds<const N: usize>(fields: [(&'static str, Value); N]) -> Vec<Change> {
    fields.into_iter().map(|(key, value)| Adds(key, value)).collect()
}

fn text(text: &str) -> Value {
    text.into()
}

pub(crate) fn from_tracing() -> Vec<Reason> {
    let null = |index, key| Inserts(index, key, Value::Null);
    let port = || Value::Error(vec!["cannot read the port".into(), "invalid digit found in string".into()]);
    vec![
        Reason {
            reason: "A hole with a name is a field, too.",
            cases: vec![
                ("a hole by name", adds([("x", 5.into())])),
                ("holes by name", adds([("name", text("ada")), ("x", 5.into()), ("y", (-7).into())])),
                ("one name in two holes", adds([("name", text("ada"))])),
                ("a hole by name, with Debug", adds([("name", text("ada"))])),
                ("a hole by name, pretty", adds([("pair", Value::Formatted("(1, \"b\")".into()))])),
                ("a hole by name and a field", adds([("x", 5.into())])),
                ("a hole by name and an argument", adds([("name", text("ada"))])),
                ("a named argument", adds([("z", 5.into())])),
                ("a named argument and a comma", adds([("z", 5.into())])),
                ("a named argument behind another", adds([("quux", false.into())])),
                ("a keyword as named argument", adds([("where", text("my event"))])),
                ("a named argument with width", adds([("z", (2.0 / 3.0).into())])),
                ("a hole by name with width", adds([("ratio", (2.0 / 3.0).into())])),
                ("everything at once", adds([("what", text("everything"))])),
                ("braces and named arguments", adds([("quux", false.into())])),
                ("event! with braces and arguments", adds([("quux", false.into())])),
                ("a target and braces and arguments", adds([("quux", false.into())])),
                ("event! with a target and braces", adds([("what", text("everything"))])),
                ("no parent, and braces", adds([("quux", false.into())])),
                ("an error in a hole by name", adds([("error", port())])),
                ("a boxed error in a hole by name", adds([("boxed", port())])),
                ("a sendable one in a hole by name", adds([("sendable", port())])),
            ],
        },
        Reason {
            reason: "A hole with the name of a field shows that field, also where a variable has the same name.",
            cases: vec![
                ("a hole of a field and a variable", vec![Change::Message(Some("5 logged in"))]),
                ("the same with a width", vec![Change::Message(Some("count   6"))]),
            ],
        },
        Reason {
            reason: "`None` is in the record, as null; text leaves it out, and JSON too, unless it is told to show nulls.",
            cases: vec![
                ("None", vec![null(0, "a"), null(1, "b")]),
                ("only None", vec![null(0, "a")]),
                ("None as shorthand", vec![null(0, "none")]),
                ("a reference to an Option", vec![null(2, "c")]),
            ],
        },
        Reason {
            reason: "`message = None` is an empty message.",
            cases: vec![("message = None", vec![Change::Message(Some(""))])],
        },
        Reason {
            reason: "A slice of `u8` is a list of numbers.",
            cases: vec![("bytes", vec![Has("a", Value::List(b"ab\xff".map(|byte| u64::from(byte).into()).into()))])],
        },
        Reason {
            reason: "Values are computed in the order in which they stand; tracing computes the message first.",
            cases: vec![(
                "with a value that changes",
                vec![Has("a", 1.into()), Has("b", 2.into()), Change::Message(Some("3"))],
            )],
        },
    ]
}

pub(crate) fn from_log() -> Vec<Reason> {
    let audit = |target: &'static str| vec![Target(target)];
    vec![
        Reason {
            reason: "A hole with a name is a field, too.",
            cases: vec![
                ("a named argument", adds([("world", text("world"))])),
                ("a named argument and a comma", adds([("world", text("world"))])),
                ("a hole by name", adds([("name", text("ada"))])),
                ("a hole by name and a comma", adds([("name", text("ada"))])),
                ("log! of a level decided late", adds([("name", text("ada"))])),
                ("pairs and a named argument", adds([("world", text("world"))])),
                ("pairs and a hole by name", adds([("name", text("ada"))])),
                ("shorthand and a pair", adds([("world", text("world"))])),
                ("every modifier", adds([("name", text("ada"))])),
                ("a logger and pairs", {
                    let mut changes = audit("audit");
                    changes.extend(adds([("world", text("world"))]));
                    changes
                }),
            ],
        },
        Reason {
            reason: "A hole with the name of a field shows that field, also where a variable has the same name.",
            cases: vec![
                ("a hole of a pair and a variable", vec![Change::Message(Some("5 logged in"))]),
                ("the same with a width", vec![Change::Message(Some("count   6"))]),
            ],
        },
        Reason {
            reason: "`logger:` takes an `rlog::Logger`; its name is the target, or stands in front of one that is given.",
            cases: vec![
                ("a logger", audit("audit")),
                ("a logger and an argument", audit("audit")),
                ("a logger by reference", audit("audit")),
                ("a logger that is a block", audit("audit")),
                ("a logger that is a call", audit("audit")),
                ("a logger and a target", audit("audit::my_target")),
                ("a logger, a target and pairs", audit("audit::my_target")),
                ("a logger of log!", audit("audit")),
                ("a logger and a target of log!", audit("audit::my_target")),
            ],
        },
    ]
}
