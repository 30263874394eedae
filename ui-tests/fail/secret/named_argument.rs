#![deny(deprecated)]

fn main() {
    let card = "4111 1111 1111 1111".to_owned();
    rlog::info!("paid by {card_number}", card_number = card);
}
