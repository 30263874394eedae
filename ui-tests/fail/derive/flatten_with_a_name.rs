#[derive(rlog::Loggable)]
struct Home {
    city: String,
}

#[derive(rlog::Loggable)]
struct User {
    #[log(flatten, rename = "home")]
    home: Home,
}

fn main() {}
