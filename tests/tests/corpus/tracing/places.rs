// Where a statement may stand, and what may happen in it. Included into a module that has the macros of one library.

fn places() {
    let x = 5;

    case("in a match arm");                     match x { 5 => info!("five"), _ => error!("other") }
    case("in a closure");                       let log = |n: i32| info!(n, "in a closure"); log(1);
    case("in a closure that moves");            let text = String::from("moved"); let log = move || info!(text); log(); log();
    case("as a unit");                          let () = info!("m");
    case("as an argument");                     std::convert::identity(info!("m"));
    case("in branches");                        if x > 3 { info!("large") } else { info!("small") }
    case("in a loop");                          for n in 0..3 { info!(n, "round {}", n); }
    case("in a block's end");                   { let _ = x; info!("m") }
    case("in an iterator");                     (0..2).for_each(|n| debug!(n));
    case("in map");                             let _: Option<()> = Some(7).map(|n| info!("{}", n));
    case("inside of itself");                   info!(a = { info!("inner"); 1 }, "outer");
    case("with other delimiters");              info!["m {}", x]; info! { a = 1, "m" }
    case("in a generic function");              generic(7, "seven");
    case("in a const generic function");        sized::<3>();
    case("in a method's trait");                Shape::log(&Circle(1.5));
    case("in a function that returns");         assert_eq!(returns(Err("late")), Err("late")); assert_eq!(returns(Ok(3)), Ok(1));
    case("with a value that is tried");         assert_eq!(tries("12"), Some(12)); assert_eq!(tries("x"), None);
    case("with a value that breaks");           breaks();
    case("with a value that waits");            now(waits());
    case("with a value of a labelled block");   info!(a = 'outer: { if x > 3 { break 'outer 1 } 2 }, "m");
    case("with a value that borrows");          let mut text = String::from("a"); info!(text); text.push('b'); info!(text, "m");
    case("with a value that changes");          let mut count = 0; info!(a = { count += 1; count }, b = { count += 1; count }, "{}", { count += 1; count });
    case("with values of a silent statement");  let mut count = 0; error!(target: "silent", a = { count += 1; 1 }, "{}", { count += 1; 1 }); info!(count);
    case("with names of the expansion");        names_of_the_expansion();
    case("with modules that hide others");      hidden::log();
    case("with a macro that hides another");    hides_format_args();
}

fn generic<T: std::fmt::Debug, U: std::fmt::Display + ?Sized>(a: T, b: &U) {
    info!(?a, %b, "generic {:?} {}", a, b);
}

fn sized<const N: usize>() {
    info!(n = N, "{}", N);
}

trait Shape {
    fn log(&self);
}

struct Circle(f64);

impl Shape for Circle {
    fn log(&self) {
        info!(radius = self.0, "a circle");
    }
}

fn returns(result: Result<u8, &'static str>) -> Result<u8, &'static str> {
    info!("before");
    info!(a = match result { Ok(value) => value, Err(error) => return Err(error) }, "after");
    Ok(1)
}

fn tries(text: &str) -> Option<u32> {
    let mut number = None;
    info!("before");
    info!(a = *number.insert(text.parse::<u32>().ok()?), "after");
    number
}

fn breaks() {
    for n in 0..5 {
        info!(n = if n == 2 { break } else { n }, "{}", if n == 0 { continue } else { n });
    }
}

async fn waits() {
    info!(a = std::future::ready(7).await, "m {}", std::future::ready("x").await);
}

/// The result of a future that is ready, or becomes so without being woken.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
    }
}

fn names_of_the_expansion() {
    let (meta, callsite, enabled, interest, value_set, record, fields) = (1, 2, 3, 4, 5, 6, 7);
    info!(meta, callsite, enabled, interest, value_set, record, fields, "{} {}", meta, fields);
}

mod hidden {
    use super::info;
    mod core {}
    mod std {}
    #[allow(dead_code, reason = "only there to be in the way")]
    struct Option;
    #[allow(dead_code, reason = "only there to be in the way")]
    struct String;
    #[allow(dead_code, reason = "only there to be in the way")]
    enum Some {}

    pub(super) fn log() {
        info!(target: "hidden", a = 1, b = "x", "m {}", 2);
    }
}

fn hides_format_args() {
    #[allow(unused_macros, reason = "only there to be in the way")]
    macro_rules! format_args {
        ($($tokens:tt)*) => { compile_error!("the user's own macro is not for the expansion") };
    }
    #[allow(unused_macros, reason = "only there to be in the way")]
    macro_rules! concat {
        ($($tokens:tt)*) => { compile_error!("the user's own macro is not for the expansion") };
    }
    info!("m {}", 1);
}
