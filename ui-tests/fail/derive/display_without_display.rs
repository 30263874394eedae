struct Foreign;

#[derive(rlog::Loggable)]
struct User {
    #[log(display)]
    id: Foreign,
}

fn main() {}
