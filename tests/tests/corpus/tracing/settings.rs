// What stands in front of the fields, and levels. Included into a module that has the macros of one library.

const AUDIT: &str = "app::audit";
const NAMED: &str = "named by a constant";

fn levels() {
    let x = 5;

    case("trace!");                             trace!(x, "m {}", 1);
    case("debug!");                             debug!(x, "m {}", 1);
    case("info!");                              info!(x, "m {}", 1);
    case("warn!");                              warn!(x, "m {}", 1);
    case("error!");                             error!(x, "m {}", 1);
    case("event! TRACE");                       event!(Level::TRACE, "m");
    case("event! DEBUG");                       event!(Level::DEBUG, a = 1);
    case("event! INFO");                        event!(Level::INFO, "m {}", x);
    case("event! WARN");                        event!(Level::WARN, a = ?x, "m");
    case("event! ERROR");                       event!(Level::ERROR, x, "m {}", 1);
    case("event! and a comma");                 event!(Level::INFO, "m",);
    case("event! with shorthand");              event!(Level::INFO, ?x);
    case("event! with %");                      event!(Level::INFO, %x, "m");
    case("event! with fields only");            event!(Level::DEBUG, foo = ?3, bar.baz = %2, quux = false);
    case("event! with fields and a comma");     event!(Level::DEBUG, foo = 3, bar.baz = 3,);
    case("event! with arguments and a comma");  event!(Level::INFO, foo = 3, bar.baz = 3, "hello world {:?}", 42,);
    case("event! with braces");                 event!(Level::DEBUG, { foo = 3, bar.baz = 80 }, "quux");
    case("event! with braces and arguments");   event!(Level::DEBUG, { foo = 2, bar.baz = 79 }, "quux {:?}, {quux}", true, quux = false);
    case("event! with a constant as key");      event!(Level::INFO, { AUDIT } = "bar", foo.bar = "baz", "{}", "quux");
    case("event! with a level by path");        { const LOUD: Level = Level::WARN; event!(LOUD, "m") };
}

fn targets() {
    let (x, pair) = (5, (42, "forty-two"));

    case("a target");                           info!(target: "app::db", "m");
    case("a target and an argument");           info!(target: "app::db", "m {}", x);
    case("a target and a field");               info!(target: "app::db", a = 1, "m");
    case("a target and a field only");          info!(target: "app::db", a = 1);
    case("a target and a comma");               info!(target: "app::db", a = 1,);
    case("a target and shorthand");             info!(target: "app::db", x, "m");
    case("a target and sigils");                info!(target: "app::db", ?x, a = %x, "m");
    case("a target and a literal");             info!(target: "app::db", ?x, true, "message");
    case("a target and braces");                info!(target: "app::db", { a = 1, b.c = 2 }, "m");
    case("a target and braces and arguments");  info!(target: "app::db", { a = 2 }, "quux {:?}, {quux}", true, quux = false);
    case("a target and braces and a comma");    info!(target: "app::db", { a = 1, b.c = 78, }, "m");
    case("a target that is a constant");        info!(target: AUDIT, "m {}", x);
    case("a target that is a constant, field"); info!(target: AUDIT, { user = "ada" }, "m");
    case("a target that is concat!");           info!(target: concat!("app", "::", "db"), "m");
    case("a target that is module_path!");      info!(target: module_path!(), "m");
    case("a target with blanks");               info!(target: "my target", "m");
    case("a target at trace");                  trace!(target: "app::db", "m");
    case("a target at debug");                  debug!(target: "app::db", a = 1, "m");
    case("a target at warn");                   warn!(target: "app::db", x, "m");
    case("a target at error");                  error!(target: "app::db", "m {}", x);
    case("event! with a target");               event!(target: "app::db", Level::INFO, "m");
    case("event! with a target and fields");    event!(target: "app::db", Level::DEBUG, foo = 3, bar.baz = 2, quux = false);
    case("event! with a target and braces");    event!(target: "app::db", Level::ERROR, { foo = 666, bar = false, like_a_butterfly = 42.0 }, "{:#x} make me one with{what:.>20}", 4_277_009_102_u64, what = "everything");
    case("event! with a target and shorthand"); event!(target: "app::db", Level::WARN, x, ?pair, "App warning: {}", "e");
}

fn names() {
    let (x, pair) = (5, (42, "forty-two"));

    case("a name");                             info!(name: "started", "m");
    case("a name and arguments");               info!(name: "started", "m {}", x);
    case("a name and a field");                 info!(name: "started", { a = 1 }, "m");
    case("a name and a field only");            info!(name: "started", foo = 3, bar.baz = 2, quux = false);
    case("a name and shorthand");               info!(name: "started", x);
    case("a name and shorthand with ?");        info!(name: "started", ?x);
    case("a name and shorthand with %");        info!(name: "started", %x, "m");
    case("a name and a literal");               info!(name: "started", x, true, "message");
    case("a name that is a constant");          info!(name: NAMED, "m");
    case("a name with blanks");                 info!(name: "has started", "m");
    case("a name at other levels");             warn!(name: "failing", "m"); error!(name: "failed", a = 1); debug!(name: "d", x); trace!(name: "t", "m");
    case("a name and a target");                info!(name: "started", target: "app::db", "m");
    case("a name and a target and a field");    info!(name: "started", target: "app::db", foo = 3, bar.baz = 2, quux = false);
    case("a name and a target and ?");          info!(name: "started", target: "app::db", ?x, true, "message");
    case("a name and a target and braces");     info!(name: "started", target: "app::db", { a = 1 }, "m {}", x);
    case("event! with a name");                 event!(name: "started", Level::INFO, "m");
    case("event! with a name and fields");      event!(name: "started", Level::WARN, a = 1, ?x);
    case("event! with a name and a target");    event!(name: "foo", target: "app_events", Level::WARN, x, ?pair,);
}

fn parents() {
    let (x, pair) = (5, (42, "forty-two"));
    let span = a_span();

    case("no parent");                          info!(parent: None, "m");
    case("no parent, and fields");              info!(parent: None, foo = 3, bar.baz = 2, quux = false);
    case("no parent, by path");                 info!(parent: ::core::option::Option::None, "m {}", x);
    case("no parent, and braces");              info!(parent: None, { foo = 2 }, "quux {:?}, {quux}", true, quux = false);
    case("no parent, and sigils");              info!(parent: None, ?pair, %x, "m");
    case("a parent");                           info!(parent: &span, "m");
    case("a parent and fields");                info!(parent: &span, foo = ?3, bar.baz = %2, quux = false);
    case("a parent and shorthand");             info!(parent: &span, x, "m {}", 1);
    case("a parent by id");                     info!(parent: span.id(), "m");
    case("a parent and a target");              info!(target: "app::db", parent: &span, { foo = 3 }, "m");
    case("a parent and a name");                info!(name: "started", parent: &span, foo = 3, bar.baz = 2);
    case("a parent, a name and a target");      info!(name: "started", target: "app::db", parent: &span, "m {}", x);
    case("no parent, a name and a target");     info!(name: "started", target: "app::db", parent: None, { a = 1 }, "m");
    case("a parent at other levels");           trace!(parent: span.id(), "a"); debug!(parent: span.id(), "b"); warn!(parent: span.id(), "d"); error!(parent: span.id(), "e");
    case("event! with a parent");               event!(parent: &span, Level::DEBUG, foo = 3, bar.baz = 3,);
    case("event! with a parent's id");          event!(parent: span.id(), Level::TRACE, "bar");
    case("event! with no parent and a name");   event!(name: "foo", parent: ::core::option::Option::None, Level::WARN, x, ?pair,);
    case("event! with a target and a parent");  event!(target: "app::db", parent: &span, Level::DEBUG, { foo = 2, bar.baz = 79 }, "quux {:?}", true);
    case("event! with everything");             event!(name: "foo", target: "app::db", parent: &span, Level::DEBUG, { foo = 2, bar.baz = 78, }, "quux");
}

fn questions() {
    let field = 5;

    case("enabled!");                           info!(on = enabled!(Level::DEBUG));
    case("enabled! with fields");               info!(on = enabled!(Level::DEBUG, foo, bar.baz, quux,));
    case("enabled! with a target");             info!(on = enabled!(target: "rando", Level::DEBUG));
    case("enabled! with target and field");     info!(on = enabled!(target: "rando", Level::DEBUG, field));
    case("enabled! with message");              info!(on = enabled!(Level::INFO, foo, message,));
    case("event_enabled!");                     info!(on = event_enabled!(Level::DEBUG));
    case("event_enabled! with a target");       info!(on = event_enabled!(target: "t", Level::DEBUG, field), field);
    case("enabled! that is not");               info!(on = enabled!(target: "silent", Level::ERROR), also = event_enabled!(target: "silent", Level::ERROR));
    case("enabled! around a statement");        if enabled!(Level::TRACE) { trace!("expensive {}", field); }
}
