struct Card;

#[derive(rlog::Loggable)]
struct User {
    #[log(mask = "last4")]
    card: Option<Card>,
    #[log(hash)]
    session: Card,
}

fn main() {}
