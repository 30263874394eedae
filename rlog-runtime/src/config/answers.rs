//! What directives come to in this program, and why one of them has no effect.

use crate::callsite::Callsite;
use crate::callsite::catalogue::callsites;
use crate::filter::path;
use crate::level::{Level, STATIC_MAX_LEVEL};
use crate::logger::directives::{Condition, Directives, FieldMatch, shown};
use crate::logger::names::{covers, segments};
use crate::logger::routes;
use crate::nearest::{distance, nearest};
use crate::worker::notices;
use core::fmt;
use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

/// What [directives](crate::Builder::directives) come to in this program: one answer for each that has no effect.
///
/// Since all statements are known, one that matches none of them can say so, and which it might mean; and so can one that
/// could only be met by statements that the compile-time floor has removed. Of one with fields the answer says whether the target
/// or a field is not there. Statements that spread a value (`..value`) may have any field. Where the platform does not list
/// statements before they have run there are no answers.
///
/// Where statements decide their target when they run, with `logger:` or `target:`, nobody knows which targets there will be. One
/// that matches nothing so far is told of only if it is nearly one that does. What is configured by
/// [`Builder::logger`](crate::Builder::logger) is known.
///
/// ```
/// for answer in rlog_runtime::check_directives("shp=debug") {
///     println!("{answer}");
/// }
/// ```
#[must_use]
pub fn check_directives(directives: &str) -> Vec<DirectiveAnswer> {
    let (directives, errors) = Directives::parse(directives);
    let mut answers: Vec<_> = errors.iter().map(|error| DirectiveAnswer { text: format!("{error}") }).collect();
    answers.extend(answers_to(&directives));
    answers
}

/// Why a directive has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectiveAnswer {
    text: String,
}

impl fmt::Display for DirectiveAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Tells of directives that have no effect, in records.
pub(super) fn answer(directives: &Directives) {
    for answer in answers_to(directives) {
        notices::configuration(format!("directive {answer}"));
    }
}

/// Those that are understood and have no effect.
fn answers_to(directives: &Directives) -> Vec<DirectiveAnswer> {
    let statements: Vec<_> = callsites().collect();
    let routes = routes::current();
    let loggers: Vec<_> = routes.loggers().collect();
    Program { statements: &statements, loggers: &loggers, floor: STATIC_MAX_LEVEL }.answers_to(directives)
}

/// What the logger says of itself. Its statements are on no list, since nobody else can make them.
const OWN_TARGET: &str = "rlog";

/// What directives are about.
struct Program<'a> {
    statements: &'a [&'static Callsite],
    /// Loggers that are configured, whether or not a statement is known to use them.
    loggers: &'a [&'a str],
    /// It was built without statements that are less severe.
    floor: Level,
}

impl Program<'_> {
    fn answers_to(&self, directives: &Directives) -> Vec<DirectiveAnswer> {
        if self.targets().next().is_none() {
            return Vec::new();
        }
        let levels = directives.entries().map(|(target, level)| (level_text(target, level), self.why(target, level)));
        let conditions = directives.conditions().iter();
        let conditions = conditions.map(|condition| (format!("{condition}"), self.why_not(condition)));
        let answer = |(text, why): (String, Option<String>)| {
            Some(DirectiveAnswer { text: format!("`{}` {}", shown(&text), why?) })
        };
        levels.chain(conditions).filter_map(answer).collect()
    }

    /// Of all statements but those that decide it when they run, which are listed again with what they have decided.
    fn targets(&self) -> impl Iterator<Item = &'static str> {
        self.statements.iter().filter(|callsite| !callsite.has_dynamic_target()).map(|callsite| callsite.target())
    }

    fn knows(&self, target: &str) -> bool {
        covers(target, OWN_TARGET)
            || is_own(target)
            || self.targets().any(|known| covers(target, known))
            || self.loggers.iter().any(|known| covers(target, known))
    }

    /// What is said of a target that is not known, with one that may be meant. Nothing if a statement may come that has it, and
    /// none is near.
    fn unknown(&self, target: &str, what: &str, level: Level) -> Option<String> {
        let near = self.nearest_target(target);
        let may_come = self.statements.iter().any(|callsite| callsite.has_dynamic_target());
        if may_come && near.is_empty() {
            return None;
        }
        let so_far = if may_come { " so far" } else { "" };
        Some(format!("matches nothing{so_far}{what}{}{near}", self.left_out(level)))
    }

    /// Why a level has no effect.
    fn why(&self, target: &str, level: Level) -> Option<String> {
        if level >= Level::SILENT {
            // Whoever wants none gets none.
            None
        } else if self.knows(target) {
            self.below_the_floor(level)
        } else {
            self.unknown(target, "", level)
        }
    }

    /// Why a directive with fields has none.
    fn why_not(&self, Condition { target, matches, level }: &Condition) -> Option<String> {
        let level = *level;
        if level >= Level::SILENT {
            return Some("has no effect: with fields, a directive lets records through and stops none".into());
        }
        if is_own(target) {
            return None;
        }
        let nothing = |what: String| format!("matches nothing: no statement {what}{}", self.left_out(level));
        if !self.knows(target) {
            let what = format!(": no statement has the target `{}`", shown(target));
            if let Some(answer) = self.unknown(target, &what, level) {
                return Some(answer);
            }
        }
        // The target of some may turn out to be this one.
        let may_be = |callsite: &&&'static Callsite| callsite.has_dynamic_target() || covers(target, callsite.target());
        let covered: Vec<_> = self.statements.iter().copied().filter(|callsite| may_be(&callsite)).collect();
        let of = if target.is_empty() { String::new() } else { format!("of `{}` ", shown(target)) };
        if let Some(FieldMatch { key, .. }) =
            matches.iter().find(|wanted| !covered.iter().any(|callsite| path::may_have(callsite, &wanted.key)))
        {
            return Some(nothing(format!("{of}has a field `{}`", shown(key))) + &nearest_field(key, &covered));
        }
        let has_all =
            |callsite: &&&'static Callsite| matches.iter().all(|wanted| path::may_have(callsite, &wanted.key));
        let mut matching = covered.iter().filter(|callsite| has_all(callsite)).peekable();
        if matching.peek().is_none() {
            return Some(nothing(format!("{of}has all of these fields")));
        }
        if !matching.any(|callsite| callsite.has_dynamic_level() || callsite.level() >= level) {
            return Some(nothing(format!("{of}with such fields is `{level}` or more severe")));
        }
        self.below_the_floor(level)
    }

    fn below_the_floor(&self, level: Level) -> Option<String> {
        if !self.is_below_the_floor(level) {
            return None;
        }
        Some(match self.floor {
            Level::SILENT => {
                String::from("has no effect: the program was built without any statements (`max_level_off`)")
            }
            floor => {
                format!("shows nothing below `{floor}`: the program was built without statements that are less severe")
            }
        })
    }

    /// What matches nothing might have matched what is not there.
    fn left_out(&self, level: Level) -> String {
        if !self.is_below_the_floor(level) {
            return String::new();
        }
        format!(" (the program was built without statements that are less severe than `{}`)", self.floor)
    }

    fn is_below_the_floor(&self, level: Level) -> bool {
        level < self.floor && self.floor != Level::TRACE
    }

    /// The target that is nearest, with the number of its statements.
    fn nearest_target(&self, target: &str) -> String {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let targets = self.targets().map(|target| -> (&str, usize) { (target, 1) });
        let loggers = self.loggers.iter().map(|logger| -> (&str, usize) { (logger, 0) });
        for (whole, count) in targets.chain(loggers) {
            // All names above it are targets that a directive may name.
            let ends = segments(whole).map(|segment| segment.as_ptr().addr() - whole.as_ptr().addr() + segment.len());
            for end in ends {
                *known.entry(&whole[..end]).or_default() += count;
            }
        }
        let wanted = target.to_ascii_lowercase();
        let best = known.iter().filter_map(|(name, count)| Some((remoteness(&wanted, name)?, *name, *count))).min();
        let own = remoteness(&wanted, OWN_TARGET);
        match (best, own) {
            (Some((near, name, count)), own) if own.is_none_or(|own| near <= own) => did_you_mean(name, count),
            (_, Some(_)) => format!("; did you mean `{OWN_TARGET}` (what the logger says of itself)?"),
            (_, None) => String::new(),
        }
    }
}

fn is_own(target: &str) -> bool {
    covers(OWN_TARGET, target)
}

fn level_text(target: &str, level: Level) -> String {
    let mut directives = Directives::new();
    directives.set(target, level);
    format!("{directives}")
}

/// The key that is nearest, with the number of the statements that have it.
fn nearest_field(key: &str, statements: &[&'static Callsite]) -> String {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for known_key in statements.iter().flat_map(|callsite| callsite.keys()) {
        *known.entry(known_key).or_default() += 1;
    }
    if let Some(near) = nearest(key, known.keys().copied()) {
        return did_you_mean(near, known[near]);
    }
    // A path may go wrong in its first name.
    key.split_once('.').map_or_else(String::new, |(first, rest)| match nearest(first, known.keys().copied()) {
        Some(near) => did_you_mean(&format!("{near}.{}", shown(rest)), known[near]),
        None => String::new(),
    })
}

fn did_you_mean(name: &str, count: usize) -> String {
    match count {
        0 => format!("; did you mean `{name}` (a logger that is configured)?"),
        1 => format!("; did you mean `{name}` (1 statement)?"),
        _ => format!("; did you mean `{name}` ({count} statements)?"),
    }
}

/// How far a name is from what was wanted; `None` is too far to be meant. Somebody who writes `db` may mean `my_db` or
/// `app::db`, too.
fn remoteness(wanted: &str, name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    let last = segments(&name).last().unwrap_or_default();
    let whole = distance(wanted, &name);
    if whole <= wanted.len().max(3).div_ceil(3) {
        return Some(whole);
    }
    if last == wanted || name.ends_with(&format!("::{wanted}")) {
        return Some(wanted.len());
    }
    let near = distance(wanted, last);
    if near <= wanted.len().max(3) / 3 {
        return Some(wanted.len() + near);
    }
    last.split('_').any(|word| word == wanted).then_some(wanted.len() * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_or_end_alike_are_near() {
        for (wanted, near, far) in [
            ("app::bd", "app::db", "app"),
            ("db", "my_db", "shop"),
            ("db", "app::db", "app::web"),
            ("pool", "app::db::pool", "app::db"),
        ] {
            let near = remoteness(wanted, near).expect("near");
            assert!(remoteness(wanted, far).is_none_or(|far| far > near), "{wanted}");
        }
        assert_eq!(remoteness("verbose", "app::db"), None);
    }

    static CREATED: Callsite = Callsite::new(Level::INFO, 2, 1, "t4:shopmk4:userk5:order.m\u{1f}f");
    static PAID: Callsite = Callsite::new(Level::NOTICE, 2, 2, "t9:shop::paymk4:userk6:amount.m\u{1f}f");
    static SLOW: Callsite = Callsite::new(Level::WARN, 1, 3, "t2:dbmk4:slow.m\u{1f}f");
    static SPREAD: Callsite = Callsite::new(Level::WARN, 1, 4, "t6:spreadms.m\u{1f}f");
    static ANYWHERE: Callsite =
        Callsite::new(Level::DEBUG, 1, 5, "mk5:where.m\u{1f}f").with_level_at_run_time().with_target_at_run_time();

    /// Those of the directives in a program with these statements.
    fn answers(statements: &[&'static Callsite], floor: Level, directives: &str) -> Vec<String> {
        let (directives, errors) = Directives::parse(directives);
        assert_eq!(errors, []);
        let answers = Program { statements, loggers: &["billing"], floor }.answers_to(&directives);
        answers.iter().map(|answer| format!("{answer}")).collect()
    }

    #[test]
    fn a_directive_with_fields_that_matches_nothing_says_whether_its_target_or_its_field_does() {
        for (directive, answer) in [
            (
                "[usr=alice]=trace",
                "`[usr=\"alice\"]=trace` matches nothing: no statement has a field `usr`; did you mean `user` (2 statements)?",
            ),
            ("nope[user]", "`nope[user]=trace` matches nothing: no statement has the target `nope`"),
            (
                "shop.pya[user]=info",
                "`shop::pya[user]=info` matches nothing: no statement has the target `shop::pya`; did you mean `shop::pay` (1 statement)?",
            ),
            ("shop[slow]", "`shop[slow]=trace` matches nothing: no statement of `shop` has a field `slow`"),
            (
                "shop::pay[user,amuont=7]",
                "`shop::pay[user,amuont=\"7\"]=trace` matches nothing: no statement of `shop::pay` has a field `amuont`; did you mean `amount` (1 statement)?",
            ),
            (
                "[usr.identity=7]",
                "`[usr.identity=\"7\"]=trace` matches nothing: no statement has a field `usr.identity`; did you mean `user.identity` (2 statements)?",
            ),
            (
                "shop[order,amount]",
                "`shop[order,amount]=trace` matches nothing: no statement of `shop` has all of these fields",
            ),
            ("[user]=error", "`[user]=error` matches nothing: no statement with such fields is `ERROR` or more severe"),
            ("[user]=off", "`[user]=off` has no effect: with fields, a directive lets records through and stops none"),
        ] {
            assert_eq!(answers(&[&CREATED, &PAID, &SLOW], Level::TRACE, directive), [answer], "{directive}");
        }
    }

    #[test]
    fn a_directive_with_fields_that_may_match_needs_no_answer() {
        let statements = [&CREATED, &PAID, &SLOW];
        for directive in
            ["[user]", "shop[user=alice,order]=info", "[user.id=7]", "[slow]=warn", "rlog[handler]", "shop.pay[user]"]
        {
            assert_eq!(answers(&statements, Level::TRACE, directive), [""; 0], "{directive}");
        }
        for directive in ["[whatever]", "spread[what.ever]"] {
            assert_eq!(answers(&[&CREATED, &SPREAD], Level::TRACE, directive), [""; 0], "{directive}");
        }
        // Its target and level are decided when it runs.
        for directive in ["[where]=critical", "shop[where]=critical"] {
            assert_eq!(answers(&[&CREATED, &ANYWHERE], Level::TRACE, directive), [""; 0], "{directive}");
        }
        assert_eq!(answers(&[&ANYWHERE], Level::TRACE, "[what]"), [""; 0], "nothing is known of what there is");
    }

    #[test]
    fn where_statements_decide_their_target_only_one_that_is_nearly_known_is_told() {
        let statements = [&CREATED, &PAID, &ANYWHERE];
        for directive in ["audit=debug", "audit[where=7]=debug", "audit[where]", "billing=debug"] {
            assert_eq!(answers(&statements, Level::TRACE, directive), [""; 0], "{directive}");
        }
        for (directive, answer) in [
            ("shup=debug", "`shup=debug` matches nothing so far; did you mean `shop` (2 statements)?"),
            (
                "shup[where]=debug",
                "`shup[where]=debug` matches nothing so far: no statement has the target `shup`; did you mean `shop` (2 statements)?",
            ),
            (
                "audit[wehre]",
                "`audit[wehre]=trace` matches nothing: no statement of `audit` has a field `wehre`; did you mean `where` (1 statement)?",
            ),
        ] {
            assert_eq!(answers(&statements, Level::TRACE, directive), [answer], "{directive}");
        }
    }

    #[test]
    fn a_logger_that_is_configured_is_known() {
        assert_eq!(answers(&[&CREATED], Level::TRACE, "billing=debug"), [""; 0]);
        let answer = "`biling=debug` matches nothing; did you mean `billing` (a logger that is configured)?";
        assert_eq!(answers(&[&CREATED], Level::TRACE, "biling=debug"), [answer]);
    }

    #[test]
    fn what_only_statements_below_the_floor_could_meet_is_told() {
        let statements = [&CREATED, &PAID];
        for (directive, answer) in [
            (
                "[user]=trace",
                "`[user]=trace` shows nothing below `INFO`: the program was built without statements that are less severe",
            ),
            (
                "shop=debug",
                "`shop=debug` shows nothing below `INFO`: the program was built without statements that are less severe",
            ),
            (
                "[ok]=trace",
                "`[ok]=trace` matches nothing: no statement has a field `ok` (the program was built without statements that are less severe than `INFO`)",
            ),
            (
                "shup=debug",
                "`shup=debug` matches nothing (the program was built without statements that are less severe than `INFO`); did you mean `shop` (2 statements)?",
            ),
        ] {
            assert_eq!(answers(&statements, Level::INFO, directive), [answer], "{directive}");
        }
        assert_eq!(answers(&statements, Level::INFO, "info,shop=warn,[user]=info"), [""; 0]);
    }

    #[test]
    fn what_the_logger_says_of_itself_is_a_known_target() {
        for directive in ["rlog=error", "rlog=trace", "rlog::files=error"] {
            assert_eq!(answers(&[&CREATED], Level::TRACE, directive), [""; 0], "{directive}");
        }
        let answer = "`rlgo=error` matches nothing; did you mean `rlog` (what the logger says of itself)?";
        assert_eq!(answers(&[&CREATED], Level::TRACE, "rlgo=error"), [answer]);
    }

    #[test]
    fn an_answer_holds_nothing_that_moves_a_cursor() {
        let [answer] = &answers(&[&CREATED], Level::TRACE, "[\u{1b}key.\u{7}]")[..] else { panic!("one") };
        assert!(!answer.contains(char::is_control), "{answer}");
    }
}
