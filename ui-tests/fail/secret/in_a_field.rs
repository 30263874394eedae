#[derive(rlog::Loggable, Debug)]
struct Login {
    user: &'static str,
    #[log(mask = "last4")]
    card: &'static str,
}

fn main() {
    let login = Login { user: "ada", card: "4111" };
    rlog::info!(?login, user = ?login.user, "logged in");
}
