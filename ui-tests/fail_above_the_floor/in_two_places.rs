#[derive(rlog::Loggable, Debug)]
#[log(redact)]
struct Token(&'static str);

fn main() {
    let both = (Token("old"), Token("new"));
    rlog::info!("changed from and to {both:?}");
}
