// Messages, targets, loggers and levels of `log`. Included into a module that has the macros of one library.

fn messages() {
    let (x, name, ratio, width) = (5, "ada", 2.0 / 3.0, 8);

    case("a message");                          info!("hello");
    case("a message and a comma");              info!("hello",);
    case("an argument");                        info!("hello {}", "world");
    case("an argument and a comma");            info!("hello {}", "world",);
    case("a named argument");                   info!("hello {world}", world = "world");
    case("a named argument and a comma");       info!("hello {world}", world = "world",);
    case("a hole by name");                     info!("hello {name}");
    case("a hole by name and a comma");         info!("hello {name}",);
    case("specifications");                     info!("{:>5} {:05.1} {:#x} {:?} [{:>width$}] {:e}", x, ratio, x, name, name, 1500.0);
    case("braces");                             info!("{{}} {}", x);
    case("an expression as argument");          info!("x is {}", if x >= 0 { "positive" } else { "negative" });
    case("concat! as message");                 info!(concat!("a", "b {}"), x);
    case("Debug of an Option");                 info!("some message: {:?}, {:?}", None::<u8>, Some(x));
    case("a raw message of two lines");         info!(r"one \
two {}", x);
}

fn levels() {
    let name = "ada";

    case("trace!");                             trace!("m {}", name);
    case("debug!");                             debug!("m {}", name);
    case("info!");                              info!("m {}", name);
    case("warn!");                              warn!("m {}", name);
    case("error!");                             error!("m {}", name);
    case("log!");                               log!(Level::Info, "m");
    case("log! and a comma");                   log!(Level::Warn, "m {}", name,);
    case("log! with pairs");                    log!(Level::Error, a = 1, b:? = name; "m");
    case("log! of a level decided late");       for level in [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace] { log!(level, "m {name}", name = name); }
    case("log! with a target");                 log!(target: "my_target", Level::Debug, "hello {}", "world");
    case("log! of a late level and target");    for level in [Level::Error, Level::Trace] { log!(target: "my_target", level, cat_1 = "chashu", cat_count = 2; "hello {}", name); }
    case("log_enabled!");                       info!(on = log_enabled!(Level::Debug); "m");
    case("log_enabled! with a target");         info!(on = log_enabled!(target: "my_target", Level::Debug); "m");
    case("log_enabled! that is not");           info!(on = log_enabled!(target: "silent", Level::Error); "m");
    case("log_enabled! with a logger");         { let logger = a_logger(); info!(on = log_enabled!(logger: logger, Level::Trace), too = log_enabled!(logger: logger, target: "my_target", Level::Info); "m") }
}

fn targets_and_loggers() {
    const TARGET: &str = "a constant";
    let (name, decided) = ("ada", format!("decided_{}", "late"));
    let logger = a_logger();

    case("a target");                           info!(target: "my_target", "hello");
    case("a target and a comma");               info!(target: "my_target", "hello",);
    case("a target and an argument");           info!(target: "my_target", "hello {}", name);
    case("a target and pairs");                 info!(target: "my_target", cat_1 = "chashu", cat_2 = "nori", cat_count = 2; "hello {}", "world");
    case("a target that is a constant");        info!(target: TARGET, "hello");
    case("a target that is decided late");      info!(target: &decided, "hello");
    case("a target decided late, and pairs");   info!(target: decided.as_str(), a = 1; "hello {}", name);
    case("targets decided late");               for target in ["one", "two", "one"] { warn!(target: target, "hello") }
    case("a target that is module_path!");      info!(target: module_path!(), "hello");
    case("a silent target");                    error!(target: "silent", "hello"); info!("m");
    case("a logger");                           info!(logger: logger, "hello");
    case("a logger and an argument");           info!(logger: logger, "hello {}", name,);
    case("a logger by reference");              info!(logger: &logger, "hello");
    case("a logger that is a block");           info!(logger: { let logger = a_logger(); logger }, "hello");
    case("a logger that is a call");            warn!(logger: a_logger(), "hello");
    case("a logger and pairs");                 info!(logger: logger, cat_1 = "chashu", cat_2 = "nori"; "hello {world}", world = "world");
    case("a logger and a target");              info!(logger: logger, target: "my_target", "hello {}", name);
    case("a logger, a target and pairs");       info!(logger: logger, target: "my_target", cat_1 = "chashu", cat_count = 2; "hello");
    case("a logger of log!");                   log!(logger: logger, Level::Warn, cat_math = { let mut x = 0; x += 1; x + 1 }; "hello");
    case("a logger and a target of log!");      log!(logger: logger, target: "my_target", Level::Debug, "hello {}", name);
}

fn macros() {
    macro_rules! by_tokens {
        ($($tokens:tt)+) => { info!($($tokens)+) };
    }
    macro_rules! by_literal {
        ($message:literal $(, $argument:expr)*) => { log!(Level::Warn, concat!("prefix: ", $message) $(, $argument)*) };
    }
    macro_rules! at_each_level {
        ($($tokens:tt)*) => {{ trace!($($tokens)*); debug!($($tokens)*); info!($($tokens)*); warn!($($tokens)*); error!($($tokens)*); }};
    }
    let world = "world";

    case("tokens of a macro");                  by_tokens!("hello {}", world);
    case("pairs of a macro");                   by_tokens!(a = 1, world:?; "hello {}", world);
    case("a literal of a macro");               by_literal!("hello {}", world);
    case("each level by a macro");              at_each_level!(target: "my_target", cat_1 = "chashu", cat_count = 2; "hello {}", "world");
    case("as an expression");                   match world { "world" => info!(world; "m"), _ => error!("other") }
    case("in a closure");                       (0..2).for_each(|n| debug!(n; "in a closure"));
}
